"""What tests of analyses share."""

from __future__ import annotations

import signal

import pytest

from alliance_sim.study.execution import sweep


@pytest.fixture
def interrupt_once(monkeypatch):
    """Return a callback for a sweep's progress that interrupts it, as by Ctrl-C, after its first commit."""
    commits = []

    def interrupt(done, runs):
        if done and not commits:
            commits.append(done)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(sweep, "SECONDS_A_PART", 0.0)
    return interrupt
