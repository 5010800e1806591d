"""Worlds shared between processes: an interrupt ends them all, wherever it comes."""

from __future__ import annotations

import multiprocessing
import signal

import pytest

from alliance_sim import Scenario, paired_worlds


def test_an_interrupt_waits_until_nothing_is_locked(monkeypatch):
    """It comes while the futures are looked at, which then are looked at to the end; raised there, the command hung."""
    looked_at = []
    as_completed = paired_worlds.as_completed

    def interrupted(futures):
        signal.raise_signal(signal.SIGINT)
        looked_at.append(len(futures))
        yield from as_completed(futures)

    monkeypatch.setattr(paired_worlds, "as_completed", interrupted)
    scenario = Scenario(**{"population.schools": 4})
    with pytest.raises(KeyboardInterrupt):
        paired_worlds.live_all([scenario], [1, 2, 3], 6, workers=2)
    assert looked_at == [3]
    assert not multiprocessing.active_children()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
