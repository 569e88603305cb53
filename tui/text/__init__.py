"""Text from outside: refused at the door, made harmless on the way to every sink."""

from tui.text.types import NO_TEXT, CleanText, RemoteText

__all__ = ["NO_TEXT", "CleanText", "RemoteText"]
