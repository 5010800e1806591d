"""The units in which a class sees outcomes: whole numbers wherever possible."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """How an outcome is shown.

    Attributes:
        outcome: the name of the outcome.
        title: its name for a class.
        unit: its unit for a class.
        factor: the number by which the outcome is multiplied.
        low, high: the least range of the axis.
        step: the distance between two bets, and the precision of values.
    """

    outcome: str
    title: str
    unit: str
    factor: float
    low: float
    high: float
    step: float = 1.0

    def shown(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return values in the unit of the class."""
        return tuple(self.factor * one for one in values)

    def axis(self, curves: Sequence[Sequence[float]]) -> tuple[float, float]:
        """Return the ends of an axis that contains curves, given in the unit of the class, and the least range.

        Args:
            curves: the curves; undefined values are ignored.
        """
        known = [one for curve in curves for one in curve if math.isfinite(one)]
        low, high = min([self.low, *known]), max([self.high, *known])
        unit = 10.0 ** math.floor(math.log10(high - low))
        return math.floor(low / unit + 1e-9) * unit, math.ceil(high / unit - 1e-9) * unit


SCALES = {
    scale.outcome: scale
    for scale in (
        Scale("sharing", "Acts of help", "per 100 teachers each half-term", 100.0, 0.0, 60.0),
        Scale("trust", "Trust", "% of full trust", 100.0, 30.0, 80.0),
        Scale("practice", "Quality of teaching", "a sound practice = 100", 100.0, 80.0, 120.0),
        Scale("attainment", "Attainment", "in standard deviations", 1.0, -0.2, 0.2, 0.01),
    )
}
"""The outcomes of the page, by name, in reading order."""
