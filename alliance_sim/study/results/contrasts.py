"""Contrasts of levels, and differences of contrasts, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alliance_sim.comparison.statement import Statement
from alliance_sim.statistics.intervals import Interval, Intervals, Numbers

if TYPE_CHECKING:
    import pandas as pd

PAIRED, UNPAIRED, SAMPLED = "paired", "unpaired", "between points"
HOW = {
    PAIRED: "runs of one seed at points that differ in nothing else; the interval is of the mean difference over "
    "seeds, given the points: Student's t on each seed's mean difference",
    UNPAIRED: "runs with independent random numbers at points that differ in nothing else; the interval is of the "
    "difference of means over runs, given the points: Welch's t",
    SAMPLED: "points of a sample that also differ in all other factors, which a regression holds fixed; the interval "
    "is over points, and over seeds if the points share them: t with HC2 errors (MacKinnon and White 1985, J. "
    "Econometrics 29:305), two-way if seeds are shared (Cameron, Gelbach and Miller 2011, J. Bus. Econ. Stat. 29:238)",
}
OF = {PAIRED: "seed", UNPAIRED: "run", SAMPLED: "point"}
"""What the independent observations of an effect are."""
COLUMNS = ("difference", "low", "high", "low_simultaneous", "high_simultaneous", "n", "method")


@dataclass(frozen=True)
class _Estimated:
    """An estimated difference.

    Attributes:
        difference: the estimate.
        low, high: its 95 % interval; NaN if there are too few observations.
        low_simultaneous, high_simultaneous: limits that hold for the whole family at once.
        n: the number of independent observations: paired seeds, unpaired runs, or points of a sample; of seeds if
            the points of a sample share them.
        spread: the standard deviation of one observation.
        method: how the interval was computed.
    """

    difference: float
    low: float
    high: float
    low_simultaneous: float
    high_simultaneous: float
    n: int
    spread: float
    method: str

    @property
    def seeds(self) -> int:
        """The number of independent observations, ``n``."""
        return self.n

    @property
    def direction(self) -> int:
        """1 or -1 if the difference is clear: its simultaneous interval excludes zero; else 0."""
        return int(self.low_simultaneous > 0) - int(self.high_simultaneous < 0)

    def statement(self, unit: str, smallest: float | None = None, of: str = "seed") -> Statement:
        """Return the figures that sentences are generated from.

        Args:
            unit: the unit of the outcome.
            smallest: the smallest effect of interest, if one is stated.
            of: what the observations are.
        """
        return Statement(self.difference, self.low_simultaneous, self.high_simultaneous, self.n, unit, smallest, of)


@dataclass(frozen=True)
class Contrast(_Estimated):
    """One level of a factor against the reference, the first level at which the outcome is defined.

    Attributes:
        level, against: the two values of the factor; for a sample, the lowest and highest of a fifth of its points.
        difference: the mean outcome at ``level`` minus that at ``against``, averaged over the other factors' values.
    """

    level: Any
    against: Any


@dataclass(frozen=True)
class JointContrast(_Estimated):
    """A difference of differences: a contrast of one factor at two levels of another.

    Attributes:
        level, against: the two values of the first factor.
        other_level, other_against: the two values of the second.
        difference: the contrast of the first factor at ``other_level`` minus that at ``other_against``.
    """

    level: Any
    against: Any
    other_level: Any
    other_against: Any


@dataclass(frozen=True)
class Effect:
    """A factor's effect on an outcome: one contrast for each level but the reference.

    Attributes:
        factor, outcome: the names of the factor and the outcome.
        contrasts: one for each level but the reference.
        how: the method: ``paired``, ``unpaired`` or ``between points``, a key of ``HOW``.
        missing: the number of runs that failed or are not simulated yet; they are left out.
        undefined: the number of runs in which the outcome is undefined, such as a share of nothing.
        reference: the level that the others are compared with.
        undefined_levels: levels at which the outcome is undefined in all runs, or in too many to be the reference.
        smallest: the smallest effect of interest, if the study states one.
        intervals: the intervals of the contrasts.
        pilot: one value per seed, run or point for each contrast, from which numbers of seeds are planned.
    """

    factor: str
    outcome: str
    contrasts: tuple[Contrast, ...]
    how: str = PAIRED
    missing: int = 0
    undefined: int = 0
    reference: Any = None
    undefined_levels: tuple[Any, ...] = ()
    smallest: float | None = None
    intervals: Intervals | None = field(default=None, repr=False, compare=False)
    pilot: Numbers | None = field(default=None, repr=False, compare=False)

    def frame(self) -> pd.DataFrame:
        """Return one row per contrast.

        Returns:
            Columns ``level``, ``against``, ``difference``, ``low``, ``high`` (for this contrast alone),
            ``low_simultaneous``, ``high_simultaneous`` (for all contrasts of the effect at once), ``n``, ``method``,
            and ``matters`` if a smallest effect of interest is stated.
        """
        import pandas as pd

        names = ["level", "against", *COLUMNS]
        frame = pd.DataFrame([[getattr(one, name) for name in names] for one in self.contrasts], columns=names)
        if self.smallest is not None:
            frame["matters"] = [str(one.statement("", self.smallest).verdict) for one in self.contrasts]
        return frame


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
    intervals: Intervals | None = field(default=None, repr=False, compare=False)

    def frame(self) -> pd.DataFrame:
        """Return one row per contrast, with the columns of ``Effect.frame``, ``other_level`` and ``other_against``."""
        import pandas as pd

        names = ["level", "against", "other_level", "other_against", *COLUMNS]
        return pd.DataFrame([[getattr(one, name) for name in names] for one in self.contrasts], columns=names)


def figures(one: Interval) -> tuple[float, float, float, float, float, int, float, str]:
    """Return the figures of an interval in the order of a contrast's first fields."""
    return (
        one.estimate, one.low, one.high, one.low_simultaneous, one.high_simultaneous, one.n, one.spread, one.method,
    )  # fmt: skip
