"""How the suite is run: every test once, in one of two halves."""

from __future__ import annotations

import pytest

from tests.__main__ import commands, ended


@pytest.mark.parametrize(
    ("arguments", "side_by_side", "alone"),
    [
        ([], "-n 4 --dist loadfile -m not alone", "-n 0 -m alone"),
        (["-k", "queue"], "-n 4 --dist loadfile -k queue -m not alone", "-k queue -n 0 -m alone"),
        (["-n", "1"], "-n 1 -m not alone", "-n 1 -n 0 -m alone"),
        (
            ["-m", "e2e or x", "-x"],
            "-n 4 --dist loadfile -x -m (e2e or x) and not alone",
            "-x -n 0 -m (e2e or x) and alone",
        ),
    ],
)
def test_the_halves_are_chosen_by_a_mark(arguments: list[str], side_by_side: str, alone: str) -> None:
    told = [" ".join(command[3:]) for command in commands(arguments, processors=2)]
    assert told == [side_by_side, alone]


@pytest.mark.parametrize(
    ("codes", "code"),
    [([0, 0], 0), ([0, 5], 0), ([5, 0], 0), ([5, 5], 5), ([1, 0], 1), ([0, 2], 2), ([5, 1], 1)],
)
def test_a_half_without_tests_is_no_failure_but_a_run_without_any_is(codes: list[int], code: int) -> None:
    assert ended(codes) == code
