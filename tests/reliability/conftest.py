"""Count the kills of a session, and report them at its end."""

from __future__ import annotations

from collections import Counter

import pytest

COUNTED: Counter[str] = Counter()


@pytest.fixture(scope="session")
def killed() -> Counter[str]:
    """How often each kind of process was killed."""
    return COUNTED


def pytest_terminal_summary(terminalreporter):
    if COUNTED:
        counts = ", ".join(f"{times} × {what}" for what, times in sorted(COUNTED.items()))
        terminalreporter.write_line(f"{COUNTED.total():,} kills: {counts}")
