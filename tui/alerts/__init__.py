"""The policy: what should be ringing, chiming or popped up now, and why. Pure."""
