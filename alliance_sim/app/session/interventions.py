"""What a lecturer can make happen by hand while two worlds run.

Each goes through what the model offers everybody: its policy, and what can happen to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from alliance_sim.declarations.parameters import PARAMETERS, Value
from alliance_sim.engine.simulation.events import EVENT_KINDS
from alliance_sim.mesa_model.model import AllianceModel
from alliance_sim.text import format_parameter

COMPETITION_STEP = 0.3
"""How much harder schools compete each time that competition rises."""
PUSH = 0.4
"""How much likelier a push sends a teacher to the hub."""


@dataclass(frozen=True)
class HandEvent:
    """Something that can be made to happen.

    Attributes:
        key: its name in links and exports.
        label: what stands on the button.
        meaning: what it does to a world, in a sentence.
        row: the claim behind it, a row of THEORY.md.
        act: does it, to a world and (where one is concerned) a school's row, and says what was done.
        sets: the policy that switches on the module that it needs, where it needs one.
    """

    key: str
    label: str
    meaning: str
    row: str
    act: Callable[[AllianceModel, int], str]
    sets: Mapping[str, Value] = field(default_factory=dict[str, Value])


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
            return "; ".join(
                f"{PARAMETERS[name].meaning} set to {format_parameter(value)}" for name, value in self.changes
            )
        return HAND_EVENTS[self.key].act(model, self.school)

    @property
    def sets(self) -> Mapping[str, Value]:
        """Policy that it sets, as far as modules are concerned."""
        return dict(self.changes) if self.key == LEVER else HAND_EVENTS[self.key].sets

    @property
    def label(self) -> str:
        """A few words for the curves."""
        if self.key == LEVER:
            return ", ".join(f"{name.partition('.')[2]} {format_parameter(value)}" for name, value in self.changes)
        return HAND_EVENTS[self.key].label


LEVER = "lever"


def largest_school(model: AllianceModel) -> int:
    """The row of the school with most teachers: meant where nobody was chosen. The same in worlds of one seed."""
    return int(model.roster.teachers.argmax())


def betrayal(model: AllianceModel, school: int) -> str:
    """A school uses what its partners shared against them: every promise it made them is broken at once."""
    return _happens(model, "betrayal", school)


def head_leaves(model: AllianceModel, school: int) -> str:
    """A school has a new head, whom the others have to get to know."""
    return _happens(model, "head_leaves", school)


def merger(model: AllianceModel, school: int) -> str:
    """The school's alliance and its neighbour become one."""
    return _boundaries(model, "merger", school, "it has no neighbour left to merge with")


def redraw(model: AllianceModel, school: int) -> str:
    """The boundary between the school's alliance and its neighbour moves by a school."""
    return _boundaries(model, "redraw", school, "its alliance has two schools or no neighbour")


def _boundaries(model: AllianceModel, what: str, school: int, otherwise: str) -> str:
    was = model.world.schools.alliance
    model.trigger(what, row=school)
    went = (model.world.schools.alliance != was).nonzero()[0]
    if not went.size:
        return f"around {model.roster.name[school]} nothing changed: {otherwise}"
    alliances, into = model.roster.alliance_name, model.world.schools.alliance[went[0]]
    if what == "merger":
        return f"{alliances[was[went[0]]]} became part of {alliances[into]}"
    return f"{model.roster.name[went[0]]} went over from {alliances[was[went[0]]]} to {alliances[into]}"


def _happens(model: AllianceModel, what: str, school: int) -> str:
    model.trigger(what, row=school)
    return EVENT_KINDS[what].said.format(model.schools[school].name)


def dominant_push(model: AllianceModel, school: int) -> str:
    """Teachers are sent to their alliance's largest school, which may not refuse."""
    was = float(model.policy["policy.hub_push"])  # type: ignore[arg-type]
    now = round(min(1.0, was + PUSH), 3)
    model.change_policy({"policy.hub_push": now})
    return f"teachers are sent to their alliance's largest school, each with a chance of {now:g} a half-term"


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
        HandEvent("head_leaves", "A head leaves", "Somebody new, whom the other heads have to get to know.", "A24",
                  head_leaves),
        HandEvent(
            "dominant_push", "A dominant school pushes",
            "Teachers are sent for help to their alliance's largest school, which may not refuse.", "A15",
            dominant_push, sets={"policy.hub_push": PUSH},
        ),
        HandEvent(
            "merger", "Two alliances merge",
            "A school's alliance and its neighbour become one; those who did not know each other meet as strangers.",
            "C33", merger,
        ),
        HandEvent(
            "redraw", "A boundary is redrawn",
            "A school goes over to the neighbouring alliance, and keeps its friends across the new boundary.", "B14",
            redraw,
        ),
    )
}  # fmt: skip
"""Every hand event by its key, in the order of the buttons."""
