"""The most chats at once: who may still be taken, and why nobody rings for one who has as many as he may.

A contact addressed to this agent alone may come on top; everybody else waits, and rings as soon as there is
room again.
"""

from __future__ import annotations

from tui.config.schema import Settings
from tui.desk.contact import NOBODY, Contact
from tui.desk.state import DeskState, open_chats


def is_full(settings: Settings, desk: DeskState, more: int = 0) -> bool:
    """Whether the agent has as many chats as he may, with ``more`` on their way to him."""
    most = settings.agent.max_chats
    return most > 0 and open_chats(desk) + more >= most


def full_words(settings: Settings, desk: DeskState) -> str:
    """Why nobody rings, as in "you have 4 of 4 chats (settings)"; empty while there is room."""
    if not is_full(settings, desk):
        return ""
    return f"you have {open_chats(desk)} of {settings.agent.max_chats} chats (settings)"


def refusal(settings: Settings, desk: DeskState, contact: Contact | None, more: int = 0) -> str:
    """Why this contact (None: nobody) cannot be accepted now; empty when it can."""
    if contact is None or contact.addressed_to != NOBODY or not is_full(settings, desk, more):
        return ""
    most = settings.agent.max_chats
    return (
        f"You have {open_chats(desk) + more} of {most} chats. End one first, or raise max_chats under "
        "[agent] in the settings; one addressed to you alone can always be accepted."
    )
