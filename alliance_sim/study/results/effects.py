"""What a factor does to an outcome, and what two do together beyond what each does alone."""

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
    PAIRED: "worlds of one seed at points that differ in nothing else; bootstrap interval over seeds",
    UNPAIRED: "worlds that do not share their luck; Welch's interval",
    SAMPLED: "points of a sample that differ in all else too; Welch's interval between points",
}


@dataclass(frozen=True)
class Contrast:
    """One level of a factor against its first.

    Attributes:
        level, against: the two values of the factor; for a sample, the lowest and highest of a fifth of its points.
        difference: the outcome's mean at ``level`` less that at ``against``, averaged over the other factors' values.
        low, high: its 95 % interval; NaN where there are too few worlds to tell.
        seeds: how many draws it rests on: paired seeds, or unpaired worlds, or points of a sample.
        spread: the standard deviation of one such draw.
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
        """1 or -1 where the interval excludes zero, else 0: no clear difference."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True)
class Effect:
    """A factor's effect on an outcome: one contrast for each level but the first.

    Attributes:
        factor, outcome: what was varied, and what came of it.
        contrasts: one for each level but the first.
        how: ``paired``, ``unpaired`` or ``between points``: a key of ``HOW``.
        missing: worlds of the study that failed or are not lived yet, so that nothing here knows of them.
        undefined: worlds whose outcome is a share of nothing, so that they have no value.
    """

    factor: str
    outcome: str
    contrasts: tuple[Contrast, ...]
    how: str = PAIRED
    missing: int = 0
    undefined: int = 0

    def frame(self) -> pd.DataFrame:
        """One row a contrast."""
        import pandas as pd

        return pd.DataFrame([vars(contrast) for contrast in self.contrasts])


@dataclass(frozen=True)
class JointContrast:
    """How much a contrast of one factor differs between two levels of another: a difference of differences.

    Attributes:
        level, against: the two values of the first factor.
        other_level, other_against: the two values of the second.
        difference: the first's difference where the second is at ``other_level``, less the same at ``other_against``.
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
        """1 or -1 where the interval excludes zero, else 0: the effects may just add up."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True)
class Interaction:
    """What two factors do together; ``first``, ``second`` are their names, the rest is as in ``Effect``."""

    first: str
    second: str
    outcome: str
    contrasts: tuple[JointContrast, ...]
    how: str = PAIRED
    missing: int = 0
    undefined: int = 0

    def frame(self) -> pd.DataFrame:
        """One row a contrast."""
        import pandas as pd

        return pd.DataFrame([vars(contrast) for contrast in self.contrasts])


def effect_of(ends: Endpoints, factor: str, outcome: str) -> Effect:
    """Each level of a factor against its first.

    Where points differ in the factor alone, worlds of one seed are paired, or cells of unpaired luck compared; the
    points of a sample differ in everything, so there its points are grouped by the factor's value.
    """
    told = (ends.missing, ends.undefined(outcome))
    laid = crossed(ends, [factor])
    if laid is None:
        labels, groups = _groups(ends, factor, outcome)
        first = groups[0]
        found = [(label, between_groups([group], [first])) for label, group in zip(labels[1:], groups[1:], strict=True)]
        return Effect(factor, outcome, _contrasts(labels[0], found), SAMPLED, *told)
    labels = ends.levels[factor].values
    cells = ends.values[outcome][laid.cells]
    if ends.paired:
        found = [(label, over_seeds(cells[:, place] - cells[:, 0])) for place, label in enumerate(labels) if place]
    else:
        found = [
            (label, between_groups(list(cells[:, place]), list(cells[:, 0])))
            for place, label in enumerate(labels)
            if place
        ]
    return Effect(factor, outcome, _contrasts(labels[0], found), PAIRED if ends.paired else UNPAIRED, *told)


def _groups(ends: Endpoints, factor: str, outcome: str) -> tuple[tuple[Any, ...], list[Numbers]]:
    """The bands of a sample by a factor, and the means of their points."""
    rows = rows_of(ends)
    means, cut = rows.means[outcome], banded(rows.levels[factor])
    groups = [means[cut.bands == band] for band in range(len(cut.labels))]
    return cut.labels, [group[~np.isnan(group)] for group in groups]


def _contrasts(against: Any, found: Sequence[tuple[Any, Interval]]) -> tuple[Contrast, ...]:
    return tuple(
        Contrast(level, against, told.mean, told.low, told.high, told.number, told.spread) for level, told in found
    )


def interaction_of(ends: Endpoints, first: str, second: str, outcome: str) -> Interaction:
    """The difference of differences for each pair of levels against the first ones.

    In a sample: of the upper half of each factor's points against the lower half.
    """
    told = (ends.missing, ends.undefined(outcome))
    laid = crossed(ends, [first, second])
    if laid is None:
        if "variant" in (first, second):
            joint = _of_variants(ends, first, second, outcome)
        else:
            joint = _of_halves(ends, first, second, outcome)
        return Interaction(first, second, outcome, joint, SAMPLED, *told)
    cells = ends.values[outcome][laid.cells]
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
    return Interaction(first, second, outcome, tuple(contrasts), PAIRED if ends.paired else UNPAIRED, *told)


def _joint(here: tuple[Any, Any], there: tuple[Any, Any], found: Interval) -> JointContrast:
    return JointContrast(*here, *there, found.mean, found.low, found.high, found.number, found.spread)


SIGNS = (1.0, -1.0, -1.0, 1.0)


def _between_corners(corners: Sequence[Numbers]) -> Interval:
    """The same where the worlds of the corners share no luck."""
    groups = [[corner[group][~np.isnan(corner[group])] for corner in corners] for group in range(len(corners[0]))]
    groups = [four for four in groups if all(each.size for each in four)]
    if not groups:
        return NOTHING
    share = 1.0 / len(groups)
    return of_groups([(sign * share, each) for four in groups for sign, each in zip(SIGNS, four, strict=True)])


def _of_halves(ends: Endpoints, first: str, second: str, outcome: str) -> tuple[JointContrast, ...]:
    """In a sample: how much what the upper half of one factor's points does differs between halves of the other."""
    rows = rows_of(ends)
    if min(len(rows.levels[name].values) for name in (first, second)) < 2:
        return ()
    means = rows.means[outcome]
    (here, up), (there, right) = _halves(rows.levels[first]), _halves(rows.levels[second])
    corners = [means[chosen & ~np.isnan(means)] for chosen in (up & right, ~up & right, up & ~right, ~up & ~right)]
    found = of_groups(list(zip(SIGNS, corners, strict=True))) if all(each.size for each in corners) else NOTHING
    return (_joint(here, there, found),)


def _of_variants(ends: Endpoints, first: str, second: str, outcome: str) -> tuple[JointContrast, ...]:
    """In a sample: how much what a variant does, row by row, differs between the halves of the other factor."""
    variants, rows = ends.levels["variant"].values, rows_of(ends)
    name = second if first == "variant" else first
    if len(rows.levels[name].values) < 2:
        return ()
    labels, upper = _halves(rows.levels[name])
    means = ends.point_means(outcome).reshape(len(variants), -1)
    found: list[JointContrast] = []
    for place in range(1, len(variants)):
        gaps = means[place] - means[0]
        told = between_groups([gaps[upper]], [gaps[~upper]])
        pair = variants[place], variants[0]
        found.append(_joint(pair, labels, told) if first == "variant" else _joint(labels, pair, told))
    return tuple(found)


def _halves(levels: Levels) -> tuple[tuple[Any, Any], NDArray[np.bool_]]:
    """What the upper and the lower half are called, and which rows are in the upper one."""
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
