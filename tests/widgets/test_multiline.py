"""Undo and redo of what is written, in the composer and wherever several lines can be written."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from textual import events
from textual.document._wrapped_document import WrappedDocument
from textual.pilot import Pilot

from tests.widgets.stage import staged
from tui.typed.slash import Read, Words
from tui.widgets.composer import Composer
from tui.widgets.helping import Expansion
from tui.widgets.multiline import MultilineInput
from tui.widgets.slip import Note

SIZES = [(80, 24), (40, 10), (20, 6), (12, 3), (3, 2), (1, 1)]
LINES = "\n".join(f"line {number}" for number in range(12))


async def paste(pilot: Pilot[None], text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


def is_whole(area: MultilineInput) -> None:
    """What is wrapped is the text, and the cursor is within it."""
    fresh = WrappedDocument(area.document, area.wrapped_document._width, area.indent_width)
    assert area.wrapped_document.lines == fresh.lines
    assert area.wrapped_document.height == fresh.height
    for line, column in area.selection:
        assert 0 <= line < area.document.line_count
        assert 0 <= column <= len(area.document[line])


@pytest.mark.parametrize("count", [6, 7, 12])
@pytest.mark.parametrize("size", SIZES[:4], ids=str)
async def test_a_paste_of_several_lines_can_be_undone_and_redone(size: tuple[int, int], count: int) -> None:
    composer = Composer()
    text = "\n".join(LINES.splitlines()[:count])
    async with staged(composer, size) as (_, pilot):
        await paste(pilot, text)
        await pilot.press("ctrl+z")
        assert composer.text == ""
        is_whole(composer)
        await pilot.press("ctrl+y")
        assert composer.text == text
        is_whole(composer)
        await pilot.press("x", "ctrl+z", "ctrl+z")
        assert composer.text == ""


async def test_undo_and_redo_after_the_window_has_changed() -> None:
    composer = Composer()
    async with staged(composer, (80, 24)) as (_, pilot):
        await paste(pilot, f"{LINES}\n{'long ' * 60}")
        for size in SIZES:
            for key in ("ctrl+z", "ctrl+y"):
                await pilot.resize_terminal(*size)
                await pilot.pause()
                await pilot.press(key)
                is_whole(composer)


class Welcome:
    """Knows one abbreviation, of several lines."""

    def read(self, text: str) -> Read:
        return Words(text)

    def begun(self, line: str) -> Note:
        return Note()

    def obey(self, order: object) -> str:
        return ""

    def expand(self, text: str, cursor: int, inserted: object) -> Expansion | Note | None:
        return Expansion(0, cursor, LINES) if text.endswith("_wm") else None


async def test_an_abbreviation_that_was_put_in_can_be_undone() -> None:
    composer = Composer()
    async with staged(composer) as (_, pilot):
        composer.help_with(Welcome())
        await pilot.press("underscore", "w", "m", "tab")
        assert composer.text == LINES
        await pilot.press("ctrl+z")
        assert composer.text in ("_wm", "")
        is_whole(composer)
        await pilot.press("ctrl+y")
        assert composer.text == LINES


async def test_what_was_sent_or_was_another_draft_is_not_brought_back_by_undo() -> None:
    composer = Composer()
    async with staged(composer) as (_, pilot):
        await pilot.press(*"sent", "enter", "ctrl+z", "ctrl+y")
        assert composer.text == ""
        await pilot.press(*"secret", *["backspace"] * 6)
        composer.draft = ""  # another begins here
        await pilot.press("ctrl+z", "ctrl+z")
        assert composer.text == ""
        composer.draft = "the draft of another"
        await pilot.press("ctrl+z")
        assert composer.text == "the draft of another"


async def test_a_private_note_that_was_deleted_does_not_come_back_where_the_visitor_reads() -> None:
    composer = Composer()
    async with staged(composer) as (_, pilot):
        composer.note = True
        await pilot.press(*"rude", *["backspace"] * 4)
        composer.note = False
        await pilot.press("ctrl+z", "ctrl+z")
        assert composer.text == ""


async def test_an_undo_is_typing_and_ends_the_browsing_of_what_was_sent() -> None:
    composer = Composer()
    async with staged(composer) as (app, pilot):
        await pilot.press(*"one", "enter", *"two", "ctrl+z")
        assert composer.text == ""
        await pilot.press("ctrl+y")
        assert composer.draft == "two"
        assert [said.typing for said in app.all(Composer.TypingChanged)][-1] is True


PIECES = ("a", "word ", "\n", "\n\n\n", "日本語" * 9, "e\u0301" * 5, "x" * 200, LINES, "\t", "🏳️‍🌈")


def doings(area: MultilineInput, at: random.Random) -> dict[str, Callable[[], object]]:
    """What hands and programs do to a text."""
    return {
        "write": lambda: area._replace_via_keyboard(at.choice(PIECES), *area.selection),
        "undo": area.action_undo,
        "redo": area.action_redo,
        "back": area.action_delete_left,
        "word": area.action_delete_word_left,
        "line": area.action_delete_line,
        "all": area.action_select_all,
        "up": lambda: area.action_cursor_up(select=at.random() < 0.4),
        "left": lambda: area.action_cursor_left(select=at.random() < 0.4),
        "start": area.action_cursor_line_start,
        "checkpoint": area.history.checkpoint,
        "replace": lambda: area.replace(at.choice(PIECES), (0, 0), area.document.end),
        "insert": lambda: area.insert(at.choice(PIECES), (0, 0)),
    }


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_done_to_a_text_it_stays_whole(seed: int) -> None:
    at = random.Random(seed)
    composer = Composer()
    async with staged(composer, (40, 10)) as (_, pilot):
        done = doings(composer, at)
        done["draft"] = lambda: setattr(composer, "draft", at.choice(PIECES))
        for step in range(400):
            name = at.choice(list(done) + ["undo", "redo", "write"] * 3)
            try:
                done[name]()
                if step % 20 == 0:
                    await pilot.resize_terminal(*at.choice(SIZES))
                is_whole(composer)
            except Exception as error:
                raise AssertionError(f"seed {seed}, step {step}: {name}") from error
        await pilot.pause()
        composer.draft = ""
        await pilot.press("o", "k")
        assert composer.text == "ok"
