"""Why it sounds now, and why one contact does not: the answers to the agent's two questions, in his words."""

from __future__ import annotations

import heapq

from tui.alerts.reasons import away_words, who
from tui.desk.contact import ContactId
from tui.desk.events import ChannelName, ChannelState
from tui.desk.state import longest_waiting
from tui.link.view import View
from tui.text import CleanText, clean_line

NAMED = 3
"""How many of those that ring are named."""


def sounding_now(view: View) -> tuple[CleanText, bool]:
    """ "Sounding now, because …", or why it is silent; and whether it sounds."""
    pending = view.desk.pending
    ringing = heapq.nsmallest(
        NAMED, (pending[id] for id in view.ringing if id in pending), lambda contact: contact.pending_since
    )
    if ringing:
        names = ", ".join(who(contact) for contact in ringing)
        rest = len(view.ringing) - len(ringing)
        more = f" and {rest} more" if rest else ""
        verb = "is" if len(view.ringing) == 1 else "are"
        how = view.standing.get(ringing[0].id, "").split(". ")[0].removesuffix(".")
        away = "".join(
            f" {who(contact)} {words}." for contact in ringing if (words := away_words(contact, view.at))
        )
        text = f"Sounding now, because {names}{more} {verb} pending. {how}.{away}{_sound_trouble(view)}"
        return clean_line(text, max_chars=400), True
    if view.test is not None and view.test.running:
        return clean_line("Sounding now, because you test it."), True
    waits = longest_waiting(view.desk)
    if waits is None:
        quiet = f" ({view.quiet.reason})" if view.quiet.until is not None else ""
        return clean_line(f"Silent now, because nobody is waiting{quiet}."), False
    return clean_line(
        f"Silent now. {who(waits)} waits: {view.standing.get(waits.id, '')}", max_chars=400
    ), False


def why_not(view: View, id: ContactId) -> CleanText:
    """Why this pending contact rings, or why it does not."""
    standing = view.standing.get(id, "It is no longer in the pending queue.")
    trouble = _sound_trouble(view) if id in view.ringing else ""
    words = away_words(view.desk.pending[id], view.at) if id in view.desk.pending else ""
    away = f" The visitor {words}." if words else ""
    return clean_line(f"{standing}{away}{trouble}", max_chars=400)


def _sound_trouble(view: View) -> str:
    """What keeps a ring from being heard, if anything is known to."""
    report = view.desk.channels[ChannelName.AUDIO]
    if report.state is ChannelState.FAILS:
        return f" But sound fails ({report.reason}); the terminal's bell rings instead."
    if report.state is ChannelState.ELSEWHERE:
        return " Over SSH it sounds on the far machine; the terminal's bell helps out."
    return ""
