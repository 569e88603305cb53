"""The command line: ``deskbell``, ``deskbell serve``, ``deskbell pending``, ``deskbell doctor``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tui import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the ``deskbell`` command. Returns the exit status."""
    options = _parser().parse_args(argv)
    # Imported here: --version and --help answer at once.
    from tui import console

    place = console.place(getattr(options, "config", None), getattr(options, "data", None))
    command = getattr(options, "command", None)
    if command == "pending":
        return console.print_pending(place, as_json=options.json)
    if command == "doctor":
        return console.doctor(place, as_json=options.json, ask=not options.no_ask)
    host, port = getattr(options, "host", None), getattr(options, "port", None)
    if command == "serve":
        return console.serve(place, host, port)
    look = console.Look(plain=options.plain, mouse=not options.no_mouse)
    return console.run(place, host, port, web=not options.no_web, look=look)


def _parser() -> argparse.ArgumentParser:
    # SUPPRESS: an option before the command must not be overwritten by the command's own default
    places = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    places.add_argument("--config", type=Path, metavar="FILE", help="settings file (TOML)")
    places.add_argument("--data", type=Path, metavar="DIR", help="folder for everything Deskbell writes")
    door = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    door.add_argument("--host", help="address the visitor's door listens on (default 127.0.0.1)")
    door.add_argument("--port", type=_port, metavar="N", help="its port; 0 picks a free one")

    parser = argparse.ArgumentParser(
        prog="deskbell",
        description="An agent console for live chat that lives in a terminal.",
        parents=[places, door],
    )
    parser.add_argument("--version", action="version", version=f"deskbell {__version__}")
    parser.add_argument("--no-web", action="store_true", help="do not open the visitor's door")
    parser.add_argument(
        "--plain", action="store_true", help="lines instead of a screen, for screen readers and braille lines"
    )
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="")
    serve = commands.add_parser(
        "serve", parents=[places, door], help="the visitor's door without a console", description=serve_text
    )
    serve.add_argument("--no-web", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    pending = commands.add_parser(
        "pending", parents=[places], help="print the pending queue", description=pending_text
    )
    pending.add_argument("--json", action="store_true", help="one JSON array, for scripts and status bars")
    doctor = commands.add_parser(
        "doctor", parents=[places], help="examine sound, popups, terminal and data", description=doctor_text
    )
    doctor.add_argument("--json", action="store_true", help="one JSON object, for scripts")
    doctor.add_argument("--no-ask", action="store_true", help="do not ask whether the tone was heard")
    return parser


serve_text = "Keeps the visitor's door open and the queue's deadlines kept, without a console."
pending_text = "Prints the pending queue, longest wait first, and exits."

doctor_text = (
    "Examines everything Deskbell stands on: plays the ring tone, raises a test popup, looks at the "
    "terminal, the data, the clock and the visitor's door, and says what to do. "
    "Exit status 0 if all that is switched on works, else 1."
)


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: it must be a number from 0 to 65535")
    return port


if __name__ == "__main__":
    sys.exit(main())
