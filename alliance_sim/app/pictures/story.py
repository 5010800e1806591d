"""What is happening and why, in two or three sentences made from the run itself, each with the claim behind it.

Each teller looks at the numbers and says a sentence if there is something to say, with how much it matters; the
strongest is told. No teller knows presets: what is not in the numbers is not in the story.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast

from alliance_sim.app.hand_events import HAND_EVENTS, LEVER
from alliance_sim.app.pictures.claims import claim
from alliance_sim.app.pictures.differences import differences, differing
from alliance_sim.app.session import HORIZON, Session
from alliance_sim.parameters import HALF_TERMS_A_YEAR
from alliance_sim.plain_words import figures_said, joined, number_said, years_said

LATELY = HALF_TERMS_A_YEAR
"""Half-terms over which "lately" is averaged."""
CLEARLY = 1.15
"""Times as much as the other before it is called more."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, the row of the claim behind it, and how much it matters beside others (0 to about 1)."""

    text: str
    row: str
    weight: float = 1.0


class Seen:
    """The numbers of both worlds at the half-term that is looked at."""

    def __init__(self, session: Session) -> None:
        self.session, self.at = session, session.at
        self.names = [world.title for world in session.setup.worlds]

    def now(self, side: int, outcome: str) -> float:
        """The value at the half-term looked at."""
        return self.session.worlds[side].curve(outcome)[self.at]

    def now_at(self, side: int, outcome: str, half_term: int) -> float:
        """The value after some earlier half-term."""
        return self.session.worlds[side].curve(outcome)[half_term]

    def opened(self, side: int, outcome: str) -> float:
        """The value at the opening."""
        return self.session.worlds[side].curve(outcome)[0]

    def lately(self, side: int, outcome: str, until: int | None = None) -> float:
        """The mean of the last year, or of the year before ``until``; of less where less was lived."""
        end = self.at if until is None else until
        values = self.session.worlds[side].curve(outcome)[max(1, end - LATELY + 1) : end + 1]
        known = [value for value in values if math.isfinite(value)]
        return sum(known) / len(known) if known else math.nan

    def more(self, outcome: str) -> int:
        """The side that has more of it lately."""
        return 0 if self.lately(0, outcome) >= self.lately(1, outcome) else 1


Teller = Callable[[Seen], Sentence | None]


def story(session: Session) -> list[dict[str, object]]:
    """Two or three sentences, each with its claim, for the half-term that is looked at."""
    seen = Seen(session)
    told = _opening(seen) if session.at == 0 else [_standing(seen), _strongest(_WHY, seen), _strongest(_NEXT, seen)]
    return [{"text": one.text, "claim": claim(one.row)} for one in told if one is not None]


def _strongest(tellers: Iterable[Teller], seen: Seen) -> Sentence | None:
    told = [one for one in (teller(seen) for teller in tellers) if one is not None]
    return max(told, key=lambda one: one.weight, default=None)


def _opening(seen: Seen) -> list[Sentence]:
    session = seen.session
    first, second = seen.names
    schools = number_said(session.schools)
    trust = figures_said(seen.now(0, "trust"), seen.now(1, "trust"))
    same = all(_same(seen.now(0, name), seen.now(1, name)) for name in ("trust", "practice", "attainment"))
    if same:
        begin = (
            f"{first} and {second} open with the same {schools} schools, the same trust ({trust[0]}), the same practice "
            "and the same luck: what grows apart from here is the doing of what differs between them."
        )
    else:
        begin = (
            f"{first} and {second} open with the same luck, but not alike: mean trust is {trust[0]} in the one and "
            f"{trust[1]} in the other."
        )
    names = differing(session)
    if not names:
        return [Sentence(begin, "A2"), Sentence("Nothing differs between them yet: they will stay alike.", "A1")]
    told = [f"{name}: {joined(differences(session, side))}" for side, name in enumerate(seen.names)]
    return [Sentence(begin, "A2"), Sentence(f"{'. '.join(told)}.", _row_of(names))]


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


_ROWS = (
    ("policy.secrecy", "C27"),
    ("policy.porosity", "C27"),
    ("policy.competition", "C28"),
    ("policy.funding", "B2"),
    ("coordinator.", "B16"),
    ("reciprocity.", "A7"),
    ("trust.", "A3"),
    ("level.", "D2"),
    ("practice.", "C19"),
    ("fatigue.", "A18"),
)
"""What differs, and the claim that it is about; the first that fits."""


def _row_of(names: Iterable[str]) -> str:
    known = list(names)
    return next((row for start, row in _ROWS if any(name.startswith(start) for name in known)), "A1")


def _standing(seen: Seen) -> Sentence:
    """How much is shared here and there."""
    span = "In the first half-term" if seen.at == 1 else f"Over the last {years_said(min(seen.at, LATELY))}"
    span = span.replace("the last one year", "the last year")
    values = seen.lately(0, "sharing"), seen.lately(1, "sharing")
    more = seen.more("sharing")
    much, little = seen.names[more], seen.names[1 - more]
    here, there = figures_said(values[more], values[1 - more])
    row = _row_of(differing(seen.session))
    if values[1 - more] == values[more]:
        text = f"{span} both worlds shared exactly as much: {here} helps a teacher and half-term."
    elif values[1 - more] <= 0 or values[more] / values[1 - more] < CLEARLY:
        text = (
            f"{span} both worlds shared about as much: {here} helps a teacher and half-term in {much}, {there} in "
            f"{little}."
        )
    else:
        times = values[more] / values[1 - more]
        text = (
            f"{span} teachers in {much} shared {times:.1f} times as much help as those in {little}: {here} helps a "
            f"teacher and half-term against {there}."
        )
    return Sentence(text, row)


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
        told = figures_said(before, since)
        moved = "held at" if told[0] == told[1] else f"went from {told[0]} to"
        changes.append(f"{seen.names[each]}'s trust {moved} {told[1]}")
    ago = years_said(seen.at - last)
    row = _row_of([name for name, _ in one.changes]) if one.key == LEVER else HAND_EVENTS[one.key].row
    return Sentence(f"{one.label} {where}, {ago} ago: since then {joined(changes)}.", row, 2.0)


def _refusals(seen: Seen) -> Sentence | None:
    """Where more is refused, and what differs that could be why."""
    values = [seen.lately(side, "refusals") for side in (0, 1)]
    if not all(map(math.isfinite, values)) or abs(values[0] - values[1]) < 0.05:
        return None
    worse = 0 if values[0] > values[1] else 1
    here, there = (f"{100 * values[side]:.0f} %" for side in (worse, 1 - worse))
    reason, row = _reason(seen, worse)
    text = f"In {seen.names[worse]} {here} of requests are refused, against {there}{reason}."
    return Sentence(text, row, 0.4 + abs(values[0] - values[1]))


def _reason(seen: Seen, worse: int) -> tuple[str, str]:
    first, second = (_values(seen.session, side) for side in (worse, 1 - worse))

    def higher(name: str) -> bool:
        return float(cast("float", first[name])) > float(cast("float", second[name]))

    if higher("policy.secrecy"):
        return ": institutions there keep what they know to themselves", "C27"
    if higher("policy.competition"):
        return ": among rivals there is more to lose by helping", "C28"
    if float(cast("float", first["policy.funding"])) < float(cast("float", second["policy.funding"])):
        return ": there is less time to help", "B2"
    if second["coordinator.present"] and not first["coordinator.present"]:
        return ": no coordinator lends requests their credibility", "B22"
    if second["reciprocity.enabled"] and not first["reciprocity.enabled"]:
        return ": nobody feels obliged by what they were given", "A7"
    return ", for trust there is lower" if seen.now(worse, "trust") < seen.now(1 - worse, "trust") else "", "A3"


def _values(session: Session, side: int) -> dict[str, object]:
    return {**session.setup.worlds[side].configuration.values, **session.policy(side)}


def _requests(seen: Seen) -> Sentence | None:
    """Where more is asked: what was given and what was refused are what was asked for."""
    asked: list[float] = []
    for side in (0, 1):
        given, refused = seen.lately(side, "sharing"), seen.lately(side, "refusals")
        asked.append(given / (1 - refused) if math.isfinite(refused) and refused < 1 else math.nan)
    if not all(map(math.isfinite, asked)) or min(asked) <= 0 or max(asked) / min(asked) < CLEARLY:
        return None
    more = 0 if asked[0] > asked[1] else 1
    here, there = figures_said(asked[more], asked[1 - more])
    first, second = (_values(seen.session, side) for side in (more, 1 - more))
    reason, row = "", "A1"
    if float(cast("float", first["policy.funding"])) > float(cast("float", second["policy.funding"])):
        reason, row = ": funding gives them the time", "B2"
    elif first["coordinator.present"] and not second["coordinator.present"]:
        reason, row = ": a coordinator brings together who could learn from each other", "B16"
    elif first["reciprocity.enabled"] and not second["reciprocity.enabled"]:
        reason, row = ": who owes a favour offers one back", "A7"
    text = f"Teachers in {seen.names[more]} ask and are offered more ({here} requests a half-term against {there}){reason}."
    return Sentence(text, row, 0.3 + min(0.4, 0.2 * math.log(max(asked) / min(asked))))


def _trust_moves(seen: Seen) -> Sentence | None:
    """Where trust went since the opening."""
    moved = [seen.now(side, "trust") - seen.opened(side, "trust") for side in (0, 1)]
    if not all(map(math.isfinite, moved)) or max(map(abs, moved)) < 0.02:
        return None
    parts = []
    for side in (0, 1):
        before, after = figures_said(seen.opened(side, "trust"), seen.now(side, "trust"))
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
        f"So far there is little to show: after {years_said(seen.at)} at most {100 * level:.1f} % of ties have reached "
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
        f"In {seen.names[more]} {100 * shares[more]:.0f} % of help is joint practice development (elsewhere "
        f"{100 * shares[1 - more]:.0f} %), which makes practice that nobody had before; sharing only moves what is known.",
        "C19",
        0.35 + shares[more] - shares[1 - more],
    )


def _practice(seen: Seen) -> Sentence | None:
    """Whether practice is renewed faster than it ages."""
    moved = [seen.now(side, "practice") - seen.opened(side, "practice") for side in (0, 1)]
    if seen.at < 12 or max(map(abs, moved)) < 0.03:
        return None
    parts = []
    for side in (0, 1):
        after = figures_said(seen.now(side, "practice"))[0]
        word = "is renewed faster than it ages" if moved[side] > 0 else "wears away faster than it is renewed"
        parts.append(f"practice {word} in {seen.names[side]} ({after})")
    told = f"{parts[0]}, and {parts[1]}" if (moved[0] > 0) == (moved[1] > 0) else f"{parts[0]}, but {parts[1]}"
    opened = figures_said(seen.opened(0, "practice"))[0]
    weight = 0.3 + abs(moved[0] - moved[1]) + 0.2 * seen.at / HORIZON
    return Sentence(f"{told[0].upper()}{told[1:]}; at the opening it was {opened}.", "C19", weight)


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
    heads, staff = figures_said(seen.now(most, "head_trust"), seen.now(most, "trust"))
    return Sentence(
        f"In {seen.names[most]} heads already trust each other more ({heads}) than their teachers do ({staff}); the glue "
        "is strongest at the top.",
        "C5",
        0.25 + ahead[most],
    )


_WHY: tuple[Teller, ...] = (_by_hand, _refusals, _requests)
_NEXT: tuple[Teller, ...] = (_trust_moves, _inertia, _invention, _practice, _tired, _heads_ahead)
