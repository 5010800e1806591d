"""Effects with intervals over paired seeds, judged by thresholds that were set in advance.

A check *holds* if its whole 95 % interval lies beyond the threshold, *does not hold* if it lies on the other side, and
else *cannot be decided* with that many seeds. All intervals are those of ``alliance_sim.statistics``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from alliance_sim.statistics import Interval, mean_interval, ratio_interval
from alliance_sim.statistics.families import simultaneous
from alliance_sim.statistics.intervals import mean_intervals
from alliance_sim.statistics.verdicts import Verdict
from analysis.paired_runs import PairedRuns
from analysis.thresholds import Threshold, ThresholdError, thresholds_of

EXACT = "no random numbers, or these runs"
"""Method of figures that have no interval: closed forms, identities, and extremes of these runs."""
type Values = NDArray[np.floating]


@dataclass(frozen=True)
class Effect:
    """An effect with its interval over paired seeds.

    Attributes:
        key: its name in ``thresholds.toml``.
        what: description.
        interval: the effect in the threshold's unit.
        difference: the same in the outcome's unit, where ``interval`` is relative to a level; else None.
    """

    key: str
    what: str
    interval: Interval
    difference: Interval | None = None


def mean(key: str, what: str, values: Values) -> Effect:
    """Return the mean over seeds."""
    return Effect(key, what, mean_interval(values))


def ratio(key: str, what: str, numerators: Values, denominators: Values, *, minus: float = 0.0) -> Effect:
    """Return the ratio of two means over the same seeds, less ``minus``."""
    found = ratio_interval(numerators, denominators)
    return Effect(
        key, what, replace(found, estimate=found.estimate - minus, low=found.low - minus, high=found.high - minus)
    )


def relative(key: str, what: str, gaps: Values, level: Values) -> Effect:
    """Return a mean difference relative to the size of the mean level with which it is compared.

    The interval allows for the uncertainty of the level.
    """
    sign = 1.0 if np.nanmean(level) >= 0.0 else -1.0
    return Effect(key, what, ratio_interval(gaps, sign * level), mean_interval(gaps))


def more(key: str, what: str, here: Values, there: Values) -> Effect:
    """Return how much larger paired values are here than there, relative to the mean there."""
    return relative(key, what, here - there, there)


def exactly(key: str, what: str, value: float, n: int = 1) -> Effect:
    """Return a figure without an interval: a closed form, an identity, or an extreme of n runs."""
    return Effect(key, what, Interval(value, value, value, n, 0.0, EXACT))


def least(key: str, what: str, values: Values) -> Effect:
    """Return the smallest of several expected values, such as one for each half-term.

    The lower limit is the smallest of all lower limits, and the upper limit the smallest of all simultaneous upper
    limits, so the interval allows for the choice of the smallest.

    Args:
        key: its name in ``thresholds.toml``.
        what: description.
        values: shape (seeds, places).
    """
    found = simultaneous(mean_intervals(np.asarray(values, np.float64).T))
    high = found.high if found.high_simultaneous is None else found.high_simultaneous
    place = int(found.estimate.argmin())
    lowest = found.item(place)
    return Effect(
        key, what, replace(lowest, low=float(found.low.min()), high=float(high.min()), method="t, least of several")
    )


@dataclass(frozen=True)
class Check:
    """An effect with the threshold that was set for it."""

    effect: Effect
    threshold: Threshold

    @property
    def result(self) -> Verdict:
        """Whether the effect's interval lies beyond the threshold."""
        return self.threshold.judge(self.effect.interval)

    @property
    def holds(self) -> bool:
        """Whether the check holds."""
        return self.result is Verdict.HOLDS

    @property
    def on_side(self) -> bool:
        """Whether the estimate itself is on the side on which the check holds, however wide its interval is."""
        return self.threshold.beyond(self.effect.interval.estimate) > 0.0

    def figures(self) -> str:
        """Return the effect with its interval."""
        return format_effect(self.effect)

    def required(self) -> str:
        """Return the threshold in words."""
        return self.threshold.sentence(percent=self.effect.difference is not None)

    def __str__(self) -> str:
        secondary = "(secondary) " if self.threshold.secondary else ""
        seeds = "" if self.effect.interval.method == EXACT else f", n = {self.effect.interval.n}"
        return f"{secondary}{self.effect.what}: {self.figures()}{seeds}, required {self.required()}"


def format_effect(effect: Effect) -> str:
    """Return an effect with its interval, such as ``+28.1 % [+25.0 %, +31.2 %] (+0.210)`` where it is relative."""
    found, difference = effect.interval, effect.difference
    if difference is None:
        return _with_interval(found, "{:.3f}")
    percent = replace(found, estimate=100 * found.estimate, low=100 * found.low, high=100 * found.high)
    return f"{_with_interval(percent, '{:+.2f} %')} ({_minus(f'{difference.estimate:+.3f}')})"


def _with_interval(found: Interval, form: str) -> str:
    shown = _minus(form.format(found.estimate))
    if found.method == EXACT:
        return shown
    if math.isnan(found.low):
        return f"{shown} [no interval: {found.method}]"
    return f"{shown} [{', '.join(_minus(form.format(limit)) for limit in (found.low, found.high))}]"


def _minus(text: str) -> str:
    return text.replace("-", "−")


@dataclass(frozen=True)
class Evaluation:
    """The result of a pattern, of a theory row's claim, or of the exact checks.

    Attributes:
        number: the pattern's number or the row's id.
        name: its title.
        checks: its checks.
        seeds: number of paired seeds; 0 where there are none.
    """

    number: int | str
    name: str
    checks: tuple[Check, ...]
    seeds: int

    @property
    def result(self) -> Verdict:
        """The verdict over all checks that are not secondary.

        It holds if all of them hold, and does not hold if one does not. To require that all hold needs no correction
        for their number.
        """
        found = {check.result for check in self.checks if not check.threshold.secondary}
        if Verdict.DOES_NOT in found:
            return Verdict.DOES_NOT
        return Verdict.HOLDS if found <= {Verdict.HOLDS} else Verdict.UNDECIDED

    @property
    def holds(self) -> bool:
        """Whether it holds."""
        return self.result is Verdict.HOLDS

    @property
    def sentence(self) -> str:
        """The verdict in words, such as ``cannot be decided with 5 seeds``."""
        return self.result.sentence(self.seeds)


def judge(section: str, number: int | str, name: str, effects: Iterable[Effect], seeds: int) -> Evaluation:
    """Judge effects by the thresholds of their pattern or claim.

    Raises:
        ThresholdError: if an effect has no threshold, or a threshold no effect.
    """
    thresholds, found = thresholds_of(section, number), tuple(effects)
    keys = [effect.key for effect in found]
    if missing := [key for key in keys if key not in thresholds]:
        raise ThresholdError(f"thresholds.toml has no threshold for {section} {number}, check {missing[0]}; add it")
    if unused := [key for key in thresholds if key not in keys] or [key for key in keys if keys.count(key) > 1]:
        raise ThresholdError(f"thresholds.toml, [{section}.{number}] {unused[0]}: exactly one check must have this key")
    return Evaluation(number, name, tuple(Check(effect, thresholds[effect.key]) for effect in found), seeds)


type Evaluate = Callable[[PairedRuns], Evaluation]
type Effects = Callable[[PairedRuns], tuple[Effect, ...]]
type Register = Callable[[Effects], Evaluate]


def register_in[Number: (int, str)](
    registry: dict[Number, Evaluate], section: str
) -> Callable[[Number, str], Register]:
    """Return a decorator factory that judges a function's effects and stores the evaluation in ``registry``.

    The decorator takes the number and name of the pattern or claim.

    Args:
        registry: where evaluations are stored.
        section: the section of ``thresholds.toml``.
    """

    def numbered(number: Number, name: str) -> Register:
        def register(effects: Effects) -> Evaluate:
            def evaluate(runs: PairedRuns) -> Evaluation:
                thresholds_of(section, number)  # a missing section is refused before anything is simulated
                return judge(section, number, name, effects(runs), len(runs.seeds))

            registry[number] = evaluate
            return evaluate

        return register

    return numbered
