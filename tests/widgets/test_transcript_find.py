"""Finding words in rows that change meanwhile: the hits are always those of the rows there are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.desk.contact import MessageId, Sender
from tui.text import RemoteText, clean, clean_line
from tui.widgets.rows import TranscriptRow
from tui.widgets.transcript import first_difference
from tui.widgets.transcript_find import Finding

TEXTS = st.lists(st.sampled_from(["invoice", "an invoice and an invoice", "nothing", ""]), max_size=12)


def rows(texts: list[str], generation: int = 0) -> list[TranscriptRow]:
    name = clean_line(RemoteText("Anna"))
    return [
        TranscriptRow(MessageId(f"{generation}-{n}-{text}"), Sender.VISITOR, name, clean(RemoteText(text)), n)
        for n, text in enumerate(texts)
    ]


def found(finding: Finding) -> list[tuple[int, int]]:
    while finding.step(3):
        pass
    return [(hit.message, hit.span.start) for hit in finding.hits]


@given(TEXTS, TEXTS, st.integers(0, 12), st.integers(0, 12))
def test_going_on_with_other_rows_finds_what_beginning_anew_finds(
    before: list[str], added: list[str], kept: int, looked_at: int
) -> None:
    first = rows(before)
    then = [*first[:kept], *rows(added, generation=1)]
    finding = Finding("invoice", first)
    finding.step(looked_at)
    finding.go_on_with(then, first_difference(first, then))
    assert found(finding) == found(Finding("invoice", then))
