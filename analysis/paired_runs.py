"""Run many paired simulations on all cores: the same seeds, so the same schools and random numbers, per config."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from alliance_sim import Scenario
from alliance_sim.config import Configuration
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.engine.simulation.simulate import simulate
from analysis.models import LATE

HALF_TERMS = 60


def simulate_run(seed: int, config: str, half_terms: int, changes: tuple[tuple[str, Any], ...]) -> NDArray[np.float64]:
    """Simulate one run and return its outcomes: shape (half_terms + 1, outcomes)."""
    return simulate(_configuration(config, changes), seed, half_terms)


@cache  # each process simulates many seeds of one configuration
def _configuration(config: str, changes: tuple[tuple[str, Any], ...]) -> Configuration:
    return Scenario.load(config, dict(changes)).configuration


class PairedRuns:
    """Runs of seeds 1 to ``seeds``; each combination of config and changes is simulated once and then reused.

    Args:
        seeds: number of seeds.
        workers: number of processes; by default one per core.
    """

    def __init__(self, seeds: int, workers: int | None = None) -> None:
        self.seeds = range(1, seeds + 1)
        self._pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("forkserver"))
        self.of = cache(self._of)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _of(self, function: Callable[..., Any], *arguments: Any) -> NDArray[Any]:
        """Return ``function(seed, *arguments)`` for every seed, stacked by seed."""
        columns = [[argument] * len(self.seeds) for argument in arguments]
        return np.array(list(self._pool.map(function, self.seeds, *columns, chunksize=2)))

    def outcome(
        self, name: str, config: str, changes: dict[str, Any] | None = None, half_terms: int = HALF_TERMS
    ) -> NDArray[np.float64]:
        """Return one outcome over time: shape (seeds, half_terms + 1)."""
        table = self.of(simulate_run, config, half_terms, tuple((changes or {}).items()))
        return table[:, :, NAMES.index(name)]

    def late(
        self, name: str, config: str, changes: dict[str, Any] | None = None, half_terms: int = HALF_TERMS
    ) -> NDArray[np.float64]:
        """Return one outcome's mean over the last two years: shape (seeds,)."""
        return self.outcome(name, config, changes, half_terms)[:, -LATE:].mean(axis=1)
