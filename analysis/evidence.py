"""Checks and verdicts: an effect, its interval over paired seeds, and a threshold set in advance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

from analysis.paired_runs import PairedRuns

SMALLEST = 0.02
"""Smallest effect that counts where MODEL 8 names none, as a share of the value it is compared with."""


@dataclass(frozen=True)
class Check:
    """A test of one effect: it must pass ``threshold``, and its interval must exclude ``excluded``.

    Attributes:
        what: description of the effect.
        effect: its mean over seeds.
        low, high: its 95 % interval.
        threshold: the value to pass.
        above: whether the effect must be above the threshold rather than below.
        excluded: the value that the interval must exclude; None if any interval will do.
        secondary: whether the check is reported without counting toward the verdict.
    """

    what: str
    effect: float
    low: float
    high: float
    threshold: float
    above: bool = True
    excluded: float | None = 0.0
    secondary: bool = False

    @property
    def holds(self) -> bool:
        """Whether the effect passes its threshold, and its interval excludes ``excluded`` on the right side."""
        beyond = self.effect > self.threshold if self.above else self.effect < self.threshold
        if self.excluded is None:
            return bool(beyond)
        certain = self.low > self.excluded if self.above else self.high < self.excluded
        return bool(beyond and certain)

    def __str__(self) -> str:
        return (
            f"{'(secondary) ' if self.secondary else ''}{self.what}: "
            f"{self.effect:.3f} [{self.low:.3f}, {self.high:.3f}], "
            f"wanted {'over' if self.above else 'under'} {self.threshold:.3g}"
        )


def interval(values: NDArray[np.floating]) -> tuple[float, float]:
    """Return the bootstrap 95 % interval of the mean over seeds (percentile, 9,999 resamples with a fixed seed)."""
    if np.ptp(values) == 0.0:
        return float(values[0]), float(values[0])
    found = bootstrap((values,), np.mean, n_resamples=9_999, method="percentile", rng=np.random.default_rng(1))
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def over(
    what: str, values: NDArray[np.floating], threshold: float, excluded: float | None = 0.0, secondary: bool = False
) -> Check:
    """Check that the mean over seeds is above the threshold."""
    return Check(what, float(values.mean()), *interval(values), threshold, True, excluded, secondary)


def under(
    what: str, values: NDArray[np.floating], threshold: float, excluded: float | None = None, secondary: bool = False
) -> Check:
    """Check that the mean over seeds is below the threshold."""
    return Check(what, float(values.mean()), *interval(values), threshold, False, excluded, secondary)


def more(what: str, here: NDArray[np.floating], there: NDArray[np.floating]) -> Check:
    """Check that paired values are larger here than there by at least ``SMALLEST`` of the mean there."""
    return over(what, here - there, SMALLEST * abs(float(there.mean())))


@dataclass(frozen=True)
class Verdict:
    """The result of a pattern of MODEL 8 or of a theory row's claim.

    Attributes:
        number: the pattern's number or the row's id.
        name: its title.
        checks: its checks.
    """

    number: int | str
    name: str
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every check that is not secondary holds."""
        return all(check.holds for check in self.checks if not check.secondary)


type Evaluate = Callable[[PairedRuns], Verdict]
type Register = Callable[[Callable[[PairedRuns], tuple[Check, ...]]], Evaluate]


def register_in[Number: (int, str)](registry: dict[Number, Evaluate]) -> Callable[[Number, str], Register]:
    """Return a decorator factory that turns a function of checks into a verdict and stores it in ``registry``.

    The decorator takes the number and name of the pattern or claim.
    """

    def numbered(number: Number, name: str) -> Register:
        def register(checks: Callable[[PairedRuns], tuple[Check, ...]]) -> Evaluate:
            def verdict(runs: PairedRuns) -> Verdict:
                return Verdict(number, name, checks(runs))

            registry[number] = verdict
            return verdict

        return register

    return numbered
