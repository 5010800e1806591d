"""Interventions: what a user can change by hand while two runs are played.

Each uses the public interface of the model: ``change_policy`` and ``trigger``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from alliance_sim.declarations.parameters import PARAMETERS, Value
from alliance_sim.engine.simulation.events import EVENT_KINDS
from alliance_sim.mesa_model.model import AllianceModel
from alliance_sim.text import format_parameter

COMPETITION_STEP = 0.3
"""The increase of ``policy.competition`` each time that competition rises."""
PUSH = 0.4
"""The increase of ``policy.hub_push`` each time that a dominant school pushes."""


@dataclass(frozen=True)
class InterventionKind:
    """A kind of intervention, shown as a button.

    Attributes:
        key: its name in links and exports.
        label: the text on the button.
        meaning: a sentence about its effect on a system.
        row: the claim behind it, a row of THEORY.md.
        apply: applies it to a model and the row of a school, and returns a sentence about what it did.
        sets: the policy that switches on the module that it needs, if it needs one.
    """

    key: str
    label: str
    meaning: str
    row: str
    apply: Callable[[AllianceModel, int], str]
    sets: Mapping[str, Value] = field(default_factory=dict[str, Value])


def _named(name: str, value: Value) -> str:
    """Return a policy with its value, such as ``secrecy: 0.3`` and ``coordinator: present``."""
    if name == "coordinator.present":
        return "coordinator: present" if value else "coordinator: absent"
    return f"{name.partition('.')[2].replace('_', ' ')}: {format_parameter(value)}"


@dataclass(frozen=True)
class Intervention:
    """An intervention with its date.

    Attributes:
        half_term: the half-term after which it is applied.
        key: the key of an ``InterventionKind``, or ``POLICY_CHANGE``.
        school: the row of the school concerned.
        changes: the policy parameters that a policy change sets, with their values.
    """

    half_term: int
    key: str
    school: int = 0
    changes: tuple[tuple[str, Value], ...] = field(default=())

    def apply(self, model: AllianceModel) -> str:
        """Apply the intervention, and return a sentence about what it did."""
        if self.key == POLICY_CHANGE:
            model.change_policy(dict(self.changes))
            return "; ".join(
                f"{PARAMETERS[name].meaning} set to {format_parameter(value)}" for name, value in self.changes
            )
        return INTERVENTION_KINDS[self.key].apply(model, self.school)

    @property
    def sets(self) -> Mapping[str, Value]:
        """The policy that it sets and that may switch on a module."""
        return dict(self.changes) if self.key == POLICY_CHANGE else INTERVENTION_KINDS[self.key].sets

    @property
    def label(self) -> str:
        """A few words that mark it on the curves."""
        if self.key == POLICY_CHANGE:
            return ", ".join(_named(name, value) for name, value in self.changes)
        return INTERVENTION_KINDS[self.key].label


POLICY_CHANGE = "policy"
"""The key of a policy change."""


def largest_school(model: AllianceModel) -> int:
    """Return the row of the school with most teachers, the default target; it is the same in runs with one seed."""
    return int(model.roster.teachers.argmax())


def betray(model: AllianceModel, school: int) -> str:
    """Break at once every promise that a school made to its partners (A5)."""
    return _trigger(model, "betrayal", school)


def replace_head(model: AllianceModel, school: int) -> str:
    """Give a school a new head, whom the other heads do not know yet (A24)."""
    return _trigger(model, "head_leaves", school)


def merge_alliances(model: AllianceModel, school: int) -> str:
    """Merge the alliance of a school with its neighbour."""
    return _move_boundary(model, "merger", school, "it has no neighbour left to merge with")


def move_school(model: AllianceModel, school: int) -> str:
    """Move one school across the boundary between a school's alliance and its neighbour."""
    return _move_boundary(model, "redraw", school, "its alliance has two schools or no neighbour")


def _move_boundary(model: AllianceModel, kind: str, school: int, reason: str) -> str:
    before = model.world.schools.alliance
    model.trigger(kind, row=school)
    moved = (model.world.schools.alliance != before).nonzero()[0]
    if not moved.size:
        return f"around {model.roster.name[school]} nothing changed: {reason}"
    alliances, into = model.roster.alliance_name, model.world.schools.alliance[moved[0]]
    if kind == "merger":
        return f"{alliances[before[moved[0]]]} became part of {alliances[into]}"
    return f"{model.roster.name[moved[0]]} moved from {alliances[before[moved[0]]]} to {alliances[into]}"


def _trigger(model: AllianceModel, kind: str, school: int) -> str:
    model.trigger(kind, row=school)
    return EVENT_KINDS[kind].message.format(model.schools[school].name)


def push_to_largest(model: AllianceModel, school: int) -> str:
    """Send more teachers to the largest school of their alliance, which may not refuse (A15)."""
    was = float(model.policy["policy.hub_push"])  # type: ignore[arg-type]
    now = round(min(1.0, was + PUSH), 3)
    model.change_policy({"policy.hub_push": now})
    return f"teachers are sent to their alliance's largest school, each with a chance of {now:g} a half-term"


def end_funding(model: AllianceModel, school: int) -> str:
    """End all protected time."""
    model.change_policy({"policy.funding": 0.0})
    return "funding ended: no more protected time for working together"


def remove_coordinators(model: AllianceModel, school: int) -> str:
    """Remove the coordinator of every alliance."""
    model.change_policy({"coordinator.present": False})
    return "the coordinators left and were not replaced"


def raise_competition(model: AllianceModel, school: int) -> str:
    """Raise competition by ``COMPETITION_STEP``, up to its maximum."""
    was = float(model.policy["policy.competition"])  # type: ignore[arg-type]
    now = round(min(1.0, was + COMPETITION_STEP), 3)
    model.change_policy({"policy.competition": now})
    return f"competition rose from {was:g} to {now:g}"


INTERVENTION_KINDS: dict[str, InterventionKind] = {
    kind.key: kind
    for kind in (
        InterventionKind(
            "betrayal", "A betrayal",
            "A school uses what its partners shared against them: every promise that it made them is broken.", "A5",
            betray,
        ),
        InterventionKind(
            "funding_ends", "Funding ends", "There is no protected time for working together any more.", "C17",
            end_funding,
        ),
        InterventionKind(
            "coordinators_leave", "Coordinators leave", "No coordinator brings teachers together or mediates any more.",
            "B15", remove_coordinators,
        ),
        InterventionKind(
            "competition_rises", "Competition rises", "Schools compete harder for pupils, rank and reputation.", "C28",
            raise_competition,
        ),
        InterventionKind(
            "head_leaves", "A head leaves", "A school gets a new head, whom the other heads do not know yet.", "A24",
            replace_head,
        ),
        InterventionKind(
            "dominant_push", "A dominant school pushes",
            "Teachers are sent for help to the largest school of their alliance, which may not refuse.", "A15",
            push_to_largest, sets={"policy.hub_push": PUSH},
        ),
        InterventionKind(
            "merger", "Two alliances merge",
            "A school's alliance merges with its neighbour; teachers who did not know each other meet as strangers.",
            "C33", merge_alliances,
        ),
        InterventionKind(
            "redraw", "A boundary is redrawn",
            "A school moves to the neighbouring alliance, and keeps its ties across the new boundary.", "B14",
            move_school,
        ),
    )
}  # fmt: skip
"""Every kind of intervention by its key, in the order of the buttons."""
