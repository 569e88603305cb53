"""What the agent types, read: slash commands and abbreviations. Pure; for the screens and the plain mode."""
