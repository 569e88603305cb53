"""What the agent sees and does, screen by screen."""
