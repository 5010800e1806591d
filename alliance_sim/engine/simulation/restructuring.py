"""Change the boundaries of alliances during a run: a merger, or a school that moves to the next alliance (C33, B14).

Rows of schools and teachers keep their order; only the offsets of alliances move. Existing ties keep their state,
inside an alliance or across a boundary. Counterparts who are newly in one alliance get ties with initial values, and so
do their heads.
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
from alliance_sim.engine.processes.head_trust import count_ties_between
from alliance_sim.engine.processes.newcomers import first_head_trust, reset_ties
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.simulation.initialization import starts
from alliance_sim.engine.simulation.network import tie_tables
from alliance_sim.engine.state import ExternalOffers, Floats, HeadTies, Ints, Modifiers, Ties, World, allocate_table

FEWEST = 2
"""Number of schools that an alliance keeps at least when a boundary moves."""
type Rows = NDArray[np.int64]


def merged(world: World, alliance: int) -> Rows | None:
    """Return the school offsets after an alliance merges with its neighbour; None if there is no other alliance.

    The neighbour is the next alliance by row, or the previous one for the last. The later of the two gets all schools;
    the earlier one is left without schools and ends.
    """
    pair = _neighbours(world, alliance)
    if pair is None:
        return None
    earlier, later = pair
    begins = world.alliances.school_offsets.astype(np.int64)
    begins[earlier + 1 : later + 1] = begins[earlier]
    return begins


def boundary_moved(world: World, alliance: int) -> Rows | None:
    """Return the school offsets after an alliance cedes its outermost school; None if it has too few."""
    pair = _neighbours(world, alliance)
    begins = world.alliances.school_offsets.astype(np.int64)
    if pair is None or begins[alliance + 1] - begins[alliance] <= FEWEST:
        return None
    earlier, later = pair
    begins[earlier + 1 : later + 1] += -1 if alliance == earlier else 1
    return begins


def _neighbours(world: World, alliance: int) -> tuple[int, int] | None:
    existing = np.flatnonzero(np.diff(world.alliances.school_offsets))
    place = int(np.searchsorted(existing, alliance))
    if len(existing) < 2:
        return None
    first = min(place, len(existing) - 2)
    return int(existing[first]), int(existing[first + 1])


RESTRUCTURINGS: dict[str, Callable[[World, int], Rows | None]] = {"merger": merged, "redraw": boundary_moved}
"""Kinds of events that move boundaries, by key; each returns the new school offsets."""


@dataclass(frozen=True)
class _Carried:
    """The former row of each new row of ties and of head ties; -1 for a new tie."""

    ties: Rows
    head_ties: Rows


def restructure(world: World, begins: Rows, context: Context, states: ModuleStates | None = None) -> World:
    """Return the world with new boundaries between alliances.

    Args:
        world: the columns; those of alliances and coordinators are changed in place.
        begins: row of the first school of each alliance, with one extra entry; an alliance may have no schools.
        context: the parameters, the internal seed and the half-term.
        states: columns of modules by module; columns of ties are replaced.
    """
    alliances, before = world.alliances, world.schools.alliance
    old_first, old_blocks = alliances.school_offsets.copy(), alliances.head_tie_offsets.copy()
    members = np.diff(begins)
    _keep_more_credible_coordinator(world, members)
    alliances.school_offsets[:] = begins
    alliances.head_tie_offsets[:] = starts(members * members)
    now = np.repeat(np.arange(len(members), dtype=before.dtype), members)
    world = world._replace(schools=world.schools._replace(alliance=now))  # the roster's column stays as it was
    world, former_ties = _with_ties(world, before, int(context.settings["population"]["subjects"]))
    heads = HeadTies(**allocate_table(HeadTies, int(alliances.head_tie_offsets[-1])))
    old_trust, world = world.head_ties.trust, world._replace(head_ties=heads)
    former_head_ties = np.full(len(heads.trust), -1, np.int64)
    _carry_head_trust(world, old_trust, before, old_first, old_blocks, context, former_head_ties)
    _initialize_new_ties(world, context, former_ties)
    world = _resize_half_term_tables(world, context.settings)
    carried, moved = _Carried(former_ties, former_head_ties), now != before
    for name, state in (states or {}).items():  # including mechanisms in users' files
        states[name] = _carry_state(state, carried)  # pyright: ignore[reportOptionalSubscript] (it has items)
    for module in MODULES:
        if module.on_restructure is not None and states is not None and module.name in states:
            module.on_restructure(world, states[module.name], moved)
    return world


def _keep_more_credible_coordinator(world: World, members: Rows) -> None:
    """Keep the more credible coordinator of two merging alliances; the merged alliance starts at age 0."""
    alive, posts = world.alliances.alive, world.coordinators
    had = np.diff(world.alliances.school_offsets)
    for gone in np.flatnonzero((members == 0) & (had > 0)):
        into = int(np.flatnonzero(members[gone:])[0]) + int(gone)
        filled = [row for row in (int(gone), into) if posts.present[row]]
        if filled:
            better = max(filled, key=lambda row: float(posts.credibility[row]))
            for column in posts:
                column[into] = column[better]
        alive[into] |= alive[gone]
        alive[gone] = posts.present[gone] = False
        world.alliances.age[into] = world.alliances.age[gone] = 0


def _with_ties(world: World, before: Ints, subjects: int) -> tuple[World, Rows]:
    """Return the world with existing ties and ties of counterparts who are newly in one alliance; and former rows.

    Args:
        world: the columns, with new alliances of schools.
        before: the former alliance of each school.
        subjects: number of subjects.
    """
    teachers, old = world.teachers, world.ties
    many, alliance_of = len(teachers.id), world.schools.alliance[teachers.school]
    knew = np.repeat(np.arange(many), np.diff(teachers.tie_offsets)) * many + old.partner
    no_pairs = np.empty((0, 2), np.int64)
    internal, first, _ = tie_tables(world.alliances.school_offsets, world.schools.teacher_offsets, subjects, no_pairs)
    one, other = np.repeat(np.arange(many), np.diff(first)), internal.partner.astype(np.int64)
    newly = before[teachers.school[one]] != before[teachers.school[other]]  # others may have lost ties on purpose
    holder, partner = np.divmod(np.union1d(knew, (one * many + other)[newly]), many)
    outside = alliance_of[holder] != alliance_of[partner]
    # As in the initial state: internal ties by row of the partner, then external ties by id.
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


def _resize_half_term_tables(world: World, settings: Settings) -> World:
    """Return the world with offers, modifiers and request log sized for the new alliances."""
    teachers, many = world.teachers, world.alliances.age.size
    alliance_of = world.schools.alliance[teachers.school]
    outside = np.bincount(alliance_of, teachers.tie_offsets[1:] - teachers.external_tie_start, minlength=many)
    first = starts(outside.astype(np.int64))
    offers = allocate_table(ExternalOffers, int(first[-1])) | {"offsets": first, "count": np.zeros(many, np.int32)}
    world = world._replace(external_offers=ExternalOffers(**offers))
    if world.modifiers is not None:
        world = world._replace(modifiers=Modifiers(**allocate_columns(Modifiers, world)))
        reset_modifiers(world, settings)
    return world if world.request_log is None else world._replace(request_log=allocate_request_log(world))


def _carry_state(state: Any, carried: _Carried) -> Any:
    """Return the state of a module with columns of ties in the new row order; zero for new ties."""
    if not isinstance(state, tuple) or not hasattr(state, "_fields"):
        return state
    table: type[NamedTuple] = type(state)  # pyright: ignore[reportAssignmentType]
    reordered: dict[str, Any] = {}
    for name, column in columns(table).items():
        were, values = getattr(carried, column.of, None), getattr(state, name)
        if were is not None:
            reordered[name] = np.where(were >= 0, values[were], 0).astype(values.dtype)
    return state._replace(**reordered)  # pyright: ignore[reportAttributeAccessIssue]


@loop
def _carry_head_trust(
    world: World, old_trust: Floats, before: Ints, old_first: Ints, old_blocks: Ints, context: Context, were: Ints
) -> None:
    """Keep trust between heads of one former alliance; set that of others to initial values (C5)."""
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
                    trust[place] = first_head_trust(context, ids[one], ids[other])
        count_ties_between(world, alliance)


@loop
def _initialize_new_ties(world: World, context: Context, were: Ints) -> None:
    """Set the state of new ties to initial values."""
    for tie in range(were.size):
        if were[tie] < 0 and tie < world.ties.twin[tie]:
            reset_ties(world, context, tie)
