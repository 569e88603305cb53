"""The wheel holds everything: built, installed in an empty environment, and started there."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.parts.processes import base_env
from tests.parts.pty_stage import PtyStage, Replies

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the tree by the tools already installed (so that no network is needed)."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return next(folder.glob("*.whl"))


@pytest.mark.timeout(180)
def test_the_wheel_holds_sounds_page_and_example(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert sum(name.endswith(".wav") and "sounds/ring-tones/" in name for name in names) >= 3
    assert sum(name.endswith(".wav") and "sounds/chimes/" in name for name in names) >= 2
    assert any(name.endswith("static/index.html") for name in names)
    assert any(name.endswith("static/widget.js") for name in names)
    assert any(name.endswith("config.example.toml") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith("tests/") for name in names)


@pytest.mark.timeout(300)
def test_installed_in_an_empty_environment_it_starts(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=240)
    deskbell = str(python.with_name("deskbell"))
    version = subprocess.run([deskbell, "--version"], check=True, capture_output=True, text=True, timeout=30)
    assert version.stdout.startswith("deskbell ")
    where = "from tui.outputs.tones import DEFAULT_RING, tone_path; import pathlib as p; "
    where += "print(tone_path(DEFAULT_RING, p.Path()))"
    ask = [str(python), "-P", "-c", where]
    told = subprocess.run(ask, check=True, capture_output=True, text=True, timeout=30, cwd=tmp_path)
    assert Path(told.stdout.strip()).is_relative_to(home)
    argv = [deskbell, "--config", str(tmp_path / "c.toml"), "--data", str(tmp_path / "data"), "--port", "0"]
    env = base_env(HOME=str(tmp_path))
    with PtyStage(argv, env, columns=120, rows=30, replies=Replies()) as terminal:
        assert "Nobody is waiting" in terminal.wait_for("http://127.0.0.1:", 30)
        terminal.keys("F4")
        terminal.keys("C-q")
        assert terminal.exit_code(10) == 0
