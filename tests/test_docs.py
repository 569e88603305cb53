"""What stands in docs/ is true: each command is run or read, each configuration parsed, each link there."""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.documents import DOCS, ROOT, Block, all_blocks, blocks
from tests.parts.processes import Process, base_env, missing, need, start, stop
from tests.parts.waiting import until
from tui import cli
from tui.config.fields import every_setting
from tui.config.parse import parse_text
from tui.plain.table import BY_NAME
from tui.screens.command_table import BY_SLASH, COMMANDS
from tui.screens.keymap import key_label
from tui.typed import slash

LANGUAGES = {"sh", "toml", "ini", "nginx", "caddyfile", "html", "text", "python"}
MANNERS = {"", "stays", "stopped", "only-read"}


class Machine:
    """A machine of one's own to try a document on: its folders, its door, its port."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.data = root / "var/lib/deskbell"
        self.home = root / "home"
        for folder in (self.data, root / "usr/local/bin", root / "var/backups", root / "opt"):
            folder.mkdir(parents=True)
        (self.home / ".local/share").mkdir(parents=True)
        (self.home / ".local/share/deskbell").symlink_to(self.data)
        (self.home / ".config/deskbell").mkdir(parents=True)
        (self.home / ".config/deskbell/config.toml").write_text(f"[web]\nport = {self.port}\n")
        path = f"{root}/usr/local/bin:{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/bin"
        self.env = base_env(HOME=str(self.home), PATH=path)
        self._staying: list[Process] = []

    def here(self, text: str) -> str:
        """The text with this machine's port and folders."""
        text = text.replace("8765", str(self.port))
        return re.sub(r"(?<![\w.])/(?=(?:opt|var/lib|var/backups|usr/local/bin)\b)", f"{self.root}/", text)

    def run(self, block: Block) -> str:
        """Run a block as it stands; what it says."""
        script = f"set -euo pipefail\n{self.here(block.text)}"
        told = subprocess.run(
            ["bash", "-c", script],
            env=self.env,
            cwd=ROOT,
            input="quit\n",  # for what asks
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert told.returncode == 0, f"{block}: {told.stderr}{told.stdout}"
        return told.stdout

    def stays(self, block: Block) -> None:
        """Start what stays, and wait until the door is open."""
        self._staying.append(
            start(["bash", "-c", f"exec {self.here(block.text)}"], self.env, cwd=str(self.root))
        )

        def open_() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        until(open_, 20, "the door is open")

    def end(self) -> None:
        """Stop what stays."""
        while self._staying:
            stop(self._staying.pop(), 5)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.end()


def follow(machine: Machine, document: str) -> dict[str, str]:
    """Do what a document says, from its first block of commands to its last; what each said, by its text."""
    said: dict[str, str] = {}
    for block in blocks(ROOT / "docs" / document):
        if block.language != "sh" or block.manner == "only-read":
            continue
        if block.manner == "stays":
            machine.stays(block)
            continue
        if block.manner == "stopped":
            machine.end()
        said[block.text] = machine.run(block)
    return said


@pytest.mark.timeout(300)
def test_the_administrators_commands_do_what_is_said_of_them(machine: Machine) -> None:
    need(missing({"curl": "curl", "sqlite3": "sqlite3"}))
    said = follow(machine, "administrator.md")

    def of(words: str) -> str:
        return next(told for text, told in said.items() if words in text)

    tried = of("deskbell pending --json")
    assert '"deskbell"' in tried
    assert "Anna" in tried
    assert [contact["service"] for contact in json.loads(tried[tried.rindex("[") :])] == ["Sales"]
    assert re.search(r'\[\{"seq": 1, "id": "[^"]*", "from": "visitor", "text": "My invoice is wrong"', tried)
    assert json.loads(of("doctor --json"))["findings"]
    assert of("pip install").startswith("deskbell ")
    assert (machine.root / "usr/local/bin/deskbell").resolve() == machine.root / "opt/deskbell/bin/deskbell"
    made = json.loads(of("Idempotency-Key"))
    assert set(made) == {"id", "token", "desk"}
    assert of("VACUUM INTO").split() == ["ok", "2"]
    assert not any(b"Anna" in path.read_bytes() for path in machine.data.iterdir())
    machine.stays(next(block for block in all_blocks("sh") if block.manner == "stays"))
    after = subprocess.run(
        ["deskbell", "pending"], env=machine.env, capture_output=True, text=True, check=True, timeout=30
    )
    assert after.stdout == "Nobody is waiting.\n"


def test_the_agents_commands_do_what_is_said_of_them(machine: Machine) -> None:
    (said,) = follow(machine, "agent.md").values()
    assert "plain mode" in said


@pytest.mark.parametrize("block", all_blocks("sh"), ids=str)
def test_commands_can_be_read_by_the_shell(block: Block) -> None:
    assert block.manner in MANNERS
    subprocess.run(["bash", "-n", "-c", block.text], check=True, capture_output=True, timeout=10)


@pytest.mark.parametrize("block", all_blocks("toml"), ids=str)
def test_settings_are_settings(block: Block) -> None:
    _, problems = parse_text(block.text, block.document)
    assert problems == ()


IN_README = re.findall(r"\n\n((?:    .*\n)+)", (ROOT / "README.md").read_text("utf-8"))
"""Its blocks are indented."""


@pytest.mark.parametrize("text", [text for text in IN_README if text.lstrip().startswith("[")])
def test_settings_in_the_readme_are_settings(text: str) -> None:
    _, problems = parse_text(textwrap.dedent(text), ROOT / "README.md")
    assert problems == ()


def test_the_call_in_the_readme_brings_a_visitor(machine: Machine) -> None:
    need(missing({"curl": "curl"}))
    (call,) = (text for text in IN_README if "curl -X" in text)
    machine.stays(next(block for block in all_blocks("sh") if block.manner == "stays"))
    told = machine.run(Block(ROOT / "README.md", 0, "sh", "", textwrap.dedent(call)))
    assert set(json.loads(told)) == {"id", "token", "desk"}


@pytest.mark.parametrize("block", all_blocks("python"), ids=str)
def test_programs_can_be_read(block: Block) -> None:
    ast.parse(block.text)


def test_the_service_is_one_that_systemd_takes_and_shuts_in(machine: Machine) -> None:
    need(missing({"systemd-analyze": "systemd"}))
    (block,) = all_blocks("ini")
    unit = machine.root / "deskbell.service"
    program = machine.root / "opt/deskbell/bin/deskbell"
    program.parent.mkdir(parents=True)
    shutil.copy(Path(sys.executable).with_name("deskbell"), program)
    unit.write_text(machine.here(block.text))

    def analyze(*words: str) -> subprocess.CompletedProcess[str]:
        argv = ["systemd-analyze", *words, str(unit)]
        return subprocess.run(argv, capture_output=True, text=True, timeout=60)

    verified = analyze("verify")
    assert (verified.returncode, verified.stderr) == (0, "")
    # The score goes from 0 (shut in) to 10; 20 stands for 2.0.
    assert analyze("security", "--offline=true", "--threshold=20").returncode == 0
    (started,) = re.findall(r"^ExecStart=\S+ (.*)$", block.text, re.MULTILINE)
    assert cli._parser().parse_args(shlex.split(started)).command == "serve"


def test_agents_who_come_in_by_ssh_start_consoles_on_one_desk() -> None:
    lines = [line for block in all_blocks("text") for line in block.text.splitlines() if "command=" in line]
    started = [shlex.split(re.findall(r'command="deskbell ([^"]*)"', line)[0]) for line in lines]
    options = [cli._parser().parse_args(words) for words in started]
    assert len(options) > 1
    assert len({option.data for option in options}) == 1
    assert len({option.config for option in options}) == len(options)


def test_every_block_is_of_a_kind_that_is_looked_at() -> None:
    for document in DOCS:
        for block in blocks(document):
            assert block.language in LANGUAGES, f"{block}: nothing looks at {block.language}"
        fences = document.read_text("utf-8").count("```")
        assert fences == 2 * len(blocks(document)), f"{document.name}: a fence says no language"


@pytest.mark.parametrize("document", [*DOCS, ROOT / "README.md"], ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text("utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def _quoted(document: Path) -> list[str]:
    """What stands between backticks in the running text."""
    text = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("document", [*DOCS, ROOT / "README.md"], ids=lambda path: path.name)
def test_keys_and_commands_in_the_text_are_those_of_the_table(document: Path) -> None:
    keys = {key_label(key) for command in COMMANDS for key in command.keys.split(",")}
    for said in _quoted(document):
        if re.fullmatch(r"(F\d+|(Ctrl|Alt)\+\w)", said):
            assert said in keys, f"{document.name}: no command has the key {said}"
        if document.name == "agent.md" and re.fullmatch(r"/[a-z?].*", said):
            read = (slash.read(said, commands) for commands in (BY_SLASH, BY_NAME))
            assert any(isinstance(one, slash.Order) for one in read), f"{document.name}: {said}"


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_files_named_in_the_text_are_there(document: Path) -> None:
    for said in _quoted(document):
        if re.fullmatch(r"(tui|tests|docs)/[\w/.*]+", said):
            assert list(ROOT.glob(said)), f"{document.name}: {said}"


def test_settings_named_in_the_text_are_settings() -> None:
    names = {part for one in every_setting() for part in one.key.split(".")}
    for document in DOCS[:2]:
        for said in _quoted(document):
            if re.fullmatch(r"[a-z]+(_[a-z]+)+", said) and said != "found_words":
                assert said in names, f"{document.name}: {said}"
