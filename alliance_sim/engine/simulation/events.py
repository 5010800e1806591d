"""Events that befall a school on a given date, such as a betrayal or the departure of a head.

A dated event (``happens`` in a config) or a control of the browser view triggers them; they never occur at random.
Changes of policy are in ``policy.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from alliance_sim.config import ConfigError, Event, Problem, shortened
from alliance_sim.config.config import LARGEST, LARGEST_OF_EACH
from alliance_sim.config.suggestions import nearest
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.compilation import loop
from alliance_sim.engine.indexing import Row, alliance_teachers, teachers_of, ties_of
from alliance_sim.engine.modules.registry import ModuleStates
from alliance_sim.engine.processes.brokerage import present_credibility
from alliance_sim.engine.processes.newcomers import first_head_trust
from alliance_sim.engine.processes.trust import COLLABORATION, NETWORKING, set_both_levels, trust_after_promise_broken
from alliance_sim.engine.settings import Context
from alliance_sim.engine.simulation.restructuring import RESTRUCTURINGS, restructure
from alliance_sim.engine.state import World


@dataclass(frozen=True)
class EventKind:
    """A kind of event that a school can undergo.

    Attributes:
        key: name in configs.
        message: sentence for users, with ``{}`` for the name of the school.
        claim: row of THEORY.md that supports it.
        rule: a compiled loop ``rule(world, context, school)``; None for changes of boundaries,
            which ``restructuring.py`` makes.
    """

    key: str
    message: str
    claim: str
    rule: Callable[..., None] | None = None


@loop
def betray(world: World, context: Context, school: int) -> None:
    """Break every promise that a school made to its alliance partners.

    Partners of its staff inside the alliance lose trust as after any broken promise, at the stake of the tie's level
    (A5). A credible coordinator reduces the loss (B11). The tie falls by one level. Heads lose trust at the highest
    stake.
    """
    ties, trust = world.ties, world.head_ties.trust
    alliance = world.schools.alliance[school]
    softened = context.settings.coordinator.mediation * present_credibility(world.coordinators, alliance)
    gain, ratio = context.settings.trust.gain, context.settings.trust.loss_ratio
    start, end = teachers_of(world, school)
    for teacher in range(start, end):
        first, outside, _ = ties_of(world, teacher)
        for tie in range(first, outside):
            back = Row(ties.twin[tie])
            level: int = ties.level[tie]
            stake = context.settings.level.stake[level - 1]
            ties.trust[back] = trust_after_promise_broken(np.float64(ties.trust[back]), gain, ratio, stake, softened)
            if level > NETWORKING:
                set_both_levels(ties, tie, level - 1)
    school_offsets, members = world.alliances.school_offsets[alliance], members_of(world, alliance)
    block, stake = world.alliances.head_tie_offsets[alliance], context.settings.level.stake[COLLABORATION - 1]
    for other in range(members):
        if school_offsets + other != school:
            place = block + other * members + school - school_offsets
            trust[place] = trust_after_promise_broken(np.float64(trust[place]), gain, ratio, stake, softened)


@loop
def replace_head(world: World, context: Context, school: int) -> None:
    """Replace the head of a school; trust to and from the new head starts at initial values (A24, C5)."""
    trust, ids = world.head_ties.trust, world.schools.id
    alliance = world.schools.alliance[school]
    school_offsets, members = world.alliances.school_offsets[alliance], members_of(world, alliance)
    block, one = world.alliances.head_tie_offsets[alliance], school - school_offsets
    for other in range(members):
        if other != one:
            new_id, other_id = ids[school], ids[school_offsets + other]
            trust[block + one * members + other] = first_head_trust(context, new_id, other_id)
            trust[block + other * members + one] = first_head_trust(context, other_id, new_id)


@loop
def halve_trust(world: World, context: Context, school: int) -> None:
    """Halve trust between teachers of the school's alliance; heads' trust does not change (A5)."""
    start, end = alliance_teachers(world, world.schools.alliance[school])
    for teacher in range(start, end):
        first, outside, _ = ties_of(world, teacher)
        for tie in range(first, outside):
            world.ties.trust[tie] *= np.float32(0.5)


@loop
def members_of(world: World, alliance: int) -> int:
    """Return the number of schools in an alliance."""
    return world.alliances.school_offsets[alliance + 1] - world.alliances.school_offsets[alliance]


EVENT_KINDS: dict[str, EventKind] = {
    kind.key: kind
    for kind in (
        EventKind("betrayal", "{} broke its promises to everybody in its alliance", "A5", betray),
        EventKind("head_leaves", "the head of {} left and was replaced", "A24", replace_head),
        EventKind("trust_shaken", "trust between teachers was halved around {}", "A5", halve_trust),
        EventKind("merger", "the alliance of {} and its neighbour became one", "C33"),
        EventKind("redraw", "the boundary of {}'s alliance was redrawn: a school moved to its neighbour", "B14"),
    )
}
"""All kinds of events by key; a test compares the keys with those that ``config`` accepts."""


def schools_concerned(event: Event, roster: Roster) -> Sequence[int]:
    """Return the rows of the schools that an event names: the largest, each alliance's largest, or one name or URN.

    Raises:
        ConfigError: if no school, or more than one, has the name or URN.
    """
    name = event.school
    if name == LARGEST:
        return (int(roster.teachers.argmax()),)
    if name == LARGEST_OF_EACH:
        order = np.lexsort((-roster.teachers, roster.alliance))
        _, firsts = np.unique(roster.alliance[order], return_index=True)
        return [int(row) for row in order[firsts]]
    named = [row for row, each in enumerate(roster.name) if each == name]
    named = named or np.flatnonzero(roster.urn == int(name) if name.isdecimal() else roster.urn < 0).tolist()
    if len(named) == 1:
        return named
    like = nearest(name, roster.name)
    hint = f'did you mean "{like}"?' if like else f'give a name, a URN, "{LARGEST}" or "{LARGEST_OF_EACH}"'
    many = f"there are {len(named):,} schools" if named else "there is no school"
    sentence = f"{many} called {shortened(name)!r}, to which the event of year {event.year:g} could happen; {hint}"
    raise ConfigError([Problem("events", None, "school", name, "one school", like, sentence)])


def check_event_schools(events: Sequence[Event], roster: Roster) -> None:
    """Check that the schools of all events exist.

    Raises:
        ConfigError: if a school does not exist.
    """
    for event in events:
        if event.kind:
            schools_concerned(event, roster)


def apply_event(
    event: Event, world: World, context: Context, roster: Roster, states: ModuleStates | None = None
) -> World:
    """Apply a dated event to the schools that it names; an event that only sets policy changes nothing here.

    Args:
        event: the event.
        world: the columns, changed in place.
        context: the parameters, the internal seed and the half-term.
        roster: the schools.
        states: columns of modules, by module.

    Returns:
        The world; a new tuple with new tables if boundaries changed.
    """
    for school in schools_concerned(event, roster) if event.kind else ():
        world = apply_event_to(event.kind, school, world, context, states)
    return world


def apply_event_to(what: str, school: int, world: World, context: Context, states: ModuleStates | None = None) -> World:
    """Apply an event of kind ``what`` to one school, given by row; return the world as ``apply_event`` does."""
    if what in RESTRUCTURINGS:
        begins = RESTRUCTURINGS[what](world, int(world.schools.alliance[school]))
        return world if begins is None else restructure(world, begins, context, states)
    rule = EVENT_KINDS[what].rule
    if rule is not None:
        rule(world, context, school)
    return world
