"""The findings of a study that the page shows, computed once from the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from alliance_sim.reporting.charts import PANELS
from alliance_sim.reporting.study.labels import level_label, symbol_of
from alliance_sim.statistics.families import simultaneous_together
from alliance_sim.study.errors import StudyError
from alliance_sim.study.results.contrasts import Contrast, Effect, Interaction, JointContrast
from alliance_sim.study.results.effects import effect_of, interaction_of, joint_with_intervals, with_intervals
from alliance_sim.study.results.endpoints import Endpoints, Levels, endpoints_of
from alliance_sim.study.results.pairing import by_point, crossed
from alliance_sim.study.results.results import Results
from alliance_sim.study.results.sample_effects import INDICES_ONLY
from alliance_sim.study.results.sample_size import SampleSize, SeedShare, sample_sizes, seed_share, widest_gap
from alliance_sim.study.results.sensitivity import Indices, indices_of
from alliance_sim.study.spec.schema import SAMPLED
from alliance_sim.study.storage.arrow import pc
from alliance_sim.study.storage.manifest import Manifest
from alliance_sim.study.storage.parts import FAILED
from alliance_sim.study.storage.points_table import read_points
from alliance_sim.study.storage.snapshot import Snapshot, require_intact
from alliance_sim.study.storage.status import Status, status_of

MOST_JOINT = 12
"""Most pairs of factors on the page; the others are available in Python."""
FEW_FAILURES = 20
FEW_POINTS = 16
MOST_NAMED = 4
STRONGEST = 6
"""Number of leading factors of a sample whose interactions are computed."""


@dataclass(frozen=True, eq=False)
class Findings:
    """The findings of a study.

    The simultaneous limits of effects and interactions hold for all of them and all outcomes at once.

    Attributes:
        results: the results they come from.
        snapshot: the runs that the findings are computed from.
        status: the progress of the sweep.
        ends: the outcomes of every run at the end.
        varied: the levels of each factor; where a few points were given in a file, ``ends`` has the points instead.
        outcomes: the recorded outcomes, the main ones first.
        factors: the factors; in a sample the most influential first.
        effects: by factor and outcome; none in samples for indices, but of variants.
        family: the number of effects and interactions whose simultaneous limits hold at once.
        interactions: by pair of factors and outcome, the strongest pairs first.
        pairs_left_out: number of pairs of factors that are not among them.
        indices: sensitivity indices by outcome; empty if the design is no sample.
        index_trouble: why indices are missing from a sample; else empty.
        sample_sizes: by outcome, the sample sizes needed for the contrasts that the page shows.
        seed_shares: by outcome, the share of the variance between points that is due to random numbers.
        failures: the first runs that failed: point, seed, reason.
    """

    results: Results
    snapshot: Snapshot
    status: Status
    ends: Endpoints
    varied: dict[str, Levels]
    outcomes: tuple[str, ...]
    factors: tuple[str, ...]
    effects: dict[tuple[str, str], Effect]
    family: int
    interactions: dict[tuple[str, str], dict[str, Interaction]]
    pairs_left_out: int
    indices: dict[str, Indices]
    index_trouble: str
    sample_sizes: dict[str, list[SampleSize]]
    seed_shares: dict[str, SeedShare]
    failures: list[dict[str, Any]]

    @property
    def manifest(self) -> Manifest:
        """The study's manifest."""
        return self.results.manifest

    @property
    def sampled(self) -> bool:
        """Whether points were sampled, or given such that they differ in all factors at once."""
        return self.ends.kind in SAMPLED or any(effect.how == "between points" for effect in self.effects.values())

    def shown(self, factor: str, outcome: str) -> tuple[Contrast, ...]:
        """Return the contrasts on the page: every level against the first defined one."""
        if (factor, outcome) not in self.effects:  # samples for indices have no contrasts of levels
            return ()
        return self.effects[factor, outcome].contrasts

    def shown_joint(self, pair: tuple[str, str], outcome: str) -> tuple[JointContrast, ...]:
        """Return the contrasts of two factors on the page."""
        found = self.interactions[pair][outcome]
        if found.how == "between points" or not found.contrasts:
            return found.contrasts
        last = [self.ends.levels[name].values[-1] for name in pair]
        numeric = [self.ends.levels[name].numeric for name in pair]
        return tuple(
            one
            for one in found.contrasts
            if (not numeric[0] or one.level == last[0]) and (not numeric[1] or one.other_level == last[1])
        )

    def contrast(self, factor: str, outcome: str, level: object) -> Contrast | None:
        """Return the contrast of one level; None if it is the reference, or there is none."""
        return next((one for one in self.shown(factor, outcome) if one.level == level), None)

    def levels_shown(self, factor: str) -> list[Any]:
        """Return the levels that have a contrast with the reference for any outcome."""
        found = [one.level for name in self.outcomes for one in self.shown(factor, name)]
        order = {level: float(place) for place, level in enumerate(self.ends.levels[factor].values)}
        return sorted(dict.fromkeys(found), key=lambda level: order[level] if level in order else level[0])  # bands

    def smallest(self, outcome: str) -> float | None:
        """Return the smallest effect of interest on an outcome; None if the study states none."""
        return self.manifest.matters.get(outcome)


def collect_findings(results: Results) -> Findings:
    """Compute the findings from stored results.

    Raises:
        StudyError: if no run is done yet, or a part is damaged.
    """
    snapshot = require_intact(results.folder, results.manifest)
    found = status_of(results.folder, results.manifest, snapshot)
    if not found.done:
        raise StudyError(f"{results.folder}: no run is done yet, so there is nothing to report")
    outcomes = _in_order(results.manifest.keep)
    ends = endpoints_of(snapshot, read_points(results.folder, results.manifest), results.manifest, outcomes, None)
    varied = {name: levels for name, levels in ends.levels.items() if len(levels.values) > 1}
    ends = replace(ends, levels=varied)
    if _few_given(ends):
        ends = by_point(ends, _point_labels(ends))
    indices, trouble = _indices(results, ends, outcomes)
    compared = [factor for factor in ends.levels if factor == "variant" or ends.kind not in INDICES_ONLY]
    effects = {(factor, name): effect_of(ends, factor, name) for factor in compared for name in outcomes}
    factors = _strongest_first(ends, effects, indices, outcomes)
    interactions, left_out = _interactions(ends, factors, outcomes)
    family = _hold_at_once(effects, interactions)
    rows = snapshot.runs
    failed = rows.filter(pc.equal(rows["status"], FAILED)).select(["point", "seed", "reason"])
    findings = Findings(
        results, snapshot, found, ends, varied, outcomes, factors, effects, family, interactions, left_out, indices,
        trouble,
        {}, {name: seed_share(ends, name) for name in outcomes}, failed.slice(0, FEW_FAILURES).to_pylist(),
    )  # fmt: skip
    for name in outcomes:
        found_effects = [effects[factor, name] for factor in factors if (factor, name) in effects]
        findings.sample_sizes[name] = [one for effect in found_effects for one in sample_sizes(ends, effect)]
    return findings


def _hold_at_once(
    effects: dict[tuple[str, str], Effect], interactions: dict[tuple[str, str], dict[str, Interaction]]
) -> int:
    """Give all effects and interactions limits that hold for all of them at once, and return their number."""
    singles = [(key, one.intervals) for key, one in effects.items() if one.intervals is not None]
    joint = [
        ((pair, name), one.intervals)
        for pair, by_outcome in interactions.items()
        for name, one in by_outcome.items()
        if one.intervals is not None
    ]
    found = simultaneous_together([one for _, one in singles] + [one for _, one in joint])
    for (key, _), one in zip(singles, found, strict=False):
        effects[key] = with_intervals(effects[key], one)
    for ((pair, name), _), one in zip(joint, found[len(singles) :], strict=True):
        interactions[pair][name] = joint_with_intervals(interactions[pair][name], one)
    return sum(one.estimate.size for one in found)


def _in_order(keep: Sequence[str]) -> tuple[str, ...]:
    first = [panel.outcome for panel in PANELS if panel.outcome in keep]
    return (*first, *(name for name in keep if name not in first))


def _indices(results: Results, ends: Endpoints, outcomes: Sequence[str]) -> tuple[dict[str, Indices], str]:
    if ends.kind == "factorial" or "point" in ends.levels:
        return {}, ""
    try:
        return {name: indices_of(ends, results.manifest, name) for name in outcomes}, ""
    except StudyError as trouble:
        return {}, str(trouble)


def _few_given(ends: Endpoints) -> bool:
    """Return whether a few points were given in a file that differ in several factors at once."""
    if ends.kind != "points" or len(ends.done) > FEW_POINTS:
        return False
    return any(crossed(ends, [name]) is None for name in ends.levels)


def _point_labels(ends: Endpoints) -> tuple[str, ...]:
    """Return the values of each point, such as ``C 0.2, Φ 0.7``, or its number if there are many values."""
    labels: list[str] = []
    for point in range(len(ends.done)):
        values = [
            f"{symbol_of(name)} {level_label(name, one.values[one.codes[point]])}".strip()
            for name, one in ends.levels.items()
            if len(one.values) > 1
        ]
        labels.append(", ".join(values) if len(values) <= MOST_NAMED else f"point {point}")
    return tuple(labels) if len(set(labels)) == len(labels) else tuple(f"point {at}" for at in range(len(labels)))


def _strongest_first(
    ends: Endpoints, effects: dict[tuple[str, str], Effect], indices: dict[str, Indices], outcomes: Sequence[str]
) -> tuple[str, ...]:
    """Return the factors in the study's order; if there are many or indices exist, the most influential first."""
    names = list(ends.levels)
    if len(names) <= STRONGEST and not indices:
        return tuple(names)

    def strength(factor: str) -> float:
        found = [_index_of(indices[name], factor) for name in outcomes if name in indices]
        if any(np.isfinite(found)):
            return float(np.nanmax(np.array(found)))
        return max(
            (_relative(ends, effects[factor, name], name) for name in outcomes if (factor, name) in effects),
            default=0.0,
        )

    # variants come first: they are not sampled and have no indices
    return tuple(sorted(names, key=lambda name: (name != "variant", -strength(name))))


def _index_of(indices: Indices, factor: str) -> float:
    sizes: list[float] = []
    for measure in ("ST", "mu_star", "SRRC"):
        found = indices.of(measure)
        if factor in found:
            largest = max((abs(one.value) for one in found.values()), default=0.0)
            sizes.append(abs(found[factor].value) / largest if largest else 0.0)
    return max(sizes, default=float("nan"))


def _relative(ends: Endpoints, effect: Effect, outcome: str) -> float:
    gap = widest_gap(ends, outcome)
    sizes = [abs(one.difference) / gap for one in effect.contrasts if gap > 0 and np.isfinite(one.difference)]
    return max(sizes, default=0.0)


def _interactions(
    ends: Endpoints, factors: Sequence[str], outcomes: Sequence[str]
) -> tuple[dict[tuple[str, str], dict[str, Interaction]], int]:
    pairs = list(combinations(factors, 2))
    tried = pairs if len(factors) <= STRONGEST else list(combinations(factors[:STRONGEST], 2))
    if ends.kind in INDICES_ONLY:
        return {}, 0
    found = {pair: {name: interaction_of(ends, *pair, name) for name in outcomes} for pair in tried}

    def size(pair: tuple[str, str]) -> float:
        gaps = {name: widest_gap(ends, name) for name in outcomes}
        sizes = [
            abs(one.difference) / gaps[name]
            for name in outcomes
            for one in found[pair][name].contrasts
            if gaps[name] > 0 and np.isfinite(one.difference)
        ]
        return max(sizes, default=0.0)

    strongest = sorted(found, key=size, reverse=True)[:MOST_JOINT]
    return {pair: found[pair] for pair in strongest}, len(pairs) - len(strongest)


gathered = collect_findings  # the name until 0.2.0
