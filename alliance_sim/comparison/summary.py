"""What a comparison found, in a few plain sentences made from its numbers."""

from __future__ import annotations

import numpy as np

from alliance_sim.comparison.comparison import Comparison, Difference
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.text import format_numbers, format_years, join_words, spell_number, title

FEW_SEEDS = 10
"""With fewer pairs of worlds a bootstrap interval is narrower than it says."""

CAUTION = "This is what happens in this model: it explains how such a gap can come about, and forecasts nothing."


def answer(comparison: Comparison) -> list[str]:
    """How the worlds were set up, what they came to, and a word of caution: a sentence each."""
    tell = _told_in_full if len(comparison.scenarios) == 2 else _told_in_brief
    found = [sentence for other in range(1, len(comparison.scenarios)) for sentence in tell(comparison, other)]
    return [_set_up(comparison), *found, *_few_seeds(comparison), CAUTION]


def _few_seeds(comparison: Comparison) -> list[str]:
    """A warning where there are too few worlds for the intervals to be trusted."""
    many = len(comparison.seeds)
    if many >= FEW_SEEDS:
        return []
    return [
        f"With {spell_number(many, 'pair')} of worlds the intervals are too narrow; take {FEW_SEEDS} seeds or more."
    ]


def _set_up(comparison: Comparison) -> str:
    seeds, lived = len(comparison.seeds), format_years(comparison.half_terms)
    if same_start(comparison):
        start = "with the same schools, the same trust and practice, and the same luck"
    else:
        start = "with the same luck, but not from the same start, since the configs differ in what is there at first"
    worlds = spell_number(len(comparison.scenarios), "world")
    return (
        f"{spell_number(seeds).capitalize()} times, {worlds} opened {start}, and lived {lived} each: "
        f"{join_words([f'one as {name}' for name in comparison.titles])}."
    )


def same_start(comparison: Comparison) -> bool:
    """Whether the worlds of each seed open alike."""
    opening = comparison.worlds[:, :, 0]
    return bool(np.array_equal(opening, np.broadcast_to(opening[:1], opening.shape), equal_nan=True))


def judged_over(comparison: Comparison) -> str:
    """``In the last two years``: what the numbers are means of."""
    if comparison.judged == comparison.half_terms:
        return "Over the whole time"
    return f"In the last {format_years(comparison.judged)}"


def _told_in_full(comparison: Comparison, other: int) -> list[str]:
    """Two configs: sharing, then trust and practice, then attainment, each with its numbers."""
    first, second = comparison.titles[0], comparison.titles[other]
    sharing, trust, practice, attainment = (
        comparison.difference(name, other) for name in ("sharing", "trust", "practice", "attainment")
    )
    when = judged_over(comparison)
    if sharing.direction == 0:
        told = f"{when}, sharing shows no clear difference between {second} and {first}"
    else:
        much = _times(sharing)
        than = "as much help as" if much.endswith("times") else "help than"
        told = f"{when}, teachers in {second} share {much} {than} those in {first}"
    here, there = format_numbers(sharing.second_value, sharing.first_value)
    told += f": {here} helps a teacher and half-term against {there} ({_interval(sharing)})."
    both = (
        f"Trust between teachers {_compared(trust)}, and practice {_compared(practice)}."
        if trust.direction != practice.direction or trust.direction == 0
        else f"Trust between teachers ({_against(trust)}) and practice ({_against(practice)}) are both "
        f"{'higher' if trust.direction > 0 else 'lower'}."
    )
    pupils = f"Pupils' attainment {_compared(attainment, unit=' pupil SD')}."
    return [told, both, *_since_the_opening(comparison, other), pupils]


def _since_the_opening(comparison: Comparison, other: int) -> list[str]:
    """Whether practice rose or fell: higher than elsewhere is not yet higher than before."""
    if not same_start(comparison):
        return []
    practice = comparison.difference("practice", other)
    opened = float(comparison.worlds[0, :, 0, NAMES.index("practice")].mean())
    rose = [value > opened for value in (practice.first_value, practice.second_value)]
    first, second = comparison.titles[0], comparison.titles[other]
    if rose[0] == rose[1]:
        moved = f"it {'rose' if rose[0] else 'fell'} in both"
    else:
        moved = f"it rose in {second if rose[1] else first} and fell in {first if rose[1] else second}"
    return [f"At the opening practice was {format_numbers(opened)[0]}: {moved}."]


def _told_in_brief(comparison: Comparison, other: int) -> list[str]:
    """Several configs: one sentence each."""
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
    """How much more or less; a factor where it says more than ``more`` does."""
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
