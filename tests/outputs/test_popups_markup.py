"""What a visitor writes is never markup in a popup: drawn as it was written, whoever draws it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.outputs.popup_room import Room, a_room, live_on, off_the_loop, popup
from tests.parts import desktop as desktop_part
from tests.parts.desktop import Desktop
from tests.parts.notification_daemon import NotificationDaemon
from tests.parts.processes import need
from tests.parts.waiting import until_async
from tui.outputs.popups import PopupHealth, PopupShown
from tui.outputs.popups_daemon import Daemon
from tui.text import CleanText, for_either, for_markup

HOSTILE = (
    "<b>bold</b> x",
    'see <a href="http://evil.example/">my link</a> there',
    "<img src='/etc/x.png' alt='ALT'/> end",
    "a < b & c > d",
    "AT&T &amp; &lt;b&gt; &#60;i&#62; &quot;q&quot; &nosuch; &",
    "<u><span foreground='#222222'>unseen</span></u>",
    "</b></span> <br/> <!-- gone --> <",
)
ACTIONS = ("default", "", "accept", "Accept")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    need(desktop_part.missing_parts())
    with ExitStack() as stack:
        yield stack


async def picture(desktop: Desktop) -> bytes:
    """What is drawn, once it is drawn and stands still."""
    before = b""

    def still() -> bytes:
        nonlocal before
        drawn = desktop.drawn()
        same, before = drawn == before, drawn
        return drawn if same else b""

    await until_async(lambda: desktop.on_screen() == 1, 20, "one popup is drawn")
    drawn = await until_async(still, 20, "the picture stands still")
    assert drawn is not None
    return drawn


async def as_another_draws(desktop: Desktop, body: str, title: str = "Anna is waiting") -> bytes:
    """How the daemon draws it when another program hands it over as it stands."""
    await off_the_loop(lambda: desktop.notify("Deskbell", title, body, ACTIONS))
    drawn = await picture(desktop)
    await off_the_loop(lambda: desktop.dismiss(desktop.wait_for_popup(title)))
    await until_async(lambda: desktop.on_screen() == 0, 20, "it has gone")
    return drawn


async def as_we_have_it_drawn(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch, body: str, name: str
) -> bytes:
    live_on(desktop, monkeypatch)
    async with a_room() as room:
        room.board.show((popup(name, body=body),))
        await room.event(PopupShown)
        drawn = await picture(desktop)
        room.board.show(())
        await until_async(lambda: desktop.on_screen() == 0, 20, "it has gone")
    return drawn


@pytest.mark.e2e
@pytest.mark.parametrize("body", HOSTILE)
async def test_dunst_that_reads_markup_draws_what_was_written(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    plain = stack.enter_context(Desktop(markup="no"))
    reads = stack.enter_context(Desktop(markup="full"))
    literal = await as_another_draws(plain, body)
    assert await as_another_draws(reads, body) != literal, "as it stands it would be markup"
    assert await as_we_have_it_drawn(reads, monkeypatch, body, "Anna") == literal


@pytest.mark.e2e
@pytest.mark.parametrize("body", HOSTILE)
async def test_dunst_that_does_not_say_whether_it_reads_markup_draws_the_same_in_either_case(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    """Without a ``markup`` line dunst reads markup, with ``no`` it does not, and announces the same."""
    plain = stack.enter_context(Desktop(markup="no"))
    unsaid = stack.enter_context(Desktop(markup=""))
    alike = body.replace("<", "‹").replace(">", "›")
    nothing_lost = await as_another_draws(plain, alike)
    assert await as_we_have_it_drawn(unsaid, monkeypatch, body, "Anna") == nothing_lost
    assert await as_we_have_it_drawn(plain, monkeypatch, body, "Anna") == nothing_lost


@pytest.mark.e2e
@pytest.mark.parametrize("markup", ["full", "strip", "no", ""])
async def test_a_visitors_name_in_the_title_is_drawn_as_it_is_by_every_dunst(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch, markup: str
) -> None:
    desktop = stack.enter_context(Desktop(markup=markup))
    marked = await as_we_have_it_drawn(desktop, monkeypatch, "hello", "<b>&amp;<i>")
    assert desktop.wait_for_popup("is waiting").title == "<b>&amp;<i> is waiting"
    assert await as_we_have_it_drawn(desktop, monkeypatch, "hello", "&") != marked, "nothing was swallowed"


async def sent(room: Room, daemon: NotificationDaemon, name: str, body: str) -> str:
    """The body that a daemon is sent."""
    room.board.show((popup(name, body=body),))
    await until_async(lambda: any(name in title for title, _ in daemon.taken), 20, "it was sent")
    return next(body for title, body in daemon.taken if name in title)


@pytest.fixture
def bare(stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    desktop = stack.enter_context(Desktop(with_daemon=False))
    live_on(desktop, monkeypatch)
    return desktop


TAGGED = "a < b & <b>c</b> &amp;"


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("capabilities", "body"),
    [
        (["body", "actions"], TAGGED),
        ([], TAGGED),
        (["body", "body-markup"], "a &lt; b &amp; &lt;b&gt;c&lt;/b&gt; &amp;amp;"),
        (["body", "body-markup", "body-hyperlinks", "body-images"], for_markup(CleanText(TAGGED))),
        (["body", "body-hyperlinks"], for_either(CleanText(TAGGED))),
        (["body", "body-images"], for_either(CleanText(TAGGED))),
    ],
)
async def test_a_daemon_is_sent_what_fits_what_it_says_of_itself(
    bare: Desktop, capabilities: list[str], body: str
) -> None:
    with NotificationDaemon(bare.address, capabilities) as daemon:
        async with a_room() as room:
            assert await sent(room, daemon, "Anna", TAGGED) == body


@pytest.mark.e2e
async def test_a_daemon_that_does_not_say_what_it_can_do_is_sent_nothing(bare: Desktop) -> None:
    with NotificationDaemon(bare.address, [], able=False) as daemon:
        async with a_room() as room:
            room.board.show((popup("Anna", body=TAGGED),))
            assert "does not say what it can do" in (await room.health(False)).reason
        assert daemon.taken == []


@pytest.mark.e2e
async def test_another_daemon_in_its_place_is_asked_anew(bare: Desktop) -> None:
    with NotificationDaemon(bare.address, ["body"], name="plain") as first:
        async with a_room() as room:
            assert await sent(room, first, "Anna", TAGGED) == TAGGED
            with NotificationDaemon(bare.address, ["body", "body-markup"], name="rich") as second:
                assert await sent(room, second, "Bruno", TAGGED) == for_markup(CleanText(TAGGED))
                await until_async(lambda: room.of(PopupHealth)[-1].service_name == "rich", 20, "it is named")


@pytest.mark.e2e
async def test_another_daemon_that_comes_between_question_and_popup_is_asked_too(
    bare: Desktop, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = stack.enter_context(NotificationDaemon(bare.address, ["body"]))
    second = NotificationDaemon(bare.address, ["body", "body-markup"])
    async with a_room() as room:
        await sent(room, first, "Anna", "hello")
        await room.health(True)  # nothing is under way any more
        watch = room.board._watch
        assert watch is not None
        real_answer = watch.answer

        async def answer_then_replace(patience: float = 2.0) -> Daemon:
            daemon = await real_answer(patience)
            monkeypatch.setattr(watch, "answer", real_answer)
            await off_the_loop(lambda: stack.enter_context(second))
            return daemon

        monkeypatch.setattr(watch, "answer", answer_then_replace)
        assert await sent(room, second, "Bruno", TAGGED) == for_markup(CleanText(TAGGED))
        assert first.taken == [("Anna is waiting", "hello")]
