"""The state of a simulation as columns: one array per attribute, one row per entity.

Each column declares its type, unit and meaning. Rows are sorted: schools by alliance, teachers by school, ties by the
teacher who holds them (ties inside the alliance first, then ties across its boundary). Compiled loops take a ``World``;
agents are views of its rows.

# perf: sorted rows let a loop over an alliance read memory in order; unsigned row numbers skip Numba's wraparound test.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column, columns
from alliance_sim.engine.by_reference import by_reference

Ints = Any
"""An array of whole numbers. Numba checks its use in compiled code; type checkers cannot."""
Floats = Any
"""An array of floating-point numbers."""
_SHARE = (0.0, 1.0)
_NOT_NEGATIVE = (0.0, np.inf)


@by_reference
class System(NamedTuple):
    """One row: values for all schools together."""

    initial_practice: Annotated[
        Floats, Column("float64", "practice", "q̄_0, mean practice in the initial state", limits=_NOT_NEGATIVE)
    ]


@by_reference
class Alliances(NamedTuple):
    """One row per alliance. The two offset columns have one extra entry: row a ends where row a + 1 begins."""

    school_offsets: Annotated[Ints, Column("int32", "school row", "row of its first school", fixed=True)]
    head_tie_offsets: Annotated[
        Ints, Column("int64", "head-tie row", "first row of its block of head ties", fixed=True)
    ]
    alive: Annotated[Ints, Column("bool", "yes or no", "whether the alliance still exists")]
    age: Annotated[Ints, Column("int32", "half-terms", "time since it was founded", limits=_NOT_NEGATIVE)]


@by_reference
class Schools(NamedTuple):
    """One row per school, its head included. The last eight columns count events of the current half-term."""

    id: Annotated[Ints, Column("uint32", "id", "stable number that keys its random numbers", fixed=True)]
    alliance: Annotated[Ints, Column("int32", "alliance row", "the alliance it belongs to", fixed=True)]
    teacher_offsets: Annotated[
        Ints, Column("int32", "teacher row", "row of its first teacher (one extra entry)", fixed=True)
    ]
    pupils: Annotated[Ints, Column("int32", "pupils", "pupils on roll", (0, 2**31 - 1))]
    east: Annotated[Floats, Column("float32", "km", "position, eastward (NaN where unknown)", fixed=True)]
    north: Annotated[Floats, Column("float32", "km", "position, northward (NaN where unknown)", fixed=True)]
    intake: Annotated[Floats, Column("float32", "pupil SD", "x, lasting effect of the intake")]
    attainment: Annotated[Floats, Column("float32", "pupil SD", "A, this year's results")]
    rank: Annotated[Floats, Column("float32", "share", "place in the local league table, 0 best, 1 worst", _SHARE)]
    given: Annotated[Ints, Column("int32", "helps", "acts of help its teachers granted", limits=_NOT_NEGATIVE)]
    developed: Annotated[
        Ints, Column("int32", "helps", "granted helps that were joint practice development", limits=_NOT_NEGATIVE)
    ]
    refused: Annotated[Ints, Column("int32", "requests", "requests its teachers refused", limits=_NOT_NEGATIVE)]
    betrayed: Annotated[
        Ints, Column("int32", "helps", "helps its teachers granted that the receiver betrayed", limits=_NOT_NEGATIVE)
    ]
    uphill: Annotated[
        Ints, Column("int32", "helps", "acts of help given to higher-attaining schools", limits=_NOT_NEGATIVE)
    ]
    asked: Annotated[
        Ints,
        Column("int32", "requests", "requests to other schools that its teachers chose to make", limits=_NOT_NEGATIVE),
    ]
    home_given: Annotated[Ints, Column("int32", "helps", "acts of help between its own teachers", limits=_NOT_NEGATIVE)]
    home_developed: Annotated[
        Ints,
        Column("int32", "helps", "helps between its own teachers that were joint development", limits=_NOT_NEGATIVE),
    ]


@by_reference
class HeadTies(NamedTuple):
    """One row per ordered pair of schools in an alliance: a dense n × n block per alliance, diagonal unused."""

    trust: Annotated[Floats, Column("float32", "trust", "H, a head's trust in another head", _SHARE)]
    ties_between: Annotated[
        Ints, Column("int32", "ties", "ties from the first school's staff to the second's", limits=_NOT_NEGATIVE)
    ]


@by_reference
class Teachers(NamedTuple):
    """One row per teacher."""

    id: Annotated[Ints, Column("uint32", "id", "stable number that keys the teacher's random numbers")]
    school: Annotated[Ints, Column("uint32", "school row", "the teacher's school", fixed=True)]
    subject: Annotated[Ints, Column("uint8", "subject", "the subject taught", fixed=True)]
    years: Annotated[Ints, Column("uint8", "years", "years in post", (0, 255))]
    practice: Annotated[
        Floats,
        Column("float32", "practice", "q, skill in each area; 1 is sound practice", (0.0, np.inf), ("practice_areas",)),
    ]
    fatigue: Annotated[Floats, Column("float32", "share of capacity", "f, fatigue from helping", (0.0, np.inf))]
    load: Annotated[Floats, Column("float32", "effort", "effort spent on help this half-term", (0.0, np.inf))]
    asks: Annotated[
        Ints,
        Column(
            "int32",
            "tie row",
            "the tie on which each contact requests help; -1 for none, -2 - k for colleague k of the own school",
            None,
            ("contacts",),
        ),
    ]
    tie_offsets: Annotated[Ints, Column("int32", "tie row", "row of the first tie (one extra entry)", fixed=True)]
    external_tie_start: Annotated[
        Ints, Column("int32", "tie row", "row of the first tie across the boundary", fixed=True)
    ]


@by_reference
class Ties(NamedTuple):
    """One row per directed tie between teachers; the tie in the other direction is its ``twin``."""

    partner: Annotated[Ints, Column("uint32", "teacher row", "the teacher the tie leads to", fixed=True)]
    twin: Annotated[Ints, Column("uint32", "tie row", "the tie in the other direction", fixed=True)]
    trust: Annotated[Floats, Column("float32", "trust", "T, the holder's trust in the partner", _SHARE)]
    owed: Annotated[Floats, Column("float32", "helps", "B, helps the partner owes; the twin's is the negative")]
    given: Annotated[Floats, Column("float32", "helps", "F, decayed count of help given to the partner", (0, 10_000))]
    level: Annotated[Ints, Column("int8", "level", "Himmelman level, 1–4, the same as the twin's", (1, 4))]


@by_reference
class Coordinators(NamedTuple):
    """One row per alliance: its coordinator."""

    present: Annotated[Ints, Column("bool", "yes or no", "whether the post is filled", _SHARE)]
    capacity: Annotated[
        Ints, Column("int32", "pairs a half-term", "k, the most pairs brokered in a half-term", (0, 40))
    ]
    credibility: Annotated[Floats, Column("float32", "share", "c, standing with teachers", _SHARE)]
    strain: Annotated[Floats, Column("float32", "share of capacity", "decayed share of capacity used", (0.0, np.inf))]
    brokered: Annotated[Ints, Column("int32", "pairs", "pairs brokered this half-term", limits=(0, 40))]


@by_reference
class ExternalOffers(NamedTuple):
    """Offers to return help across boundaries, collected before any request is answered: one segment per alliance.

    Requests to contacts beyond the boundary are stored in ``Teachers.asks``.
    """

    offsets: Annotated[
        Ints, Column("int64", "offer row", "first row of the alliance's segment (one extra entry)", fixed=True)
    ]
    count: Annotated[Ints, Column("int32", "offers", "rows of the segment in use this half-term", fixed=True)]
    tie: Annotated[Ints, Column("int32", "tie row", "the creditor's tie, on which the request is made", fixed=True)]


@by_reference
class Modifiers(NamedTuple):
    """Changes that optional modules make to decisions of the core; allocated only while such a module is on.

    Each half-term starts from neutral values (``hooks.reset_modifiers``), to which each module adds its part. The core
    reads them through ``hooks.py``.
    """

    need_factor: Annotated[
        Floats,
        Column("float32", "factor", "multiplies a teacher's need for help", of="teachers", limits=_NOT_NEGATIVE),
    ]
    transfer_factor: Annotated[
        Floats,
        Column(
            "float32", "factor", "multiplies the gap share the receiver closes", of="teachers", limits=_NOT_NEGATIVE
        ),
    ]
    innovation_factor: Annotated[
        Floats,
        Column("float32", "factor", "multiplies a teacher's innovation", of="teachers", limits=_NOT_NEGATIVE),
    ]
    home_trust: Annotated[
        Floats, Column("float64", "trust", "T_h, trust between colleagues of the school", of="schools", limits=_SHARE)
    ]
    assigned_tie: Annotated[
        Ints, Column("int32", "tie row", "the tie on which a teacher is assigned to ask, -1 for none", of="teachers")
    ]
    rivalry_discount: Annotated[
        Floats, Column("float32", "share", "share of rivalry that a school disregards", of="schools", limits=_SHARE)
    ]
    protected_time: Annotated[
        Floats, Column("float64", "share", "Φ, protected time in this school", of="schools", limits=_SHARE)
    ]
    meeting_factor: Annotated[
        Floats,
        Column("float32", "factor", "multiplies the chance that heads meet", of="alliances", limits=_NOT_NEGATIVE),
    ]
    noise_factor: Annotated[
        Floats,
        Column(
            "float32",
            "factor",
            "multiplies the noise in coordinators' perception",
            of="alliances",
            limits=_NOT_NEGATIVE,
        ),
    ]
    utility_offset: Annotated[
        Floats, Column("float32", "utility", "added to the utility of helping the partner", of="ties")
    ]
    perception_error: Annotated[
        Floats, Column("float32", "practice", "error in the perceived lead of the partner", of="ties")
    ]
    match_bonus: Annotated[
        Floats, Column("float32", "practice", "added to a coordinator's match score of the pair", of="ties")
    ]
    separated: Annotated[Ints, Column("bool", "yes or no", "whether an internal tie counts as external", of="ties")]
    level_cap: Annotated[
        Ints, Column("int8", "level", "highest level possible for the holder now", of="ties", limits=(1, 4))
    ]


@by_reference
class RequestLog(NamedTuple):
    """Requests inside alliances in order of their answers, this half-term; allocated only while a module needs it."""

    offsets: Annotated[Ints, Column("int64", "entry", "first entry of the alliance (one extra entry)", fixed=True)]
    count: Annotated[Ints, Column("int32", "requests", "entries in use this half-term", of="alliances", fixed=True)]
    tie: Annotated[Ints, Column("int32", "tie row", "the asker's tie", fixed=True)]
    occasion: Annotated[Ints, Column("int16", "code", "channel × 32 + slot", fixed=True)]
    answer: Annotated[Ints, Column("int8", "code", "outcome of the request", fixed=True)]
    level: Annotated[Ints, Column("int8", "level", "level of the tie before the request", fixed=True)]


@by_reference
class World(NamedTuple):
    """All columns of a simulation. ``modifiers`` and ``request_log`` are None unless a module needs them."""

    system: System
    alliances: Alliances
    schools: Schools
    head_ties: HeadTies
    teachers: Teachers
    ties: Ties
    coordinators: Coordinators
    external_offers: ExternalOffers
    modifiers: Any = None
    request_log: Any = None


TABLES: dict[str, type[NamedTuple]] = {
    "system": System,
    "alliances": Alliances,
    "schools": Schools,
    "head_ties": HeadTies,
    "teachers": Teachers,
    "ties": Ties,
    "coordinators": Coordinators,
    "external_offers": ExternalOffers,
    "modifiers": Modifiers,
    "request_log": RequestLog,
}  # fmt: skip


def allocate_table(table: type[NamedTuple], rows: int, longer: tuple[str, ...] = (), **sizes: int) -> dict[str, Any]:
    """Return zeroed columns for a table.

    Args:
        table: a table of ``World``.
        rows: number of entities.
        longer: names of columns with one extra entry.
        sizes: size of each further dimension that columns declare, by name.
    """
    return {
        name: np.zeros((rows + (name in longer), *(sizes[size] for size in column.shape)), column.dtype)
        for name, column in columns(table).items()
    }


def bytes_of(world: World) -> int:
    """Return the size of all columns in bytes."""
    return sum(column.nbytes for table in world if table is not None for column in table)
