"""Answers what the screens ask of past contacts: search, read, find a visitor's earlier ones, export.

A search that waits while another runs gives way to a newer one: what was typed since is what is wanted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from tui.backends.contract import HISTORY_LIMIT, Backend, BackendError
from tui.desk.contact import ChatMessage, Contact, ContactId
from tui.desk.found import SearchResult
from tui.deskloop.keeper import Keeper
from tui.link.archive import (
    ArchiveCommand,
    EarlierView,
    Export,
    PastView,
    ReadEarlier,
    ReadPast,
    SearchPast,
    SearchView,
)
from tui.link.transcripts import rendered
from tui.link.view import Severity
from tui.outputs.transcript_file import NotExported, write_transcript

log = logging.getLogger(__name__)

EARLIER_AT_MOST = 50
"""Contacts of one visitor that are shown."""

MESSAGES_AT_MOST = 50_000
"""Of one contact."""


class Librarian:
    """Reads on the backend and writes files; the desk's state is never touched."""

    def __init__(self, backend: Backend, keeper: Keeper, data_dir: Path) -> None:
        self._backend = backend
        self._keeper = keeper
        self._data_dir = data_dir
        self._wanted: SearchPast | None = None
        self._tasks: dict[type[ArchiveCommand], asyncio.Task[None]] = {}
        self._exports: set[asyncio.Task[None]] = set()

    def do(self, command: ArchiveCommand) -> None:
        """Begin to answer; the answer stands in the view."""
        match command:
            case SearchPast():
                self._wanted = command
                running = self._tasks.get(SearchPast)
                if running is None or running.done():
                    self._tasks[SearchPast] = asyncio.create_task(self._guard(self._search))
            case ReadPast():
                self._begin(command, lambda: self._read(command))
            case ReadEarlier():
                self._begin(command, lambda: self._find_earlier(command))
            case Export():
                task = asyncio.create_task(self._guard(lambda: self._export(command)))
                self._exports.add(task)
                task.add_done_callback(self._exports.discard)

    async def close(self) -> None:
        """Let go of what is under way; an export is finished first, as it writes a file."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), *self._exports, return_exceptions=True)

    def _begin(self, command: ReadPast | ReadEarlier, work: Callable[[], Awaitable[None]]) -> None:
        before = self._tasks.get(type(command))
        if before is not None:
            before.cancel()
        self._tasks[type(command)] = asyncio.create_task(self._guard(work))

    async def _guard(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception:  # the border of a wish: said, and the next one is carried out all the same
            log.exception("a question about past contacts failed")
            self._keeper.tell("Internal error", "That did not work; see deskbell.log.", Severity.ERROR)

    async def _search(self) -> None:
        while self._wanted is not None:
            wish, self._wanted = self._wanted, None
            result, problem = SearchResult(), ""
            try:
                result = await self._backend.search(wish.words, wish.limit)
            except BackendError as error:
                problem = str(error)
            view = SearchView(wish.number, wish.words, result, problem)
            self._keeper.archive_is(replace(self._keeper.archive, search=view))

    async def _read(self, wish: ReadPast) -> None:
        contact, problem = None, ""
        messages: tuple[ChatMessage, ...] = ()
        try:
            contact = await self._backend.contact(wish.contact)
            messages = await self._transcript(wish.contact)
        except BackendError as error:
            problem = str(error)
        view = PastView(wish.number, contact, messages, problem)
        self._keeper.archive_is(replace(self._keeper.archive, past=view))

    async def _transcript(self, contact: ContactId) -> tuple[ChatMessage, ...]:
        messages: tuple[ChatMessage, ...] = ()
        while len(messages) < MESSAGES_AT_MOST:
            more = await self._backend.history(contact, messages[-1].seq if messages else 0)
            messages += more
            if len(more) < HISTORY_LIMIT:
                break
        return messages

    async def _find_earlier(self, wish: ReadEarlier) -> None:
        contacts: tuple[Contact, ...] = ()
        problem = ""
        try:
            known = await self._backend.earlier(wish.visitor, EARLIER_AT_MOST + 1)
            contacts = tuple(contact for contact in known if contact.id != wish.contact)[:EARLIER_AT_MOST]
        except BackendError as error:
            problem = str(error)
        view = EarlierView(wish.number, wish.contact, contacts, problem)
        self._keeper.archive_is(replace(self._keeper.archive, earlier=view))

    async def _export(self, wish: Export) -> None:
        try:
            contact = await self._backend.contact(wish.contact)
            if contact is None:
                raise NotExported("there is no such contact any more")
            messages = await self._transcript(wish.contact)
            text = rendered(contact, messages, wish.format, notes=wish.notes)
            path = await asyncio.to_thread(write_transcript, self._folder(), contact, wish.format, text)
        except (BackendError, NotExported) as error:
            self._keeper.tell("Not exported", str(error), Severity.ERROR)
        else:
            said = "With the private notes: for colleagues only. " if wish.notes else ""
            self._keeper.tell("Exported", f"{said}{path}")

    def _folder(self) -> Path:
        own = self._keeper.settings.chats.export_folder
        return Path(own).expanduser() if own else self._data_dir / "exports"
