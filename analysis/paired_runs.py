"""Run many paired simulations on all cores: the same seeds, so the same schools and random numbers, per config."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from alliance_sim import Scenario
from alliance_sim.config import Configuration
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.engine.simulation.simulate import simulate
from analysis.models import LATE
from analysis.stored_runs import Figures, StoredRuns

HALF_TERMS = 60


class RunError(Exception):
    """A run failed; the message names its seed and what was simulated."""


def simulate_run(seed: int, config: str, half_terms: int, changes: tuple[tuple[str, Any], ...]) -> NDArray[np.float64]:
    """Simulate one run and return its outcomes: shape (half_terms + 1, outcomes)."""
    return simulate(_configuration(config, changes), seed, half_terms)


@cache  # each process simulates many seeds of one configuration
def _configuration(config: str, changes: tuple[tuple[str, Any], ...]) -> Configuration:
    return Scenario.load(config, dict(changes)).configuration


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the main process, which stores what is finished."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class PairedRuns:
    """Runs of paired seeds; each combination of config and changes is simulated once and then reused.

    Args:
        seeds: number of seeds.
        workers: number of processes; by default one per core.
        first_seed: the first seed; the others follow it.
        folder: where figures are stored by seed, so that another call simulates only what is missing; by default
            nothing is stored.
    """

    def __init__(
        self, seeds: int, workers: int | None = None, *, first_seed: int = 1, folder: Path | None = None
    ) -> None:
        self.seeds = range(first_seed, first_seed + seeds)
        self.simulated = 0
        self._stored = None if folder is None else StoredRuns(folder)
        self._pool = ProcessPoolExecutor(
            workers, mp_context=multiprocessing.get_context("forkserver"), initializer=_ignore_interrupts
        )
        self.of = cache(self._of)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _of(self, function: Callable[..., Any], *arguments: Any) -> NDArray[Any]:
        """Return ``function(seed, *arguments)`` for every seed, stacked by seed.

        Raises:
            RunError: if a run fails; the runs that have finished are stored.
        """
        known = {} if self._stored is None else self._stored.read(function, arguments)
        missing = [seed for seed in self.seeds if seed not in known]
        if missing:
            new: Figures = {}
            try:
                self._simulate(function, arguments, missing, new)
            finally:
                self.simulated += len(new)
                known |= new
                if self._stored is not None and new:
                    self._stored.write(function, arguments, known)
        return np.array([known[seed] for seed in self.seeds])

    def _simulate(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], seeds: list[int], into: Figures
    ) -> None:
        """Simulate these seeds; what has finished is in ``into`` even if a run fails or the user interrupts."""
        futures: dict[Future[Any], int] = {self._pool.submit(function, seed, *arguments): seed for seed in seeds}
        try:
            for future in as_completed(futures):
                try:
                    into[futures[future]] = np.asarray(future.result())
                except Exception as error:
                    name = f"{function.__module__}.{function.__qualname__}{arguments!r}"
                    raise RunError(f"the run of seed {futures[future]} of {name} failed: {error!r}") from error
        finally:
            for future in futures:
                future.cancel()

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
