"""What the banner says: what the agent must not overlook about his own state. Pure."""

from __future__ import annotations

from tui.desk.contact import Contact
from tui.desk.events import ChannelName, ChannelState
from tui.link.hosts import RefusedNames
from tui.link.view import View
from tui.screens.keymap import Keymap
from tui.text import clean_line
from tui.widgets import figures, glyphs
from tui.widgets.banner import Notice


def notices(view: View, keymap: Keymap, now: float) -> list[Notice]:
    """The most important first."""
    told: list[Notice] = []
    desk = view.desk
    if desk.channel(ChannelName.BACKEND) is ChannelState.FAILS:
        said = "Disconnected from the desk. What you write is kept, and sent when it is back."
        told.append(Notice(glyphs.LOST, said, urgent=True))
    if desk.paused and desk.pause_auto:
        why = clean_line(f"Paused, {keymap.label('pause')} when ready: {desk.pause_reason}.")
        told.append(Notice(glyphs.PAUSED, why, urgent=True, command="pause"))
    told += _refused(view.door.refused)
    told += [Notice(glyphs.TRANSFERRED, _passed(contact, now)) for contact in desk.passed.values()]
    return told


def _refused(refused: RefusedNames) -> list[Notice]:
    """Visitors came by a name that the settings do not know: they see nothing but a refusal."""
    if not refused.line:
        return []
    return [Notice(glyphs.FAILED, clean_line(f"Host refused. Yours? [web] {refused.line}"))]


def _passed(contact: Contact, now: float) -> str:
    """Where a contact is that was passed on, and how long still."""
    nick = clean_line(contact.nick)
    since = figures.countdown(int(now - contact.pending_since))
    if contact.addressed_to:
        whom = str(clean_line(contact.addressed_to))
    elif contact.addressed_group:
        whom = f"the group {clean_line(contact.addressed_group)}"
    else:
        return f"{nick} waits for everybody for {since}"
    told = f"{nick} with {whom} for {since}, not accepted yet"
    if contact.return_at is None:
        return told
    return f"{told}, back in {figures.countdown(contact.return_at - now)}"
