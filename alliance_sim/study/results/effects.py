"""Effects of factors on outcomes, and interactions between two factors, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.study.results.endpoints import Endpoints, Levels, Numbers
from alliance_sim.study.results.intervals import NOTHING, Interval, between_groups, of_groups, over_seeds
from alliance_sim.study.results.pairing import banded, crossed, rows_of

if TYPE_CHECKING:
    import pandas as pd

PAIRED, UNPAIRED, SAMPLED = "paired", "unpaired", "between points"
HOW = {
    PAIRED: "runs of one seed at points that differ in nothing else; bootstrap interval over seeds",
    UNPAIRED: "runs with independent random numbers; Welch's interval",
    SAMPLED: "points of a sample that also differ in all other factors; Welch's interval between points",
}


@dataclass(frozen=True)
class Contrast:
    """One level of a factor against its first.

    Attributes:
        level, against: the two values of the factor; for a sample, the lowest and highest of a fifth of its points.
        difference: the mean outcome at ``level`` minus that at ``against``, averaged over the other factors' values.
        low, high: the 95 % interval of the difference; NaN if there are too few runs.
        seeds: the number of independent observations: paired seeds, unpaired runs, or points of a sample.
        spread: the standard deviation of one observation.
    """

    level: Any
    against: Any
    difference: float
    low: float
    high: float
    seeds: int
    spread: float

    @property
    def direction(self) -> int:
        """1 or -1 if the interval excludes zero, else 0."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True)
class Effect:
    """A factor's effect on an outcome: one contrast for each level but the first.

    Attributes:
        factor, outcome: the names of the factor and the outcome.
        contrasts: one for each level but the first.
        how: the method: ``paired``, ``unpaired`` or ``between points``, a key of ``HOW``.
        missing: the number of runs that failed or are not simulated yet; they are left out.
        undefined: the number of runs in which the outcome is undefined, such as a share of nothing.
    """

    factor: str
    outcome: str
    contrasts: tuple[Contrast, ...]
    how: str = PAIRED
    missing: int = 0
    undefined: int = 0

    def frame(self) -> pd.DataFrame:
        """Return one row per contrast."""
        import pandas as pd

        return pd.DataFrame([vars(contrast) for contrast in self.contrasts])


@dataclass(frozen=True)
class JointContrast:
    """A difference of differences: a contrast of one factor at two levels of another.

    Attributes:
        level, against: the two values of the first factor.
        other_level, other_against: the two values of the second.
        difference: the contrast of the first factor at ``other_level`` minus that at ``other_against``.
        low, high, seeds, spread: as in ``Contrast``.
    """

    level: Any
    against: Any
    other_level: Any
    other_against: Any
    difference: float
    low: float
    high: float
    seeds: int
    spread: float

    @property
    def direction(self) -> int:
        """1 or -1 if the interval excludes zero, else 0: the effects may be additive."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True)
class Interaction:
    """The interaction of the factors ``first`` and ``second``; the other attributes are those of ``Effect``."""

    first: str
    second: str
    outcome: str
    contrasts: tuple[JointContrast, ...]
    how: str = PAIRED
    missing: int = 0
    undefined: int = 0

    def frame(self) -> pd.DataFrame:
        """Return one row per contrast."""
        import pandas as pd

        return pd.DataFrame([vars(contrast) for contrast in self.contrasts])


def effect_of(ends: Endpoints, factor: str, outcome: str) -> Effect:
    """Compare each level of a factor with its first.

    Where points differ in the factor alone, runs of one seed are paired, or cells with independent random numbers are
    compared. The points of a sample differ in every factor; they are grouped by the value of this one.
    """
    left_out = (ends.missing, ends.undefined(outcome))
    crossing = crossed(ends, [factor])
    if crossing is None:
        labels, groups = _groups(ends, factor, outcome)
        first = groups[0]
        found = [(label, between_groups([group], [first])) for label, group in zip(labels[1:], groups[1:], strict=True)]
        return Effect(factor, outcome, _contrasts(labels[0], found), SAMPLED, *left_out)
    labels = ends.levels[factor].values
    cells = ends.values[outcome][crossing.cells]
    if ends.paired:
        found = [(label, over_seeds(cells[:, place] - cells[:, 0])) for place, label in enumerate(labels) if place]
    else:
        found = [
            (label, between_groups(list(cells[:, place]), list(cells[:, 0])))
            for place, label in enumerate(labels)
            if place
        ]
    return Effect(factor, outcome, _contrasts(labels[0], found), PAIRED if ends.paired else UNPAIRED, *left_out)


def _groups(ends: Endpoints, factor: str, outcome: str) -> tuple[tuple[Any, ...], list[Numbers]]:
    """Return the bands of a sample by a factor, and the means of their points."""
    rows = rows_of(ends)
    means, cut = rows.means[outcome], banded(rows.levels[factor])
    groups = [means[cut.bands == band] for band in range(len(cut.labels))]
    return cut.labels, [group[~np.isnan(group)] for group in groups]


def _contrasts(against: Any, found: Sequence[tuple[Any, Interval]]) -> tuple[Contrast, ...]:
    return tuple(Contrast(level, against, one.mean, one.low, one.high, one.number, one.spread) for level, one in found)


def interaction_of(ends: Endpoints, first: str, second: str, outcome: str) -> Interaction:
    """Compute the difference of differences for each pair of levels against the first ones.

    In a sample, the upper half of each factor's points is compared with the lower half.
    """
    left_out = (ends.missing, ends.undefined(outcome))
    crossing = crossed(ends, [first, second])
    if crossing is None:
        if "variant" in (first, second):
            joint = _of_variants(ends, first, second, outcome)
        else:
            joint = _of_halves(ends, first, second, outcome)
        return Interaction(first, second, outcome, joint, SAMPLED, *left_out)
    cells = ends.values[outcome][crossing.cells]
    here, there = ends.levels[first].values, ends.levels[second].values
    contrasts: list[JointContrast] = []
    for row in range(1, len(here)):
        for column in range(1, len(there)):
            corners = cells[:, row, column], cells[:, 0, column], cells[:, row, 0], cells[:, 0, 0]
            if ends.paired:
                found = over_seeds(corners[0] - corners[1] - corners[2] + corners[3])
            else:
                found = _between_corners(corners)
            contrasts.append(_joint((here[row], here[0]), (there[column], there[0]), found))
    return Interaction(first, second, outcome, tuple(contrasts), PAIRED if ends.paired else UNPAIRED, *left_out)


def _joint(here: tuple[Any, Any], there: tuple[Any, Any], found: Interval) -> JointContrast:
    return JointContrast(*here, *there, found.mean, found.low, found.high, found.number, found.spread)


SIGNS = (1.0, -1.0, -1.0, 1.0)


def _between_corners(corners: Sequence[Numbers]) -> Interval:
    """Compute the difference of differences if the corners have independent random numbers."""
    groups = [[corner[group][~np.isnan(corner[group])] for corner in corners] for group in range(len(corners[0]))]
    groups = [four for four in groups if all(each.size for each in four)]
    if not groups:
        return NOTHING
    share = 1.0 / len(groups)
    return of_groups([(sign * share, each) for four in groups for sign, each in zip(SIGNS, four, strict=True)])


def _of_halves(ends: Endpoints, first: str, second: str, outcome: str) -> tuple[JointContrast, ...]:
    """Compute, in a sample, the contrast of halves of one factor between the halves of the other."""
    rows = rows_of(ends)
    if min(len(rows.levels[name].values) for name in (first, second)) < 2:
        return ()
    means = rows.means[outcome]
    (here, up), (there, right) = _halves(rows.levels[first]), _halves(rows.levels[second])
    corners = [means[chosen & ~np.isnan(means)] for chosen in (up & right, ~up & right, up & ~right, ~up & ~right)]
    found = of_groups(list(zip(SIGNS, corners, strict=True))) if all(each.size for each in corners) else NOTHING
    return (_joint(here, there, found),)


def _of_variants(ends: Endpoints, first: str, second: str, outcome: str) -> tuple[JointContrast, ...]:
    """Compute, in a sample, the contrast of variants, row by row, between the halves of the other factor."""
    variants, rows = ends.levels["variant"].values, rows_of(ends)
    name = second if first == "variant" else first
    if len(rows.levels[name].values) < 2:
        return ()
    labels, upper = _halves(rows.levels[name])
    means = ends.point_means(outcome).reshape(len(variants), -1)
    found: list[JointContrast] = []
    for place in range(1, len(variants)):
        gaps = means[place] - means[0]
        interval = between_groups([gaps[upper]], [gaps[~upper]])
        pair = variants[place], variants[0]
        found.append(_joint(pair, labels, interval) if first == "variant" else _joint(labels, pair, interval))
    return tuple(found)


def _halves(levels: Levels) -> tuple[tuple[Any, Any], NDArray[np.bool_]]:
    """Return the labels of the upper and the lower half, and which rows are in the upper one."""
    numbers = levels.numbers
    middle = float(np.median(numbers))
    upper = numbers > middle if (numbers > middle).any() else numbers >= middle
    upper_label, lower_label = (
        levels.values[codes.min()]
        if codes.min() == codes.max()
        else (levels.values[codes.min()], levels.values[codes.max()])
        for codes in (levels.codes[upper], levels.codes[~upper])
    )
    return (upper_label, lower_label), upper
