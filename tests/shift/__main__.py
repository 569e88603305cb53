"""``python -m tests.shift``: a whole shift, checked. Exit status 0 when nothing is wrong."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.shift.check import check, happened, report
from tests.shift.forms import FORMS, drawn
from tests.shift.record import load
from tests.shift.run import run


def main() -> int:
    """Run and check one shift, or check one that was run before."""
    parser = argparse.ArgumentParser(prog="python -m tests.shift", description=__doc__)
    parser.add_argument("--form", choices=sorted(FORMS), default="short")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--check", type=Path, metavar="FOLDER", help="only check this shift again")
    options = parser.parse_args()
    if options.check:
        folder = options.check
    else:
        folder = Path(tempfile.mkdtemp(prefix="deskbell-shift-"))
        sys.stdout.write(f"seed {options.seed}, in {folder}\n")
        began = time.monotonic()
        run(drawn(options.form, options.seed), folder)
        sys.stdout.write(f"took {time.monotonic() - began:.0f} s\n")
    record = load(folder)
    for what, count in sorted(happened(record).items()):
        sys.stdout.write(f"{count:6} {what}\n")
    problems = check(record)
    if problems:
        again = f"python -m tests.shift --form {options.form} --seed {record.plan.seed}"
        sys.stdout.write(report(record, problems, f"{again}\nChecked again: --check {folder}") + "\n")
    else:
        sys.stdout.write("Nothing is wrong.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
