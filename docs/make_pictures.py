"""Makes the pictures of the README from the running program: ``python docs/make_pictures.py``.

Starts a console in a terminal of its own, has visitors write, and draws what the terminal shows as SVG.
Needs what the end-to-end tests need.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from rich.console import Console  # noqa: E402
from rich.terminal_theme import TerminalTheme  # noqa: E402
from rich.text import Text  # noqa: E402

from tests.e2e.shift import Shift, Visitor  # noqa: E402
from tests.parts.waiting import until  # noqa: E402

HOME = "/home/maria/desk"
"""Stands in the pictures for the folder they are made in."""

WIDE = 100
SCREENS = (
    (["F9"], "settings", "search in all settings"),
    (["F11", *["BSpace"] * 8], "alert-log", "Alert log · "),
    (["F12"], "doctor", "R examines again"),
)
"""Keys, name of the picture, what the screen shows when it is there."""

PICTURES = ROOT / "docs" / "pictures"

THEME = TerminalTheme(
    (18, 18, 18),
    (224, 224, 224),
    [
        *((18, 18, 18), (201, 60, 60), (70, 150, 80), (190, 140, 40)),
        *((60, 110, 190), (150, 80, 160), (50, 150, 160), (200, 200, 200)),
    ],
)

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
 role="img" aria-label="The Deskbell console in a terminal">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
 font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<rect width="100%" height="100%" rx="8" fill="#121212"/>
<g transform="translate(8, 8)" class="{unique_id}-matrix">
{backgrounds}
{matrix}
</g>
</svg>
"""


def draw(shift: Shift, name: str, columns: int, rows: int) -> None:
    """Keep what the console's terminal shows."""
    screen = shift.stage.screen(styled=True)
    screen = screen.replace(str(shift.folder), HOME.ljust(len(str(shift.folder))))
    screen = re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:8765", screen)
    console = Console(record=True, width=columns, height=rows, file=io.StringIO())
    for line in screen.splitlines()[:rows]:
        console.print(Text.from_ansi(line), no_wrap=True, overflow="crop", soft_wrap=True)
    svg = console.export_svg(title="", theme=THEME, code_format=SVG, unique_id="deskbell")
    svg = "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"
    (PICTURES / f"{name}.svg").write_text(svg)


def talk(shift: Shift, visitor: Visitor, *lines: tuple[str, str]) -> None:
    """Visitor and agent by turns, in the chat that is open."""
    shift.stage.wait_for("Write to the visitor")
    for index, (who, text) in enumerate(lines):
        before = len(visitor.hears())
        if who == "visitor":
            visitor.says(f"{visitor.id}-{index}", text)
        else:
            shift.stage.text(text)
            shift.stage.keys("Enter")
        until(lambda before=before: len(visitor.hears()) > before, 5)  # type: ignore[misc]


def play(name: str, columns: int, rows: int) -> None:
    """A small scene on a terminal of this size."""
    with tempfile.TemporaryDirectory() as folder:
        shift = Shift(Path(folder), size=(columns, rows), popup="close_after = 0")
        with shift:
            settings = shift.config.read_text()
            settings = settings.replace(str(shift.ring), "marimba").replace(str(shift.chime), "drop")
            shift.config.write_text(settings)
            shift.start()
            anna = shift.visitor("Anna", "The invoice shows the wrong address", service="Sales", lang="en")
            shift.stage.keys("F2")
            shift.stage.wait_for("Write to the visitor")
            talk(
                shift,
                anna,
                ("agent", "Good morning Anna, let me look, one moment."),
                ("visitor", "of course, it is this one: https://shop.example/invoices/2026-11"),
                ("agent", "Found it: the address is last year's. I send you a corrected one today."),
            )
            luca = shift.visitor("Luca", "It works now, thank you!", service="Support", lang="it")
            shift.stage.keys("F2")
            shift.stage.wait_for("2 Luca")
            talk(shift, luca, ("agent", "Glad to hear."), ("visitor", "one more thing"))
            shift.visitor("Chen", "cannot log in since this morning", service="Support", lang="en")
            shift.visitor("Bruno", "ho un problema con la fattura di marzo", service="Sales", lang="it")
            shift.stage.wait_for("2 waiting")
            shift.stage.other_window()
            shift.stage.wait_for("rings: Chen, Bruno")
            time.sleep(9)  # the toasts go, and the waits show some seconds
            draw(shift, name, columns, rows)
            if columns >= WIDE:
                dialogs(shift, columns, rows)


def dialogs(shift: Shift, columns: int, rows: int) -> None:
    """The screens over the desk, each as it opens."""
    for keys, name, shown in SCREENS:
        shift.stage.keys(*keys)
        shift.stage.wait_for(shown, 30)
        time.sleep(1)
        draw(shift, name, columns, rows)
        shift.stage.keys("Escape")
        shift.stage.wait_for("MY CHATS")


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    play("console", 120, 30)
    play("console-small", 80, 24)
