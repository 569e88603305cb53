"""Where contacts come from: one contract, several engines."""
