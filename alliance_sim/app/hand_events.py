"""What a lecturer can make happen by hand while two worlds run.

Each goes through what the model offers everybody: its policy, and what its agents may be told. What the model has no
mechanism for is named with the reason, and cannot be pressed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from alliance_sim.agents import School, Tie
from alliance_sim.mechanisms.trust_building import trust_after_promise_broken
from alliance_sim.model import AllianceModel
from alliance_sim.parameters import CHANGED_BY_EVENTS, PARAMETERS, Value
from alliance_sim.plain_words import value_said

COMPETITION_STEP = 0.3
"""How much harder schools compete each time that competition rises."""


@dataclass(frozen=True)
class HandEvent:
    """Something that can be made to happen.

    Attributes:
        key: its name in links and exports.
        label: what stands on the button.
        meaning: what it does to a world, in a sentence.
        row: the claim behind it, a row of THEORY.md.
        act: does it, to a world and (where one is concerned) a school's row, and says what was done.
        needs: what must be a parameter of the model for it to be possible, else it waits for a module.
    """

    key: str
    label: str
    meaning: str
    row: str
    act: Callable[[AllianceModel, int], str]
    needs: str = ""

    @property
    def possible(self) -> bool:
        """Whether the model has a mechanism for it."""
        return not self.needs or self.needs in CHANGED_BY_EVENTS


@dataclass(frozen=True)
class Happening:
    """Something that was made to happen: after how many half-terms, and what.

    ``key`` is a hand event's, or ``lever``; a lever carries the ``changes`` that it set. ``school`` is the row of the
    school concerned.
    """

    half_term: int
    key: str
    school: int = 0
    changes: tuple[tuple[str, Value], ...] = field(default=())

    def act(self, model: AllianceModel) -> str:
        """Do it, and say what was done."""
        if self.key == LEVER:
            model.change_policy(dict(self.changes))
            return "; ".join(f"{PARAMETERS[name].meaning} set to {value_said(value)}" for name, value in self.changes)
        return HAND_EVENTS[self.key].act(model, self.school)

    @property
    def label(self) -> str:
        """A few words for the curves."""
        if self.key == LEVER:
            return ", ".join(f"{name.partition('.')[2]} {value_said(value)}" for name, value in self.changes)
        return HAND_EVENTS[self.key].label


LEVER = "lever"


def largest_school(model: AllianceModel) -> int:
    """The row of the school with most teachers: meant where nobody was chosen. The same in worlds of one seed."""
    return int(model.roster.teachers.argmax())


def betrayal(model: AllianceModel, school: int) -> str:
    """A school uses what its partners shared against them: every promise it made them is broken at once.

    Everybody in the alliance who has a tie to the school loses trust as after any broken promise, at the stake of the
    tie's level (A5), softened where a credible coordinator mediates (B11); the tie falls by one level. Heads lose
    trust at the highest stake.
    """
    traitor = model.schools[school]
    stakes = model.scenario["level.stake"]
    softened = _mediation(model, traitor.alliance)
    hurt: set[int] = set()
    for teacher in traitor.teachers:
        for tie in teacher.ties:
            if tie.partner.school.alliance == traitor.alliance:
                _break_promise(model, tie.back, float(stakes[tie.level - 1]), softened)  # type: ignore[index]
                hurt.add(tie.partner_row)
    for other in traitor.partners:
        _break_heads_promise(model, other, traitor, float(stakes[-1]), softened)  # type: ignore[index]
    return f"{traitor.name} broke its promises to {len(hurt)} teachers of its alliance"


def _mediation(model: AllianceModel, alliance: int) -> float:
    coordinator = model.coordinators[alliance]
    return float(model.scenario["coordinator.mediation"]) * coordinator.credibility * bool(coordinator.present)  # type: ignore[arg-type]


def _break_promise(model: AllianceModel, tie: Tie, stake: float, softened: float) -> None:
    tie.trust = _after_broken(model, tie.trust, stake, softened)
    tie.level = max(1, tie.level - 1)


def _break_heads_promise(model: AllianceModel, head: School, traitor: School, stake: float, softened: float) -> None:
    head.set_trust_in(traitor, _after_broken(model, head.trust_in(traitor), stake, softened))


def _after_broken(model: AllianceModel, trust: float, stake: float, softened: float) -> float:
    rule: Callable[..., float] = trust_after_promise_broken.py_func  # pyright: ignore[reportFunctionMemberAccess]
    return rule(trust, model.scenario["trust.gain"], model.scenario["trust.loss_ratio"], stake, softened)


def funding_ends(model: AllianceModel, school: int) -> str:
    """No more protected time for anybody."""
    model.change_policy({"policy.funding": 0.0})
    return "funding ended: no more protected time for working together"


def coordinators_leave(model: AllianceModel, school: int) -> str:
    """Every alliance's post falls vacant."""
    model.change_policy({"coordinator.present": False})
    return "the coordinators left and were not replaced"


def competition_rises(model: AllianceModel, school: int) -> str:
    """Schools compete harder by ``COMPETITION_STEP``, up to the most there is."""
    was = float(model.policy["policy.competition"])  # type: ignore[arg-type]
    now = round(min(1.0, was + COMPETITION_STEP), 3)
    model.change_policy({"policy.competition": now})
    return f"competition rose from {was:g} to {now:g}"


def _not_yet(model: AllianceModel, school: int) -> str:
    raise NotImplementedError("the model has no mechanism for this yet")


HAND_EVENTS: dict[str, HandEvent] = {
    event.key: event
    for event in (
        HandEvent(
            "betrayal", "A betrayal", "One school uses what its partners shared: every promise it made is broken.",
            "A5", betrayal,
        ),
        HandEvent("funding_ends", "Funding ends", "Protected time for working together is gone.", "C17", funding_ends),
        HandEvent(
            "coordinators_leave", "Coordinators leave", "Nobody brings people together or mediates any more.", "B15",
            coordinators_leave,
        ),
        HandEvent(
            "competition_rises", "Competition rises", "Schools compete harder for pupils, rank and reputation.", "C28",
            competition_rises,
        ),
        HandEvent(
            "dominant_push", "A dominant school pushes",
            "Teachers are sent to their alliance's largest school. Waits for the power module.",
            "C29", _not_yet, needs="policy.hub_push",
        ),
        HandEvent(
            "merger", "Two alliances merge", "Waits for the governance module.", "C33", _not_yet,
            needs="governance.merger",
        ),
    )
}  # fmt: skip
"""Every hand event by its key, in the order of the buttons."""
