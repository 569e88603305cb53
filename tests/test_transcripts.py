"""Exported transcripts: a visitor's words are shown as they are, become no markup; notes only on request."""

from __future__ import annotations

import json
import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.parts.memory_backend import MemoryBackend
from tests.parts.waiting import until_async
from tests.parts_of_desk import MARIA, contact, done, message
from tests.screens.still_desk import StillDesk
from tui.backends.contract import BackendError, NewContact
from tui.config.schema import Settings
from tui.desk.contact import ContactId, MessageId, Sender
from tui.desk.lifecycle import DeedKind
from tui.deskloop.keeper import Keeper
from tui.deskloop.librarian import Librarian
from tui.link.archive import Export, ExportFormat, SearchPast
from tui.link.transcripts import rendered
from tui.outputs.transcript_file import NotExported, write_transcript
from tui.screens.past.exporting import export_typed
from tui.text import RemoteText, clean
from tui.typed.slash import WrongArgument

ANNA = done(contact("Anna", 1000.0), DeedKind.ACCEPT, 1010.0, MARIA)
TALK = (
    message(ANNA, 1, "hello\n# not a heading"),
    message(ANNA, 2, "sounds angry", Sender.NOTE),
    message(ANNA, 3, "hi", Sender.AGENT),
)


@pytest.mark.parametrize("format", ExportFormat)
def test_private_notes_are_there_only_when_asked_for(format: ExportFormat) -> None:
    assert "angry" not in rendered(ANNA, TALK, format)
    assert "angry" in rendered(ANNA, TALK, format, notes=True)


@pytest.mark.parametrize("format", ExportFormat)
def test_no_control_reaches_the_file(format: ExportFormat) -> None:
    evil = RemoteText("\x1b]0;x\x07\x9b31m\u202e")
    of = replace(ANNA, nick=evil, data=((evil, evil),), tags=(str(evil),), resolution=evil)
    text = rendered(of, (message(of, 1, str(evil)),), format)
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)


def test_json_holds_what_was_said_and_names_its_form() -> None:
    told = json.loads(rendered(ANNA, TALK, ExportFormat.JSON))
    assert told["schema"] == "deskbell-transcript-1"
    assert [one["text"] for one in told["messages"]] == ["hello\n# not a heading", "hi"]
    assert [one["from"] for one in told["messages"]] == ["visitor", "agent"]


PARSER = MarkdownIt("gfm-like")
ALLOWED = {"paragraph", "strong", "text", "text_special", "inline", "hardbreak", "softbreak"}
"""What a message's own words may be in the parsed document."""
PIECES = (
    *("# ", "<b>", "</b>", "<!--", "- ", "+ ", "1. ", "2) ", "* ", "> ", "```", "`x`", "~~~", "    "),
    *("[a](b)", "![i](u)", "<http://x>", "---", "===", "| a | b |", "~~x~~", "**b**", "_i_", "&amp;"),
    *(
        "\\",
        "\n",
        "\n\n",
        " ",
        "word",
        "[r]: /url",
        ":-:",
        "http://evil.example/x",
        "www.evil.example",
        "a@b.example",
    ),
)
WORDS = st.lists(st.one_of(st.sampled_from(PIECES), st.characters(codec="utf-8")), max_size=12).map("".join)


def plain(tokens: list[Token]) -> str:
    lines: list[str] = []
    for token in tokens:
        if token.type == "inline":
            lines.append(
                "".join("\n" if one.type == "hardbreak" else one.content for one in token.children or ())
            )
    return "\n".join(lines)


@given(WORDS)
def test_in_markdown_nothing_a_visitor_writes_becomes_markup_or_is_lost(words: str) -> None:
    shown = clean(RemoteText(words))
    one = message(ANNA, 1, words)
    tokens = PARSER.parse(rendered(ANNA, (one,), ExportFormat.MARKDOWN))
    headings = [at for at, token in enumerate(tokens) if token.type == "heading_close"]
    tokens = tokens[headings[1] + 1 :]  # after the title, the facts and the day
    both = [*tokens, *(child for token in tokens for child in token.children or ())]
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in both}
    assert kinds <= ALLOWED
    told = plain(tokens)
    for line in shown.split("\n"):
        assert " ".join(line.split()) in " ".join(told.split())


@given(WORDS, WORDS, WORDS, WORDS)
def test_in_markdown_no_name_tag_or_datum_becomes_markup(nick: str, name: str, value: str, tag: str) -> None:
    data = ((RemoteText(name), RemoteText(value)),)
    of = replace(
        ANNA,
        nick=RemoteText(nick),
        service=RemoteText(value),
        data=data,
        tags=(tag,),
        resolution=RemoteText(tag),
    )
    tokens = PARSER.parse(rendered(of, (message(of, 1, "hi"),), ExportFormat.MARKDOWN))
    both = [*tokens, *(child for token in tokens for child in token.children or ())]
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in both}
    assert kinds <= ALLOWED | {"heading", "bullet_list", "list_item"}
    assert sum(token.type == "heading_open" for token in tokens) == 2  # the title and the day
    assert sum(token.type == "bullet_list_open" for token in tokens) == 1


@pytest.mark.parametrize(
    ("words", "format", "notes"),
    [
        ("text", ExportFormat.TEXT, False),
        ("TXT notes", ExportFormat.TEXT, True),
        ("md notes", ExportFormat.MARKDOWN, True),
        ("json", ExportFormat.JSON, False),
    ],
)
def test_an_export_is_typed_with_its_form_and_perhaps_notes(
    words: str, format: ExportFormat, notes: bool
) -> None:
    desk = StillDesk()
    export_typed(desk, ANNA, words)
    assert desk.commands == [Export(ANNA.id, format, notes=notes)]


@pytest.mark.parametrize("words", ["pdf", "md note", "notes", "md notes notes"])
def test_another_form_is_refused_with_those_there_are(words: str) -> None:
    with pytest.raises(WrongArgument, match="text, md or json"):
        export_typed(StillDesk(), ANNA, words)


def test_a_date_is_left_as_it_is() -> None:
    assert "1970-01-01" in rendered(ANNA, (message(ANNA, 1, "on 1970-01-01"),), ExportFormat.MARKDOWN)


def test_a_file_is_its_owners_and_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    first = write_transcript(folder, ANNA, ExportFormat.TEXT, "one")
    second = write_transcript(folder, ANNA, ExportFormat.TEXT, "two")
    assert (first.read_text(), second.read_text()) == ("one", "two")
    assert first.name.endswith("-Anna.txt")
    if os.name == "posix":
        assert stat.S_IMODE(first.stat().st_mode) == 0o600


def test_a_visitors_name_is_no_path(tmp_path: Path) -> None:
    of = replace(ANNA, nick=RemoteText("../../etc/passwd\x00 " + "x" * 300))
    path = write_transcript(tmp_path, of, ExportFormat.JSON, "{}")
    assert path.parent == tmp_path
    assert len(path.name) < 80


@pytest.mark.parametrize("below", [".", "2026", "2026/11"])
def test_a_folder_that_is_a_file_or_below_one_is_told_with_place_and_cure(tmp_path: Path, below: str) -> None:
    (tmp_path / "exports").write_text("no folder")
    place = tmp_path / "exports" / below
    with pytest.raises(NotExported, match=r"exports is a file, not a folder.*export_folder"):
        write_transcript(place, ANNA, ExportFormat.TEXT, "x")


def keeper() -> Keeper:
    return Keeper(
        *(MARIA, Settings(), Path("config.toml"), time.time),
        *(lambda plan: None, lambda decision: None, lambda: None),
    )


async def desk_with_anna() -> MemoryBackend:
    backend = MemoryBackend()
    await backend.open()
    new = NewContact(ContactId("a"), RemoteText("Anna"), RemoteText("my invoice"), MessageId("1"))
    await backend.create(new)
    return backend


async def test_the_librarian_answers_the_newest_question_and_says_what_failed(tmp_path: Path) -> None:
    backend, desk = await desk_with_anna(), keeper()
    librarian = Librarian(backend, desk, tmp_path)
    for number, words in enumerate(("x", "y", "invoice"), 1):
        librarian.do(SearchPast(number, words, 10))
    await until_async(lambda: desk.archive.search.number == 3, 20, "the newest")
    assert [found.contact.nick for found in desk.archive.search.result.found] == ["Anna"]
    backend.fails = BackendError("the disk is gone; look for it")
    librarian.do(SearchPast(4, "invoice", 10))
    await until_async(lambda: desk.archive.search.number == 4, 20, "answered")
    assert desk.archive.search.problem == "the disk is gone; look for it"
    await librarian.close()


async def test_an_export_is_in_the_data_folder_and_the_agent_is_told_where(tmp_path: Path) -> None:
    backend, desk = await desk_with_anna(), keeper()
    librarian = Librarian(backend, desk, tmp_path)
    librarian.do(Export(ContactId("a"), ExportFormat.TEXT))
    await until_async(lambda: desk.view().told, 20, "told")
    (written,) = (tmp_path / "exports").iterdir()
    assert "my invoice" in written.read_text()
    assert str(written) in str(desk.view().told[0].text)
    await librarian.close()
