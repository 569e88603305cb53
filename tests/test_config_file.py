"""The settings file is never harmed, never half read, and an edit by hand counts at once."""

from __future__ import annotations

import json
import os
import re
import stat
import threading
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.config import edit as editing
from tui.config.edit import with_value, without
from tui.config.fields import Setting, every_setting, explain
from tui.config.file import STEADY_AFTER, Loaded, SettingsFile, SettingsNotSaved
from tui.config.parse import parse_text
from tui.config.schema import OnClick, Settings

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BROKEN = "[audio]\nvolume = = 1\n"

WRITTEN_BY_HAND = """\
# My settings

[audio]
volume = 0.5 # not too loud
strange = "kept"

# the ring
[audio.pending]
loop = true

[desktop]  # popups
enabled = true
"""


class Clock:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deskbell" / "config.toml"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(path: Path, clock: Clock) -> SettingsFile:
    return SettingsFile(path, clock)


def write(path: Path, text: str, *, age: float = 10.0) -> None:
    """Write by hand, ``age`` seconds ago."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    then = time.time_ns() - int(age * 1e9) + next(counter)
    os.utime(path, ns=(then, then))


counter = iter(range(10**9))


# Reading


def test_a_missing_file_is_the_defaults_and_is_not_made(file: SettingsFile) -> None:
    assert file.load() == Loaded(Settings())
    assert not file.path.parent.exists()


def test_a_broken_file_gives_the_defaults_and_says_so(file: SettingsFile) -> None:
    write(file.path, BROKEN)
    loaded = file.load()
    assert not loaded.ok
    assert loaded.settings == Settings()
    assert [str(problem) for problem in loaded.problems] == [
        f"{file.path}:2:10: This is not TOML: invalid value in volume = = 1 "
        '(text stands in "quotes"; true, false and numbers do not). '
        "The defaults are used until it is mended."
    ]


def test_a_file_broken_later_leaves_the_last_good_settings(file: SettingsFile) -> None:
    write(file.path, WRITTEN_BY_HAND)
    good = file.load().settings
    write(file.path, BROKEN)
    loaded = file.load()
    assert loaded.settings == good
    assert "The last good settings are used until it is mended." in loaded.problems[0].message
    assert file.path.read_text() == BROKEN


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name = 'Maria'\nx='é'".encode("latin-1"), ":2: This is not UTF-8 text: save it in that encoding."),
        ("a = 1".encode("utf-16"), ":1: This is not UTF-8 text"),
        (b"\x00\x00", ":1:1: This is not TOML"),
    ],
)
def test_a_file_that_is_not_text_says_so(file: SettingsFile, content: bytes, said: str) -> None:
    write(file.path, "")
    file.path.write_bytes(content)
    loaded = file.load()
    assert not loaded.ok
    assert said in str(loaded.problems[0])


def test_a_folder_in_the_files_place_says_so(file: SettingsFile) -> None:
    file.path.mkdir(parents=True)
    loaded = file.load()
    assert not loaded.ok
    assert "The settings file cannot be read (Is a directory)." in loaded.problems[0].message


def test_a_byte_order_mark_is_no_error_and_is_kept(file: SettingsFile) -> None:
    write(file.path, "\ufeff[audio]\r\nvolume = 0.5\r\n")
    assert file.load() == Loaded(file.loaded.settings)
    assert file.loaded.settings.audio.volume == 0.5
    file.set("audio.enabled", False)
    text = file.path.read_bytes().decode()
    assert text.startswith("\ufeff[audio]\r\n")
    assert text.count("\n") == text.count("\r\n")


# Watching


def test_an_edit_by_hand_counts_at_the_next_look(file: SettingsFile) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.load()
    assert file.poll() is None
    write(file.path, "[audio]\nvolume = 0.25\n")
    changed = file.poll()
    assert changed is not None
    assert changed.settings.audio.volume == 0.25
    assert changed is file.loaded
    assert file.poll() is None


def test_a_file_made_while_running_counts(file: SettingsFile) -> None:
    file.load()
    assert file.poll() is None
    write(file.path, "[audio]\nvolume = 0.25\n")
    changed = file.poll()
    assert changed is not None
    assert changed.settings.audio.volume == 0.25


def test_an_edit_of_this_very_moment_waits_until_the_file_is_at_rest(
    file: SettingsFile, clock: Clock
) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.load()
    write(file.path, "[audio]\n", age=0)  # the editor goes on in a moment
    assert file.poll() is None
    write(file.path, "[audio]\nvolume = 0.25\n", age=0)
    assert file.poll() is None
    clock.now += STEADY_AFTER
    changed = file.poll()
    assert changed is not None
    assert changed.settings.audio.volume == 0.25


def test_an_edit_counts_though_the_clocks_of_file_and_machine_differ(
    file: SettingsFile, clock: Clock
) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.load()
    write(file.path, "[audio]\nvolume = 0.25\n", age=-3600)
    assert file.poll() is None
    clock.now += STEADY_AFTER
    assert file.poll() is not None
    assert file.poll() is None


@pytest.mark.parametrize("halfway", ["", BROKEN, None], ids=["empty", "broken", "missing"])
def test_a_half_written_file_never_flashes(file: SettingsFile, clock: Clock, halfway: str | None) -> None:
    write(file.path, WRITTEN_BY_HAND)
    before = file.load()
    if halfway is None:
        file.path.unlink()
    else:
        write(file.path, halfway)
    assert file.poll() is None
    clock.now += STEADY_AFTER / 2
    assert file.poll() is None
    assert file.loaded is before
    write(file.path, "[audio]\nvolume = 0.25\n")
    changed = file.poll()
    assert changed is not None
    assert changed.settings.audio.volume == 0.25


@pytest.mark.parametrize(("left", "ok", "volume"), [("", True, 0.8), (BROKEN, False, 0.5), (None, True, 0.8)])
def test_a_file_left_empty_broken_or_deleted_counts_in_the_end(
    file: SettingsFile, clock: Clock, left: str | None, ok: bool, volume: float
) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.load()
    if left is None:
        file.path.unlink()
    else:
        write(file.path, left)
    assert file.poll() is None
    clock.now += STEADY_AFTER
    changed = file.poll()
    assert changed is not None
    assert changed.ok is ok
    assert changed.settings.audio.volume == volume
    assert file.poll() is None


def test_mending_a_broken_file_is_told_though_the_settings_stay(file: SettingsFile, clock: Clock) -> None:
    write(file.path, WRITTEN_BY_HAND)
    good = file.load()
    write(file.path, BROKEN)
    file.poll()
    clock.now += STEADY_AFTER
    assert file.poll() is not None
    write(file.path, WRITTEN_BY_HAND)
    assert file.poll() == good


def test_a_touch_or_a_comment_is_no_change(file: SettingsFile) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.load()
    write(file.path, WRITTEN_BY_HAND)
    assert file.poll() is None
    write(file.path, WRITTEN_BY_HAND + "# more\n")
    assert file.poll() is None


def test_two_writes_in_one_tick_of_the_clock_are_both_seen(file: SettingsFile, clock: Clock) -> None:
    write(file.path, "[audio]\nvolume = 0.1\n", age=0)
    then = os.stat(file.path).st_mtime_ns
    assert file.load().settings.audio.volume == 0.1
    write(file.path, "[audio]\nvolume = 0.2\n", age=0)
    os.utime(file.path, ns=(then, then))
    clock.now += STEADY_AFTER
    changed = file.poll()
    assert changed is not None
    assert changed.settings.audio.volume == 0.2


def test_a_pipe_is_read_once_and_never_waited_for_again(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("[audio]\nvolume = 0.1\n",))
    writer.start()
    file = SettingsFile(pipe)
    assert file.load().settings.audio.volume == 0.1
    writer.join()
    os.utime(pipe, (1, 1))
    polls = threading.Thread(target=file.poll, daemon=True)
    polls.start()
    polls.join(5)
    assert not polls.is_alive()


def test_looking_costs_next_to_nothing(file: SettingsFile) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.load()
    start = time.process_time()
    for _ in range(1_000):
        file.poll()
    assert time.process_time() - start < 0.2  # measured: 0.006


# Writing


def test_comments_order_and_unknown_keys_are_kept(file: SettingsFile) -> None:
    write(file.path, WRITTEN_BY_HAND)
    assert file.set("audio.volume", 0.7).audio.volume == 0.7
    file.set("audio.enabled", False)
    file.set("audio.pending.loop", False)
    file.set("desktop.pending.on_click", OnClick.ACCEPT)
    file.set("web.origins", ["https://a.example"])
    assert (
        file.path.read_text()
        == """\
# My settings

[audio]
volume = 0.7 # not too loud
strange = "kept"
# Master switch for every sound (F6).
enabled = false

# the ring
[audio.pending]
loop = false

[desktop]  # popups
enabled = true

[desktop.pending]
# What a click does: nothing, show the contact in the console, or accept it.
on_click = "accept"

[web]
# Sites whose pages may use the door, such as "https://shop.example"; its own pages always may.
origins = ["https://a.example"]
"""
    )


def test_a_new_file_holds_what_was_set_and_why(file: SettingsFile) -> None:
    assert file.set("audio.pending.loop", False).audio.pending.loop is False
    assert file.path.read_text() == f"[audio.pending]\n# {explain('audio.pending.loop')}\nloop = false\n"
    assert os.listdir(file.path.parent) == ["config.toml"]
    assert file.loaded.settings.audio.pending.loop is False


def test_our_own_writing_is_no_news(file: SettingsFile, clock: Clock) -> None:
    file.load()
    file.set("audio.volume", 0.1)
    assert file.poll() is None
    clock.now += STEADY_AFTER
    assert file.poll() is None


def test_switching_to_and_fro_does_not_grow_the_file(file: SettingsFile) -> None:
    file.set("audio.enabled", False)
    size = len(file.path.read_text())
    for _ in range(5):
        file.set("audio.enabled", True)
        file.set("audio.enabled", False)
        file.unset("audio.enabled")
        file.set("audio.enabled", False)
    assert len(file.path.read_text()) == size


def test_unset_puts_back_the_default_and_takes_its_comment_along(file: SettingsFile) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.set("audio.enabled", False)
    assert file.unset("audio.enabled").audio.enabled is True
    assert file.path.read_text() == WRITTEN_BY_HAND
    assert file.set("audio.volume", None).audio.volume == 0.8
    assert file.path.read_text() == WRITTEN_BY_HAND.replace("volume = 0.5 # not too loud\n", "")


def test_unset_of_what_is_not_set_writes_nothing(file: SettingsFile) -> None:
    assert file.unset("audio.enabled") == Settings()
    assert not file.path.exists()


def test_services_and_keys_of_any_name_can_be_set(file: SettingsFile) -> None:
    file.set('services."A.B \\"x\\"".dissuasion_time', 60)
    changed = file.set("keys.accept-longest", "f2,ctrl+n")
    assert changed.dissuasion_time('A.B "x"') == 60
    assert changed.keys == {"accept-longest": "f2,ctrl+n"}


def test_an_edit_by_hand_just_before_is_kept(file: SettingsFile) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.load()
    write(file.path, WRITTEN_BY_HAND.replace("0.5", "0.3"))
    changed = file.set("audio.enabled", False)
    assert (changed.audio.volume, changed.audio.enabled) == (0.3, False)


def test_an_edit_by_hand_in_the_middle_of_writing_is_kept(
    file: SettingsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.load()
    edits = iter([WRITTEN_BY_HAND.replace("0.5", "0.3")])
    add = with_value

    def edited_meanwhile(text: str, key: tuple[str, ...], value: object, why: str) -> str:
        for edit in edits:
            write(file.path, edit)
        return add(text, key, value, why)

    monkeypatch.setattr(editing, "with_value", edited_meanwhile)
    changed = file.set("audio.enabled", False)
    assert (changed.audio.volume, changed.audio.enabled) == (0.3, False)


def test_writing_waits_while_an_editor_is_in_the_middle_of_its_own(file: SettingsFile) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.load()
    write(file.path, "", age=0)
    finished = threading.Timer(0.06, lambda: write(file.path, WRITTEN_BY_HAND.replace("0.5", "0.3"), age=0))
    finished.start()
    changed = file.set("audio.enabled", False)
    finished.join()
    assert (changed.audio.volume, changed.audio.enabled) == (0.3, False)
    assert "# not too loud" in file.path.read_text()


@pytest.mark.parametrize("content", [BROKEN.encode(), "x='é'".encode("latin-1")])
def test_a_broken_file_is_never_overwritten(file: SettingsFile, content: bytes) -> None:
    write(file.path, "")
    file.path.write_bytes(content)
    os.utime(file.path, (1, 1))
    with pytest.raises(SettingsNotSaved) as refusal:
        file.set("audio.enabled", False)
    assert str(file.path) in refusal.value.cure
    with pytest.raises(SettingsNotSaved):
        file.unset("audio.enabled")
    assert file.path.read_bytes() == content
    assert os.listdir(file.path.parent) == ["config.toml"]


def test_a_refusal_names_the_place_in_the_broken_file(file: SettingsFile) -> None:
    write(file.path, BROKEN)
    with pytest.raises(SettingsNotSaved, match=re.escape(f"broken. Mend {file.path}:2:10: This is not TOML")):
        file.set("audio.enabled", False)


def test_a_table_that_is_none_is_left_alone(file: SettingsFile) -> None:
    write(file.path, "audio = 3\n")
    with pytest.raises(SettingsNotSaved, match=r"Set audio\.enabled by hand"):
        file.set("audio.enabled", False)
    assert file.path.read_text() == "audio = 3\n"


def test_a_value_that_is_not_allowed_is_refused(file: SettingsFile) -> None:
    with pytest.raises(
        SettingsNotSaved, match=r"audio.volume was not saved. It must be a number from 0 to 1."
    ):
        file.set("audio.volume", 2)
    with pytest.raises(KeyError):
        file.set("audio.volum", 1)
    with pytest.raises(SettingsNotSaved):
        file.set("agent.name", "\ud800")
    assert not file.path.exists()


def test_a_read_only_file_is_left_alone(file: SettingsFile) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.path.chmod(0o444)
    with pytest.raises(SettingsNotSaved, match="The settings file is read-only"):
        file.set("audio.enabled", False)
    assert file.path.read_text() == WRITTEN_BY_HAND
    assert os.listdir(file.path.parent) == ["config.toml"]


@pytest.mark.parametrize(
    ("number", "said"),
    [(28, "The disk is full."), (30, "The settings file is read-only."), (5, "Input/output")],
)
@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_file_and_no_litter(
    file: SettingsFile, monkeypatch: pytest.MonkeyPatch, number: int, said: str, where: str
) -> None:
    write(file.path, WRITTEN_BY_HAND)

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, where, fail)
    with pytest.raises(SettingsNotSaved, match=said):
        file.set("audio.enabled", False)
    monkeypatch.undo()
    assert file.path.read_text() == WRITTEN_BY_HAND
    assert os.listdir(file.path.parent) == ["config.toml"]


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deskbell").write_text("not a folder")
    file = SettingsFile(tmp_path / "deskbell" / "config.toml")
    file.load()
    with pytest.raises(SettingsNotSaved, match="cannot be written"):
        file.set("audio.enabled", False)


def test_permissions_are_kept(file: SettingsFile) -> None:
    write(file.path, WRITTEN_BY_HAND)
    file.path.chmod(0o640)
    file.set("audio.enabled", False)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o640


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_a_link(tmp_path: Path, exists: bool) -> None:
    real = tmp_path / "dotfiles" / "deskbell.toml"
    if exists:
        write(real, WRITTEN_BY_HAND)
    link = tmp_path / "config.toml"
    link.symlink_to(Path("dotfiles") / "deskbell.toml")
    assert SettingsFile(link).set("audio.enabled", False).audio.enabled is False
    assert link.is_symlink()
    assert tomllib.loads(real.read_text())["audio"]["enabled"] is False


def test_no_reader_ever_sees_half_a_file(file: SettingsFile) -> None:
    write(file.path, WRITTEN_BY_HAND)
    done = threading.Event()
    wrong: list[str] = []
    reads = 0

    def read() -> None:
        nonlocal reads
        while not done.is_set():
            text = file.path.read_text()
            reads += 1
            if "# popups" not in text or parse_text(text, file.path)[0].desktop.enabled is not True:
                wrong.append(text)

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(60):
        file.set("audio.enabled", turn % 2 == 0)
    done.set()
    reader.join()
    assert wrong == []
    assert reads > 20


def test_many_threads_set_without_losing_one_anothers(file: SettingsFile) -> None:
    keys = [
        f"audio.{block}.{name}" for block in ("pending", "message") for name in ("enabled", "when_focused")
    ]
    threads = [threading.Thread(target=file.set, args=(key, key.endswith("focused"))) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = file.load().settings.audio
    assert (found.pending.enabled, found.pending.when_focused) == (False, True)
    assert (found.message.enabled, found.message.when_focused) == (False, True)


# Editing the text


@pytest.mark.parametrize(
    "text",
    [
        'audio = { volume = 0.5, strange = "kept" } # inline\n',
        "audio.volume = 0.5 # dotted\naudio.strange = 1\n[web]\nport = 1\n",
        "[audio.pending]\nloop = true\n[web]\n[audio]\nvolume = 0.5 # out of order\n",
        "[audio]\npending.enabled = true # dotted inside\n",
        "  [audio] # indented\n    volume = 0.5",
        "[audio]",
        "",
        "# only a comment",
        "[audio]\r\nvolume = 0.5\r\n\r\n[web]\r\n",
        "x = nan\n[[lists]]\na = 1\n[[lists]]\n",
    ],
)
@pytest.mark.parametrize(
    ("key", "value"),
    [(("audio", "volume"), 0.25), (("audio", "enabled"), False), (("audio", "pending", "loop"), False)],
)
def test_however_the_file_is_written_only_that_key_changes(
    text: str, key: tuple[str, ...], value: object
) -> None:
    changed = with_value(text, key, value, "Why.")
    table = tomllib.loads(changed)
    for part in key:
        table = table[part]
    assert table == value
    for line in text.splitlines():
        assert line.partition("#")[2] in changed
    back = without(changed, key, "Why.")
    again = with_value(back, key, value, "Why.")
    assert json.dumps(tomllib.loads(again), sort_keys=True) == json.dumps(
        tomllib.loads(changed), sort_keys=True
    )
    if "\r\n" in text:
        assert changed.count("\n") == changed.count("\r\n")


def value_of(known: Setting) -> st.SearchStrategy[object]:
    everything = st.one_of(
        st.booleans(),
        st.integers(0, 70_000),
        st.floats(0, 1),
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=80),
        st.sampled_from(OnClick),
        st.just(("https://a.example", "http://[::1]:80")),
    )

    def is_fit(value: object) -> bool:
        try:
            known.fit(value)
        except ValueError:
            return False
        return True

    return everything.filter(is_fit)


assignments = st.sampled_from(every_setting()).flatmap(
    lambda known: st.tuples(st.just(known), value_of(known))
)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(assignments, max_size=5), st.sampled_from(["", WRITTEN_BY_HAND]))
def test_what_was_set_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[Setting, object]], start: str
) -> None:
    path = tmp_path_factory.mktemp("settings") / "config.toml"
    write(path, start)
    file = SettingsFile(path)
    before = file.load().problems
    expected: dict[str, object] = {}
    for known, value in changes:
        file.set(known.key, value)
        expected[known.key] = known.fit(value)
    found = SettingsFile(path).load()
    assert [problem.key for problem in found.problems] == [problem.key for problem in before]
    assert found.settings == file.loaded.settings
    for known in every_setting():
        value = found.settings
        for part in known.path:
            value = getattr(value, part)
        if known.key in expected:
            assert value == expected[known.key]
    for comment in re.findall("#.*", start):
        assert comment in path.read_text("utf-8")
