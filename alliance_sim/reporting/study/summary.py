"""A study's findings as a few plain sentences."""

from __future__ import annotations

import math

from alliance_sim.comparison.summary import CAUTION
from alliance_sim.declarations.labels import note_on_list
from alliance_sim.reporting.study.findings import Findings
from alliance_sim.reporting.study.labels import factor_called, level_label, outcome_called, outcome_unit
from alliance_sim.reporting.study.leading_factors import (
    MOST_NAMED,
    FactorStatement,
    OutcomeStatement,
    outcome_statement,
)
from alliance_sim.statistics.designs import TWO_WAY
from alliance_sim.statistics.intervals import LEAST_UNITS, Intervals
from alliance_sim.study.results.contrasts import OF, SAMPLED, Contrast, Effect, Interaction, JointContrast
from alliance_sim.study.results.sample_size import LITTLE, SampleSize
from alliance_sim.study.results.sensitivity import FIRST, MU, MU_STAR, RANKS, TOTAL, Index
from alliance_sim.text import count_noun, format_estimate, format_years, join_words, spell_number

LEAD = 4
"""Number of outcomes described in words; the tables have all."""
DESIGN_DESCRIPTIONS = {
    "factorial": "every combination of the values",
    "latin_hypercube": "a Latin hypercube, in which all factors move at once",
    "sobol_sequence": "Sobol's sequence, in which all factors move at once",
    "sobol": "Saltelli's sample for Sobol's indices",
    "morris": "Morris' trajectories, in which one factor moves at a time",
    "points": "points given in a file",
}


def answer(findings: Findings) -> list[str]:
    """Return sentences on the design, the findings, the number of seeds and missing runs, and a caution."""
    return [
        _set_up(findings),
        *(_of_outcome(findings, name) for name in findings.outcomes[:LEAD] if findings.factors),
        *_together(findings),
        *_seeds(findings),
        *_missing(findings),
        *filter(None, [note_on_list(findings.manifest.schools)]),
        CAUTION,
    ]


def _set_up(findings: Findings) -> str:
    manifest, there = findings.manifest, findings.status
    points, seeds = findings.ends.done.shape
    runs = count_noun(there.done, "run")
    if there.done < there.runs:
        runs = f"{there.done:,} of {count_noun(there.runs, 'run')}"
    names = [name for name in findings.varied if name != "variant"]
    varied = join_words([factor_called(name) for name in names]) if 0 < len(names) <= 6 else f"{len(names)} parameters"
    what = f", varying {varied} ({DESIGN_DESCRIPTIONS[findings.ends.kind]})" if names else ""
    if "variant" in findings.varied:
        what += f", in {spell_number(len(findings.varied['variant'].values), 'variant')}"
    streams = "the same random numbers at each point"
    if not findings.ends.paired:
        streams = "separate random numbers at each point"
    return (
        f"{runs} of {format_years(manifest.half_terms)} each: {count_noun(points, 'point')} with "
        f"{count_noun(seeds, 'seed')}, {streams}{what}."
    )


def _of_outcome(findings: Findings, name: str) -> str:
    if name in findings.indices and findings.indices[name].rows:
        return _by_index(findings, name)
    return statement_of(findings, name).sentence()


def statement_of(findings: Findings, name: str) -> OutcomeStatement:
    """Return what an outcome depends on: the object that its sentence is generated from.

    Args:
        findings: the findings of a study.
        name: the outcome.
    """
    largest: list[tuple[FactorStatement, Intervals]] = []
    for factor in findings.factors:
        effect = findings.effects.get((factor, name))
        if effect is None or effect.intervals is None:
            continue
        contrasts = [(place, one) for place, one in enumerate(effect.contrasts) if math.isfinite(one.difference)]
        if not contrasts:
            continue
        clear = [pair for pair in contrasts if pair[1].direction] or contrasts
        place, one = max(clear, key=lambda pair: abs(pair[1].difference))
        said = one.statement(outcome_unit(name), findings.smallest(name), observed(effect, one))
        largest.append((FactorStatement(factor, one.level, one.against, said), effect.intervals[place : place + 1]))
    return outcome_statement(outcome_called(name), largest)


def observed(effect: Effect | Interaction, one: Contrast | JointContrast) -> str:
    """Return what the independent observations of a contrast are: ``seed``, ``run`` or ``point``."""
    return "seed" if one.method.startswith(TWO_WAY) else OF[effect.how]


def _by_index(findings: Findings, name: str) -> str:
    indices, called = findings.indices[name], outcome_called(name)
    measure = {"sobol": TOTAL, "morris": MU_STAR}.get(indices.kind, RANKS)
    found = {factor: one for factor, one in indices.of(measure).items() if math.isfinite(one.value)}
    if not found or (indices.kind == "morris" and not any(one.value for one in found.values())):
        return f"{called} is the same at every point, so it does not depend on what was varied."
    leaders = indices.leading.names if indices.leading else ()
    if not leaders:
        first = max(found, key=lambda factor: abs(found[factor].value))
        tail = f"; {_explained(indices.explained)}" if indices.kind == "ranks" else ""
        return (
            f"{called} depends on no factor clearly; the largest index is that of {factor_called(first)} "
            f"({_signed(found[first])}){tail}."
        )
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
            f"{called} depends most on {named}{apart}: the mean change, in {outcome_unit(name)}, for a step across the "
            f"whole range explored is {join_words(parts)}."
        )
    parts = [f"{f'{who} ' if who else ''}{_signed(found[one])}" for who, one in shown]
    return (
        f"{called} follows {named} most closely{apart} (rank coefficient {join_words(parts)}); "
        f"{_explained(indices.explained)}."
    )


def _explained(share: float) -> str:
    return f"all factors together, taken as monotonic, explain {share:.0%} of the variance of its ranks".replace(
        "%", " %"
    )


def _percent(index: Index) -> str:
    low, value, high = (
        round(100 * part) if math.isfinite(part) else part for part in (index.low, index.value, index.high)
    )
    if not math.isfinite(index.low):
        return f"{value} % (too few blocks for an interval)"
    return f"{value} % (95 % interval {low} to {high})"


def _signed(index: Index) -> str:
    value, low, high = format_estimate(index.value, index.low, index.high)
    if not math.isfinite(index.low):
        return f"{value}, too few for an interval"
    return f"{value}, 95 % interval {low} to {high}"


def _together(findings: Findings) -> list[str]:
    """Return a sentence on the strongest interaction of the first outcome with a clear one."""
    for name in findings.outcomes[:LEAD]:
        found = [(pair, one) for pair in findings.interactions for one in findings.shown_joint(pair, name)]
        clear = [(pair, one) for pair, one in found if one.direction]
        if clear:
            (first, second), joint = max(clear, key=lambda each: abs(each[1].difference))
            more = "higher" if joint.difference > 0 else "lower"
            of = observed(findings.interactions[first, second][name], joint)
            figures = joint.statement(outcome_unit(name), None, of).figures()
            where = f"{level_label(second, joint.other_level)} than at {level_label(second, joint.other_against)}"
            if findings.interactions[first, second][name].how == SAMPLED and second != "variant":
                where = f"the upper half of its values ({level_label(second, joint.other_level)}) than at the lower"
            return [
                f"What {_change(first, joint)} does to {outcome_called(name).lower()} depends on "
                f"{factor_called(second)}: it is {more} at {where} ({figures})."
            ]
    return []


def _change(factor: str, joint: JointContrast) -> str:
    """Return ``competition C``, or the change of level for a factor without numbers."""
    if isinstance(joint.level, int | float) and not isinstance(joint.level, bool):
        return factor_called(factor)
    if isinstance(joint.level, tuple):
        return factor_called(factor)
    if factor == "variant":
        return f"{level_label(factor, joint.level)} instead of {level_label(factor, joint.against)}"
    return f"{factor_called(factor)} {level_label(factor, joint.level)} instead of {level_label(factor, joint.against)}"


def _seeds(findings: Findings) -> list[str]:
    """Return sentences on whether the number of seeds was sufficient."""
    seeds = findings.ends.done.shape[1]
    if findings.sampled:
        return _seeds_of_a_sample(findings, seeds)
    if seeds < LEAST_UNITS:
        few = "With a single seed there are" if seeds == 1 else "With two seeds there are"
        return [f"{few} no intervals, and effects cannot be separated from random variation; use ten or more."]
    answers = [
        one for name in findings.outcomes[:LEAD] for one in findings.sample_sizes[name] if math.isfinite(one.half_width)
    ]
    return [_verdict(answers, seeds), *_power(answers)] if answers else []


def _seeds_of_a_sample(findings: Findings, seeds: int) -> list[str]:
    sentences = [f"{outcome_called(one.outcome)}: {one.few}." for one in findings.indices.values() if one.few][:1]
    shares = [one for one in findings.seed_shares.values() if math.isfinite(one.share)]
    if seeds < 2:
        return [*sentences, "A single seed cannot separate effects from random variation; use two or more."]
    if not shares:
        return sentences
    worst = max(shares, key=lambda one: one.share)
    enough = "The seeds were enough" if worst.share <= LITTLE else "The seeds were too few"
    most = f"at most {worst.share:.0%}" if worst.share >= 0.01 else "less than 1%"
    what = f"random variation makes up {most} of the variance between points".replace("%", " %")
    more = ""
    if worst.share > LITTLE:
        needs = f"{worst.to_be_little:,} seeds" if worst.to_be_little else "a number of seeds that cannot be estimated"
        more = f"; {needs} would reduce it to {LITTLE:.0%}".replace("%", " %")
    return [*sentences, f"{enough}: {what} ({outcome_called(worst.outcome).lower()}){more}."]


def _verdict(answers: list[SampleSize], seeds: int) -> str:
    wide = [one for one in answers if not one.reached]
    number = spell_number(seeds, "seed")
    if not wide:
        return (
            f"The {number} were enough for this precision: the half-width of every interval is at most a tenth of the "
            "widest gap between points."
        )
    plans = [one.precision for one in wide]
    most = None
    if all(plan is not None and plan.n is not None for plan in plans):
        most = max((plan for plan in plans if plan is not None), key=lambda plan: plan.n or 0)
    would = f"no feasible number of {wide[0].of} would be enough"
    if most is not None and most.low is not None:
        high = f"{most.high:,}" if most.high is not None else "more than ten million"
        would = (
            f"{most.n:,} {wide[0].of} would be enough with probability .8 (the present runs leave open {most.low:,} to "
            f"{high})"
        )
    return (
        f"The {number} were not enough for {len(wide)} of {count_noun(len(answers), 'effect')}, whose intervals have a "
        f"half-width above a tenth of the widest gap between points; {would}."
    )


def _power(answers: list[SampleSize]) -> list[str]:
    """Return a sentence for each outcome with a smallest effect of interest: the seeds for a power of .8."""
    sentences: list[str] = []
    for name in dict.fromkeys(one.outcome for one in answers if one.power is not None):
        plans = [one.power for one in answers if one.outcome == name and one.power is not None]
        effect = next(one.effect for one in answers if one.outcome == name)
        most = max(plans, key=lambda plan: math.inf if plan.n is None else plan.n)
        number, low, high = (
            "more than ten million" if each is None else f"{each:,}" for each in (most.n, most.low, most.high)
        )
        sentences.append(
            f"An effect of {effect:g} on {outcome_called(name).lower()}, the smallest of interest, becomes clear "
            f"one at a time with power .8 with {number} seeds (the present runs leave open {low} to {high})."
        )
    return sentences


def _missing(findings: Findings) -> list[str]:
    there = findings.status
    sentences: list[str] = []
    if there.failed:
        sentences.append(f"{count_noun(there.failed, 'run')} failed and are not in the results; see below.")
    if there.left:
        sentences.append(f"{count_noun(there.left, 'run')} are not done yet: the results are preliminary.")
    for (factor, name), effect in findings.effects.items():
        if effect.undefined_levels:
            levels = join_words([level_label(factor, level) for level in effect.undefined_levels])
            sentences.append(
                f"{outcome_called(name)} is defined in too few runs at {factor_called(factor)} {levels}; "
                f"{level_label(factor, effect.reference)} is the first level at which it is defined, and the reference."
            )
    undefined = {name: findings.ends.undefined(name) for name in findings.outcomes}
    if some := [f"{outcome_called(name).lower()} in {number:,}" for name, number in undefined.items() if number]:
        sentences.append(f"Outcomes are undefined in some runs, which are left out: {join_words(some)}.")
    return sentences
