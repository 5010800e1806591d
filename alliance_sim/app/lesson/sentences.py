"""Sentences about what the runs show, worded by rules from their data.

In a sentence, ``[a:…]`` and ``[b:…]`` are in the colours of the systems, ``[*:…]`` is bold, ``[n:…]`` marks a refusal
or a broken promise and ``[c:…]`` a coordinator.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from alliance_sim.app.language import _, mark, n_, percent, spelled
from alliance_sim.app.lesson.displays import Display
from alliance_sim.app.lesson.pair import Pair
from alliance_sim.app.lesson.runs import Band
from alliance_sim.app.lesson.words import LEVELS
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

_ALIKE = 0.1
"""Two numbers that differ by less than this share of the larger one are called alike."""
_CLEAR = 0.9
"""The share of runs in which a difference has one sign, from which it is not called chance."""
_MARK = "ab"


def favour(names: tuple[str, str], before: Pair, after: Pair, helped: bool) -> str:
    """Return what a vote on a favour leads to.

    Args:
        names: the two teachers, the asker first.
        before: the pair before the answer.
        after: the pair after it.
        helped: whether the second teacher helped.
    """
    asker, giver = names
    shares = {"asker": asker, "giver": giver, "was": percent(before.asker), "now": percent(after.asker)}
    if helped:
        return _("{asker} now trusts {giver} [*:{now}], not {was}. What comes back, {giver} cannot know.").format(
            **shares
        )
    return _("{giver} took no risk, and {asker} trusts {giver} less: [n:{now}], not {was}.").format(**shares)


def granted(refusals: float) -> str:
    """Return how often such requests are granted in the run.

    Args:
        refusals: the share of requests that were refused.
    """
    if not math.isfinite(refusals):
        return ""
    return _("Of 100 such requests in this model, {number} are granted at first.").format(
        number=f"{100 * (1 - refusals):.0f}"
    )


def promises(names: tuple[str, str], pairs: Sequence[Pair], kept: Sequence[bool]) -> str:
    """Return what kept and broken promises did to trust.

    Args:
        names: the two teachers, the asker first.
        pairs: the pair before the first promise and after each.
        kept: whether each promise was kept.
    """
    asker, giver = names
    many = sum(kept)
    if not kept:
        return _("{asker} promises to keep {giver}’s plan between the two.").format(asker=asker, giver=giver)
    if kept[-1]:
        return n_(
            "After {number} kept promise {giver} trusts {asker} [*:{share}].",
            "After {number} kept promises {giver} trusts {asker} [*:{share}].",
            many,
        ).format(number=spelled(many), giver=giver, asker=asker, share=percent(pairs[-1].giver))
    if not many:
        return _("Without a kept promise before it, one broken promise leaves [n:{share}].").format(
            share=percent(pairs[-1].giver)
        )
    undone = _undone(pairs, kept)
    if undone >= many:
        return n_(
            "One broken promise took away what [*:one kept promise] had built.",
            "One broken promise took away what [*:{number} kept promises] had built.",
            many,
        ).format(number=spelled(many))
    return n_(
        "One broken promise took away what [*:the last kept promise] had built.",
        "One broken promise took away what [*:the last {number} kept promises] had built.",
        undone,
    ).format(number=spelled(undone))


def _undone(pairs: Sequence[Pair], kept: Sequence[bool]) -> int:
    """Return how many of the kept promises before the last, broken one it undid."""
    count, now = 0, pairs[-1].giver
    for place in range(len(kept) - 1, 0, -1):
        if not kept[place - 1] or pairs[place - 1].giver < now - 0.005:
            break
        count += 1
    return max(1, count)


def ladder(counts: Sequence[int], years: int) -> str:
    """Return how far an alliance has climbed.

    Args:
        counts: pairs of schools at each level, the lowest first.
        years: years simulated.
    """
    pairs = sum(counts)
    top = max((level for level, count in enumerate(counts) if count), default=0)
    verb = _(LEVELS[top][1])
    when = _("After {years} years").format(years=spelled(years)) if years != 1 else _("After one year")
    if top == len(LEVELS) - 1:
        text = _("{when}, [*:{count} of {pairs}] pairs of schools {verb}. Only this step makes something new.")
    else:
        text = _("{when}, [*:{count} of {pairs}] pairs {verb}. Not one has reached the top step.")
    return text.format(when=when, count=counts[top], pairs=pairs, verb=verb)


def coordinator(found: Band, how: Display) -> str:
    """Return what a coordinator changes over many runs.

    Args:
        found: the outcome with (first) and without (second) a coordinator.
        how: the display of the outcome.
    """
    first, second = (float(np.median(found.values[side, :, -1])) for side in (0, 1))
    ahead = int((found.values[0, :, -1] > found.values[1, :, -1]).sum())
    runs = len(found.seeds)
    numbers = {"one": how.number(first), "other": how.number(second), "ahead": ahead, "runs": runs}
    if ahead >= _CLEAR * runs:
        return _("With a [c:coordinator] there is more: [*:{one}] against {other} in the middle run.").format(**numbers)
    if ahead <= (1 - _CLEAR) * runs:
        return _("With a [c:coordinator] there is less: [*:{one}] against {other} in the middle run.").format(**numbers)
    return _("With a [c:coordinator] there is more in [*:{ahead} of {runs}] runs: often chance decides.").format(
        **numbers
    )


_FRACTIONS = (
    (0.1, mark("a tenth")), (0.2, mark("a fifth")), (0.25, mark("a quarter")), (1 / 3, mark("a third")),
    (0.5, mark("half")), (2 / 3, mark("two thirds")), (0.75, mark("three quarters")),
)  # fmt: skip


def reveal_title(how: Display, titles: tuple[str, str], ends: tuple[float, float], same_competition: bool) -> str:
    """Return the heading of a reveal.

    Args:
        how: the display of the outcome.
        titles: the names of the systems.
        ends: the shown number of each at the end.
        same_competition: whether both compete equally hard.
    """
    first, second = ends
    higher = 0 if first >= second else 1
    large, small = max(ends), min(ends)
    if not all(math.isfinite(one) for one in ends):
        return _("The outcome")
    if large - small <= _ALIKE * abs(large):
        return _("Hardly any difference at the end")
    fraction = min(_FRACTIONS, key=lambda one: abs(one[0] - small / large))[1] if large > 0 and small >= 0 else ""
    if how.low == 0 and how.suffix == "" and fraction and small / large < 0.85:
        outcome = how.noun
        text = (
            _("Same competition, {part} of the {outcome}")
            if same_competition
            else _("{lower}: {part} of the {outcome}")
        )
        return text.format(part=_(fraction), outcome=outcome, lower=titles[1 - higher])
    return _("{higher} end higher: {outcome}").format(higher=titles[higher], outcome=how.noun)


def reveal(trust: Sequence[tuple[float, float]]) -> str:
    """Return what became of trust in both systems.

    Args:
        trust: trust at the start and at the end, of each system.
    """
    words: list[str] = []
    for side, (start, end) in zip(_MARK, trust, strict=True):
        change = round(100 * end) - round(100 * start)
        verb = _("grew to") if change > 1 else _("fell to") if change < -1 else _("stayed at")
        words.append(f"{side.upper()} {verb} [{side}:{percent(end)}]")
    if trust[0][0] == trust[1][0]:
        return _("Trust began at {start}. {one}; {other}.").format(
            start=percent(trust[0][0]), one=words[0], other=words[1]
        )
    return _("Trust: {one}; {other}.").format(one=words[0], other=words[1])


def years_words(half_terms: int) -> str:
    """Return a duration in words, rounded to half years."""
    halves = max(1, round(2 * half_terms / HALF_TERMS_A_YEAR))
    if halves == 1:
        return _("half a year")
    whole, half = divmod(halves, 2)
    if half:
        return _("{years} and a half years").format(years=spelled(whole))
    return n_("one year", "{years} years", whole).format(years=spelled(whole))


def came_back(values: Sequence[float], at: int) -> int | None:
    """Return after how many half-terms a curve is back where it was before an event.

    Args:
        values: shown numbers.
        at: the half-term of the event.

    Returns:
        The half-terms until then; 0 if it never fell; None if it is not back by the end.
    """
    was = values[at]
    if values[at + 1] >= was - 1:
        return 0
    return next((place - at for place in range(at + 1, len(values)) if values[place] >= was - 0.5), None)


def after_event(curves: Sequence[tuple[str, Sequence[float], Sequence[float]]], at: int, how: Display) -> str:
    """Return what an event changed.

    Args:
        curves: for each system affected its letter, its curve with the event, and its curve without.
        at: the half-term of the event.
        how: the display of the curves.
    """
    back = [came_back(with_event, at) for _letter, with_event, _without in curves]
    years = (len(curves[0][1]) - 1) // HALF_TERMS_A_YEAR
    if any(each != 0 for each in back):
        parts: list[str] = []
        for (letter, _with, _without), each in zip(curves, back, strict=True):
            side, name = letter.lower(), letter
            if each is None:
                parts.append(_("in {name}, not by [{mark}:year {years}]").format(name=name, mark=side, years=years))
            elif each == 0:
                parts.append(_("in {name} it [{mark}:never fell]").format(name=name, mark=side))
            else:
                after = years_words(each)
                parts.append(_("in {name} it is back after [{mark}:{after}]").format(name=name, mark=side, after=after))
        return _("Trust falls at once: {parts}.").format(parts="; ".join(parts))
    parts = []
    for letter, with_event, without in curves:
        numbers = {"end": how.number(with_event[-1]), "other": how.number(without[-1])}
        if numbers["end"] == numbers["other"]:
            parts.append(_("{name} ends as without it, at [{mark}:{end}]").format(
                name=letter, mark=letter.lower(), **numbers
            ))  # fmt: skip
        else:
            parts.append(_("{name} ends at [{mark}:{end}], {other} without it").format(
                name=letter, mark=letter.lower(), **numbers
            ))  # fmt: skip
    return "; ".join(parts) + "."


def chance(found: Band, titles: tuple[str, str], how: Display) -> tuple[str, str, str, str]:
    """Return the big number, what it counts, a remark on the extremes, and the caption.

    Args:
        found: the outcome of both systems with many seeds, as shown numbers.
        titles: the names of the systems.
        how: the display of the outcome.
    """
    ends = found.values[:, :, -1]
    runs = len(found.seeds)
    higher = 0 if np.median(ends[0]) >= np.median(ends[1]) else 1
    wins = int((ends[higher] > ends[1 - higher]).sum())
    big = _("{wins} of {runs}").format(wins=wins, runs=runs)
    what = _("times {title} ended higher").format(title=f"[{_MARK[higher]}:{titles[higher]}]")
    lowest, highest = float(ends[higher].min()), float(ends[1 - higher].max())
    numbers = {
        "low": titles[1 - higher], "high": titles[higher], "most": how.number(highest), "least": how.number(lowest),
    }  # fmt: skip
    if highest < lowest:
        remark = _("The highest run of {low} ({most}) stays below the lowest of {high} ({least}).").format(**numbers)
    else:
        remark = _("The runs overlap: the highest of {low} is {most}, the lowest of {high} is {least}.").format(
            **numbers
        )
    if wins >= _CLEAR * runs:
        return big, what, remark, _("Other random events, {runs} times. The gap stays.").format(runs=runs)
    return big, what, remark, _("Other random events, {runs} times. Chance can turn the gap round.").format(runs=runs)
