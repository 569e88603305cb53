"""Up to a dozen chats at a time: panes and tabs, numbers, who waits longest, who is idle; driven by keys."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from textual import events

from tests.screens.room import aged, line_of, on, panes, parts, text_of, toasts, until, wishes
from tests.screens.still_desk import StillDesk
from tui.config.schema import ChatSettings, Settings
from tui.desk.contact import ContactId, Sender
from tui.desk.events import ChatClosed, ChatShown, ContactChanged, Event, TypingSeen
from tui.desk.lifecycle import DeedKind
from tui.link.commands import Accept, ChangeSetting, End, Send
from tui.screens.app import ConsoleApp
from tui.screens.choose import ChooseScreen
from tui.screens.command_table import BY_ID
from tui.screens.desk_screen import DeskScreen
from tui.screens.pane import ChatPane
from tui.typed.slash import WrongArgument
from tui.widgets import glyphs
from tui.widgets.chat_list import ChatList
from tui.widgets.composer import Composer
from tui.widgets.pane_title import PaneTitle
from tui.widgets.queue_list import QueueList
from tui.widgets.tab_line import TabLine

DOZEN = ("Anna", "Bruno", "Chen", "Dora", "Emil", "Fanny", "Gina", "Hugo", "Ivan", "Jana", "Karl", "Luca")


def desk_with(count: int, settings: Settings | None = None) -> StillDesk:
    """So many chats, all answered, the first of them open."""
    desk = StillDesk(settings)
    for name in DOZEN[:count]:
        desk.is_mine(name, "hello", "how can I help?")
    desk.keeper.take(ChatShown(ContactId("Anna")))
    return desk


def leaves(desk: StillDesk, name: str) -> None:
    """The visitor leaves, and the chat is put away."""
    from tests.parts_of_desk import done

    record = desk.keeper.desk.chats[ContactId(name)].contact
    desk.keeper.take(ContactChanged(done(record, DeedKind.LEAVE, time.time())), ChatClosed(ContactId(name)))


def with_panes(count: int) -> Settings:
    return replace(Settings(), chats=ChatSettings(panes=count))


# panes


async def test_a_chat_that_comes_into_sight_takes_the_place_of_one_and_the_others_stay_where_they_are() -> (
    None
):
    desk = desk_with(6)
    async with on(desk, (200, 30)) as (app, pilot):
        for key in ("alt+2", "alt+3", "alt+4"):
            await pilot.press(key)
        await until(pilot, lambda: panes(app) == ["Anna", "Bruno", "Chen", "Dora"], "four chats")
        await pilot.press("alt+6")
        await until(pilot, lambda: panes(app) == ["Fanny", "Bruno", "Chen", "Dora"], "Fanny in Anna's place")


@pytest.mark.parametrize(("wanted", "width", "seen"), [(1, 200, 1), (3, 200, 3), (4, 80, 1), (4, 130, 2)])
async def test_as_many_panes_as_the_settings_say_and_never_more_than_fit(
    wanted: int, width: int, seen: int
) -> None:
    async with on(desk_with(6, with_panes(wanted)), (width, 30)) as (app, pilot):
        await until(pilot, lambda: len(panes(app)) == seen, f"{seen} panes")


async def test_the_number_of_panes_goes_up_by_a_key_and_round_and_is_remembered() -> None:
    desk = desk_with(6, with_panes(2))
    async with on(desk, (200, 30)) as (app, pilot):
        await pilot.press("alt+p")
        assert wishes(desk, ChangeSetting) == [ChangeSetting("chats.panes", 3)]
        desk.keeper.use(with_panes(3))
        await until(pilot, lambda: len(panes(app)) == 3, "three panes")
        desk.keeper.use(with_panes(4))
        await pilot.press("alt+p")
        assert wishes(desk, ChangeSetting)[-1] == ChangeSetting("chats.panes", 1)


async def test_the_number_of_panes_can_be_typed_and_nonsense_is_told() -> None:
    desk = desk_with(2)
    async with on(desk) as (app, _pilot):
        assert isinstance(app.screen, DeskScreen)
        app.screen.do("panes", "3")
        assert wishes(desk, ChangeSetting) == [ChangeSetting("chats.panes", 3)]
        with pytest.raises(WrongArgument, match="One to four"):
            app.screen.do("panes", "9")
        assert len(wishes(desk, ChangeSetting)) == 1


@pytest.mark.parametrize("width", [80, 200])
async def test_zoom_gives_the_open_chat_all_the_room_and_gives_it_back(width: int) -> None:
    desk = desk_with(6)
    async with on(desk, (width, 30)) as (app, pilot):
        before = panes(app)
        await pilot.press("alt+z")
        await until(pilot, lambda: panes(app) == ["Anna"] and "MY CHATS" not in text_of(app), "Anna alone")
        assert isinstance(app.focused, Composer)
        await pilot.press("alt+3")
        await until(pilot, lambda: panes(app) == ["Chen"], "Chen, as large")
        await pilot.press("alt+1", "alt+z")
        await until(pilot, lambda: len(panes(app)) == len(before) and "MY CHATS" in text_of(app), "all back")
        assert isinstance(app.focused, Composer)


async def test_from_a_zoomed_chat_the_queue_is_one_key_away_and_a_visitor_can_be_taken() -> None:
    desk = desk_with(2)
    desk.arrives("Zoe")
    async with on(desk) as (app, pilot):
        await pilot.press("alt+z")
        await until(pilot, lambda: "WAITING" not in text_of(app), "zoomed")
        await pilot.press("f2")
        assert wishes(desk, Accept) == [Accept()]
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "WAITING" in text_of(app), "the queue")
        assert app.focused is app.screen.query_one("#queue")


# numbers


async def test_a_chat_keeps_its_number_when_one_before_it_has_gone_and_a_new_one_gets_the_free_number() -> (
    None
):
    desk = desk_with(3)
    async with on(desk) as (app, pilot):
        leaves(desk, "Anna")
        await until(pilot, lambda: "1 Anna" not in text_of(app), "Anna gone")
        assert "2 Bruno" in text_of(app)
        await pilot.press("escape")  # whoever wrote there is told, and goes on
        await until(pilot, lambda: "Anna" not in text_of(app), "nothing more is said of Anna")
        await pilot.press("alt+3")
        assert desk.keeper.desk.current == "Chen"
        await pilot.press("alt+1")
        assert desk.keeper.desk.current == "Chen"
        desk.is_mine("Dora", "hello")
        await until(pilot, lambda: "1 Dora" in text_of(app), "Dora as 1")
        await pilot.press("alt+2", "alt+1")
        assert desk.keeper.desk.current == "Dora"


async def test_chats_from_ten_on_are_reached_by_typing_the_number() -> None:
    desk = desk_with(12)
    async with on(desk, (80, 24)) as (app, pilot):
        await pilot.press("alt+g", "1", "2", "enter")
        await until(pilot, lambda: desk.keeper.desk.current == "Luca", "chat 12")
        await until(pilot, lambda: panes(app) == ["Luca"], "its pane")
        assert isinstance(app.focused, Composer)
        assert isinstance(app.screen, DeskScreen)
        app.screen.do("go-to-chat", "11")
        assert desk.keeper.desk.current == "Karl"
        app.screen.do("go-to-chat", "fan")
        assert desk.keeper.desk.current == "Fanny"
        with pytest.raises(WrongArgument, match="no chat 40"):
            app.screen.do("go-to-chat", "40")


async def test_going_to_a_chat_can_be_given_up_and_a_part_of_the_name_is_enough() -> None:
    desk = desk_with(12)
    async with on(desk, (80, 24)) as (app, pilot):
        await pilot.press("alt+0")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen), "the question")
        await pilot.press("escape")
        assert desk.keeper.desk.current == "Anna"
        await pilot.press("alt+0", *"hug", "enter")
        await until(pilot, lambda: desk.keeper.desk.current == "Hugo", "Hugo")


async def test_what_rings_can_be_taken_from_the_question_for_a_chat() -> None:
    desk = desk_with(2)
    desk.arrives("Zoe")
    async with on(desk) as (app, pilot):
        await pilot.press("alt+g", "f2")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        assert wishes(desk, Accept) == [Accept()]


async def test_two_keys_in_quick_succession_mean_the_chat_just_chosen_not_the_one_before() -> None:
    desk = desk_with(3)
    async with on(desk, (80, 24)) as (app, pilot):
        desk.wake = lambda: None  # the desk's word of it takes its time
        await pilot.press("alt+3")
        await parts(app, pilot)
        assert wishes(desk, End) == [End(ContactId("Chen"))]


# tabs


async def test_every_chat_has_a_tab_and_those_in_sight_are_marked() -> None:
    async with on(desk_with(6), (120, 30)) as (app, pilot):
        await pilot.press("alt+2")
        tabs = app.screen.query_one(TabLine)
        await until(pilot, lambda: f"{glyphs.CURRENT}2 Bruno" in line_of(tabs), "Bruno current")
        line = line_of(tabs)
        assert f"{glyphs.OPEN}1 Anna" in line
        assert " 3 Chen" in line
        assert " 6 Fanny" in line


async def test_one_chat_needs_no_tabs() -> None:
    async with on(desk_with(1)) as (app, _):
        assert not app.screen.query_one(TabLine).display


async def test_at_80_columns_a_dozen_chats_are_within_reach_of_the_mouse() -> None:
    desk = desk_with(12)
    for name in DOZEN:
        desk.says(name, "one more thing")
    async with on(desk, (80, 24)) as (app, pilot):
        tabs = app.screen.query_one(TabLine)
        await until(pilot, lambda: "1" in line_of(tabs), "tabs")
        for _ in range(12):
            last = tabs.tabs[-1]
            assert last.at + last.cells <= tabs.size.width
            await pilot.click(tabs, (last.at + 1 + tabs.content_offset.x, 0))
            await pilot.pause()
            if desk.keeper.desk.current == "Luca":
                break
        assert desk.keeper.desk.current == "Luca"
        await until(pilot, lambda: f"{glyphs.CURRENT}12" in line_of(tabs), "Luca's tab in sight")


# who waits


async def test_the_longest_unanswered_is_one_key_away() -> None:
    desk = desk_with(4)
    desk.says("Chen", "are you there?")
    desk.says("Bruno", "are you there?")
    aged(desk, "Chen", 30)
    aged(desk, "Bruno", 90)
    async with on(desk) as (app, pilot):
        await pilot.press("alt+u")
        assert desk.keeper.desk.current == "Bruno"
        desk.replies("Bruno", "here I am")
        await pilot.pause()
        await pilot.press("alt+u")
        assert desk.keeper.desk.current == "Chen"
        desk.replies("Chen", "here I am")
        await pilot.pause()
        await pilot.press("alt+u")
        await until(pilot, lambda: "has an answer" in toasts(app), "nobody waits")


@pytest.mark.parametrize(("waits", "sign"), [(20, "?"), (60, "!"), (120, "!"), (180, "!!"), (4000, "!!")])
async def test_how_long_a_visitor_waits_is_told_by_a_sign_in_title_tab_and_list(
    waits: int, sign: str
) -> None:
    desk = desk_with(2)
    desk.says("Anna", "are you there?")
    aged(desk, "Anna", waits)
    async with on(desk, (100, 30)) as (app, _):
        title = next(iter(app.screen.query(PaneTitle)))
        assert f" {sign} " in line_of(title)
        assert f"Anna ●2 {sign}" in line_of(app.screen.query_one(TabLine))
        row = next(line for line in text_of(app).splitlines() if f"{glyphs.CURRENT} 1 Anna" in line[:9])
        assert f" {sign}" in row[:30]


async def test_the_times_of_yellow_and_red_are_settings_and_the_clock_alone_brings_them() -> None:
    settings = replace(Settings(), chats=ChatSettings(answer_yellow=4, answer_red=8, idle_after=8))
    desk = desk_with(2, settings)
    desk.says("Anna", "are you there?")
    async with on(desk, (100, 30)) as (app, pilot):
        aged(desk, "Anna", 0)
        tabs = app.screen.query_one(TabLine)
        for sign in ("?", "!", "!!z"):
            await until(pilot, lambda sign=sign: f"●2 {sign} " in line_of(tabs), sign)  # type: ignore[misc]


async def test_hello_does_not_start_the_wait_anew_and_an_answer_ends_it() -> None:
    desk = desk_with(2)
    desk.says("Anna", "my invoice is wrong")
    aged(desk, "Anna", 100)
    desk.says("Anna", "hello?")
    async with on(desk, (100, 30)) as (app, pilot):
        title = next(iter(app.screen.query(PaneTitle)))
        assert "! unanswered 01:4" in line_of(title)
        desk.replies("Anna", "I am looking")
        await until(pilot, lambda: "!" not in line_of(title), "no wait")


async def test_a_chat_without_words_for_a_minute_is_idle_until_somebody_writes_or_types() -> None:
    desk = desk_with(2)
    aged(desk, "Anna", 61)
    aged(desk, "Bruno", 20)
    async with on(desk, (100, 30)) as (app, pilot):

        def row(name: str) -> str:
            return next(line[:30] for line in text_of(app).splitlines() if f" {name}" in line[:12])

        tabs = app.screen.query_one(TabLine)
        assert "idle" in row("Anna")
        assert f"Anna ●1 {glyphs.IDLE}" in line_of(tabs)
        assert "idle" not in row("Bruno")
        desk.keeper.take(TypingSeen(ContactId("Anna"), Sender.VISITOR, True, time.time()))
        await until(pilot, lambda: f"Anna ●1 {glyphs.ELLIPSIS}" in line_of(tabs), "typing in the tab")
        assert "typing" in row("Anna")
        desk.says("Anna", "back")
        aged(desk, "Anna", 0)
        await until(pilot, lambda: "idle" not in row("Anna") and "typing" not in row("Anna"), "not idle")


# links


async def test_a_named_link_is_found_by_a_part_of_its_name_and_sent_as_a_message() -> None:
    links = {"docs": "https://shop.example/help", "returns": "https://shop.example/returns"}
    desk = desk_with(1, replace(Settings(), links=links))
    async with on(desk) as (app, pilot):
        await pilot.press("alt+k", *"ret", "enter")
        await until(pilot, lambda: bool(wishes(desk, Send)), "the link")
        (sent,) = wishes(desk, Send)
        assert (sent.contact, sent.text) == ("Anna", "https://shop.example/returns")
        assert isinstance(app.screen, DeskScreen)
        app.screen.do("send-link", "docs")
        assert wishes(desk, Send)[-1].text == "https://shop.example/help"


async def test_an_address_is_typed_and_a_wrong_one_is_told_and_kept_to_be_mended() -> None:
    desk = desk_with(1)
    async with on(desk) as (app, pilot):
        await pilot.press("alt+k", *"ftp://x.example", "enter")
        await until(pilot, lambda: "only http and https" in text_of(app), "the reason")
        assert "ftp://x.example" in text_of(app)
        assert not wishes(desk, Send)
        await pilot.press(*(["backspace"] * 15), *"https://x.example/a", "enter")
        await until(pilot, lambda: bool(wishes(desk, Send)), "the link")
        assert wishes(desk, Send)[0].text == "https://x.example/a"


async def test_a_link_is_not_sent_to_a_visitor_who_has_left() -> None:
    from tests.parts_of_desk import done

    desk = desk_with(1)
    record = desk.keeper.desk.chats[ContactId("Anna")].contact
    desk.keeper.take(ContactChanged(done(record, DeedKind.LEAVE, time.time())))
    async with on(desk) as (app, pilot):
        await pilot.press("alt+k")
        await until(pilot, lambda: "has gone" in toasts(app), "the reason")
        assert isinstance(app.screen, DeskScreen)


def drafts(app: ConsoleApp) -> dict[str, str]:
    return {str(pane.contact): pane.composer.draft for pane in app.screen.query(ChatPane)}


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=str)
@pytest.mark.parametrize("key", ["alt+1", "f3", "alt+u"])
async def test_what_is_typed_in_one_burst_with_a_change_of_chat_goes_to_the_new_one(
    key: str, size: tuple[int, int]
) -> None:
    desk = desk_with(2)
    desk.says("Anna", "are you there?")
    async with on(desk, size) as (app, pilot):
        await pilot.press("alt+2")
        for pressed in (key, *"hi"):  # as over a slow line: all at once, before anything is drawn
            app.post_message(events.Key(pressed, pressed if len(pressed) == 1 else None))
        await until(pilot, lambda: "hi" in drafts(app).values(), "it is written")
        assert drafts(app) == {"Anna": "hi", "Bruno": ""}


OPENING = (
    *(
        "find-chat",
        "transfer",
        "colour",
        "send-link",
        "find",
        "search-past",
        "export",
        "abbreviations",
        "mute",
    ),
    *("alert-log", "settings", "agent-menu", "theme", "palette", "help", "to-queue", "pause-because", "quit"),
)


@pytest.mark.parametrize("command", OPENING)
async def test_what_is_typed_in_one_burst_with_a_key_that_opens_something_is_not_written_to_the_visitor(
    command: str,
) -> None:
    desk = desk_with(2)
    desk.arrives("Zed")
    async with on(desk) as (app, pilot):
        await pilot.press("alt+1")
        for pressed in (BY_ID[command].keys.split(",")[0], *"hi", "enter"):
            app.post_message(events.Key(pressed, pressed if len(pressed) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        desk_screen = app.screen_stack[0]
        # What is typed as a question comes up stays in the draft of the chat it was typed in.
        kept = "hi" if command == "quit" else ""
        assert [pane.composer.draft for pane in desk_screen.query(ChatPane)] == [kept, ""]
        assert not wishes(desk, Send)


def last_seq(app: ConsoleApp, name: str) -> int:
    """The newest message that the pane of a chat knows of."""
    panes = {str(pane.contact): pane for pane in app.screen.query(ChatPane)}
    chat = panes[name]._chat
    return 0 if chat is None else chat.last_seq


class LateDesk(StillDesk):
    """A desk that is slow to hear which chat was chosen; everything else is told at once."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[ChatShown] | None = None

    def tell(self, event: Event) -> None:
        if self.held is not None and isinstance(event, ChatShown):
            self.held.append(event)
        else:
            super().tell(event)

    def hears(self) -> None:
        """It hears what it was told meanwhile."""
        held, self.held = self.held or [], None
        for event in held:
            super().tell(event)


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=str)
async def test_a_view_from_before_a_change_of_chat_does_not_take_the_keyboard_back(
    size: tuple[int, int],
) -> None:
    desk = LateDesk()
    for name in ("Anna", "Bruno"):
        desk.is_mine(name, "hello", "how can I help?")
    async with on(desk, size) as (app, pilot):
        await pilot.press("alt+2", "x")
        desk.held = []
        await pilot.press("alt+1", "h")
        assert isinstance(app.focused, Composer)
        app.focused.key_at = float("-inf")  # as if he had stopped to think
        desk.says("Bruno", "one thing more")  # a new view, in which Bruno is still the current chat
        await until(pilot, lambda: last_seq(app, "Bruno") == 3, "it is drawn")
        await pilot.press("i")
        assert drafts(app) == {"Anna": "hi", "Bruno": "x"}
        desk.hears()
        await pilot.press("!")
        assert drafts(app) == {"Anna": "hi!", "Bruno": "x"}
        assert desk.view().desk.current == "Anna"
        await pilot.press("alt+2", "y")
        assert drafts(app) == {"Anna": "hi!", "Bruno": "xy"}


def comes(desk: StillDesk, name: str) -> None:
    """A pending contact has been accepted here, and is shown."""
    from tests.parts_of_desk import MARIA, done

    record = desk.keeper.desk.pending[ContactId(name)]
    mine = done(record, DeedKind.ACCEPT, time.time(), MARIA)
    desk.keeper.take(ContactChanged(mine), ChatShown(mine.id))


async def test_a_contact_that_was_accepted_comes_late_and_does_not_take_the_words_meant_for_another() -> None:
    desk = desk_with(2)
    desk.arrives("Zed")
    async with on(desk) as (app, pilot):
        await pilot.press("f2", "alt+1", "h")
        comes(desk, "Zed")
        await until(pilot, lambda: "Zed" in drafts(app), "he is here")
        await pilot.press("i")
        assert drafts(app) == {"Anna": "hi", "Bruno": "", "Zed": ""}
        assert desk.view().desk.current == "Anna"
        await pilot.press("alt+3", "z")
        assert drafts(app) == {"Anna": "hi", "Bruno": "", "Zed": "z"}


async def test_a_contact_that_was_accepted_gets_the_keyboard_while_nothing_else_is_written() -> None:
    desk = desk_with(2)
    desk.arrives("Zed")
    async with on(desk) as (app, pilot):
        await pilot.press("alt+1", "h", "f2")
        comes(desk, "Zed")
        await until(pilot, lambda: "Zed" in drafts(app), "he is here")
        await pilot.press("z")
        assert drafts(app) == {"Anna": "h", "Bruno": "", "Zed": "z"}


async def test_after_the_window_has_grown_each_row_has_its_own_second_line() -> None:
    desk = StillDesk()
    for number in range(14):
        desk.is_mine(f"C{number}", f"mine {number}")
        desk.arrives(f"Q{number}", f"waits {number}", ago=60 - number)
    async with on(desk, (80, 24)) as (app, pilot):
        await pilot.press("ctrl+t", "end", "ctrl+t", "end")
        await pilot.pause()
        await pilot.resize_terminal(200, 36)
        await pilot.pause()
        grown = [line[:40] for line in text_of(app).splitlines()]
        for one in (app.screen.query_one(QueueList), app.screen.query_one(ChatList)):
            one.refresh()
        await pilot.pause()
        fresh = [line[:40] for line in text_of(app).splitlines()]
        assert [line for line in grown if "“" in line or "mine" in line] == [
            line for line in fresh if "“" in line or "mine" in line
        ]


async def test_with_no_chats_the_key_of_the_queue_stays_in_the_queue() -> None:
    desk = StillDesk()
    desk.arrives("Anna")
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+t")
        assert app.focused is app.screen.query_one(QueueList)


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=str)
async def test_undo_brings_back_nothing_of_another_chat(size: tuple[int, int]) -> None:
    desk = desk_with(2)
    async with on(desk, size) as (app, pilot):
        await pilot.press("alt+1")
        app.post_message(events.Paste("\n".join(f"line {number}" for number in range(9))))
        await until(pilot, lambda: drafts(app)["Anna"].count("\n") == 8, "nine lines")
        await pilot.press("alt+2", "ctrl+z", "ctrl+y")
        assert drafts(app)["Bruno"] == ""
        await pilot.press("alt+1", "ctrl+z")
        assert drafts(app) == {"Anna": "", "Bruno": ""}
        await pilot.press("ctrl+y", "enter", "ctrl+z", "ctrl+y")
        assert [sent.contact for sent in wishes(desk, Send)] == ["Anna"]
        assert drafts(app) == {"Anna": "", "Bruno": ""}


@pytest.mark.parametrize(
    ("keys", "size"), [(("ctrl+t", "f1"), (40, 5)), (("alt+v", "f1"), (40, 10)), (("alt+v", "f9"), (1, 1))]
)
async def test_a_window_made_very_small_under_another_screen_and_large_again_shows_the_chats(
    keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    desk = desk_with(2)
    desk.arrives("Zed")
    async with on(desk, (80, 24)) as (app, pilot):
        await pilot.press("alt+1", *keys)
        await pilot.resize_terminal(*size)
        await pilot.pause()
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        await pilot.press("escape", "alt+2", "h")
        await until(pilot, lambda: drafts(app).get("Bruno") == "h", "it is written")
