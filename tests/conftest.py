"""For the whole suite: where CI runs, nothing may be skipped."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("deskbell", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "deskbell")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A skipped test fails the run on a machine that says it is CI."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", [])) if reporter is not None else 0
    if reporter is not None and os.environ.get("CI") and skipped and exitstatus == 0:
        reporter.write_line(f"{skipped} skipped: under CI nothing may be skipped", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
