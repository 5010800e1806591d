"""Sequential sweeps: seeds are added until the intervals of an outcome have a given half-width."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from alliance_sim.statistics.intervals import Numbers
from alliance_sim.statistics.planning import FIRST_LOOK, look
from alliance_sim.study.errors import StudyError
from alliance_sim.study.results.contrasts import SAMPLED as BETWEEN_POINTS
from alliance_sim.study.results.effects import effect_of
from alliance_sim.study.results.endpoints import Endpoints
from alliance_sim.study.results.pairing import by_point
from alliance_sim.study.results.results import Results
from alliance_sim.study.spec.schema import MOST_SEEDS, SAMPLED

if TYPE_CHECKING:
    from alliance_sim.study.execution.sweep import Sweep
    from alliance_sim.study.study import Study

GOAL = re.compile(r"\s*(?P<outcome>\w+)\s*(?:±|\+/-|\+-)\s*(?P<half_width>[0-9][0-9_.eE+-]*)\s*")
EXAMPLE = '"sharing ±0.01"'
MOST = 1_000
"""Most seeds at each point, by default."""
FEW_POINTS = 16
"""Points of a file that differ in several factors are compared with the first if there are at most this many."""


@dataclass(frozen=True)
class Goal:
    """The half-width that the intervals of all effects on an outcome should have.

    Attributes:
        outcome: the outcome.
        half_width: the half-width, in the unit of the outcome.
        most: the number of seeds at each point at which runs stop in any case.
    """

    outcome: str
    half_width: float
    most: int = MOST

    def __str__(self) -> str:
        """Return the goal as it is written: ``sharing ±0.01``."""
        return f"{self.outcome} ±{self.half_width:g}"


@dataclass(frozen=True)
class Reached:
    """The state of a sequential sweep when it stopped.

    Attributes:
        goal: the goal.
        sweep: the summary of the last sweep.
        seeds: the number of seeds at each point.
        half_width: the widest half-width of any effect, by the method that keeps coverage although runs stop by it;
            NaN if no interval can be computed.
        reached: whether the goal is reached.
    """

    goal: Goal
    sweep: Sweep
    seeds: int
    half_width: float
    reached: bool


def read_goal(text: str, study: Study, most: int = MOST) -> Goal:
    """Read a goal such as ``sharing ±0.01`` for a study.

    Args:
        text: the outcome and the half-width; ``+-`` may stand for ``±``.
        study: the study.
        most: the largest number of seeds at each point.

    Raises:
        StudyError: if the text is not a goal, the study does not keep the outcome, or its intervals are not over seeds.
    """
    found = GOAL.fullmatch(text)
    try:
        half_width = float(found["half_width"]) if found else math.nan
    except ValueError:
        half_width = math.nan
    if found is None or not 0.0 < half_width < math.inf:
        raise StudyError(f"--until {text[:40]!r}: give an outcome and a half-width above 0, as in --until {EXAMPLE}")
    outcome = found["outcome"]
    if outcome not in study.keep:
        raise StudyError(f"--until {text!r}: the study keeps {', '.join(study.keep)}, and not {outcome}")
    if not isinstance(study.seeds, int):
        raise StudyError("--until adds seeds, but this study lists its seeds; give their number, as in seeds = 10")
    kind = study.points.design.kind
    if kind in SAMPLED:
        raise StudyError(
            f"--until adds seeds, but the intervals of a {kind} design are over points; give it a larger n instead"
        )
    if not FIRST_LOOK <= most <= MOST_SEEDS:
        raise StudyError(f"the largest number of seeds is {most:,}, but must be {FIRST_LOOK} to {MOST_SEEDS:,}")
    return Goal(outcome, half_width, max(most, study.seeds))


def seeds_there(folder: Path, study: Study) -> int:
    """Return the number of seeds that a folder has for a study; zero if it has none, or belongs to another study."""
    try:
        manifest = Results.open(folder).manifest
    except StudyError:
        return 0
    same = isinstance(manifest.seeds, int) and study.with_seeds(manifest.seeds).hash == manifest.hash
    return manifest.seeds_a_point if same else 0


def run_until(study: Study, folder: Path, goal: Goal, run: Callable[[Study], Sweep]) -> Reached:
    """Run a study with more and more seeds until the goal is reached; only new runs are simulated.

    Each look uses nine tenths of the error probability, and the first is after ``FIRST_LOOK`` seeds, because runs stop
    more easily where the spread is small by chance (``statistics.planning.look``).

    Args:
        study: the study; its number of seeds is the least.
        folder: the folder for the results.
        goal: the goal.
        run: runs a study in the folder.

    Raises:
        StudyError: as ``Study.run`` does, or if the effects are not estimated over seeds.

    References:
        Chow and Robbins (1965), Annals of Mathematical Statistics 36:457–462.
    """
    seeds = max(study.seeds_a_point, FIRST_LOOK, seeds_there(folder, study))
    while True:
        ended = run(study.with_seeds(seeds))
        if ended.interrupted:
            return Reached(goal, ended, seeds, math.nan, reached=False)
        seen = look_at(Results.open(folder).ends(goal.outcome), goal)
        if seen.reached or seeds >= goal.most:
            return Reached(goal, ended, seeds, seen.half_width, seen.reached)
        seeds = seen.seeds


@dataclass(frozen=True)
class Seen:
    """What a look at the runs so far shows.

    Attributes:
        reached: whether the goal is reached.
        half_width: the widest half-width of any effect; NaN if an interval is missing.
        seeds: the number of seeds at each point for the next look; the present number if the goal is reached.
    """

    reached: bool
    half_width: float
    seeds: int


def look_at(ends: Endpoints, goal: Goal) -> Seen:
    """Look at the runs so far, and decide whether seeds are added.

    Args:
        ends: the endpoints of the runs.
        goal: the goal.

    Raises:
        StudyError: if the effects are not estimated over seeds.
    """
    found = look(pilots(ends, goal.outcome), goal.half_width)
    intervals, seeds = found.intervals, ends.done.shape[1]
    widths = np.fmax(intervals.high - intervals.estimate, intervals.estimate - intervals.low)
    widest = float(widths.max()) if np.isfinite(widths).all() else math.nan
    return Seen(bool(found.reached.all()), widest, min(goal.most, seeds + min(int(found.more.max()), seeds)))


def recorded_goal(text: str) -> Goal | None:
    """Return the goal that a manifest records; None if there is none."""
    found = GOAL.fullmatch(text)
    return None if found is None else Goal(found["outcome"], float(found["half_width"]))


def pilots(ends: Endpoints, outcome: str) -> Numbers:
    """Return one value per seed for each effect on an outcome; for a single point, its runs.

    Raises:
        StudyError: if points differ in several factors at once, so that intervals are over points.
    """
    factors = [name for name, levels in ends.levels.items() if len(levels.values) > 1]
    if not factors:
        return ends.values[outcome]
    effects = [effect_of(ends, factor, outcome) for factor in factors]
    if any(effect.how == BETWEEN_POINTS for effect in effects):
        if len(ends.done) > FEW_POINTS:
            raise StudyError(
                "--until adds seeds, but the intervals of these points are over points; add points instead"
            )
        effects = [effect_of(by_point(ends), "point", outcome)]
    known = [effect.pilot for effect in effects if effect.pilot is not None]
    return np.concatenate(known) if known else np.full((1, ends.done.shape[1]), np.nan)
