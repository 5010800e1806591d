"""What counts as evidence: an effect, its interval over paired seeds, and a threshold set in advance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

from analysis.worlds import Worlds

SMALLEST = 0.02
"""Where MODEL 8 names no effect size: 2 % of what it is compared with. Less would be true and not matter."""


@dataclass(frozen=True)
class Check:
    """One claim put to the test: ``effect`` must pass ``threshold``, and its interval exclude ``excluded``."""

    what: str
    effect: float
    low: float
    high: float
    threshold: float
    above: bool = True
    excluded: float | None = 0.0
    told: bool = False
    """Shown beside the others, and not counted."""

    @property
    def holds(self) -> bool:
        """Whether the effect is large enough and its interval on the right side."""
        beyond = self.effect > self.threshold if self.above else self.effect < self.threshold
        if self.excluded is None:
            return bool(beyond)
        sure = self.low > self.excluded if self.above else self.high < self.excluded
        return bool(beyond and sure)

    def __str__(self) -> str:
        return (
            f"{'(told) ' if self.told else ''}{self.what}: {self.effect:.3f} [{self.low:.3f}, {self.high:.3f}], "
            f"wanted {'over' if self.above else 'under'} {self.threshold:.3g}"
        )


def interval(values: NDArray[np.floating]) -> tuple[float, float]:
    """Bootstrap 95 % interval of the mean over seeds (percentile, 9,999 resamples, always the same ones)."""
    if np.ptp(values) == 0.0:
        return float(values[0]), float(values[0])
    found = bootstrap((values,), np.mean, n_resamples=9_999, method="percentile", rng=np.random.default_rng(1))
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def over(
    what: str, values: NDArray[np.floating], threshold: float, excluded: float | None = 0.0, told: bool = False
) -> Check:
    """The mean over seeds should lie over the threshold."""
    return Check(what, float(values.mean()), *interval(values), threshold, True, excluded, told)


def under(
    what: str, values: NDArray[np.floating], threshold: float, excluded: float | None = None, told: bool = False
) -> Check:
    """The mean over seeds should lie under the threshold."""
    return Check(what, float(values.mean()), *interval(values), threshold, False, excluded, told)


def more(what: str, here: NDArray[np.floating], there: NDArray[np.floating]) -> Check:
    """Paired: more here than there, by at least the smallest effect that matters."""
    return over(what, here - there, SMALLEST * abs(float(there.mean())))


@dataclass(frozen=True)
class Verdict:
    """A pattern of MODEL 8, or the claim of a theory row, and how its checks came out."""

    number: int | str
    name: str
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every check that counts holds."""
        return all(check.holds for check in self.checks if not check.told)


type Judge = Callable[[Worlds], Verdict]
type Register = Callable[[Callable[[Worlds], tuple[Check, ...]]], Judge]


def kept_in[Number: (int, str)](judges: dict[Number, Judge]) -> Callable[[Number, str], Register]:
    """A decorator by number and name: what gives the checks of a pattern or claim is kept as what gives its verdict."""

    def numbered(number: Number, name: str) -> Register:
        def register(checks: Callable[[Worlds], tuple[Check, ...]]) -> Judge:
            def verdict(worlds: Worlds) -> Verdict:
                return Verdict(number, name, checks(worlds))

            judges[number] = verdict
            return verdict

        return register

    return numbered
