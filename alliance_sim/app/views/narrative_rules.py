"""What there is to say of two worlds: each teller looks at the numbers, and says a sentence if it matters."""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from alliance_sim.app.session.interventions import HAND_EVENTS, LEVER
from alliance_sim.app.session.session import HORIZON
from alliance_sim.app.views.narrative_data import CLEARLY, LATELY, Seen, Sentence, Teller, row_of, values_now
from alliance_sim.text import format_numbers, format_years, join_words


def _by_hand(seen: Seen) -> Sentence | None:
    """What was made to happen within the last year, and what sharing and trust did since."""
    recent = [
        (one, side)
        for side, world in enumerate(seen.session.worlds)
        for one in world.happenings
        if seen.at - LATELY <= one.half_term < seen.at
    ]
    if not recent:
        return None
    last = max(one.half_term for one, _ in recent)
    latest = [(one, side) for one, side in recent if one.half_term == last]
    one, side = latest[-1]
    sides = sorted({side for other, side in latest if other == one})
    where = "in both worlds" if len(sides) == 2 else f"in {seen.names[side]}"
    changes: list[str] = []
    for each in sides:
        before, since = seen.now_at(each, "trust", last), seen.now(each, "trust")
        told = format_numbers(before, since)
        moved = "held at" if told[0] == told[1] else f"went from {told[0]} to"
        changes.append(f"{seen.names[each]}'s trust {moved} {told[1]}")
    ago = format_years(seen.at - last)
    row = row_of([name for name, _ in one.changes]) if one.key == LEVER else HAND_EVENTS[one.key].row
    return Sentence(f"{one.label} {where}, {ago} ago: since then {join_words(changes)}.", row, 2.0)


def _refusals(seen: Seen) -> Sentence | None:
    """Where more is refused, and what differs that could be why."""
    values = [seen.lately(side, "refusals") for side in (0, 1)]
    if not all(map(math.isfinite, values)) or abs(values[0] - values[1]) < 0.05:
        return None
    worse = 0 if values[0] > values[1] else 1
    here, there = (f"{100 * values[side]:.0f}%" for side in (worse, 1 - worse))
    reason, row = _reason(seen, worse)
    text = f"In {seen.names[worse]}, {here} of requests are refused, against {there}{reason}."
    return Sentence(text, row, 0.4 + abs(values[0] - values[1]))


def _reason(seen: Seen, worse: int) -> tuple[str, str]:
    first, second = (values_now(seen.session, side) for side in (worse, 1 - worse))

    def more(there: dict[str, object], here: dict[str, object], name: str) -> bool:
        return float(cast("float", there[name])) > float(cast("float", here[name]))

    reasons = (
        (
            more(second, first, "policy.hub_push"),
            f": in {seen.names[1 - worse]} nobody may refuse a teacher who is sent",
            "A15",
        ),
        (more(first, second, "policy.secrecy"), ": institutions there keep what they know to themselves", "C27"),
        (more(first, second, "policy.competition"), ": among rivals there is more to lose by helping", "C28"),
        (more(second, first, "policy.funding"), ": there is less time to help", "B2"),
        (more(second, first, "coordinator.present"), ": no coordinator lends requests their credibility", "B22"),
        (more(second, first, "reciprocity.enabled"), ": nobody feels obliged by what they were given", "A7"),
        (seen.now(worse, "trust") < seen.now(1 - worse, "trust"), ", for trust there is lower", "A3"),
    )
    return next(((text, row) for holds, text, row in reasons if holds), ("", "A3"))


def _requests(seen: Seen) -> Sentence | None:
    """Where more is asked: what was given and what was refused are what was asked for."""
    asked: list[float] = []
    for side in (0, 1):
        given, refused = seen.lately(side, "sharing"), seen.lately(side, "refusals")
        asked.append(given / (1 - refused) if math.isfinite(refused) and refused < 1 else math.nan)
    if not all(map(math.isfinite, asked)) or min(asked) <= 0 or max(asked) / min(asked) < CLEARLY:
        return None
    more = 0 if asked[0] > asked[1] else 1
    here, there = format_numbers(asked[more], asked[1 - more])
    first, second = (values_now(seen.session, side) for side in (more, 1 - more))
    reason, row = "", "A1"
    if float(cast("float", first["policy.funding"])) > float(cast("float", second["policy.funding"])):
        reason, row = ": funding gives them the time", "B2"
    elif first["coordinator.present"] and not second["coordinator.present"]:
        reason, row = ": a coordinator brings together who could learn from each other", "B16"
    elif first["reciprocity.enabled"] and not second["reciprocity.enabled"]:
        reason, row = ": who owes a favour offers one back", "A7"
    much = f"{here} requests a teacher and half-term, against {there}"
    text = f"Teachers in {seen.names[more]} ask and are offered more ({much}){reason}."
    return Sentence(text, row, 0.3 + min(0.4, 0.2 * math.log(max(asked) / min(asked))))


def _trust_moves(seen: Seen) -> Sentence | None:
    """Where trust went since the opening."""
    moved = [seen.now(side, "trust") - seen.opened(side, "trust") for side in (0, 1)]
    if not all(map(math.isfinite, moved)) or max(map(abs, moved)) < 0.02:
        return None
    parts = []
    for side in (0, 1):
        before, after = format_numbers(seen.opened(side, "trust"), seen.now(side, "trust"))
        word = "rose" if moved[side] > 0.01 else "fell" if moved[side] < -0.01 else "hardly moved"
        parts.append(f"{word} from {before} to {after} in {seen.names[side]}")
    row = "A5" if min(moved) < -0.01 else "A1"
    return Sentence(f"Trust {parts[0]} and {parts[1]}.", row, 0.3 + max(map(abs, moved)))


def _inertia(seen: Seen) -> Sentence | None:
    """Early on there is little to show, even in success."""
    level = max(seen.now(side, "collaboration") for side in (0, 1))
    if seen.at > 12 or not level < 0.05:
        return None
    return Sentence(
        f"So far there is little to show: after {format_years(seen.at)} at most {100 * level:.1f}% of ties have reached "
        "full collaboration, in either world.",
        "B3",
        0.5 - 0.02 * seen.at,
    )


def _invention(seen: Seen) -> Sentence | None:
    """Where practice is made that nobody had."""
    shares = []
    for side in (0, 1):
        sharing = seen.lately(side, "sharing")
        shares.append(seen.lately(side, "jpd") / sharing if sharing > 0 else 0.0)
    more = 0 if shares[0] > shares[1] else 1
    if shares[more] < 0.03 or shares[more] - shares[1 - more] < 0.02:
        return None
    return Sentence(
        f"In {seen.names[more]} {100 * shares[more]:.0f}% of help is joint practice development (elsewhere "
        f"{100 * shares[1 - more]:.0f}%), which makes practice that nobody had before; sharing moves what is known.",
        "C19",
        0.35 + shares[more] - shares[1 - more],
    )


def _practice(seen: Seen) -> Sentence | None:
    """Whether practice is renewed faster than it ages."""
    moved = [seen.now(side, "practice") - seen.opened(side, "practice") for side in (0, 1)]
    if seen.at < 12 or max(map(abs, moved)) < 0.03:
        return None
    wears, renewed = "wears away faster than it is renewed", "is renewed faster than it ages"
    after = format_numbers(seen.now(0, "practice"), seen.now(1, "practice"))
    if (moved[0] > 0) == (moved[1] > 0):
        told = f"practice {renewed if moved[0] > 0 else wears} in both worlds ({join_words(list(after))})"
    else:
        up = 0 if moved[0] > 0 else 1
        better, worse = (f"in {seen.names[side]} ({after[side]})" for side in (up, 1 - up))
        told = f"practice {renewed} {better}, but {wears} {worse}"
    opened = format_numbers(seen.opened(0, "practice"))[0]
    weight = 0.3 + abs(moved[0] - moved[1]) + 0.2 * seen.at / HORIZON
    return Sentence(f"{told[0].upper()}{told[1:]}; at the opening it was {opened}.", "C19", weight)


def _endings(seen: Seen) -> Sentence | None:
    """Where alliances have ended."""
    frames = [world.frames[seen.at] for world in seen.session.worlds]
    alive = [one.alive[np.unique(one.alliance)] for one in frames]  # not of those that became part of another
    over = [int((~one).sum()) for one in alive]
    if not any(over):
        return None
    counts = [f"{over[side]} of {alive[side].size}" for side in (0, 1)]
    where = [f"{counts[side]} in {seen.names[side]}" for side in (0, 1)]
    told = f"{counts[0]} in either world" if counts[0] == counts[1] else join_words(where)
    text = f"Alliances that stand no more: {told}. They brought their members less than was hoped for."
    return Sentence(text, "C3", 0.5 + 0.5 * abs(over[0] - over[1]) / alive[0].size)


def _tired(seen: Seen) -> Sentence | None:
    """Where people are worn out."""
    tired = [side for side in (0, 1) if seen.lately(side, "fatigue") > 1.0]
    if not tired:
        return None
    where = "both worlds" if len(tired) == 2 else seen.names[tired[0]]
    return Sentence(f"In {where} teachers do more for others than they can bear, and turn requests down.", "A18", 0.6)


def _heads_ahead(seen: Seen) -> Sentence | None:
    """Heads trust each other before their staff do."""
    ahead = [seen.now(side, "head_trust") - seen.now(side, "trust") for side in (0, 1)]
    most = 0 if ahead[0] > ahead[1] else 1
    if not ahead[most] > 0.08:
        return None
    heads, staff = format_numbers(seen.now(most, "head_trust"), seen.now(most, "trust"))
    return Sentence(
        f"In {seen.names[most]} heads already trust each other more ({heads}) than their teachers do ({staff}); the "
        "glue is strongest at the top.",
        "C5",
        0.25 + ahead[most],
    )


WHY: tuple[Teller, ...] = (_by_hand, _refusals, _requests)
"""Why one world shares more than the other; what was done by hand comes first."""
NEXT: tuple[Teller, ...] = (_trust_moves, _inertia, _invention, _practice, _endings, _tired, _heads_ahead)
"""What else is going on."""
