"""Makes the pictures of the README from the running program: ``python docs/make_pictures.py``.

Starts a console in a terminal of its own, has visitors write, and draws what the terminal shows as SVG: at
three sizes in our three themes, and the screens over the desk. Sizes may be named, as in ``80x24``, to make
only those. Needs what the end-to-end tests need.
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

from rich.ansi import AnsiDecoder  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.terminal_theme import TerminalTheme  # noqa: E402

from tests.e2e.shift import Shift, Visitor  # noqa: E402
from tests.parts.waiting import until  # noqa: E402
from tui.screens.themes import OWN_THEMES  # noqa: E402

HOME = "/home/maria/desk"
"""Stands in the pictures for the folder they are made in."""

SIZES = ((80, 24), (120, 36), (200, 60))
OF_DIALOGS = (120, 36)
"""The size at which the screens over the desk are drawn."""
SCREENS = (
    (["F9"], "settings", "search in all settings"),
    (["F11", *["BSpace"] * 8], "alert-log", "Alert log · "),
    (["F12"], "doctor", "R examines again"),
)
"""Keys, name of the picture, what the screen shows when it is there."""

PICTURES = ROOT / "docs" / "pictures"

THEMES = {theme.name: theme for theme in OWN_THEMES}

ANSI = [
    *((18, 18, 18), (201, 60, 60), (70, 150, 80), (190, 140, 40)),
    *((60, 110, 190), (150, 80, 160), (50, 150, 160), (200, 200, 200)),
]


def rgb(colour: str | None) -> tuple[int, int, int]:
    """As three numbers."""
    assert colour is not None
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
 xml:space="preserve" role="img" aria-label="The Deskbell console in a terminal">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
 font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<rect width="100%" height="100%" rx="8" fill="GROUND"/>
<g transform="translate(8, 8)" class="{unique_id}-matrix">
{backgrounds}
{matrix}
</g>
</svg>
"""


def draw(shift: Shift, name: str, size: tuple[int, int], theme: str) -> None:
    """Keep what the console's terminal shows."""
    columns, rows = size
    screen = shift.stage.screen(styled=True)
    screen = screen.replace(str(shift.folder), HOME.ljust(len(str(shift.folder))))
    screen = re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:8765", screen)
    console = Console(
        record=True, width=columns, height=rows, file=io.StringIO(), color_system="truecolor", no_color=False
    )
    for line in list(AnsiDecoder().decode(screen))[:rows]:
        console.print(line, no_wrap=True, overflow="crop", soft_wrap=True)
    shown = THEMES[theme]
    colours = TerminalTheme(rgb(shown.background), rgb(shown.foreground), ANSI)
    form = SVG.replace("GROUND", str(shown.background))
    svg = console.export_svg(title="", theme=colours, code_format=form, unique_id="deskbell")
    svg = "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"
    (PICTURES / f"{name}.svg").write_text(svg)


def wear(shift: Shift, theme: str) -> None:
    """Have the console show this theme; the file is read again by itself."""
    text = re.sub(r"\n\[appearance\]\n.*\n", "\n", shift.config.read_text())
    shift.config.write_text(f'{text}\n[appearance]\ntheme = "{theme}"\n')
    ground = "48;2;{};{};{}".format(*rgb(THEMES[theme].panel))
    until(lambda: ground in shift.stage.screen(styled=True), 10, f"{theme} is shown")
    time.sleep(0.5)


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


def play(size: tuple[int, int]) -> None:
    """A small scene on a terminal of this size."""
    with tempfile.TemporaryDirectory() as folder:
        shift = Shift(Path(folder), size=size, popup="close_after = 0")
        with shift:
            settings = shift.config.read_text()
            settings = settings.replace(str(shift.ring), "marimba").replace(str(shift.chime), "drop")
            shift.config.write_text(settings)
            shift.start(env={"COLORTERM": "truecolor"})
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
            for theme in (*list(THEMES)[1:], next(iter(THEMES))):
                wear(shift, theme)
                look = theme.removeprefix("deskbell-")
                draw(shift, f"console-{look}-{size[0]}x{size[1]}", size, theme)
            if size == OF_DIALOGS:
                dialogs(shift, size, theme)


def dialogs(shift: Shift, size: tuple[int, int], theme: str) -> None:
    """The screens over the desk, each as it opens."""
    for keys, name, shown in SCREENS:
        shift.stage.keys(*keys)
        shift.stage.wait_for(shown, 30)
        time.sleep(1)
        draw(shift, name, size, theme)
        shift.stage.keys("Escape")
        shift.stage.wait_for("MY CHATS")


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for wide, high in SIZES:
        if not sys.argv[1:] or f"{wide}x{high}" in sys.argv[1:]:
            play((wide, high))
