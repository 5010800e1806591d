"""Boundaries between alliances are drawn anew while a world runs: a merger, or a school that goes over (C33, B14).

Rows of schools and teachers stay where they are, and so does everybody's past: only where an alliance begins and ends
is moved. Who came to know each other keeps the tie, inside an alliance or across a boundary; counterparts who find
themselves in one alliance meet as strangers do, and so do their heads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.columns import columns
from alliance_sim.engine.allocation import allocate_columns
from alliance_sim.engine.compilation import loop
from alliance_sim.engine.hooks import reset_modifiers
from alliance_sim.engine.modules.registry import MODULES, ModuleStates, allocate_request_log
from alliance_sim.engine.processes.newcomers import first_head_trust, reset_ties
from alliance_sim.engine.processes.head_trust import count_ties_between
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.simulation.initialization import starts
from alliance_sim.engine.simulation.network import tie_tables
from alliance_sim.engine.state import ExternalOffers, Floats, HeadTies, Ints, Modifiers, Ties, World, allocate_table

FEWEST = 2
"""Schools that an alliance keeps when its boundary is redrawn."""
type Rows = NDArray[np.int64]


def merged(world: World, alliance: int) -> Rows | None:
    """Where alliances begin once this one and its neighbour are one; None if it stands alone.

    The neighbour is the next in the order of rows, or the one before where there is none. The later of the two has all
    schools then; the earlier one has none, and stands no more.
    """
    pair = _neighbours(world, alliance)
    if pair is None:
        return None
    earlier, later = pair
    begins = world.alliances.school_offsets.astype(np.int64)
    begins[earlier + 1 : later + 1] = begins[earlier]
    return begins


def boundary_moved(world: World, alliance: int) -> Rows | None:
    """Where alliances begin once the school at this one's edge belongs to its neighbour; None if it has too few."""
    pair = _neighbours(world, alliance)
    begins = world.alliances.school_offsets.astype(np.int64)
    if pair is None or begins[alliance + 1] - begins[alliance] <= FEWEST:
        return None
    earlier, later = pair
    begins[earlier + 1 : later + 1] += -1 if alliance == earlier else 1
    return begins


def _neighbours(world: World, alliance: int) -> tuple[int, int] | None:
    standing = np.flatnonzero(np.diff(world.alliances.school_offsets))
    place = int(np.searchsorted(standing, alliance))
    if len(standing) < 2:
        return None
    first = min(place, len(standing) - 2)
    return int(standing[first]), int(standing[first + 1])


RESTRUCTURINGS: dict[str, Callable[[World, int], Rows | None]] = {"merger": merged, "redraw": boundary_moved}
"""What redraws boundaries, by its key among the happenings: where alliances begin afterwards."""


@dataclass(frozen=True)
class _Carried:
    """For each new row of ties, and of head ties, the row that it had, or -1 where two are new to each other."""

    ties: Rows
    head_ties: Rows


def restructure(
    world: World, begins: Rows, settings: Settings, seed: Seed, half_term: int, states: ModuleStates | None = None
) -> World:
    """The world with alliances that begin at these rows of schools.

    Args:
        world: the columns; those of alliances and coordinators are changed in place.
        begins: row of the first school of each alliance, one entry more; an alliance may have none.
        settings: a record of ``SETTINGS``.
        seed: the internal seed.
        half_term: how many are over.
        memories: what modules remember, by name; replaced where it was remembered of ties.
    """
    alliances, before = world.alliances, world.schools.alliance
    old_first, old_blocks = alliances.school_offsets.copy(), alliances.head_tie_offsets.copy()
    members = np.diff(begins)
    _keep_the_better_known(world, members)
    alliances.school_offsets[:] = begins
    alliances.head_tie_offsets[:] = starts(members * members)
    now = np.repeat(np.arange(len(members), dtype=before.dtype), members)
    world = world._replace(schools=world.schools._replace(alliance=now))  # the roster's column stays as it was
    world, ties_were = _with_ties(world, int(settings["population"]["subjects"]))
    heads = HeadTies(**allocate_table(HeadTies, int(alliances.head_tie_offsets[-1])))
    old_trust, world = world.head_ties.trust, world._replace(head_ties=heads)
    heads_were = np.full(len(heads.trust), -1, np.int64)
    _heads_keep_or_begin(world, old_trust, before, old_first, old_blocks, settings, seed, half_term, heads_were)
    _strangers_meet(world, settings, seed, half_term, ties_were)
    world = _with_room(world, float(settings["policy"]["funding"]))
    carried, moved = _Carried(ties_were, heads_were), now != before
    for name, memory in (states or {}).items():  # those of mechanisms in users' files among them
        states[name] = _remembered(memory, carried)  # pyright: ignore[reportOptionalSubscript] (it has items)
    for module in MODULES:
        if module.on_restructure is not None and states is not None and module.name in states:
            module.on_restructure(world, states[module.name], moved)
    return world


def _keep_the_better_known(world: World, members: Rows) -> None:
    """Of two coordinators of alliances that become one, the more credible stays; the new alliance begins its life."""
    alive, posts = world.alliances.alive, world.coordinators
    had = np.diff(world.alliances.school_offsets)
    for gone in np.flatnonzero((members == 0) & (had > 0)):
        into = int(np.flatnonzero(members[gone:])[0]) + int(gone)
        standing = [row for row in (int(gone), into) if posts.present[row]]
        if standing:
            better = max(standing, key=lambda row: float(posts.credibility[row]))
            for column in posts:
                column[into] = column[better]
        alive[into] |= alive[gone]
        alive[gone] = posts.present[gone] = False
        world.alliances.age[into] = world.alliances.age[gone] = 0


def _with_ties(world: World, subjects: int) -> tuple[World, Rows]:
    """All who knew each other, and all counterparts inside the alliances that there are now."""
    teachers, old = world.teachers, world.ties
    many, alliance_of = len(teachers.id), world.schools.alliance[teachers.school]
    knew = np.repeat(np.arange(many), np.diff(teachers.tie_offsets)) * many + old.partner
    nobody = np.empty((0, 2), np.int64)
    dealt, first, _ = tie_tables(world.alliances.school_offsets, world.schools.teacher_offsets, subjects, nobody)
    meet = np.repeat(np.arange(many), np.diff(first)) * many + dealt.partner
    holder, partner = np.divmod(np.union1d(knew, meet), many)
    outside = alliance_of[holder] != alliance_of[partner]
    # Inside before outside; there by row, here by id, as at the opening.
    order = np.lexsort((np.where(outside, teachers.id[partner].astype(np.int64), partner), outside, holder))
    holder, partner, outside = holder[order], partner[order], outside[order]
    keys = holder * many + partner
    by_key = np.argsort(keys)
    new = allocate_table(Ties, len(keys))
    new["partner"][:] = partner
    new["twin"][:] = by_key[np.searchsorted(keys, partner * many + holder, sorter=by_key)]
    by_pair = np.argsort(knew)
    place = np.searchsorted(knew, keys, sorter=by_pair).clip(max=len(knew) - 1)
    were = np.where(knew[by_pair[place]] == keys, by_pair[place], -1)
    for name in ("trust", "owed", "given", "level"):
        new[name][:] = np.where(were >= 0, getattr(old, name)[were], 0)
    tie_offsets = starts(np.bincount(holder, minlength=many))
    external_tie_start = tie_offsets[:-1] + np.bincount(holder[~outside], minlength=many)
    teachers = teachers._replace(
        tie_offsets=tie_offsets.astype(np.int32),
        external_tie_start=external_tie_start.astype(np.int32),
        asks=np.full_like(teachers.asks, -1),
    )
    return world._replace(teachers=teachers, ties=Ties(**new)), were


def _with_room(world: World, funding: float) -> World:
    """Room for what is noted in a half-term, which is as wide as alliances are."""
    teachers, many = world.teachers, world.alliances.age.size
    alliance_of = world.schools.alliance[teachers.school]
    outside = np.bincount(alliance_of, teachers.tie_offsets[1:] - teachers.external_tie_start, minlength=many)
    first = starts(outside.astype(np.int64))
    room = allocate_table(ExternalOffers, int(first[-1])) | {"offsets": first, "count": np.zeros(many, np.int32)}
    world = world._replace(external_offers=ExternalOffers(**room))
    if world.modifiers is not None:
        world = world._replace(modifiers=Modifiers(**allocate_columns(Modifiers, world)))
        reset_modifiers(world, funding)
    return world if world.request_log is None else world._replace(request_log=allocate_request_log(world))


def _remembered(memory: Any, carried: _Carried) -> Any:
    """What a module remembers, row for row; nothing of two who are new to each other."""
    if not isinstance(memory, tuple) or not hasattr(memory, "_fields"):
        return memory
    table: type[NamedTuple] = type(memory)  # pyright: ignore[reportAssignmentType]
    kept: dict[str, Any] = {}
    for name, column in columns(table).items():
        were, values = getattr(carried, column.of, None), getattr(memory, name)
        if were is not None:
            kept[name] = np.where(were >= 0, values[were], 0).astype(values.dtype)
    return memory._replace(**kept)  # pyright: ignore[reportAttributeAccessIssue]


@loop
def _heads_keep_or_begin(
    world: World, old_trust: Floats, before: Ints, old_first: Ints, old_blocks: Ints, settings: Settings, seed: Seed,
    half_term: int, were: Ints,
) -> None:  # fmt: skip
    """Heads who met in an alliance keep their trust; others trust as heads do at first (C5)."""
    trust, ids = world.head_ties.trust, world.schools.id
    for alliance in range(world.alliances.age.size):
        first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
        block, members = world.alliances.head_tie_offsets[alliance], last - first
        for one in range(first, last):
            for other in range(first, last):
                place = block + (one - first) * members + other - first
                was = before[one]
                if was == before[other]:
                    size = old_first[was + 1] - old_first[was]
                    were[place] = old_blocks[was] + (one - old_first[was]) * size + other - old_first[was]
                    trust[place] = old_trust[were[place]]
                else:
                    trust[place] = first_head_trust(settings, seed, half_term, ids[one], ids[other])
        count_ties_between(world, alliance)


@loop
def _strangers_meet(world: World, settings: Settings, seed: Seed, half_term: int, were: Ints) -> None:
    """Counterparts who are new to each other trust as strangers do."""
    for tie in range(were.size):
        if were[tie] < 0 and tie < world.ties.twin[tie]:
            reset_ties(world, settings, seed, half_term, tie)
