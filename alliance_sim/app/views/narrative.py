"""What is happening and why, in two or three sentences made from the run itself, each with the claim behind it.

The strongest of what the tellers have to say is told. No teller knows presets: what is not in the numbers is not in the
story.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from alliance_sim.app.session.session import Session
from alliance_sim.app.views.claims import claim
from alliance_sim.app.views.differences import differences, differing
from alliance_sim.app.views.narrative_data import CLEARLY, LATELY, Seen, Sentence, Teller, row_of
from alliance_sim.app.views.narrative_rules import NEXT, WHY
from alliance_sim.text import format_numbers, format_years, join_words, spell_number


def story(session: Session) -> list[dict[str, object]]:
    """Two or three sentences, each with its claim, for the half-term that is looked at."""
    seen = Seen(session)
    told = _opening(seen) if session.at == 0 else [_standing(seen), _strongest(WHY, seen), _strongest(NEXT, seen)]
    return [{"text": one.text, "claim": claim(one.row)} for one in told if one is not None]


def _strongest(tellers: Iterable[Teller], seen: Seen) -> Sentence | None:
    told = [one for one in (teller(seen) for teller in tellers) if one is not None]
    return max(told, key=lambda one: one.weight, default=None)


def _opening(seen: Seen) -> list[Sentence]:
    session = seen.session
    first, second = seen.names
    schools = spell_number(session.schools)
    trust = format_numbers(seen.now(0, "trust"), seen.now(1, "trust"))
    same = all(_same(seen.now(0, name), seen.now(1, name)) for name in ("trust", "practice", "attainment"))
    if same:
        begin = (
            f"{first} and {second} open with the same {schools} schools, the same trust ({trust[0]}), the same "
            "practice and the same luck: what grows apart from here is the doing of what differs between them."
        )
    else:
        begin = (
            f"{first} and {second} open with the same luck, but not alike: mean trust is {trust[0]} in the one and "
            f"{trust[1]} in the other."
        )
    names = differing(session)
    if not names:
        return [Sentence(begin, "A2"), Sentence("Nothing differs between them yet: they will stay alike.", "A1")]
    told = [f"{name}: {join_words(differences(session, side))}" for side, name in enumerate(seen.names)]
    return [Sentence(begin, "A2"), Sentence(f"{'. '.join(told)}.", row_of(names))]


def _hundred(helps: float) -> str:
    """Helps a teacher, as a class can picture them: among a hundred."""
    return f"{100 * helps:.0f}" if helps >= 0.02 else f"{100 * helps:.1f}"


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _standing(seen: Seen) -> Sentence:
    """How much is shared here and there."""
    span = "In the first half-term" if seen.at == 1 else f"Over the last {format_years(min(seen.at, LATELY))}"
    span = span.replace("the last one year", "the last year")
    values = seen.lately(0, "sharing"), seen.lately(1, "sharing")
    more = seen.more("sharing")
    much, little = seen.names[more], seen.names[1 - more]
    here, there = (_hundred(values[side]) for side in (more, 1 - more))
    row = row_of(differing(seen.session))
    if values[1 - more] == values[more]:
        text = f"{span} both worlds shared exactly as much: {here} helps a half-term among 100 teachers."
    elif values[1 - more] <= 0 or values[more] / values[1 - more] < CLEARLY:
        text = (
            f"{span} both worlds shared about as much: among 100 teachers {here} helps a half-term in {much}, "
            f"{there} in {little}."
        )
    else:
        times = values[more] / values[1 - more]
        text = (
            f"{span} teachers in {much} shared {times:.1f} times as much as those in {little}: {here} helps a "
            f"half-term among 100 teachers, against {there}."
        )
    return Sentence(text, row)
