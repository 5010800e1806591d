"""How outcomes are shown to a class: their names, units and scales, and their values in words without decimals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray

from alliance_sim.app.language import _, decimal_sign, percent_sign
from alliance_sim.declarations.outcomes import OUTCOMES
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

_DECLARED = {outcome.name: outcome for outcome in OUTCOMES}


@dataclass(frozen=True)
class Display:
    """How an outcome is shown.

    Attributes:
        title: its name.
        unit: what a number means.
        suffix: what follows each number.
        scale: turns the values of a run into shown numbers.
        low, high: the least range of the axis.
        most: the largest number that is possible; infinite if there is none.
        decimals: decimals of a number.
        inside: its name inside a sentence; empty if that is the title.
    """

    title: str
    unit: str
    suffix: str
    scale: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    low: float
    high: float
    most: float = math.inf
    decimals: int = 0
    inside: str = ""

    @property
    def noun(self) -> str:
        """Its name inside a sentence."""
        return self.inside or self.title

    def rounded(self, value: float) -> float:
        """Return a number as it is shown: halves away from zero, as in browsers, which get two decimals at least."""
        sent = Decimal(str(round(value, max(2, self.decimals))))
        return float(sent.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP))

    def number(self, value: float) -> str:
        """Return a shown number as text."""
        if not math.isfinite(value):
            return "–"
        text = f"{self.rounded(value):.{self.decimals}f}"
        text = text.replace("-", "−" if float(text) else "")  # zero has no sign
        return text.replace(".", decimal_sign()) + self.suffix


def display(outcome: str) -> Display:
    """Return how an outcome is shown; outcomes that no class knows have their declared title and unit."""
    if outcome == "sharing":
        title, unit = _("Acts of help"), _("per 100 teachers each half-term")
        return Display(title, unit, "", _hundredfold, 0, 40, inside=_("acts of help"))
    if outcome == "jpd":
        title, unit = _("Lessons invented together"), _("per 100 teachers each half-term")
        return Display(title, unit, "", _hundredfold, 0, 10, inside=_("lessons invented together"))
    if outcome in ("trust", "head_trust"):
        title, inside = _("Trust"), _("trust")
        if outcome == "head_trust":
            title, inside = _("Trust between heads"), _("trust between heads")
        unit = _("how far people trust their counterparts")
        return Display(title, unit, percent_sign(), _hundredfold, 0, 100, 100, inside=inside)
    if outcome == "practice":
        return Display(
            _("Quality of teaching"), _("start = 100"), "", _from_start, 80, 120, inside=_("quality of teaching")
        )
    declared = _DECLARED[outcome]
    inside = _(declared.title)
    title = inside[0].upper() + inside[1:]
    if declared.unit.startswith("share"):
        return Display(title, _("in 100"), percent_sign(), _hundredfold, 0, 100, 100, inside=inside)
    return Display(title, _(declared.unit), "", lambda values: values, 0, 0.1, decimals=2, inside=inside)


def trust_in(name: str) -> Display:
    """Return how the trust of others in one school is shown.

    Args:
        name: the name of the school.
    """
    title = _("How far its partners trust {school}").format(school=name)
    return Display(title, _("mean of its partners’ teachers"), percent_sign(), _hundredfold, 0, 100, 100)


def heads_trust_in(name: str) -> Display:
    """Return how the trust of other heads in the head of one school is shown.

    Args:
        name: the name of the school.
    """
    title = _("How far other heads trust the head of {school}").format(school=name)
    return Display(title, _("mean of the heads in its alliance"), percent_sign(), _hundredfold, 0, 100, 100)


def _hundredfold(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return 100.0 * values


def _from_start(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return 100.0 * values / values[..., :1]


def yearly_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of the last year at each half-term; at the start, of the half-terms so far.

    Args:
        values: one value per half-term on the last axis; undefined ones (NaN) are left out.
    """
    result = np.full(values.shape, np.nan)
    for half_term in range(values.shape[-1]):
        window = values[..., max(0, half_term + 1 - HALF_TERMS_A_YEAR) : half_term + 1]
        known = np.isfinite(window)
        count = known.sum(axis=-1)
        total = np.where(known, window, 0.0).sum(axis=-1)
        result[..., half_term] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return result


def middle(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of the runs at each half-term; NaN where an outcome is undefined.

    Args:
        values: shape (runs, half-terms); defined for all runs or for none.
    """
    return np.median(values, axis=0)


def axis(how: Display, values: Sequence[float], *, close: bool = False) -> tuple[float, float, list[float]]:
    """Return the ends of an axis and its grid lines, at most four.

    Args:
        how: the display of the outcome.
        values: shown numbers that the axis contains.
        close: whether the axis may be shorter than the least range of the outcome.
    """
    known = [one for one in values if math.isfinite(one)]
    if close and known:
        room = max(0.05 * (max(known) - min(known)), 1.0 if how.decimals == 0 else 0.01)
        low, high = min(known) - room, min(max(known) + room, how.most)
    else:
        low, high = min([*known, how.low]), max([*known, how.high])
    if low >= 0 and how.low == 0 and not close:
        low = 0.0
    step = next(
        size for size in (base * 10.0**power for power in range(-3, 7) for base in (1, 2, 2.5, 5))
        if (math.ceil(high / size - 1e-9) - math.floor(low / size + 1e-9)) <= 3
    )  # fmt: skip
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [round(place * step, 10) for place in range(first, last + 1)]
    if how.most < ticks[-1]:
        ticks = [*[tick for tick in ticks if tick < how.most], how.most]
    return ticks[0], ticks[-1], ticks


def known_axis(how: Display, known: Sequence[float]) -> tuple[float, float, list[float]]:
    """Return an axis for a bet: it follows only from what the class has seen, with room for either guess.

    Args:
        how: the display of the outcome.
        known: the shown numbers that the class has seen.
    """
    finite = [one for one in known if math.isfinite(one)]
    low, high = min(finite, default=how.low), max(finite, default=how.high)
    room = max(0.5 * (high - low), 0.35 * abs(high), how.high - how.low if math.isfinite(how.most) else 0.0)
    below = max(low - room, 0.0) if low >= 0 else low - room
    return axis(how, [min(below, how.low), min(high + room, how.most)])
