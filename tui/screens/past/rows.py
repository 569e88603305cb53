"""Past contacts in words: rows of lists, lines above a transcript, facts of the visitor panel. Pure."""

from __future__ import annotations

import time

from tui.desk.contact import Contact
from tui.desk.found import Found
from tui.link.transcripts import outcome_words
from tui.text import CleanText, clean_line
from tui.text.seek import hits
from tui.widgets.past_list import PastRow
from tui.widgets.wrapping import Span

WORDS_SHOWN = 400
TRAIL_SHOWN = 12


def found_row(found: Found, words: str) -> PastRow:
    """A contact that a search has found, by the message that answers."""
    said = clean_line(found.message.text, max_chars=4_000)
    marks = tuple(Span(*one) for one in hits(words, said))
    contact = found.contact
    facts = [contact.service, contact.agent, outcome_words(contact)]
    return _row(contact, clean_line(contact.nick), facts, said, marks)


def earlier_row(contact: Contact) -> PastRow:
    """An earlier contact of a visitor, by its first words."""
    words = clean_line(contact.first_words, max_chars=WORDS_SHOWN)
    return _row(contact, clean_line(outcome_words(contact)), [contact.service, contact.agent], words)


def _row(
    contact: Contact, name: CleanText, facts: list[str], words: CleanText, marks: tuple[Span, ...] = ()
) -> PastRow:
    return PastRow(
        id=contact.id,
        when=moment(contact.created),
        name=name,
        facts=_joined([*facts, contact.resolution, *contact.tags]),
        words=words,
        marks=marks,
    )


def moment(at: float) -> str:
    """Day and hour, of one length, as they sort: ``2026-11-25 14:03``."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def heading(contact: Contact) -> tuple[CleanText, CleanText]:
    """Two lines above a past transcript: who, and what came of it."""
    ended = contact.ended_at
    span = moment(contact.created)
    if ended is not None:
        same_day = moment(contact.created)[:10] == moment(ended)[:10]
        span += f" – {moment(ended)[11:] if same_day else moment(ended)}"
    who = [contact.nick, contact.service, contact.lang, span]
    what = [outcome_words(contact), contact.agent and f"by {contact.agent}", contact.resolution]
    tags = ", ".join(clean_line(tag) for tag in contact.tags)
    what.append(tags and f"tags: {tags}")
    return _joined(who), _joined(what)


def _joined(parts: list[str]) -> CleanText:
    return clean_line(" · ".join(clean_line(part) for part in parts if part), max_chars=400)


def facts_of(contact: Contact) -> list[tuple[str, CleanText]]:
    """What is known of a visitor, as name and value; a name once for several values in a row."""
    facts = [
        ("name", clean_line(contact.nick)),
        ("", clean_line("was here before" if contact.returning else "new")),
        ("language", clean_line(contact.lang)),
        ("service", clean_line(contact.service)),
        ("since", clean_line(moment(contact.created))),
        ("left", clean_line("when nobody was there" if contact.offline else "")),
        *((clean_line(name, max_chars=24), clean_line(value)) for name, value in contact.data),
        ("tags", clean_line(", ".join(contact.tags))),
        ("result", clean_line(contact.resolution)),
    ]
    shown = [(name, value) for name, value in facts if value]
    trail = contact.trail[-TRAIL_SHOWN:]
    if not trail and contact.page:
        shown.append(("page", _address(contact.page)))
    for visit in reversed(trail):
        at = time.strftime("%H:%M", time.localtime(visit.at))
        shown.append(("pages" if visit is trail[-1] else "", clean_line(f"{at} {_address(visit.page)}")))
    return shown


def _address(page: str) -> CleanText:
    """A page without its scheme: what tells pages apart comes first."""
    return clean_line(clean_line(page).removeprefix("https://").removeprefix("http://"))
