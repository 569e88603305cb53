"""The transcript with what is searched in it: whatever comes, goes or changes, one looks at the same hit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App, ComposeResult

from tests.parts.waiting import until_async
from tests.widgets.test_transcript_find import rows
from tui.text import RemoteText, clean
from tui.widgets.rows import Delivery, TranscriptRow
from tui.widgets.transcript_seek import SeekTranscript


class Stage(App[None]):
    """A transcript alone."""

    def compose(self) -> ComposeResult:
        yield SeekTranscript()


def talk(count: int, generation: int = 0) -> list[TranscriptRow]:
    return rows([f"invoice {generation}.{number}" for number in range(count)], generation)


def with_older(before: list[TranscriptRow]) -> list[TranscriptRow]:
    return [*talk(10, 9), *before]


def with_newer(before: list[TranscriptRow]) -> list[TranscriptRow]:
    return [*before, *talk(10, 9)]


def delivered(before: list[TranscriptRow]) -> list[TranscriptRow]:
    return [before[0], replace(before[1], delivery=Delivery.SEEN), *before[2:]]


def without_first(before: list[TranscriptRow]) -> list[TranscriptRow]:
    return before[1:]


def reworded(before: list[TranscriptRow]) -> list[TranscriptRow]:
    return [replace(before[0], text=clean(RemoteText("nothing"))), *before[1:]]


@pytest.mark.parametrize("count", [20, 150])
@pytest.mark.parametrize("changed", [with_older, with_newer, delivered, without_first, reworded])
async def test_one_looks_at_the_same_hit_whatever_changes(count: int, changed: object) -> None:
    before = talk(count)
    after = changed(before)  # type: ignore[operator]
    app = Stage()
    async with app.run_test(size=(60, 20)) as pilot:
        transcript = app.query_one(SeekTranscript)
        transcript.set_rows(before)
        await pilot.pause()
        transcript.find("invoice")
        finding = transcript._finding
        await until_async(lambda: finding.done and finding.now is not None, 20, "all found")
        for _ in range(5):
            transcript.find_next(-1)
        looked_at = before[finding.now.message].id if finding.now is not None else None
        transcript.set_rows(after)
        await until_async(lambda: transcript._finding.done, 20, "all found again")
        now = transcript._finding.now
        assert now is not None
        assert after[now.message].id == looked_at
        assert transcript._finding.hits[transcript._finding.number - 1] == now
