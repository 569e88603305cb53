"""Past contacts in words: rows of lists, lines above a transcript."""

from __future__ import annotations

from tui.desk.contact import Contact
from tui.desk.found import Found
from tui.link.transcripts import outcome_words
from tui.screens.past.facts import moment
from tui.text import CleanText, clean_line
from tui.text.seek import hits
from tui.widgets.past_list import PastRow
from tui.widgets.wrapping import Span

WORDS_SHOWN = 400


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
