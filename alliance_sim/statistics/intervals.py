"""Intervals of means: Student's t, widened where the data are skewed (Hall's transformation)."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alliance_sim.statistics.skewness import (
    error_share,
    inverse_transform,
    mean_asymmetry,
    sign_test,
    skewness_of,
    transform,
)

if TYPE_CHECKING:
    import pandas as pd

type Numbers = NDArray[np.float64]
type Flags = NDArray[np.bool_]
type Counts = NDArray[np.int64]

CONFIDENCE = 0.95
LEAST_UNITS = 3
"""With fewer independent units there is no interval."""
STUDENT, WIDENED, CONSTANT, TOO_FEW = "t", ", widened for skewness", "all values equal", "too few values"
SKEWED = STUDENT + WIDENED
MOST_WIDENED = 2.0
"""The distance of a limit from the estimate is at most this multiple of Student's."""
DISTINCT_UNITS = 5
"""From this number of different values on, equal differences are taken as exact in families too."""
ROUNDING = 1e-12
"""A spread below this share of the mean is rounding."""


@dataclass(frozen=True)
class Interval:
    """One estimate with its interval.

    Attributes:
        estimate: the estimate.
        low, high: the limits; NaN if there are too few units.
        n: number of independent units.
        spread: standard deviation of one unit's contribution, so that ``spread / √n`` is the standard error.
        method: how the interval was computed.
        low_simultaneous, high_simultaneous: limits that hold for the whole family at once; NaN if not computed.
    """

    estimate: float
    low: float
    high: float
    n: int
    spread: float
    method: str
    low_simultaneous: float = np.nan
    high_simultaneous: float = np.nan

    @property
    def direction(self) -> int:
        """1 or -1 if the interval excludes zero ("clear"), else 0."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True, eq=False)
class Intervals:
    """Estimates with intervals; all arrays have the shape of the problems, ``()`` for a single one.

    Attributes:
        estimate: the estimates.
        error: their standard errors.
        freedom: degrees of freedom of the standard errors.
        asymmetry: skewness of each estimate, zero where it may be due to chance.
        n: numbers of independent units.
        low, high: the limits; NaN where there are too few units.
        confidence: the nominal coverage of each.
        kind: the method without its adjustments.
        low_simultaneous, high_simultaneous: limits for the whole family at once; None if not computed.
        simultaneous_method: how these were computed.
        contributions: values per unit whose mean is the estimate, shape (…, units); None if there are none.
        paired: whether the estimates are paired differences, which have an interval without width if all are equal.
        fixed: where equal differences cannot be a coincidence (``no_coincidence``); None where this is not known.
    """

    estimate: Numbers
    error: Numbers
    freedom: Numbers
    asymmetry: Numbers
    n: Counts
    low: Numbers
    high: Numbers
    confidence: float = CONFIDENCE
    kind: str = STUDENT
    low_simultaneous: Numbers | None = None
    high_simultaneous: Numbers | None = None
    simultaneous_method: str = ""
    contributions: Numbers | None = field(default=None, repr=False)
    paired: bool = False
    fixed: Flags | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the problems."""
        return self.estimate.shape

    @property
    def spread(self) -> Numbers:
        """Standard deviation of one unit's contribution."""
        return self.error * np.sqrt(self.n)

    @property
    def half_width(self) -> Numbers:
        """Half the width of each interval."""
        return (self.high - self.low) / 2.0

    @property
    def direction(self) -> NDArray[np.int64]:
        """1 or -1 where the interval excludes zero ("clear"), else 0."""
        return (self.low > 0).astype(np.int64) - (self.high < 0)

    @property
    def method(self) -> NDArray[np.str_]:
        """How each interval was computed."""
        widened = self.kind.replace(STUDENT, SKEWED, 1) if STUDENT in self.kind else self.kind + WIDENED
        usual = np.where(self.asymmetry != 0.0, widened, self.kind)
        usual = np.where((self.error == 0.0) & (self.low == self.high), CONSTANT, usual)
        return np.asarray(np.where(np.isnan(self.low), TOO_FEW, usual))

    def item(self, *place: int) -> Interval:
        """Return one interval; without arguments, the only one."""
        low, high = (
            np.nan if limits is None else float(limits[place])
            for limits in (self.low_simultaneous, self.high_simultaneous)
        )
        return Interval(
            float(self.estimate[place]),
            float(self.low[place]),
            float(self.high[place]),
            int(self.n[place]),
            float(self.spread[place]),
            str(self.method[place]),
            low,
            high,
        )

    def __getitem__(self, place: object) -> Intervals:
        """Return some of the intervals, by an index of the problems as in NumPy."""

        def pick(numbers: Numbers) -> Numbers:
            return np.asarray(numbers[place])  # pyright: ignore[reportArgumentType, reportCallIssue]

        low, high, contributions = self.low_simultaneous, self.high_simultaneous, self.contributions
        if contributions is not None:
            places = place if isinstance(place, tuple) else (place,)
            contributions = np.asarray(contributions[(*places, slice(None))] if ... in places else contributions[place])  # pyright: ignore[reportArgumentType, reportCallIssue]
        return replace(
            self,
            estimate=pick(self.estimate),
            error=pick(self.error),
            freedom=pick(self.freedom),
            asymmetry=pick(self.asymmetry),
            n=np.asarray(self.n[place]),  # pyright: ignore[reportArgumentType, reportCallIssue]
            low=pick(self.low),
            high=pick(self.high),
            low_simultaneous=None if low is None else pick(low),
            high_simultaneous=None if high is None else pick(high),
            contributions=contributions,
            fixed=None if self.fixed is None else np.asarray(self.fixed[place]),  # pyright: ignore[reportArgumentType, reportCallIssue]
        )

    def at(self, confidence: float) -> Intervals:
        """Return the same estimates with intervals of another confidence."""
        low, high = self.limits(two_sided(confidence, self.freedom), confidence)
        return replace(self, low=low, high=high, confidence=confidence)

    def limits(
        self, critical: Numbers, confidence: float | Numbers, skewed_share: float = 1.0, *, family: bool = False
    ) -> tuple[Numbers, Numbers]:
        """Return limits for a critical value of Student's statistic.

        If all values are equal, the interval has no width. Means need enough values that as many on one side are not
        due to chance (a sign test). Paired differences need ``LEAST_UNITS``: their runs share random numbers, so equal
        differences usually mean that the outcome is deterministic or the runs are identical. Among many outcomes that
        take few values, some have a few equal differences by chance; simultaneous limits therefore need the sign test
        too, unless the difference is zero or cannot be a coincidence (``fixed``).

        Args:
            critical: the critical value, which broadcasts with the estimates.
            confidence: the confidence it stands for, which determines how much skewed estimates are widened, and how
                many equal values are needed for an interval without width.
            skewed_share: further share of the error probability for skewed estimates.
            family: whether the limits are simultaneous.
        """
        skewed = self.asymmetry != 0.0
        wider = two_sided(1.0 - (1.0 - confidence) * error_share(self.n) * skewed_share, self.freedom)
        usual = two_sided(confidence, self.freedom)
        with np.errstate(invalid="ignore", over="ignore"):
            critical = critical * np.where(skewed, wider / usual, 1.0)
            most = MOST_WIDENED * critical
            low = np.clip(-inverse_transform(critical, self.asymmetry), -most, -critical)
            high = np.clip(-inverse_transform(-critical, self.asymmetry), critical, most)
            low, high = self.estimate + low * self.error, self.estimate + high * self.error
        constant = (self.error == 0.0) & (self.n >= LEAST_UNITS)
        low, high = (np.where(constant, self.estimate, limit) for limit in (low, high))
        chance = constant & (sign_test(self.n) > 1.0 - np.asarray(confidence))
        if self.paired:
            fixed = np.False_ if self.fixed is None else self.fixed
            chance = chance & ~fixed & (self.estimate != 0.0) & family
        few = (self.n < LEAST_UNITS) | chance
        return np.where(few, np.nan, low), np.where(few, np.nan, high)

    def p_values(self, null: ArrayLike = 0.0) -> Numbers:
        """Return two-sided p-values: the least error probability at which the interval excludes the null value."""
        from scipy.special import stdtr

        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            statistic = np.asarray((self.estimate - np.asarray(null)) / self.error)
            plain = np.abs(statistic)
            transformed = np.sign(statistic) * transform(statistic, self.asymmetry)
            size = np.minimum(plain, np.maximum(transformed, plain / MOST_WIDENED))
            found = 2.0 * stdtr(self.freedom, -size) / error_share(self.n)
        found = np.where(self.asymmetry != 0.0, found, 2.0 * stdtr(self.freedom, -plain))
        same = self.estimate == np.asarray(null)
        found = np.where(self.error == 0.0, np.where(same, 1.0, sign_test(self.n)), np.minimum(found, 1.0))
        return np.where(self.n < LEAST_UNITS, np.nan, found)

    def frame(self) -> pd.DataFrame:
        """Return one row per estimate: estimate, low, high, low_simultaneous, high_simultaneous, n, method."""
        import pandas as pd

        nothing = np.full(self.shape, np.nan)
        return pd.DataFrame(
            {
                "estimate": self.estimate.ravel(),
                "low": self.low.ravel(),
                "high": self.high.ravel(),
                "low_simultaneous": np.ravel(nothing if self.low_simultaneous is None else self.low_simultaneous),
                "high_simultaneous": np.ravel(nothing if self.high_simultaneous is None else self.high_simultaneous),
                "n": self.n.ravel(),
                "method": self.method.ravel(),
            }
        )


def two_sided(confidence: ArrayLike, freedom: ArrayLike) -> Numbers:
    """Return Student's two-sided critical value; NaN for less than half a degree of freedom."""
    from scipy.special import stdtrit

    freedom = np.asarray(freedom, np.float64)
    tail = (1.0 - np.asarray(confidence, np.float64)) / 2.0
    return np.asarray(-stdtrit(np.where(freedom >= 0.5, freedom, np.nan), tail), np.float64)


def from_contributions(
    estimate: ArrayLike,
    contributions: Numbers,
    *,
    units: Numbers | None = None,
    freedom: Numbers | None = None,
    confidence: float = CONFIDENCE,
    kind: str = STUDENT,
) -> Intervals:
    """Compute intervals from each independent unit's contribution to an estimate.

    The interval is Student's. If the contributions are skewed, it is the hull of Student's interval and that of Hall's
    transformation, with a smaller error probability in small samples.

    Args:
        estimate: the estimates.
        contributions: values per unit, shape (…, units), whose mean is the estimate; NaN for units left out.
        units: effective number of units; the number that is not NaN by default.
        freedom: degrees of freedom; units minus one by default.
        confidence: nominal coverage.
        kind: name of the method.

    References:
        Hall (1992), On the removal of skewness by transformation, J. R. Statist. Soc. B 54:221–228.
    """
    estimate = np.asarray(estimate, np.float64)
    there = ~np.isnan(contributions)
    count = there.sum(axis=-1)
    number = count.astype(np.float64) if units is None else units
    away = np.where(there, contributions - estimate[..., None], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = (away**2).sum(axis=-1)
        error = np.sqrt(squares / (number * (number - 1.0)))
        error = np.where(error * np.sqrt(number) <= ROUNDING * np.abs(estimate), 0.0, error)
        asymmetry = mean_asymmetry(skewness_of(away, number), number)
    enough = count >= LEAST_UNITS
    found = Intervals(
        estimate,
        np.where(count >= 2, error, np.nan),
        number - 1.0 if freedom is None else np.broadcast_to(freedom, estimate.shape),
        np.where(enough & (error > 0.0), asymmetry, 0.0),
        np.asarray(count, np.int64),
        estimate,
        estimate,
        confidence,
        kind,
        contributions=contributions,
    )
    return found.at(confidence)


def mean_intervals(values: ArrayLike, *, confidence: float = CONFIDENCE) -> Intervals:
    """Compute the interval of the expected value over seeds.

    Args:
        values: shape (…, seeds); NaN where undefined, which is left out and not counted in ``n``.
        confidence: nominal coverage.
    """
    values = np.asarray(values, np.float64)
    return from_contributions(mean_of(values, -1), values, confidence=confidence)


def difference_intervals(gaps: ArrayLike, *, fixed: Flags | None = None, confidence: float = CONFIDENCE) -> Intervals:
    """Compute the interval of the expected paired difference over seeds; equal differences give one without width.

    Args:
        gaps: paired differences, shape (…, seeds); NaN where either run has no value.
        fixed: where equal differences cannot be a coincidence (``no_coincidence``).
        confidence: nominal coverage.
    """
    return replace(mean_intervals(gaps, confidence=confidence), paired=True, fixed=fixed).at(confidence)


def no_coincidence(runs: ArrayLike) -> Flags:
    """Return where equal paired differences cannot be a coincidence of outcomes that take few values.

    That is where runs, shape (…, seeds), do not vary between seeds at all, or where five or more all differ: on a grid
    of values some would be equal, or their differences would not.
    """
    given = np.asarray(runs, np.float64)
    there = (~np.isnan(given)).sum(axis=-1)
    ordered = np.sort(given, axis=-1)  # NaN last
    steps = np.diff(ordered, axis=-1)
    least: Numbers = np.fmin.reduce(given, axis=-1, initial=np.inf)
    most: Numbers = np.fmax.reduce(given, axis=-1, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        rounding = ROUNDING * np.maximum(np.abs(least), np.abs(most))
        constant = most - least <= rounding
        distinct = ~(steps <= rounding[..., None]).any(axis=-1)
    return np.asarray((constant & (there >= LEAST_UNITS)) | (distinct & (there >= DISTINCT_UNITS)))


def mean_interval(values: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Compute the interval of an expected value from one value per seed, such as paired differences.

    Args:
        values: one per seed; NaN where undefined.
        confidence: nominal coverage.

    Returns:
        The estimate with its limits, number of values and method; limits are NaN below three values, and equal to the
        estimate if all values are equal.

    Example:
        >>> found = mean_interval([1.0, 2.0, 3.0, 4.0, 5.0])
        >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2), found.n, found.method
        (3.0, 1.04, 4.96, 5, 't')
    """
    return difference_intervals(np.ravel(values), confidence=confidence).item()


def mean_of(values: Numbers, axis: int | tuple[int, ...]) -> Numbers:
    """Return means that leave out NaN; NaN where nothing is left."""
    return quietly(lambda: np.asarray(np.nanmean(values, axis=axis)))


def quietly[Found](compute: Callable[[], Found]) -> Found:
    """Compute without warnings about means of no values, which are NaN by design."""
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        return compute()
