"""Decompose the gap between two configs: how much of it each difference makes, and how much the feedback of trust.

All combinations of the differences are simulated with the same random numbers. A difference's Shapley share is its mean
effect over all orders in which the differences can be introduced (Shapley 1953; Owen 2014 for variances); the shares
add up to the gap. Where differences interact, a share mixes effects that none of them has alone, so interactions are
reported first. The twin of a run in which trust is frozen shows which part of the gap needs the feedback of trust.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.comparison.comparison import Comparison
from alliance_sim.comparison.difference import finite
from alliance_sim.comparison.parallel import Progress, simulate_all
from alliance_sim.config import ConfigError, Configuration, changed
from alliance_sim.config.errors import Problem
from alliance_sim.declarations.parameters import Value
from alliance_sim.mesa_model.scenario import Scenario
from alliance_sim.statistics import Interval, mean_interval, ratio_interval
from alliance_sim.statistics.intervals import mean_of
from alliance_sim.text import format_numbers

MOST_DIFFERENCES = 8
"""Differences between two configs; more than 2^8 combinations are not worth their runs."""

OUTCOMES = ("practice", "sharing")
"""The outcomes whose gaps a comparison decomposes."""
FROZEN: dict[str, Value] = {"trust.frozen": True}

type Cells = Mapping[frozenset[str], NDArray[np.float64]]
"""An outcome by the set of parameters that have the second config's value: one value per seed."""


@dataclass(frozen=True)
class Part:
    """What one difference, or two together, contribute to the gap.

    Attributes:
        names: one parameter for a share, two for an interaction.
        effect: its contribution, in the outcome's unit, with an interval over seeds.
        share: the same as a share of the gap; None for an interaction.
    """

    names: tuple[str, ...]
    effect: Interval
    share: Interval | None = None


@dataclass(frozen=True)
class Decomposition:
    """The parts of a gap in one outcome.

    Attributes:
        outcome: the outcome's name.
        gap: the second config minus the first, with an interval over seeds.
        shares: the Shapley share of each difference, the largest first.
        interactions: the interaction of each two differences, averaged over the others, the largest first.
        frozen_gap: the gap between twins in which trust is frozen.
        feedback: the share of the gap that is not there while trust is frozen.
    """

    outcome: str
    gap: Interval
    shares: tuple[Part, ...]
    interactions: tuple[Part, ...]
    frozen_gap: Interval
    feedback: Interval

    def sentences(self) -> tuple[str, str]:
        """Return two sentences: what of the gap is assumption, and what is feedback."""
        first = self.shares[0]
        share = first.share or first.effect
        gap, frozen = format_numbers(self.gap.estimate, self.frozen_gap.estimate, signed=True)
        assumed = (
            f"Of the gap in {self.outcome} ({gap}), {first.names[0]} makes {_percent(share)}, "
            "averaged over all orders in which the differences can be introduced: such shares follow from values that "
            "were assumed."
        )
        grown = (
            f"While trust is frozen the gap is {frozen}, so the feedback of trust makes "
            f"{_percent(self.feedback)} of it."
        )
        return assumed, grown

    def to_dict(self) -> dict[str, Any]:
        """Return the decomposition for JSON; limits that are not there are None."""
        return {
            "outcome": self.outcome,
            "gap": _limits(self.gap),
            "shares": [_part(one) for one in self.shares],
            "interactions": [_part(one) for one in self.interactions],
            "gap_with_trust_frozen": _limits(self.frozen_gap),
            "feedback_share": _limits(self.feedback),
            "sentences": list(self.sentences()),
        }


def _part(part: Part) -> dict[str, Any]:
    share = {} if part.share is None else {"share": _limits(part.share)}
    return {"parameters": list(part.names), "effect": _limits(part.effect)} | share


def _limits(found: Interval) -> dict[str, object]:
    return {name: finite(getattr(found, name)) for name in ("estimate", "low", "high")}


def _percent(share: Interval) -> str:
    if np.isnan(share.low):
        return f"{100 * share.estimate:.0f} %"
    return f"{100 * share.estimate:.0f} % (95 % interval {100 * share.low:.0f} to {100 * share.high:.0f})"


def differences(first: Configuration, second: Configuration) -> dict[str, Value]:
    """Return the values of the second config in which it differs from the first.

    Raises:
        ConfigError: if they do not differ, differ in their events, or in more than MOST_DIFFERENCES parameters.
    """
    found = {name: value for name, value in second.values.items() if first.values[name] != value}
    if first.events != second.events:
        reason = "they have different dated events, which cannot be introduced one by one"
    elif not found:
        reason = "they do not differ in any parameter"
    elif len(found) > MOST_DIFFERENCES:
        reason = f"they differ in {len(found)} parameters, and at most {MOST_DIFFERENCES} can be separated"
    else:
        return found
    sentence = f"{first.name} and {second.name} cannot be decomposed: {reason}; compare them instead"
    raise ConfigError([Problem(second.name, None, None, second.name, "", "", sentence)])


def combination(first: Configuration, values: Mapping[str, Value], chosen: frozenset[str]) -> Configuration:
    """Return the first config with the chosen differences introduced."""
    return changed(first, {name: values[name] for name in sorted(chosen)})


def combinations_of(names: Sequence[str]) -> list[frozenset[str]]:
    """Return all subsets of the differences, from none to all."""
    return [frozenset(chosen) for size in range(len(names) + 1) for chosen in combinations(names, size)]


def decompose_comparison(
    comparison: Comparison, *, workers: int | None = None, progress: Progress | None = None
) -> tuple[Decomposition, ...]:
    """Simulate what is missing beside the runs of a comparison, and decompose the gaps in practice and sharing.

    Args:
        comparison: the comparison of two scenarios.
        workers: number of processes; chosen by the amount of work where None.
        progress: called after each run with the number of runs done and of all runs.

    Raises:
        ConfigError: if the scenarios cannot be decomposed (``differences``).
        ValueError: if there are more than two.
    """
    if len(comparison.scenarios) != 2:
        raise ValueError(f"{len(comparison.scenarios)} scenarios cannot be decomposed; compare two")
    first, second = comparison.scenarios
    values = differences(first.configuration, second.configuration)
    whole = frozenset(values)
    between = [chosen for chosen in combinations_of(list(values)) if chosen not in (frozenset(), whole)]
    configurations = [combination(first.configuration, values, chosen) for chosen in between]
    configurations += [changed(one.configuration, FROZEN) for one in (first, second)]
    scenarios = [Scenario.of(one, roster=first.roster) for one in configurations]
    runs, _ = simulate_all(scenarios, comparison.seeds, comparison.half_terms, workers, progress, OUTCOMES)
    late = mean_of(runs[:, :, comparison.half_terms + 1 - comparison.judged :], 2)
    found: list[Decomposition] = []
    for place, outcome in enumerate(OUTCOMES):
        column = [one.name for one in comparison.outcomes].index(outcome)
        ends = comparison.last_years[:, :, column]
        cells = {chosen: late[at, :, place] for at, chosen in enumerate(between)}
        cells |= {frozenset(): ends[0], whole: ends[1]}
        found.append(decompose(outcome, list(values), cells, (late[-2, :, place], late[-1, :, place])))
    return tuple(found)


def decompose(
    outcome: str, names: Sequence[str], cells: Cells, frozen: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> Decomposition:
    """Decompose the gap in one outcome.

    Args:
        outcome: the outcome's name.
        names: the parameters that differ.
        cells: the outcome for every combination of them, one value per seed.
        frozen: the outcome of the two configs with trust frozen, one value per seed.
    """
    gap = cells[frozenset(names)] - cells[frozenset()]
    shares = {name: shapley_values(name, names, cells) for name in names}
    parts = [
        Part((name,), mean_interval(values), ratio_interval(values, gap))
        for name, values in sorted(shares.items(), key=lambda item: -abs(float(np.mean(item[1]))))
    ]
    pairs = {pair: interaction_values(pair, names, cells) for pair in combinations(names, 2)}
    ordered = sorted(pairs.items(), key=lambda item: -abs(float(np.mean(item[1]))))
    frozen_gap = frozen[1] - frozen[0]
    return Decomposition(
        outcome,
        mean_interval(gap),
        tuple(parts),
        tuple(Part(pair, mean_interval(values)) for pair, values in ordered),
        mean_interval(frozen_gap),
        ratio_interval(gap - frozen_gap, gap),
    )


def shapley_values(name: str, names: Sequence[str], cells: Cells) -> NDArray[np.float64]:
    """Return, per seed, the mean effect of introducing ``name`` over all orders of the differences."""
    others, many = [other for other in names if other != name], len(names)

    def weight(before: int) -> float:
        return factorial(before) * factorial(many - before - 1) / factorial(many)

    return _weighted(others, cells, lambda chosen: cells[chosen | {name}] - cells[chosen], weight)


def interaction_values(pair: tuple[str, str], names: Sequence[str], cells: Cells) -> NDArray[np.float64]:
    """Return, per seed, by how much the effect of one of a pair changes with the other, averaged over the rest."""
    one, other = pair
    rest = [name for name in names if name not in pair]

    def contrast(chosen: frozenset[str]) -> NDArray[np.float64]:
        return cells[chosen | {one, other}] - cells[chosen | {one}] - cells[chosen | {other}] + cells[chosen]

    return _weighted(rest, cells, contrast, lambda _: 1.0 / 2 ** len(rest))


def _weighted(
    names: Sequence[str],
    cells: Cells,
    contrast: Callable[[frozenset[str]], NDArray[np.float64]],
    weight: Callable[[int], float],
) -> NDArray[np.float64]:
    total = np.zeros_like(cells[frozenset()])
    for chosen in combinations_of(names):
        total += weight(len(chosen)) * contrast(chosen)
    return total
