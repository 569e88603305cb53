"""Run in a terminal by the probe's tests: probes, says what it found, then shows what is typed into it."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import sys
import time

from tui.outputs import terminal_probe


def main() -> None:
    reason = terminal_probe.unsuitable()
    began = time.monotonic()
    facts = terminal_probe.probe()
    found = dataclasses.asdict(facts) | {
        "took": time.monotonic() - began,
        "unsuitable": reason,
        "asked": asyncio.run(terminal_probe.ask_tmux_focus()),
    }
    with open(sys.argv[1] + ".new", "w") as file:
        json.dump(found, file)
    os.replace(sys.argv[1] + ".new", sys.argv[1])
    print("READY", flush=True)  # noqa: T201
    for line in sys.stdin:
        print(f"typed {line.strip()!r}", flush=True)  # noqa: T201


main()
