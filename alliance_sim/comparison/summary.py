"""Summarise a comparison in a few plain sentences."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from alliance_sim.comparison.comparison import Comparison
from alliance_sim.comparison.difference import Difference
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.statistics.intervals import LEAST_UNITS
from alliance_sim.text import format_numbers, format_years, join_words, spell_number, title

CAUTION = "This is what happens in this model: it explains how such a gap can come about, and forecasts nothing."


def answer(comparison: Comparison) -> list[str]:
    """Return sentences on the setup, the differences, and the limits of the comparison.

    Every claim about a difference is generated from its ``Statement``: "clearly" means that the simultaneous interval
    over all outcomes and configs excludes zero.
    """
    summarise = _summarise_pair if len(comparison.scenarios) == 2 else _summarise_briefly
    found = [sentence for other in range(1, len(comparison.scenarios)) for sentence in summarise(comparison, other)]
    return [_describe_setup(comparison), *found, *_relevance(comparison), *_limits(comparison), CAUTION]


def _relevance(comparison: Comparison) -> list[str]:
    """Return a sentence on each outcome whose smallest effect of interest is stated."""
    return [
        f"{title(found.outcome)}, {title(found.second)} minus {title(found.first)}: {found.statement.relevance()}."
        for found in comparison.differences
        if found.smallest is not None
    ]


def _limits(comparison: Comparison) -> list[str]:
    """Return sentences on missing intervals and on undefined outcomes."""
    seeds, sentences = len(comparison.seeds), list[str]()
    if seeds < LEAST_UNITS:
        sentences.append(f"{spell_number(seeds, 'pair').capitalize()} of runs give no interval; take three or more.")
    undefined = {found.outcome: seeds - found.n for found in comparison.differences if found.n < seeds}
    if undefined:
        parts = [f"{title(name).lower()} in {number:,}" for name, number in undefined.items()]
        sentences.append(f"Pairs in which an outcome is undefined are left out of it: {join_words(parts)}.")
    return sentences


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
        shown = "is the same in" if sharing.statement.exact else "shows no clear difference between"
        text = f"{when}, sharing {shown} {second} and {first}"
    else:
        much = _times(sharing)
        than = "as much help as" if much.endswith(")") else "help than"
        text = f"{when}, teachers in {second} share {much} {than} those in {first}"
    here, there = format_numbers(sharing.second_value, sharing.first_value)
    text += f": {here} acts of help per teacher per half-term against {there} ({_figures(sharing)})."
    both = f"Trust between teachers {_compared(trust)}, and practice {_compared(practice)}."
    pupils = f"Pupils' attainment {_compared(attainment, unit=' pupil SD')}."
    return [text, both, *_since_the_start(comparison, other), pupils]


def _since_the_start(comparison: Comparison, other: int) -> list[str]:
    """Report whether practice rose or fell since the initial state: higher than the reference may still be a fall."""
    if not same_start(comparison):
        return []
    initial = float(comparison.values[0, :, 0, NAMES.index("practice")].mean())
    parts: list[str] = []
    for place in (0, other):
        change = comparison.practice_changes[place]
        moved = {1: "rose", -1: "fell", 0: "did not change clearly"}[change.direction]
        parts.append(f"it {moved} in {comparison.titles[place]} ({change.figures()})")
    return [f"At the start practice was {format_numbers(initial)[0]}: {join_words(parts)}."]


def _summarise_briefly(comparison: Comparison, other: int) -> list[str]:
    """Summarise one of several configs in one sentence."""
    parts: list[str] = []
    for name in ("sharing", "trust", "practice", "attainment"):
        found = comparison.difference(name, other)
        if found.direction == 0:
            none = f"the same {name}" if found.statement.exact else f"no clear difference in {name}"
            parts.append(f"{none} ({_figures(found)})")
        else:
            more = "more" if found.direction > 0 else "less"
            word = {"sharing": f"{more} sharing"}.get(name, f"{'higher' if found.direction > 0 else 'lower'} {name}")
            parts.append(f"clearly {word} ({_figures(found)})")
    when = judged_over(comparison)
    return [f"{when}, {comparison.titles[other]} has, against {title(comparison.names[0])}, {join_words(parts)}."]


def _times(found: Difference) -> str:
    """Return a factor with its interval where that is finite and clear of one, else clearly more or clearly less."""
    ratio, low, high = found.ratio, found.ratio_low, found.ratio_high
    if ratio is not None and low is not None and high is not None and math.isfinite(high) and low >= 1.05:
        return f"{ratio:.1f} times (95 % interval {low:.1f} to {high:.1f})"
    return "clearly more" if found.direction > 0 else "clearly less"


def _compared(found: Difference, unit: str = "") -> str:
    here, there = format_numbers(found.second_value, found.first_value)
    return f"{found.statement.compared()} ({here} against {there}{unit}; {_figures(found)})"


def _figures(found: Difference) -> str:
    """Return the difference with its interval, without the unit, which the sentence states with the means."""
    return replace(found.statement, unit="").figures()
