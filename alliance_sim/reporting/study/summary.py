"""A study's findings as a few plain sentences."""

from __future__ import annotations

import math

from alliance_sim.comparison.summary import CAUTION
from alliance_sim.declarations.labels import note_on_list
from alliance_sim.reporting.study.findings import Findings
from alliance_sim.reporting.study.labels import factor_called, level_label, outcome_called, outcome_unit
from alliance_sim.reporting.study.leading_factors import FactorStatement, OutcomeStatement, outcome_statement
from alliance_sim.reporting.study.sentences import (
    index_sentence,
    power_sentences,
    precision_sentence,
    random_variation_sentence,
)
from alliance_sim.statistics.designs import TWO_WAY
from alliance_sim.statistics.intervals import LEAST_UNITS, Intervals
from alliance_sim.study.errors import StudyError
from alliance_sim.study.results.contrasts import OF, SAMPLED, Contrast, Effect, Interaction, JointContrast
from alliance_sim.study.until import Seen, look_at, recorded_goal
from alliance_sim.text import count_noun, format_numbers, format_years, join_words, spell_number

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
        *_sequential(findings),
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
        return index_sentence(findings.indices[name])
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


def _sequential(findings: Findings) -> list[str]:
    """Return a sentence on the goal of sequential runs, and how it was allowed for."""
    goal, seeds = recorded_goal(findings.manifest.until), findings.ends.done.shape[1]
    if goal is None:
        return []
    try:
        seen = look_at(findings.ends, goal)
    except StudyError:  # the effects of these points are over points
        seen = Seen(reached=False, half_width=math.nan, seeds=seeds)
    (width,) = format_numbers(seen.half_width)
    widest = "an interval is missing" if width == "–" else f"the widest interval has a half-width of {width}"
    state = "is reached" if seen.reached else "is not reached"
    return [
        f"The number of seeds was chosen sequentially: seeds were added until {goal}, which {state} with {seeds:,} "
        f"seeds ({widest}). Intervals allow for this: they use nine tenths of the error probability."
    ]


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
    return [precision_sentence(answers, seeds), *power_sentences(answers)] if answers else []


def _seeds_of_a_sample(findings: Findings, seeds: int) -> list[str]:
    sentences = [f"{outcome_called(one.outcome)}: {one.few}." for one in findings.indices.values() if one.few][:1]
    shares = [one for one in findings.seed_shares.values() if math.isfinite(one.share)]
    if seeds < 2:
        return [*sentences, "A single seed cannot separate effects from random variation; use two or more."]
    if not shares:
        return sentences
    return [*sentences, random_variation_sentence(shares)]


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
