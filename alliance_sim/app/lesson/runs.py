"""The runs that screens show: the two systems, with and without an event, and with many seeds.

Runs are kept for all sessions of this process, because most sessions show the same lesson.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from alliance_sim.app.lesson.lesson import SIDES, LessonEvent, LessonSystem, Screen
from alliance_sim.app.lesson.recording import RecordedRun, record
from alliance_sim.config import Configuration, Event
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR, Value
from alliance_sim.engine.simulation.simulate import replicates_per_call, simulate_batch

Progress = Callable[[float], None]
MOST_KEPT = 64
"""Runs kept at most, the latest used."""
COMPETITION_STEP, PUSH = 0.3, 0.4
"""By how much ``competition_rises`` and ``dominant_push`` raise a policy, up to 1."""
_KINDS = ("betrayal", "head_leaves", "merger", "redraw")
"""Events that affect a school; the others set a policy."""


@dataclass(frozen=True)
class Band:
    """An outcome of both systems with many seeds.

    Attributes:
        seeds: the seeds.
        values: shape (systems, seeds, half-terms + 1).
    """

    seeds: tuple[int, ...]
    values: NDArray[np.float64]


class RunCache:
    """The latest runs and bands, by what determines them."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._kept: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        self._lock, self._most = threading.Lock(), most

    def kept[T](self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """Return what is kept under a key, made if there is nothing."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def run(self, configuration: Configuration, seed: int, half_terms: int, progress: Progress) -> RecordedRun:
        """Return a run, simulated if it is not kept."""
        key = ("run", configuration.hash, seed, half_terms)
        return self.kept(key, lambda: record(configuration, seed, half_terms, progress))


CACHE = RunCache()
"""The runs of this process."""


def with_event(configuration: Configuration, event: LessonEvent) -> Configuration:
    """Return a configuration with one more dated event.

    Args:
        configuration: the configuration of a system.
        event: the event.
    """
    half_term = round(event.year * HALF_TERMS_A_YEAR)
    if event.kind in _KINDS:
        added = Event(half_term, event.year, {}, event.kind, event.school)
    else:
        added = Event(half_term, event.year, _policy(configuration, event.kind, half_term))
    events = sorted((*configuration.events, added), key=lambda one: one.half_term)
    return replace(configuration, events=tuple(events))


def _policy(configuration: Configuration, kind: str, half_term: int) -> dict[str, Value]:
    """Return the policy that an event sets."""
    present = dict(configuration.values)
    for event in configuration.events:
        if event.half_term <= half_term:
            present |= event.set
    if kind == "funding_ends":
        return {"policy.funding": 0.0}
    if kind == "coordinators_leave":
        return {"coordinator.present": False}
    name, step = {
        "competition_rises": ("policy.competition", COMPETITION_STEP),
        "dominant_push": ("policy.hub_push", PUSH),
    }[kind]
    return {name: round(min(1.0, cast("float", present[name]) + step), 3)}


def systems_of(screen: Screen, event: LessonEvent | None = None) -> tuple[LessonSystem, LessonSystem]:
    """Return the systems of a screen, with an event in those that it affects.

    Args:
        screen: the screen.
        event: the event; None for the systems without one.
    """
    first, second = (
        replace(system, configuration=with_event(system.configuration, event))
        if event is not None and side in SIDES[event.system]
        else system
        for side, system in enumerate(screen.systems)
    )
    return first, second


def both_runs(
    screen: Screen, seed: int, event: LessonEvent | None = None, progress: Progress = lambda _: None
) -> tuple[RecordedRun, RecordedRun]:
    """Return the runs of a screen's two systems, which have the same schools and the same random numbers.

    Args:
        screen: the screen.
        seed: the seed of both.
        event: an event that happens in them.
        progress: called with the share that is done; an error that it raises ends the runs.

    Raises:
        ConfigError: if the event names a school that does not exist.
    """
    half_terms = screen.years * HALF_TERMS_A_YEAR
    first, second = (
        CACHE.run(system.configuration, seed, half_terms, lambda share, side=side: progress((side + share) / 2))
        for side, system in enumerate(systems_of(screen, event))
    )
    return first, second


def band(screen: Screen, seed: int, progress: Progress = lambda _: None) -> Band:
    """Return both systems of a screen with many seeds, simulated if they are not kept.

    Args:
        screen: the screen.
        seed: the first seed.
        progress: called with the share that is done; an error that it raises ends the runs.
    """
    hashes = (system.configuration.hash for system in screen.systems)
    key = ("band", *hashes, screen.outcome, seed, screen.runs, screen.years)
    return CACHE.kept(key, lambda: _simulated_band(screen, seed, progress))


def _simulated_band(screen: Screen, seed: int, progress: Progress) -> Band:
    seeds = tuple(range(seed, seed + screen.runs))
    half_terms = screen.years * HALF_TERMS_A_YEAR
    name = screen.outcome
    values = np.empty((2, len(seeds), half_terms + 1))
    for side, system in enumerate(screen.systems):
        together = min(5, replicates_per_call(system.configuration, half_terms))  # few, for steady progress
        for start in range(0, len(seeds), together):
            progress((side + start / len(seeds)) / 2)
            chosen = seeds[start : start + together]
            found = simulate_batch(system.configuration, chosen, half_terms, NAMES)
            values[side, start : start + len(chosen)] = found[..., NAMES.index(name)]
    return Band(seeds, values)
