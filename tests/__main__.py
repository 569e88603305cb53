"""Runs the suite: first, side by side, what bears company; then, by itself, what measures sound and time.

Arguments are pytest's own. Without ``-n``, twice as many processes as there are processors run side by side:
most tests wait for something.
"""

from __future__ import annotations

import os
import subprocess
import sys

NOTHING_COLLECTED = 5
"""What pytest ends with when no test was chosen."""
MOST_WORKERS = 8


def commands(arguments: list[str], processors: int) -> list[list[str]]:
    """What is run, one after the other. An own ``-m`` of the caller is kept."""
    rest, chosen = _without_marks(arguments)
    within = f"({chosen}) and " if chosen else ""
    given = any(one.startswith(("-n", "--numprocesses", "--pdb")) for one in rest)
    workers = [] if given else ["-n", str(min(2 * processors, MOST_WORKERS)), "--dist", "loadfile"]
    pytest = [sys.executable, "-m", "pytest"]
    return [
        [*pytest, *workers, *rest, "-m", f"{within}not alone"],
        [*pytest, *rest, "-n", "0", "-m", f"{within}alone"],
    ]


def ended(codes: list[int]) -> int:
    """The first that is wrong; a half of the suite of which nothing was chosen is not."""
    wrong = [code for code in codes if code not in (0, NOTHING_COLLECTED)]
    return wrong[0] if wrong else min(codes)


def _without_marks(arguments: list[str]) -> tuple[list[str], str]:
    rest = list(arguments)
    if "-m" not in rest[:-1]:
        return rest, ""
    at = rest.index("-m")
    chosen = rest[at + 1]
    del rest[at : at + 2]
    return rest, chosen


def main() -> int:
    """Both halves, also when the first has failed: a run tells everything there is to mend."""
    codes = [
        subprocess.run(command, check=False).returncode
        for command in commands(sys.argv[1:], os.cpu_count() or 1)
    ]
    return ended(codes)


if __name__ == "__main__":
    sys.exit(main())
