"""The story: two or three sentences about the run and its causes, each with the claim behind it.

The rules in ``narrative_rules`` propose sentences from the numbers of the runs; the sentence with the largest weight is
shown. No rule knows the presets.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from alliance_sim.app.session.session import Session
from alliance_sim.app.views.claims import claim
from alliance_sim.app.views.differences import differences, differing
from alliance_sim.app.views.narrative_data import CLEARLY, LATELY, Sentence, SentenceRule, StoryData, row_of
from alliance_sim.app.views.narrative_rules import NEXT, WHY
from alliance_sim.text import format_numbers, format_years, join_words, spell_number


def story(session: Session) -> list[dict[str, object]]:
    """Return two or three sentences about the half-term shown, each with its claim."""
    seen = StoryData(session)
    if session.at == 0:
        sentences: list[Sentence | None] = [*_initial_state(seen)]
    else:
        sentences = [_sharing(seen), _strongest(WHY, seen), _strongest(NEXT, seen)]
    return [{"text": one.text, "claim": claim(one.row)} for one in sentences if one is not None]


def _strongest(rules: Iterable[SentenceRule], seen: StoryData) -> Sentence | None:
    proposed = [one for one in (rule(seen) for rule in rules) if one is not None]
    return max(proposed, key=lambda one: one.weight, default=None)


def _initial_state(seen: StoryData) -> list[Sentence]:
    session = seen.session
    first, second = seen.names
    schools = spell_number(session.schools)
    trust = format_numbers(seen.now(0, "trust"), seen.now(1, "trust"))
    same = all(_same(seen.now(0, name), seen.now(1, name)) for name in ("trust", "practice", "attainment"))
    if same:
        begin = (
            f"{first} and {second} start with the same {schools} schools, the same trust ({trust[0]}), the same "
            "practice and the same random numbers: every later difference is due to their different settings."
        )
    else:
        begin = (
            f"{first} and {second} start with the same random numbers, but not in the same state: mean trust is "
            f"{trust[0]} in the first and {trust[1]} in the second."
        )
    names = differing(session)
    if not names:
        return [Sentence(begin, "A2"), Sentence("Their settings do not differ, so they will stay equal.", "A1")]
    listed = [f"{name}: {join_words(differences(session, side))}" for side, name in enumerate(seen.names)]
    return [Sentence(begin, "A2"), Sentence(f"{'. '.join(listed)}.", row_of(names))]


def _per_hundred(sharing: float) -> str:
    """Return acts of help per teacher as a number per 100 teachers."""
    return f"{100 * sharing:.0f}" if sharing >= 0.02 else f"{100 * sharing:.1f}"


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _sharing(seen: StoryData) -> Sentence:
    """Compare how much is shared in the two runs."""
    span = "In the first half-term" if seen.at == 1 else f"Over the last {format_years(min(seen.at, LATELY))}"
    span = span.replace("the last one year", "the last year")
    values = seen.recent(0, "sharing"), seen.recent(1, "sharing")
    more = seen.leader("sharing")
    much, little = seen.names[more], seen.names[1 - more]
    here, there = (_per_hundred(values[side]) for side in (more, 1 - more))
    row = row_of(differing(seen.session))
    unit = "acts of help per 100 teachers per half-term"
    if values[1 - more] == values[more]:
        text = f"{span} both systems shared exactly as much: {here} {unit}."
    elif values[1 - more] <= 0 or values[more] / values[1 - more] < CLEARLY:
        text = f"{span} both systems shared about as much: {here} {unit} in {much}, {there} in {little}."
    else:
        times = values[more] / values[1 - more]
        text = (
            f"{span} teachers in {much} shared {times:.1f} times as much as those in {little}: {here} {unit}, "
            f"against {there}."
        )
    return Sentence(text, row)
