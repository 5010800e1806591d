"""What a study found, in a few plain sentences made from its numbers."""

from __future__ import annotations

import math

from alliance_sim.comparison.summary import CAUTION, FEW_SEEDS
from alliance_sim.reporting.study.findings import Findings
from alliance_sim.reporting.study.labels import NO_PARAMETERS, factor_called, level_label, outcome_called, outcome_unit
from alliance_sim.study.results.effects import SAMPLED, Contrast, JointContrast
from alliance_sim.study.results.sample_size import LITTLE, Enough
from alliance_sim.study.results.sensitivity import FIRST, MU, MU_STAR, RANKS, TOTAL, Index
from alliance_sim.text import count_noun, format_numbers, format_years, join_words, spell_number

LEAD = 4
"""So many outcomes are told of in words; all are in the tables."""
DESIGN_DESCRIPTIONS = {
    "factorial": "every combination of the values",
    "latin_hypercube": "a Latin hypercube, in which all factors move at once",
    "sobol_sequence": "Sobol's sequence, in which all factors move at once",
    "sobol": "Saltelli's sample for Sobol's indices",
    "morris": "Morris' trajectories, in which one factor moves at a time",
    "points": "points given in a file",
}


def answer(findings: Findings) -> list[str]:
    """How it was set up, what came of it, whether the seeds were enough, and a word of caution: a sentence each."""
    return [
        _set_up(findings),
        *(_of_outcome(findings, name) for name in findings.outcomes[:LEAD] if findings.factors),
        *_together(findings),
        *_seeds(findings),
        *_not_there(findings),
        CAUTION,
    ]


def _set_up(findings: Findings) -> str:
    manifest, there = findings.manifest, findings.status
    points, seeds = findings.ends.done.shape
    worlds = count_noun(there.done, "world")
    if there.done < there.runs:
        worlds = f"{there.done:,} of {count_noun(there.runs, 'world')}"
    names = [name for name in findings.varied if name != "variant"]
    varied = join_words([factor_called(name) for name in names]) if 0 < len(names) <= 6 else f"{len(names)} parameters"
    what = f", varying {varied} ({DESIGN_DESCRIPTIONS[findings.ends.kind]})" if names else ""
    if "variant" in findings.varied:
        what += f", in {spell_number(len(findings.varied['variant'].values), 'world')} side by side"
    luck = "the same luck at each point" if findings.ends.paired else "luck of its own at each point"
    return (
        f"{worlds} lived {format_years(manifest.half_terms)} each: {count_noun(points, 'point')} with "
        f"{count_noun(seeds, 'seed')}, {luck}{what}."
    )


def _of_outcome(findings: Findings, name: str) -> str:
    if name in findings.indices and findings.indices[name].rows:
        return _by_index(findings, name)
    best, effect = _strongest(findings, name)
    called = outcome_called(name)
    if best is None:
        return f"{called}: there are too few worlds to tell what it hangs on."
    if best.name in NO_PARAMETERS:
        return _of_worlds(called, best, effect, outcome_unit(name))
    moves = f"{best.against_said} to {best.level_said}"
    figures = _figures(effect, outcome_unit(name))
    if effect.direction == 0:
        return f"{called} shows no clear effect of anything; the largest is that of {best.factor}, {moves} ({figures})."
    verb = "rises" if effect.direction > 0 else "falls"
    return f"{called} hangs most on {best.factor}: from {moves} it {verb} ({figures})."


def _of_worlds(called: str, best: _Best, effect: Contrast, unit: str) -> str:
    """The same where worlds, or a few given points, stand side by side."""
    here, there = (f"({said})" if "," in said else said for said in (best.level_said, best.against_said))
    figures = _figures(effect, unit)
    if effect.direction == 0:
        return f"{called} differs nowhere clearly; most of all between {here} and {there} ({figures})."
    more = "higher" if effect.direction > 0 else "lower"
    return f"{called}: the widest gap to {there} is that of {here}, where it is {more} ({figures})."


class _Best:
    def __init__(self, factor: str, contrast: Contrast) -> None:
        self.name = factor
        self.factor = factor_called(factor)
        self.level_said = level_label(factor, contrast.level)
        self.against_said = level_label(factor, contrast.against)


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
        return f"{difference} {unit}; too few worlds for an interval"
    return f"{difference} {unit}, 95 % interval {low} to {high}"


def _by_index(findings: Findings, name: str) -> str:
    indices, called = findings.indices[name], outcome_called(name)
    if indices.kind == "sobol":
        total, alone = indices.of(TOTAL), indices.of(FIRST)
        found = {factor: one for factor, one in total.items() if math.isfinite(one.value)}
        if not found:
            return f"{called} is the same at every point, so it hangs on nothing that was varied."
        first = max(found, key=lambda factor: found[factor].value)
        rest = f"{_percent(total[first])} together with what it meets"
        if total[first].value <= alone[first].value:
            rest = "no more than that together with what it meets"
        return (
            f"{called} hangs most on {factor_called(first)}: {_percent(alone[first])} of the variance between points "
            f"is its doing alone, and {rest}."
        )
    if indices.kind == "morris":
        found, signed = indices.of(MU_STAR), indices.of(MU)
        ranked = sorted(found, key=lambda factor: -found[factor].value)[:3]
        if not found[ranked[0]].value:
            return f"{called} is the same at every point, so it hangs on nothing that was varied."
        said = [f"{factor_called(one)} ({_signed(signed[one])})" for one in ranked]
        return (
            f"{called} hangs most on {join_words(said)}: the mean change, in {outcome_unit(name)}, for a step through the "
            f"whole range explored."
        )
    found = indices.of(RANKS)
    first = max(found, key=lambda factor: abs(found[factor].value))
    moves = "rises" if found[first].value > 0 else "falls"
    if found[first].low <= 0 <= found[first].high:
        return f"{called} follows no factor clearly; {_explained(indices.explained)}."
    return (
        f"{called} follows {factor_called(first)} most: it {moves} with it (rank coefficient {_signed(found[first])}); "
        f"{_explained(indices.explained)}."
    )


def _explained(share: float) -> str:
    return f"all factors, each taken as always up or always down, explain {share:.0%} of its ranks".replace("%", " %")


def _percent(index: Index) -> str:
    low, value, high = (round(100 * part) for part in (index.low, index.value, index.high))
    return f"{value} % (95 % interval {max(low, 0)} to {min(high, 100)})"


def _signed(index: Index) -> str:
    value, low, high = format_numbers(index.value, index.low, index.high, signed=True)
    return f"{value}, 95 % interval {low} to {high}"


def _together(findings: Findings) -> list[str]:
    """The strongest interaction of the first outcome that has a clear one."""
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
    """``competition C``, or where it is no number, the change of it."""
    if isinstance(joint.level, int | float) and not isinstance(joint.level, bool):
        return factor_called(factor)
    if isinstance(joint.level, tuple):
        return factor_called(factor)
    if factor == "variant":
        return f"{level_label(factor, joint.level)} instead of {level_label(factor, joint.against)}"
    return f"{factor_called(factor)} {level_label(factor, joint.level)} instead of {level_label(factor, joint.against)}"


def _seeds(findings: Findings) -> list[str]:
    """Whether the seeds were enough."""
    seeds = findings.ends.done.shape[1]
    said: list[str] = []
    if findings.sampled:
        shares = [findings.luck[name] for name in findings.outcomes if math.isfinite(findings.luck[name].share)]
        if seeds < 2:
            said.append("With a single seed nobody can tell luck from effect; take two or more.")
        elif shares:
            worst = max(shares, key=lambda one: one.share)
            enough = "The seeds were enough" if worst.share <= LITTLE else "The seeds were too few"
            most = f"at most {worst.share:.0%}" if worst.share >= 0.01 else "less than 1%"
            what = f"luck makes {most} of the variance between points".replace("%", " %")
            more = ""
            if worst.share > LITTLE:
                needs = f"{worst.to_be_little:,} seeds" if worst.to_be_little else "more seeds than can be told"
                more = f"; {needs} would bring it to {LITTLE:.0%}".replace("%", " %")
            said.append(f"{enough}: {what} ({outcome_called(worst.outcome).lower()}){more}.")
        return said
    if seeds < 2:
        return ["With a single seed there are no intervals, and nobody can tell luck from effect; take ten or more."]
    answers = [
        one for name in findings.outcomes[:LEAD] for one in findings.enough[name] if math.isfinite(one.half_width)
    ]
    if answers:
        said.append(_verdict(answers, seeds))
    if seeds < FEW_SEEDS:
        said.append(f"With {spell_number(seeds, 'seed')} the intervals are too narrow; take {FEW_SEEDS} seeds or more.")
    return said


def _verdict(answers: list[Enough], seeds: int) -> str:
    wide = [one for one in answers if one.half_width > one.within]
    if not wide:
        return (
            f"The {spell_number(seeds, 'seed')} were enough: every interval reaches no further to either side than a "
            "tenth of the widest gap between points."
        )
    needs = [one.to_be_within for one in wide]
    most = None if None in needs else max(number for number in needs if number is not None)
    of = wide[0].of
    would = f"{most:,} {of} would be" if most else f"no number of {of} that can be had would be"
    return (
        f"The {spell_number(seeds, 'seed')} were not enough for {len(wide)} of {count_noun(len(answers), 'effect')}, whose "
        f"intervals reach further than a tenth of the widest gap between points; {would}."
    )


def _not_there(findings: Findings) -> list[str]:
    there = findings.status
    said: list[str] = []
    if there.failed:
        said.append(f"{count_noun(there.failed, 'world')} failed and are in none of the figures; see below.")
    if there.left:
        said.append(f"{count_noun(there.left, 'world')} are not lived yet: this is how it looks so far.")
    undefined = {name: findings.ends.undefined(name) for name in findings.outcomes}
    if some := [f"{outcome_called(name).lower()} in {number:,}" for name, number in undefined.items() if number]:
        said.append(f"Where an outcome is a share of nothing, a world has no value and stays out: {join_words(some)}.")
    return said
