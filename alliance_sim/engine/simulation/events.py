"""What can happen to a world on a date, beside what policy sets: a betrayal, a head who leaves.

Each is one short loop over the rows of a school, called by a dated event (``happens`` in a config) or by hand in the
browser view, never by chance.
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
from alliance_sim.engine.processes.newcomers import first_head_trust
from alliance_sim.engine.processes.brokerage import present_credibility
from alliance_sim.engine.processes.trust import COLLABORATION, NETWORKING, set_both_levels, trust_after_promise_broken
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.simulation.restructuring import RESTRUCTURINGS, restructure
from alliance_sim.engine.state import World


@dataclass(frozen=True)
class EventKind:
    """Something that can happen to a school.

    Attributes:
        key: its name in configs.
        said: what is said of it, with the school's name.
        row: the claim behind it, a row of THEORY.md.
        loop: does it: ``loop(world, settings, seed, half_term, school)``; None where boundaries are redrawn
            (``restructuring.py`` does it).
    """

    key: str
    said: str
    row: str
    loop: Callable[..., None] | None = None


@loop
def betray(world: World, settings: Settings, seed: Seed, half_term: int, school: int) -> None:
    """A school uses what its partners shared against them: every promise it made in its alliance is broken at once.

    Whoever has a tie to its staff there loses trust as after any broken promise, at the stake of the tie's level (A5),
    softened where a credible coordinator mediates (B11), and the tie falls by a level. Heads lose trust at the highest
    stake.
    """
    ties, trust = world.ties, world.head_ties.trust
    alliance = world.schools.alliance[school]
    softened = settings.coordinator.mediation * present_credibility(world.coordinators, alliance)
    gain, ratio = settings.trust.gain, settings.trust.loss_ratio
    start, end = teachers_of(world, school)
    for teacher in range(start, end):
        first, outside, _ = ties_of(world, teacher)
        for tie in range(first, outside):
            back = Row(ties.twin[tie])
            level: int = ties.level[tie]
            stake = settings.level.stake[level - 1]
            ties.trust[back] = trust_after_promise_broken(np.float64(ties.trust[back]), gain, ratio, stake, softened)
            if level > NETWORKING:
                set_both_levels(ties, tie, level - 1)
    school_offsets, members = world.alliances.school_offsets[alliance], members_of(world, alliance)
    block, stake = world.alliances.head_tie_offsets[alliance], settings.level.stake[COLLABORATION - 1]
    for other in range(members):
        if school_offsets + other != school:
            place = block + other * members + school - school_offsets
            trust[place] = trust_after_promise_broken(np.float64(trust[place]), gain, ratio, stake, softened)


@loop
def replace_head(world: World, settings: Settings, seed: Seed, half_term: int, school: int) -> None:
    """The school has a new head, who trusts and is trusted as heads are at first (A24, C5)."""
    trust, ids = world.head_ties.trust, world.schools.id
    alliance = world.schools.alliance[school]
    school_offsets, members = world.alliances.school_offsets[alliance], members_of(world, alliance)
    block, one = world.alliances.head_tie_offsets[alliance], school - school_offsets
    for other in range(members):
        if other != one:
            mine, theirs = ids[school], ids[school_offsets + other]
            trust[block + one * members + other] = first_head_trust(settings, seed, half_term, mine, theirs)
            trust[block + other * members + one] = first_head_trust(settings, seed, half_term, theirs, mine)


@loop
def halve_trust(world: World, settings: Settings, seed: Seed, half_term: int, school: int) -> None:
    """Teachers of the school's alliance trust each other half as much as before; heads' trust is untouched (A5)."""
    start, end = alliance_teachers(world, world.schools.alliance[school])
    for teacher in range(start, end):
        first, outside, _ = ties_of(world, teacher)
        for tie in range(first, outside):
            world.ties.trust[tie] *= np.float32(0.5)


@loop
def members_of(world: World, alliance: int) -> int:
    """How many schools an alliance has."""
    return world.alliances.school_offsets[alliance + 1] - world.alliances.school_offsets[alliance]


EVENT_KINDS: dict[str, EventKind] = {
    one.key: one
    for one in (
        EventKind("betrayal", "{} broke its promises to everybody in its alliance", "A5", betray),
        EventKind("head_leaves", "the head of {} left, and somebody new came", "A24", replace_head),
        EventKind("trust_shaken", "trust between teachers was halved around {}", "A5", halve_trust),
        EventKind("merger", "the alliance of {} and its neighbour became one", "C33"),
        EventKind("redraw", "the boundary of {}'s alliance was redrawn: a school went over to its neighbour", "B14"),
    )
}
"""Everything that can happen, by its key. ``configuration`` knows the keys, and a test that they are these."""


def schools_concerned(event: Event, roster: Roster) -> Sequence[int]:
    """The rows of the schools to which an event happens: the largest, each alliance's largest, or one by name or URN.

    Raises:
        ConfigError: if there is no such school.
    """
    meant = event.school
    if meant == LARGEST:
        return (int(roster.teachers.argmax()),)
    if meant == LARGEST_OF_EACH:
        order = np.lexsort((-roster.teachers, roster.alliance))
        _, firsts = np.unique(roster.alliance[order], return_index=True)
        return [int(row) for row in order[firsts]]
    named = [row for row, name in enumerate(roster.name) if name == meant]
    named = named or np.flatnonzero(roster.urn == int(meant) if meant.isdecimal() else roster.urn < 0).tolist()
    if len(named) == 1:
        return named
    like = nearest(meant, roster.name)
    hint = f'did you mean "{like}"?' if like else f'give a name, a URN, "{LARGEST}" or "{LARGEST_OF_EACH}"'
    many = f"there are {len(named):,} schools" if named else "there is no school"
    sentence = f"{many} called {shortened(meant)!r}, to which the event of year {event.year:g} could happen; {hint}"
    raise ConfigError([Problem("events", None, "school", meant, "one school", like, sentence)])


def check_event_schools(events: Sequence[Event], roster: Roster) -> None:
    """Look whether all schools are there to which something shall happen.

    Raises:
        ConfigError: if one is not.
    """
    for event in events:
        if event.happens:
            schools_concerned(event, roster)


def apply_event(
    event: Event, world: World, settings: Settings, seed: Seed, half_term: int, roster: Roster,
    states: ModuleStates | None = None,
) -> World:  # fmt: skip
    """Let it happen, before the half-term after so many.

    Args:
        event: what, and to which schools; nothing where it only sets policy.
        world: the columns, changed in place.
        settings: a record of ``SETTINGS``.
        seed: the internal seed.
        half_term: how many are over.
        roster: who the schools are.
        memories: what modules remember.

    Returns:
        The world, which has other tables where boundaries were redrawn.
    """
    for school in schools_concerned(event, roster) if event.happens else ():
        world = apply_event_to(event.happens, school, world, settings, seed, half_term, states)
    return world


def apply_event_to(
    what: str, school: int, world: World, settings: Settings, seed: Seed, half_term: int,
    states: ModuleStates | None = None,
) -> World:  # fmt: skip
    """The same to one school, by row."""
    if what in RESTRUCTURINGS:
        begins = RESTRUCTURINGS[what](world, int(world.schools.alliance[school]))
        return world if begins is None else restructure(world, begins, settings, seed, half_term, states)
    does = EVENT_KINDS[what].rule
    if does is not None:
        does(world, settings, seed, half_term, school)
    return world
