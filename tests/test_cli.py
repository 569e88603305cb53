"""The command line: options mean the same before and after a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui import __version__, cli, console
from tui.console import Place


@pytest.mark.parametrize(
    "words",
    [
        ["--data", "d", "--config", "c", "pending"],
        ["pending", "--data", "d", "--config", "c"],
        ["--data", "d", "pending", "--config", "c"],
    ],
)
def test_folders_count_wherever_they_stand(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Place] = []

    def note(where: Place, *, as_json: bool) -> int:
        asked.append(where)
        return 0

    monkeypatch.setattr(console, "print_pending", note)
    assert cli.main(words) == 0
    assert asked == [Place(Path("c"), Path("d"))]


def test_the_doors_options_count_before_and_after_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str | None, int | None]] = []

    def note(where: Place, host: str | None, port: int | None) -> int:
        asked.append((host, port))
        return 0

    monkeypatch.setattr(console, "serve", note)
    cli.main(["--host", "::1", "--port", "0", "serve"])
    cli.main(["serve", "--host", "::1", "--port", "0"])
    assert asked == [("::1", 0), ("::1", 0)]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"deskbell {__version__}\n"


def test_a_port_that_is_none_is_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--port", "abc"])
    assert "'abc' is no port: it must be a number from 0 to 65535" in capsys.readouterr().err


def test_a_data_folder_that_is_not_there_is_an_error_for_scripts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["pending", "--data", str(tmp_path / "none")]) == 1
    assert "no data folder" in capsys.readouterr().err
