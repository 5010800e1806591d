"""A study's findings as a few plain sentences."""

from __future__ import annotations

import math

from alliance_sim.comparison.summary import CAUTION, FEW_SEEDS
from alliance_sim.reporting.study.findings import Findings
from alliance_sim.reporting.study.labels import NO_PARAMETERS, factor_called, level_label, outcome_called, outcome_unit
from alliance_sim.study.results.effects import SAMPLED, Contrast, JointContrast
from alliance_sim.study.results.sample_size import LITTLE, SampleSize
from alliance_sim.study.results.sensitivity import FIRST, MU, MU_STAR, RANKS, TOTAL, Index
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
        *_seeds(findings),
        *_missing(findings),
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
    best, effect = _strongest(findings, name)
    called = outcome_called(name)
    if best is None:
        return f"{called}: there are too few runs to show what it depends on."
    if best.name in NO_PARAMETERS:
        return _of_variants(called, best, effect, outcome_unit(name))
    moves = f"{best.against_label} to {best.level_label}"
    figures = _figures(effect, outcome_unit(name))
    if effect.direction == 0:
        return (
            f"{called} shows no clear effect of any factor; the largest is that of {best.factor}, {moves} ({figures})."
        )
    verb = "rises" if effect.direction > 0 else "falls"
    return f"{called} depends most on {best.factor}: from {moves} it {verb} ({figures})."


def _of_variants(called: str, best: _Best, effect: Contrast, unit: str) -> str:
    """Return the sentence on an outcome where variants, or a few given points, are compared."""
    here, there = (f"({label})" if "," in label else label for label in (best.level_label, best.against_label))
    figures = _figures(effect, unit)
    if effect.direction == 0:
        return f"{called} shows no clear differences; the largest is between {here} and {there} ({figures})."
    more = "higher" if effect.direction > 0 else "lower"
    return f"{called}: compared with {there}, {here} differs most; it is {more} there ({figures})."


class _Best:
    def __init__(self, factor: str, contrast: Contrast) -> None:
        self.name = factor
        self.factor = factor_called(factor)
        self.level_label = level_label(factor, contrast.level)
        self.against_label = level_label(factor, contrast.against)


def _strongest(findings: Findings, name: str) -> tuple[_Best | None, Contrast]:
    every = [(factor, one) for factor in findings.factors for one in findings.shown(factor, name)]
    every = [(factor, one) for factor, one in every if math.isfinite(one.difference)]
    nothing = Contrast(None, None, math.nan, math.nan, math.nan, 0, math.nan)
    if not every:
        return None, nothing
    clear = [(factor, one) for factor, one in every if one.direction] or every
    factor, contrast = max(clear, key=lambda pair: abs(pair[1].difference))
    return _Best(factor, contrast), contrast


def _figures(contrast: Contrast | JointContrast, unit: str) -> str:
    difference, low, high = format_numbers(contrast.difference, contrast.low, contrast.high, signed=True)
    if not math.isfinite(contrast.low):
        return f"{difference} {unit}; too few runs for an interval"
    return f"{difference} {unit}, 95 % interval {low} to {high}"


def _by_index(findings: Findings, name: str) -> str:
    indices, called = findings.indices[name], outcome_called(name)
    if indices.kind == "sobol":
        total, alone = indices.of(TOTAL), indices.of(FIRST)
        found = {factor: one for factor, one in total.items() if math.isfinite(one.value)}
        if not found:
            return f"{called} is the same at every point, so it does not depend on what was varied."
        first = max(found, key=lambda factor: found[factor].value)
        rest = f"{_percent(total[first])} including its interactions"
        if total[first].value <= alone[first].value:
            rest = "no more including its interactions"
        return (
            f"{called} depends most on {factor_called(first)}: {_percent(alone[first])} of the variance between points "
            f"is due to it alone, and {rest}."
        )
    if indices.kind == "morris":
        found, signed = indices.of(MU_STAR), indices.of(MU)
        ranked = sorted(found, key=lambda factor: -found[factor].value)[:3]
        if not found[ranked[0]].value:
            return f"{called} is the same at every point, so it does not depend on what was varied."
        effects = [f"{factor_called(one)} ({_signed(signed[one])})" for one in ranked]
        return (
            f"{called} depends most on {join_words(effects)}: the mean change, in {outcome_unit(name)}, for a step "
            f"across the whole range explored."
        )
    found = indices.of(RANKS)
    first = max(found, key=lambda factor: abs(found[factor].value))
    moves = "rises" if found[first].value > 0 else "falls"
    if found[first].low <= 0 <= found[first].high:
        return f"{called} follows no factor clearly; {_explained(indices.explained)}."
    return (
        f"{called} follows {factor_called(first)} most closely and {moves} with it (rank coefficient "
        f"{_signed(found[first])}); {_explained(indices.explained)}."
    )


def _explained(share: float) -> str:
    return f"all factors together, taken as monotonic, explain {share:.0%} of the variance of its ranks".replace(
        "%", " %"
    )


def _percent(index: Index) -> str:
    low, value, high = (round(100 * part) for part in (index.low, index.value, index.high))
    return f"{value} % (95 % interval {max(low, 0)} to {min(high, 100)})"


def _signed(index: Index) -> str:
    value, low, high = format_numbers(index.value, index.low, index.high, signed=True)
    return f"{value}, 95 % interval {low} to {high}"


def _together(findings: Findings) -> list[str]:
    """Return a sentence on the strongest interaction of the first outcome with a clear one."""
    for name in findings.outcomes[:LEAD]:
        found = [(pair, one) for pair in findings.interactions for one in findings.shown_joint(pair, name)]
        clear = [(pair, one) for pair, one in found if one.direction]
        if clear:
            (first, second), joint = max(clear, key=lambda each: abs(each[1].difference))
            more = "higher" if joint.difference > 0 else "lower"
            where = f"{level_label(second, joint.other_level)} than at {level_label(second, joint.other_against)}"
            if findings.interactions[first, second][name].how == SAMPLED and second != "variant":
                where = f"the upper half of its values ({level_label(second, joint.other_level)}) than at the lower"
            return [
                f"What {_change(first, joint)} does to {outcome_called(name).lower()} depends on "
                f"{factor_called(second)}: it is {more} at {where} ({_figures(joint, outcome_unit(name))})."
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
    sentences: list[str] = []
    if findings.sampled:
        shares = [
            findings.seed_shares[name] for name in findings.outcomes if math.isfinite(findings.seed_shares[name].share)
        ]
        if seeds < 2:
            sentences.append("A single seed cannot separate effects from random variation; use two or more.")
        elif shares:
            worst = max(shares, key=lambda one: one.share)
            enough = "The seeds were enough" if worst.share <= LITTLE else "The seeds were too few"
            most = f"at most {worst.share:.0%}" if worst.share >= 0.01 else "less than 1%"
            what = f"random variation makes up {most} of the variance between points".replace("%", " %")
            more = ""
            if worst.share > LITTLE:
                needs = (
                    f"{worst.to_be_little:,} seeds"
                    if worst.to_be_little
                    else "a number of seeds that cannot be estimated"
                )
                more = f"; {needs} would reduce it to {LITTLE:.0%}".replace("%", " %")
            sentences.append(f"{enough}: {what} ({outcome_called(worst.outcome).lower()}){more}.")
        return sentences
    if seeds < 2:
        return [
            "With a single seed there are no intervals, and effects cannot be separated from random variation; "
            "use ten or more."
        ]
    answers = [
        one for name in findings.outcomes[:LEAD] for one in findings.sample_sizes[name] if math.isfinite(one.half_width)
    ]
    if answers:
        sentences.append(_verdict(answers, seeds))
    if seeds < FEW_SEEDS:
        sentences.append(
            f"With {spell_number(seeds, 'seed')} the intervals are too narrow; use {FEW_SEEDS} seeds or more."
        )
    return sentences


def _verdict(answers: list[SampleSize], seeds: int) -> str:
    wide = [one for one in answers if one.half_width > one.within]
    if not wide:
        return (
            f"The {spell_number(seeds, 'seed')} were enough: the half-width of every interval is at most a "
            "tenth of the widest gap between points."
        )
    needs = [one.to_be_within for one in wide]
    most = None if None in needs else max(number for number in needs if number is not None)
    of = wide[0].of
    would = f"{most:,} {of} would be enough" if most else f"no feasible number of {of} would be enough"
    return (
        f"The {spell_number(seeds, 'seed')} were not enough for {len(wide)} of {count_noun(len(answers), 'effect')}, "
        f"whose intervals have a half-width above a tenth of the widest gap between points; {would}."
    )


def _missing(findings: Findings) -> list[str]:
    there = findings.status
    sentences: list[str] = []
    if there.failed:
        sentences.append(f"{count_noun(there.failed, 'run')} failed and are not in the results; see below.")
    if there.left:
        sentences.append(f"{count_noun(there.left, 'run')} are not done yet: the results are preliminary.")
    undefined = {name: findings.ends.undefined(name) for name in findings.outcomes}
    if some := [f"{outcome_called(name).lower()} in {number:,}" for name, number in undefined.items() if number]:
        sentences.append(f"Outcomes are undefined in some runs, which are left out: {join_words(some)}.")
    return sentences
