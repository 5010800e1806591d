"""Runs shared between processes: an interrupt ends all of them."""

from __future__ import annotations

import multiprocessing
import signal

import pytest

from alliance_sim import Scenario
from alliance_sim.comparison import parallel


def test_an_interrupt_waits_until_no_lock_is_held(monkeypatch):
    """An interrupt during the wait for the next run is deferred; raised at once, it blocked the command."""
    looked = []
    look = parallel._next

    def interrupted(done, heard):
        signal.raise_signal(signal.SIGINT)
        looked.append(look(done, heard))
        return looked[-1]

    monkeypatch.setattr(parallel, "_next", interrupted)
    scenario = Scenario(**{"population.schools": 4})
    with pytest.raises(KeyboardInterrupt):
        parallel.simulate_all([scenario], [1, 2, 3], 6, workers=2)
    assert looked == [None]
    assert not multiprocessing.active_children()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
