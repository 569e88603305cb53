"""The two kinds of text from outside, told apart by type so that mypy finds a forgotten cleaning."""

from typing import NewType

RemoteText = NewType("RemoteText", str)
"""Text a stranger wrote, as stored: admitted by the door, not yet safe to show anywhere."""

CleanText = NewType("CleanText", str)
"""Text safe for any sink (screen, popup, OSC, title, log, export). Only ``tui.text.clean`` makes it."""

NO_TEXT = RemoteText("")
"""Nothing was said."""
