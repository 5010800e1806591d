"""Sentences on sensitivity indices, precision, power and random variation, generated from the figures they state."""

from __future__ import annotations

import math
from collections.abc import Sequence

from alliance_sim.reporting.study.labels import factor_called, outcome_called, outcome_unit
from alliance_sim.reporting.study.leading_factors import MOST_NAMED
from alliance_sim.study.results.sample_size import LITTLE, SampleSize, SeedShare
from alliance_sim.study.results.sensitivity import FIRST, MU, MU_STAR, RANKS, TOTAL, Index, Indices
from alliance_sim.text import count_noun, format_estimate, format_numbers, join_words, spell_number


def index_sentence(indices: Indices) -> str:
    """Return what an outcome depends on most, by its sensitivity indices."""
    called = outcome_called(indices.outcome)
    measure = {"sobol": TOTAL, "morris": MU_STAR}.get(indices.kind, RANKS)
    found = {factor: one for factor, one in indices.of(measure).items() if math.isfinite(one.value)}
    if not found or (indices.kind == "morris" and not any(one.value for one in found.values())):
        return f"{called} is the same at every point, so it does not depend on what was varied."
    leaders = indices.leading.names if indices.leading else ()
    if not leaders:
        return _no_leader(called, indices, found)
    named = join_words([factor_called(one) for one in leaders], "or")
    apart = "" if len(leaders) == 1 else ", which are not clearly apart"
    shown = [(factor_called(one) if len(leaders) > 1 else "", one) for one in leaders[:MOST_NAMED]]
    if indices.kind == "sobol":
        alone = indices.of(FIRST)
        parts = [
            f"{f'{who}: ' if who else ''}{_percent(alone[one])} of the variance between points is due to it alone, and "
            f"{_percent(found[one])} including its interactions"
            for who, one in shown
        ]
        return f"{called} depends most on {named}{apart}: {'; '.join(parts)}."
    if indices.kind == "morris":
        signed = indices.of(MU)
        parts = [f"{f'{who} ' if who else ''}{_signed(signed[one])}" for who, one in shown]
        return (
            f"{called} depends most on {named}{apart}: the mean change, in {outcome_unit(indices.outcome)}, for a step "
            f"across the whole range explored is {join_words(parts)}."
        )
    parts = [f"{f'{who} ' if who else ''}{_signed(found[one])}" for who, one in shown]
    return (
        f"{called} follows {named} most closely{apart} (rank coefficient {join_words(parts)}); "
        f"{_explained(indices.explained)}."
    )


def _no_leader(called: str, indices: Indices, found: dict[str, Index]) -> str:
    """Return the sentence where no factor is clearly above what a factor without effect may reach."""
    first = max(found, key=lambda factor: abs(found[factor].value))
    one = found[first]
    figures = _percent(one) if indices.kind == "sobol" else _signed(one)
    tail = f"; {_explained(indices.explained)}" if indices.kind == "ranks" else ""
    if indices.kind != "ranks" and math.isfinite(one.low) and 0.0 < one.low <= indices.noise_floor:
        floor = indices.noise_floor
        most = f"{_whole_percent(floor)} %" if indices.kind == "sobol" else format_numbers(floor)[0]
        tail = f"; a factor without effect may reach {most}"
    return (
        f"{called} depends on no factor clearly; the largest index is that of {factor_called(first)} ({figures}){tail}."
    )


def _explained(share: float) -> str:
    return f"all factors together, taken as monotonic, explain {_whole_percent(share)} % of the variance of its ranks"


def _percent(index: Index) -> str:
    value, low, high = (_whole_percent(part) for part in (index.value, index.low, index.high))
    if not math.isfinite(index.low):
        return f"{value} % (too few blocks for an interval)"
    return f"{value} % (95 % interval {low} to {high})"


def _whole_percent(share: float) -> str:
    """Return a share as a whole number of percent; nothing but zero looks like zero, and only all like 100."""
    if not math.isfinite(share):
        return "–"
    number = round(100.0 * share)
    if number == 0 and share > 0.0:
        return "<1"
    return ">99" if number == 100 and share < 1.0 else f"{number}"


def _signed(index: Index) -> str:
    value, low, high = format_estimate(index.value, index.low, index.high)
    if not math.isfinite(index.low):
        return f"{value}, too few for an interval"
    return f"{value}, 95 % interval {low} to {high}"


def precision_sentence(answers: Sequence[SampleSize], seeds: int) -> str:
    """Return whether the number of seeds was enough for intervals of a tenth of the widest gap between points.

    Args:
        answers: the effects that are looked at, at least one.
        seeds: the number of seeds at each point.
    """
    wide = [one for one in answers if not one.reached]
    number = spell_number(seeds, "seed")
    if not wide:
        return (
            f"The {number} were enough for this precision: the half-width of every interval is at most a tenth of the "
            "widest gap between points."
        )
    return (
        f"The {number} were not enough for {len(wide)} of {count_noun(len(answers), 'effect')}, whose intervals have a "
        f"half-width above a tenth of the widest gap between points; {_would_be_enough(wide)}."
    )


def _would_be_enough(wide: Sequence[SampleSize]) -> str:
    plans = [one.precision for one in wide]
    known = [plan for plan in plans if plan is not None]
    of = wide[0].of
    if len(known) < len(plans):
        return f"the number of {of} that would be enough cannot be estimated from these runs"
    most = max(known, key=lambda plan: math.inf if plan.n is None else plan.n)
    if most.n is None:
        return f"no feasible number of {of} would be enough"
    low, high = (_number(each) for each in (most.low, most.high))
    return f"{most.n:,} {of} would be enough with probability .8 (the present runs leave open {low} to {high})"


def _number(number: int | None) -> str:
    return "more than ten million" if number is None else f"{number:,}"


def power_sentences(answers: Sequence[SampleSize]) -> list[str]:
    """Return a sentence for each outcome with a smallest effect of interest: the number of seeds for a power of .8."""
    sentences: list[str] = []
    for name in dict.fromkeys(one.outcome for one in answers if one.power is not None):
        planned = [one for one in answers if one.outcome == name and one.power is not None]
        plans = [one.power for one in planned if one.power is not None]
        most = max(plans, key=lambda plan: math.inf if plan.n is None else plan.n)
        number, low, high = (_number(each) for each in (most.n, most.low, most.high))
        sentences.append(
            f"An effect of {planned[0].effect:g} on {outcome_called(name).lower()}, the smallest of interest, becomes "
            f"clear one at a time with power .8 with {number} {planned[0].of} (the present runs leave open {low} to "
            f"{high})."
        )
    return sentences


def random_variation_sentence(shares: Sequence[SeedShare]) -> str:
    """Return whether the seeds of a sample were enough, by the share of random variation between points.

    Args:
        shares: the known shares, at least one.
    """
    worst = max(shares, key=lambda one: one.share)
    enough = "The seeds were enough" if worst.share <= LITTLE else "The seeds were too few"
    # rounded up: "at most", and never the limit itself where it is exceeded
    most = f"at most {math.ceil(100.0 * worst.share - 1e-9)} %" if worst.share >= 0.01 else "less than 1 %"
    more = ""
    if worst.share > LITTLE:
        needs = f"{worst.to_be_little:,} seeds" if worst.to_be_little else "a number of seeds that cannot be estimated"
        more = f"; {needs} would reduce it to {LITTLE:.0%}".replace("%", " %")
    return (
        f"{enough}: random variation makes up {most} of the variance between points "
        f"({outcome_called(worst.outcome).lower()}){more}."
    )
