"""The rules of the story: each examines the numbers of both runs, and proposes a sentence if its condition is met."""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from alliance_sim.app.session.interventions import INTERVENTION_KINDS, POLICY_CHANGE
from alliance_sim.app.session.session import HORIZON
from alliance_sim.app.views.narrative_data import (
    CLEARLY,
    LATELY,
    Sentence,
    SentenceRule,
    StoryData,
    row_of,
    values_now,
)
from alliance_sim.text import format_numbers, format_years, join_words


def _interventions(seen: StoryData) -> Sentence | None:
    """Report the latest intervention within the last year, and the change of trust since."""
    recent = [
        (one, side)
        for side, run in enumerate(seen.session.runs)
        for one in run.interventions
        if seen.at - LATELY <= one.half_term < seen.at
    ]
    if not recent:
        return None
    last = max(one.half_term for one, _ in recent)
    latest = [(one, side) for one, side in recent if one.half_term == last]
    one, side = latest[-1]
    sides = sorted({side for other, side in latest if other == one})
    where = "in both systems" if len(sides) == 2 else f"in {seen.names[side]}"
    changes: list[str] = []
    for each in sides:
        before, since = seen.now_at(each, "trust", last), seen.now(each, "trust")
        first, second = format_numbers(before, since)
        moved = "stayed at" if first == second else f"went from {first} to"
        changes.append(f"{seen.names[each]}'s trust {moved} {second}")
    ago = format_years(seen.at - last)
    row = row_of([name for name, _ in one.changes]) if one.key == POLICY_CHANGE else INTERVENTION_KINDS[one.key].row
    return Sentence(f"{one.label} {where}, {ago} ago: since then {join_words(changes)}.", row, 2.0)


def _refusals(seen: StoryData) -> Sentence | None:
    """Report which system refuses more requests, and a difference that may explain it."""
    values = [seen.recent(side, "refusals") for side in (0, 1)]
    if not all(map(math.isfinite, values)) or abs(values[0] - values[1]) < 0.05:
        return None
    worse = 0 if values[0] > values[1] else 1
    here, there = (f"{100 * values[side]:.0f}%" for side in (worse, 1 - worse))
    reason, row = _reason(seen, worse)
    text = f"In {seen.names[worse]}, {here} of requests are refused, against {there}{reason}."
    return Sentence(text, row, 0.4 + abs(values[0] - values[1]))


def _reason(seen: StoryData, worse: int) -> tuple[str, str]:
    first, second = (values_now(seen.session, side) for side in (worse, 1 - worse))

    def more(there: dict[str, object], here: dict[str, object], name: str) -> bool:
        return float(cast("float", there[name])) > float(cast("float", here[name]))

    reasons = (
        (
            more(second, first, "policy.hub_push"),
            f": in {seen.names[1 - worse]}, schools may not refuse a teacher who is sent",
            "A15",
        ),
        (more(first, second, "policy.secrecy"), ": its schools keep their knowledge to themselves", "C27"),
        (more(first, second, "policy.competition"), ": stronger competition makes helping a rival costlier", "C28"),
        (more(second, first, "policy.funding"), ": its teachers have less time to help", "B2"),
        (more(second, first, "coordinator.present"), ": no coordinator makes requests more credible", "B22"),
        (more(second, first, "reciprocity.enabled"), ": received help creates no obligation", "A7"),
        (seen.now(worse, "trust") < seen.now(1 - worse, "trust"), ", because its trust is lower", "A3"),
    )
    return next(((text, row) for holds, text, row in reasons if holds), ("", "A3"))


def _requests(seen: StoryData) -> Sentence | None:
    """Report which system has more requests; requests are those granted plus those refused."""
    requests: list[float] = []
    for side in (0, 1):
        given, refused = seen.recent(side, "sharing"), seen.recent(side, "refusals")
        requests.append(given / (1 - refused) if math.isfinite(refused) and refused < 1 else math.nan)
    if not all(map(math.isfinite, requests)) or min(requests) <= 0 or max(requests) / min(requests) < CLEARLY:
        return None
    more = 0 if requests[0] > requests[1] else 1
    here, there = format_numbers(requests[more], requests[1 - more])
    first, second = (values_now(seen.session, side) for side in (more, 1 - more))
    reason, row = "", "A1"
    if float(cast("float", first["policy.funding"])) > float(cast("float", second["policy.funding"])):
        reason, row = ": funding gives them time", "B2"
    elif first["coordinator.present"] and not second["coordinator.present"]:
        reason, row = ": a coordinator introduces teachers who can learn from each other", "B16"
    elif first["reciprocity.enabled"] and not second["reciprocity.enabled"]:
        reason, row = ": teachers return the favours that they received", "A7"
    much = f"{here} requests per teacher per half-term, against {there}"
    text = f"Teachers in {seen.names[more]} ask for help and are offered help more often ({much}){reason}."
    return Sentence(text, row, 0.3 + min(0.4, 0.2 * math.log(max(requests) / min(requests))))


def _trust_moves(seen: StoryData) -> Sentence | None:
    """Report the change of trust since the start."""
    moved = [seen.now(side, "trust") - seen.initial(side, "trust") for side in (0, 1)]
    if not all(map(math.isfinite, moved)) or max(map(abs, moved)) < 0.02:
        return None
    parts = []
    for side in (0, 1):
        before, after = format_numbers(seen.initial(side, "trust"), seen.now(side, "trust"))
        word = "rose" if moved[side] > 0.01 else "fell" if moved[side] < -0.01 else "hardly moved"
        parts.append(f"{word} from {before} to {after} in {seen.names[side]}")
    row = "A5" if min(moved) < -0.01 else "A1"
    return Sentence(f"Trust {parts[0]} and {parts[1]}.", row, 0.3 + max(map(abs, moved)))


def _inertia(seen: StoryData) -> Sentence | None:
    """Report, in the first two years, that few ties have reached full collaboration."""
    level = max(seen.now(side, "collaboration") for side in (0, 1))
    if seen.at > 12 or not level < 0.05:
        return None
    return Sentence(
        f"Collaboration takes time: after {format_years(seen.at)}, at most {100 * level:.1f}% of ties have reached "
        "full collaboration in either system.",
        "B3",
        0.5 - 0.02 * seen.at,
    )


def _invention(seen: StoryData) -> Sentence | None:
    """Report where a larger share of help is joint practice development."""
    shares = []
    for side in (0, 1):
        sharing = seen.recent(side, "sharing")
        shares.append(seen.recent(side, "jpd") / sharing if sharing > 0 else 0.0)
    more = 0 if shares[0] > shares[1] else 1
    if shares[more] < 0.03 or shares[more] - shares[1 - more] < 0.02:
        return None
    return Sentence(
        f"In {seen.names[more]}, {100 * shares[more]:.0f}% of help is joint practice development (in the other system "
        f"{100 * shares[1 - more]:.0f}%). It creates new practice, whereas sharing passes on what is known.",
        "C19",
        0.35 + shares[more] - shares[1 - more],
    )


def _practice(seen: StoryData) -> Sentence | None:
    """Report whether practice is renewed faster than it ages."""
    moved = [seen.now(side, "practice") - seen.initial(side, "practice") for side in (0, 1)]
    if seen.at < 12 or max(map(abs, moved)) < 0.03:
        return None
    wears, renewed = "ages faster than it is renewed", "is renewed faster than it ages"
    after = format_numbers(seen.now(0, "practice"), seen.now(1, "practice"))
    if (moved[0] > 0) == (moved[1] > 0):
        text = f"Practice {renewed if moved[0] > 0 else wears} in both systems ({join_words(list(after))})"
    else:
        up = 0 if moved[0] > 0 else 1
        better, worse = (f"in {seen.names[side]} ({after[side]})" for side in (up, 1 - up))
        text = f"Practice {renewed} {better}, but {wears} {worse}"
    initial = format_numbers(seen.initial(0, "practice"))[0]
    weight = 0.3 + abs(moved[0] - moved[1]) + 0.2 * seen.at / HORIZON
    return Sentence(f"{text}; at the start it was {initial}.", "C19", weight)


def _endings(seen: StoryData) -> Sentence | None:
    """Report how many alliances have ended."""
    frames = [run.frames[seen.at] for run in seen.session.runs]
    alive = [one.alive[np.unique(one.alliance)] for one in frames]  # without alliances that merged into others
    over = [int((~one).sum()) for one in alive]
    if not any(over):
        return None
    counts = [f"{over[side]} of {alive[side].size}" for side in (0, 1)]
    where = [f"{counts[side]} in {seen.names[side]}" for side in (0, 1)]
    listed = f"{counts[0]} in each system" if counts[0] == counts[1] else join_words(where)
    text = f"Alliances that have ended: {listed}. They brought their members less than expected."
    return Sentence(text, "C3", 0.5 + 0.5 * abs(over[0] - over[1]) / alive[0].size)


def _tired(seen: StoryData) -> Sentence | None:
    """Report where teachers are tired."""
    tired = [side for side in (0, 1) if seen.recent(side, "fatigue") > 1.0]
    if not tired:
        return None
    where = "both systems" if len(tired) == 2 else seen.names[tired[0]]
    return Sentence(f"In {where}, teachers help more than they can sustain, and refuse requests.", "A18", 0.6)


def _heads_ahead(seen: StoryData) -> Sentence | None:
    """Report where heads trust each other more than their teachers do."""
    ahead = [seen.now(side, "head_trust") - seen.now(side, "trust") for side in (0, 1)]
    most = 0 if ahead[0] > ahead[1] else 1
    if not ahead[most] > 0.08:
        return None
    heads, staff = format_numbers(seen.now(most, "head_trust"), seen.now(most, "trust"))
    return Sentence(
        f"In {seen.names[most]}, heads trust each other more ({heads}) than their teachers do ({staff}): trust between "
        "heads comes first.",
        "C5",
        0.25 + ahead[most],
    )


WHY: tuple[SentenceRule, ...] = (_interventions, _refusals, _requests)
"""Reasons why one system shares more than the other; interventions have the largest weight."""
NEXT: tuple[SentenceRule, ...] = (_trust_moves, _inertia, _invention, _practice, _endings, _tired, _heads_ahead)
"""Further observations."""
