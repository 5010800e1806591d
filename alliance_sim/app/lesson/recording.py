"""Record a run for a screen: trust of schools, help between them, and each act of help and refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.config import Configuration
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.processes.trust import COLLABORATION
from alliance_sim.engine.simulation.simulation import Simulation
from alliance_sim.engine.state import World

HELPED, REFUSED, TOGETHER = 0, 1, 2
"""What became of a request: granted, refused, or granted as joint practice development."""
type Acts = NDArray[np.int32]
"""One row per request: the school that was asked, the school that asked, and what became of it."""


@dataclass(frozen=True)
class RecordedRun:
    """A run, one row per half-term; row 0 is the initial state.

    Attributes:
        configuration: the configuration, with the dated events.
        seed: the seed.
        roster: the schools.
        outcomes: outcomes of the system, shape (half-terms + 1, outcomes).
        trust: mean trust of each school's teachers in their counterparts, shape (half-terms + 1, schools).
        trusted: mean trust of other schools' teachers in those of a school, within its alliance; the same shape.
        heads_trusted: mean trust of the other heads of the alliance in a school's head; the same shape.
        alliance: the alliance of each school; the same shape.
        coordinators: whether each alliance has a coordinator, shape (half-terms + 1, alliances).
        pairs: pairs of schools that have helped each other, shape (pairs, 2).
        flow: decayed number of acts of help between them, shape (half-terms + 1, pairs).
        level: mean level of their ties, 1 to 4; the same shape.
        tie_trust: mean of the lower of the two trusts on their ties; the same shape.
        acts: the requests of each half-term; the first entry is empty.
    """

    configuration: Configuration
    seed: int
    roster: Roster
    outcomes: NDArray[np.float64]
    trust: NDArray[np.float32]
    trusted: NDArray[np.float32]
    heads_trusted: NDArray[np.float32]
    alliance: NDArray[np.int32]
    coordinators: NDArray[np.bool_]
    pairs: NDArray[np.int32]
    flow: NDArray[np.float32]
    level: NDArray[np.float32]
    tie_trust: NDArray[np.float32]
    acts: tuple[Acts, ...]

    @property
    def half_terms(self) -> int:
        """How many half-terms were simulated."""
        return len(self.outcomes) - 1

    def curve(self, outcome: str) -> NDArray[np.float64]:
        """Return an outcome of the system for each half-term."""
        return self.outcomes[:, NAMES.index(outcome)]


@dataclass
class _Watcher:
    """Observes a simulation and keeps what changes in each half-term."""

    trust: list[NDArray[np.float32]] = field(default_factory=list[NDArray[np.float32]])
    trusted: list[NDArray[np.float32]] = field(default_factory=list[NDArray[np.float32]])
    heads: list[NDArray[np.float32]] = field(default_factory=list[NDArray[np.float32]])
    alliance: list[NDArray[np.int32]] = field(default_factory=list[NDArray[np.int32]])
    coordinators: list[NDArray[np.bool_]] = field(default_factory=list[NDArray[np.bool_]])
    flow: list[NDArray[np.float32]] = field(default_factory=list[NDArray[np.float32]])
    level: list[NDArray[np.float32]] = field(default_factory=list[NDArray[np.float32]])
    tie_trust: list[NDArray[np.float32]] = field(default_factory=list[NDArray[np.float32]])
    acts: list[Acts] = field(default_factory=list[Acts])
    _before: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))

    def half_term_starts(self, simulation: Simulation) -> None:
        """Do nothing: events may still change the ties."""

    def events_applied(self, simulation: Simulation) -> None:
        """Keep the counts of help before the half-term."""
        self._before = simulation.world.ties.given.copy()

    def half_term_ended(self, simulation: Simulation) -> None:
        """Find the acts of the half-term from the counts of help before and after it."""
        remaining = 1.0 - float(simulation.settings["reciprocity"]["decay"])
        self.acts.append(_acts(simulation.world, self._before, remaining))

    def event_triggered(self, simulation: Simulation, what: str, schools: list[int]) -> None:
        """Do nothing: the state after an event is kept with its half-term."""

    def keep(self, simulation: Simulation) -> None:
        """Keep the state of schools and pairs."""
        world = simulation.world
        holder, partner = _schools_of_ties(world)
        schools = len(world.schools.id)
        inside = world.schools.alliance[holder] == world.schools.alliance[partner]
        pair = _pair(holder, partner, schools)
        self.trust.append(_mean(holder[inside], world.ties.trust[inside], schools))
        self.trusted.append(_mean(partner[inside], world.ties.trust[inside], schools))
        self.heads.append(_heads_trusted(world))
        self.alliance.append(world.schools.alliance.astype(np.int32))
        self.coordinators.append(world.coordinators.present.astype(np.bool_))
        self.flow.append(np.bincount(pair, world.ties.given, schools * schools).astype(np.float32))
        self.level.append(_mean(pair, world.ties.level, schools * schools))
        lower = np.minimum(world.ties.trust, world.ties.trust[world.ties.twin])
        self.tie_trust.append(_mean(pair, lower, schools * schools))


def record(
    configuration: Configuration, seed: int, half_terms: int, progress: Callable[[float], None] = lambda _: None
) -> RecordedRun:
    """Simulate a run and record it.

    Args:
        configuration: every parameter, with dated events.
        seed: the seed of the random numbers.
        half_terms: the number of half-terms to simulate.
        progress: called with the share that is done before each half-term; an error that it raises ends the run.

    Raises:
        ConfigError: if an event names a school that does not exist.
    """
    watcher = _Watcher()
    simulation = Simulation(configuration, seed, observer=watcher)
    watcher.acts.append(np.empty((0, 3), np.int32))
    watcher.keep(simulation)
    for half_term in range(half_terms):
        progress(half_term / half_terms)
        simulation.step()
        watcher.keep(simulation)
    flow = np.stack(watcher.flow)
    used = np.flatnonzero(flow.max(axis=0) > 0)
    pairs = np.column_stack(np.divmod(used, simulation.roster.schools)).astype(np.int32)
    return RecordedRun(
        configuration, seed, simulation.roster, simulation.recorder.outcomes(NAMES), np.stack(watcher.trust),
        np.stack(watcher.trusted), np.stack(watcher.heads), np.stack(watcher.alliance),
        np.stack(watcher.coordinators), pairs, flow[:, used], np.stack(watcher.level)[:, used],
        np.stack(watcher.tie_trust)[:, used], tuple(watcher.acts),
    )  # fmt: skip


def _schools_of_ties(world: World) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the schools of the holder and of the partner of each tie."""
    teachers = world.teachers
    ties_each = np.diff(teachers.tie_offsets.astype(np.int64))
    school = teachers.school.astype(np.int64)
    return np.repeat(school, ties_each), school[world.ties.partner]


def _pair(one: NDArray[np.int64], other: NDArray[np.int64], schools: int) -> NDArray[np.int64]:
    return np.minimum(one, other) * schools + np.maximum(one, other)


def _mean(group: NDArray[np.int64], values: NDArray[Any], groups: int) -> NDArray[np.float32]:
    """Return the mean of each group; NaN where a group is empty."""
    count = np.bincount(group, minlength=groups)
    total = np.bincount(group, values, groups)
    return np.where(count > 0, total / count.clip(1), np.nan).astype(np.float32)


def _heads_trusted(world: World) -> NDArray[np.float32]:
    begins = world.alliances.school_offsets.astype(np.int64)
    blocks = world.alliances.head_tie_offsets.astype(np.int64)
    found = np.full(len(world.schools.id), np.nan, np.float32)
    for alliance, (first, last) in enumerate(pairwise(begins.tolist())):
        members = last - first
        if members > 1:
            start = blocks[alliance]
            block = world.head_ties.trust[start : start + members * members].reshape(members, members)
            found[first:last] = (block.sum(axis=0) - block.diagonal()) / (members - 1)
    return found


def _acts(world: World, before: NDArray[np.float32], remaining: float) -> Acts:
    """Return the requests of a half-term: those granted, from the counts of help, and those refused."""
    holder, partner = _schools_of_ties(world)
    twin = world.ties.twin.astype(np.int64)
    count = np.rint(world.ties.given / max(remaining, 1e-6) - before).astype(np.int64).clip(0)
    helped = count > 0
    # At the highest level both teachers develop practice together, and both counts grow by the same act.
    together = np.where(world.ties.level == COLLABORATION, np.minimum(count, count[twin]), 0)
    once = np.where(np.arange(len(twin)) < twin, together, 0)
    each = count - together + once
    granted = np.repeat(np.arange(len(twin)), each)
    nth = np.arange(len(granted)) - np.repeat(np.cumsum(each) - each, each)
    kinds = np.where(nth < once[granted], TOGETHER, HELPED)
    asked = world.teachers.asks.astype(np.int64).ravel()
    asked = np.unique(asked[asked >= 0])
    refused = asked[~helped[twin[asked]]]
    rows = [
        np.column_stack([holder[granted], partner[granted], kinds]),
        np.column_stack([partner[refused], holder[refused], np.full(len(refused), REFUSED)]),
    ]
    return np.concatenate(rows).astype(np.int32)
