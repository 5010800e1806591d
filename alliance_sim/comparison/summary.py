"""Summarise a comparison in a few plain sentences."""

from __future__ import annotations

import numpy as np

from alliance_sim.comparison.comparison import Comparison
from alliance_sim.comparison.difference import Difference
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.text import format_numbers, format_years, join_words, spell_number, title

FEW_SEEDS = 10
"""With fewer pairs of runs, the coverage of a bootstrap interval is below its nominal level."""

CAUTION = "This is what happens in this model: it explains how such a gap can come about, and forecasts nothing."


def answer(comparison: Comparison) -> list[str]:
    """Return sentences on the setup, the differences, and the limits of the comparison."""
    summarise = _summarise_pair if len(comparison.scenarios) == 2 else _summarise_briefly
    found = [sentence for other in range(1, len(comparison.scenarios)) for sentence in summarise(comparison, other)]
    return [_describe_setup(comparison), *found, *_warn_of_few_seeds(comparison), CAUTION]


def _warn_of_few_seeds(comparison: Comparison) -> list[str]:
    many = len(comparison.seeds)
    if many >= FEW_SEEDS:
        return []
    return [f"With {spell_number(many, 'pair')} of runs the intervals are too narrow; take {FEW_SEEDS} seeds or more."]


def _describe_setup(comparison: Comparison) -> str:
    seeds, length = len(comparison.seeds), format_years(comparison.half_terms)
    if same_start(comparison):
        start = "with the same schools, the same trust and practice, and the same random numbers"
    else:
        start = "with the same random numbers, but from different initial states, which the configs set"
    runs = spell_number(len(comparison.scenarios), "run")
    return (
        f"{spell_number(seeds).capitalize()} times, {runs} started {start}, and covered {length} each: "
        f"{join_words([f'one as {name}' for name in comparison.titles])}."
    )


def same_start(comparison: Comparison) -> bool:
    """Return whether the runs of each seed have the same initial state."""
    initial = comparison.values[:, :, 0]
    return bool(np.array_equal(initial, np.broadcast_to(initial[:1], initial.shape), equal_nan=True))


def judged_over(comparison: Comparison) -> str:
    """Return the period over which values are averaged: ``In the last two years``."""
    if comparison.judged == comparison.half_terms:
        return "Over the whole time"
    return f"In the last {format_years(comparison.judged)}"


def _summarise_pair(comparison: Comparison, other: int) -> list[str]:
    """Summarise two configs: sharing, then trust and practice, then attainment, with their numbers."""
    first, second = comparison.titles[0], comparison.titles[other]
    sharing, trust, practice, attainment = (
        comparison.difference(name, other) for name in ("sharing", "trust", "practice", "attainment")
    )
    when = judged_over(comparison)
    if sharing.direction == 0:
        text = f"{when}, sharing shows no clear difference between {second} and {first}"
    else:
        much = _times(sharing)
        than = "as much help as" if much.endswith("times") else "help than"
        text = f"{when}, teachers in {second} share {much} {than} those in {first}"
    here, there = format_numbers(sharing.second_value, sharing.first_value)
    text += f": {here} acts of help per teacher per half-term against {there} ({_interval(sharing)})."
    both = (
        f"Trust between teachers {_compared(trust)}, and practice {_compared(practice)}."
        if trust.direction != practice.direction or trust.direction == 0
        else f"Trust between teachers ({_against(trust)}) and practice ({_against(practice)}) are both "
        f"{'higher' if trust.direction > 0 else 'lower'}."
    )
    pupils = f"Pupils' attainment {_compared(attainment, unit=' pupil SD')}."
    return [text, both, *_since_the_start(comparison, other), pupils]


def _since_the_start(comparison: Comparison, other: int) -> list[str]:
    """Report whether practice rose or fell since the initial state: higher than the reference may still be a fall."""
    if not same_start(comparison):
        return []
    practice = comparison.difference("practice", other)
    initial = float(comparison.values[0, :, 0, NAMES.index("practice")].mean())
    rose = [value > initial for value in (practice.first_value, practice.second_value)]
    first, second = comparison.titles[0], comparison.titles[other]
    if rose[0] == rose[1]:
        moved = f"it {'rose' if rose[0] else 'fell'} in both"
    else:
        moved = f"it rose in {second if rose[1] else first} and fell in {first if rose[1] else second}"
    return [f"At the start practice was {format_numbers(initial)[0]}: {moved}."]


def _summarise_briefly(comparison: Comparison, other: int) -> list[str]:
    """Summarise one of several configs in one sentence."""
    parts: list[str] = []
    for name in ("sharing", "trust", "practice", "attainment"):
        found = comparison.difference(name, other)
        if found.direction == 0:
            parts.append(f"no clear difference in {name} ({_interval(found)})")
        else:
            more = "more" if found.direction > 0 else "less"
            word = {"sharing": f"{more} sharing"}.get(name, f"{'higher' if found.direction > 0 else 'lower'} {name}")
            parts.append(f"{word} ({_interval(found)})")
    when = judged_over(comparison)
    return [f"{when}, {comparison.titles[other]} has, against {title(comparison.names[0])}, {join_words(parts)}."]


def _times(found: Difference) -> str:
    """Return a factor from 1.1 up, else more or less."""
    if found.ratio is not None and found.ratio >= 1.1:
        return f"{found.ratio:.1f} times"
    return "more" if found.direction > 0 else "less"


def _compared(found: Difference, unit: str = "") -> str:
    if found.direction == 0:
        return f"shows no clear difference ({_against(found, unit)})"
    return f"is {'higher' if found.direction > 0 else 'lower'} ({_against(found, unit)})"


def _against(found: Difference, unit: str = "") -> str:
    here, there = format_numbers(found.second_value, found.first_value)
    return f"{here} against {there}{unit}; {_interval(found)}"


def _interval(found: Difference) -> str:
    difference, low, high = format_numbers(found.difference, found.low, found.high, signed=True)
    return f"{difference}, 95 % interval {low} to {high}"
