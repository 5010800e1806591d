"""The columns: everything a world remembers, one array a fact, one row an entity.

A column says its type, unit and meaning where it stands. Rows are sorted: schools by alliance, teachers by school, ties
by the teacher who holds them (first the ties inside the alliance, then those across its boundary), so that a loop over
an alliance walks straight through memory. Compiled loops take a ``World``; agents look at its rows. Rows that lead
elsewhere are unsigned, which spares compiled code from asking whether they count from the end.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column, columns

Ints = Any
"""An array of whole numbers. (Numba checks what compiled code does with it; type checkers cannot.)"""
Floats = Any
"""An array of fractions."""
_SHARE = (0.0, 1.0)
_NOT_NEGATIVE = (0.0, np.inf)


class System(NamedTuple):
    """One row: what is said of all schools together."""

    initial_practice: Annotated[
        Floats, Column("float64", "practice", "q̄_0, mean practice at the opening", limits=_NOT_NEGATIVE)
    ]


class Alliances(NamedTuple):
    """One row an alliance. The first two columns have one entry more, so that row a ends where row a + 1 begins."""

    school_offsets: Annotated[Ints, Column("int32", "school row", "where its schools begin", fixed=True)]
    head_tie_offsets: Annotated[
        Ints, Column("int64", "head-tie row", "where its block of head ties begins", fixed=True)
    ]
    alive: Annotated[Ints, Column("bool", "yes or no", "whether it still stands")]
    age: Annotated[Ints, Column("int32", "half-terms", "how long it has stood", limits=_NOT_NEGATIVE)]


class Schools(NamedTuple):
    """One row a school, its head included. The last five are this half-term's tally."""

    id: Annotated[Ints, Column("uint32", "id", "stable number that its luck hangs on", fixed=True)]
    alliance: Annotated[Ints, Column("int32", "alliance row", "the alliance it belongs to", fixed=True)]
    teacher_offsets: Annotated[
        Ints, Column("int32", "teacher row", "where its teachers begin (one entry more)", fixed=True)
    ]
    pupils: Annotated[Ints, Column("int32", "pupils", "pupils on roll", (0, 2**31 - 1))]
    east: Annotated[Floats, Column("float32", "km", "position, eastward (NaN where unknown)", fixed=True)]
    north: Annotated[Floats, Column("float32", "km", "position, northward (NaN where unknown)", fixed=True)]
    intake: Annotated[Floats, Column("float32", "pupil SD", "x, lasting effect of its intake")]
    attainment: Annotated[Floats, Column("float32", "pupil SD", "A, this year's results")]
    rank: Annotated[Floats, Column("float32", "share", "place in the league table, 0 best, 1 worst", _SHARE)]
    given: Annotated[Ints, Column("int32", "helps", "helps its teachers granted", limits=_NOT_NEGATIVE)]
    developed: Annotated[Ints, Column("int32", "helps", "of these, joint practice developments", limits=_NOT_NEGATIVE)]
    refused: Annotated[Ints, Column("int32", "requests", "requests its teachers refused", limits=_NOT_NEGATIVE)]
    betrayed: Annotated[
        Ints, Column("int32", "helps", "helps its teachers granted and were ill-used for", limits=_NOT_NEGATIVE)
    ]
    uphill: Annotated[
        Ints, Column("int32", "helps", "helps its teachers gave to higher-attaining schools", limits=_NOT_NEGATIVE)
    ]


class HeadTies(NamedTuple):
    """One row an ordered pair of schools of an alliance: a dense block of n × n rows an alliance, diagonal unused."""

    trust: Annotated[Floats, Column("float32", "trust", "H, one head's trust in another", _SHARE)]
    ties_between: Annotated[
        Ints, Column("int32", "ties", "ties that one's staff have to the other's", limits=_NOT_NEGATIVE)
    ]


class Teachers(NamedTuple):
    """One row a teacher."""

    id: Annotated[Ints, Column("uint32", "id", "stable number that their luck hangs on")]
    school: Annotated[Ints, Column("uint32", "school row", "where they teach", fixed=True)]
    subject: Annotated[Ints, Column("uint8", "subject", "what they teach", fixed=True)]
    years: Annotated[Ints, Column("uint8", "years", "years in post", (0, 255))]
    practice: Annotated[
        Floats, Column("float32", "practice", "q, skill in each area; 1 is sound", (0.0, np.inf), ("practice_areas",))
    ]
    fatigue: Annotated[Floats, Column("float32", "share of capacity", "f, how worn out", (0.0, np.inf))]
    load: Annotated[Floats, Column("float32", "effort", "what they did for others this half-term", (0.0, np.inf))]
    asks: Annotated[
        Ints,
        Column("int32", "tie row", "the tie on which each contact asks for help, -1 where none", None, ("contacts",)),
    ]
    tie_offsets: Annotated[Ints, Column("int32", "tie row", "where their ties begin (one entry more)", fixed=True)]
    external_tie_start: Annotated[
        Ints, Column("int32", "tie row", "where their ties across the boundary begin", fixed=True)
    ]


class Ties(NamedTuple):
    """One row a teacher's tie to another; the other's tie back is its ``twin``."""

    partner: Annotated[Ints, Column("uint32", "teacher row", "whom it leads to", fixed=True)]
    twin: Annotated[Ints, Column("uint32", "tie row", "the tie back", fixed=True)]
    trust: Annotated[Floats, Column("float32", "trust", "T, trust in the partner", _SHARE)]
    owed: Annotated[Floats, Column("float32", "helps", "B, what the partner owes; the twin's is its negative")]
    given: Annotated[Floats, Column("float32", "helps", "F, decayed count of help given to the partner", (0, 10_000))]
    level: Annotated[Ints, Column("int8", "level", "Himmelman level, 1–4, the same as the twin's", (1, 4))]


class Coordinators(NamedTuple):
    """One row an alliance's coordinator."""

    present: Annotated[Ints, Column("bool", "yes or no", "whether the post is filled", _SHARE)]
    capacity: Annotated[Ints, Column("int32", "pairs a half-term", "k, brokerages they have time for", (0, 40))]
    credibility: Annotated[Floats, Column("float32", "share", "c, standing with teachers", _SHARE)]
    strain: Annotated[Floats, Column("float32", "share of capacity", "decayed share of capacity used", (0.0, np.inf))]
    brokered: Annotated[Ints, Column("int32", "pairs", "pairs brought together this half-term", limits=(0, 40))]


class ExternalOffers(NamedTuple):
    """Help offered back across boundaries, noted before anything is answered: a segment of rows an alliance.

    What teachers ask of contacts beyond the boundary stands in ``Teachers.asks``.
    """

    offsets: Annotated[
        Ints, Column("int64", "offer row", "where an alliance's segment begins (one entry more)", fixed=True)
    ]
    count: Annotated[Ints, Column("int32", "offers", "how much of the segment is in use this half-term", fixed=True)]
    tie: Annotated[Ints, Column("int32", "tie row", "the creditor's tie, on which they will ask", fixed=True)]


class Modifiers(NamedTuple):
    """What switchable modules do to people's decisions; there only while one is on (``hooks.py`` reads them).

    Set back to neutral as a half-term begins; then each module adds its part.
    """

    need_factor: Annotated[
        Floats,
        Column(
            "float32", "factor", "a teacher's need for help is multiplied by it", of="teachers", limits=_NOT_NEGATIVE
        ),
    ]
    transfer_factor: Annotated[
        Floats, Column("float32", "factor", "what a help moves, for its receiver", of="teachers", limits=_NOT_NEGATIVE)
    ]
    assigned_tie: Annotated[
        Ints, Column("int32", "tie row", "the tie on which a teacher is sent, -1 where none", of="teachers")
    ]
    rivalry_discount: Annotated[
        Floats, Column("float32", "share", "rivalry that a school does not feel", of="schools", limits=_SHARE)
    ]
    protected_time: Annotated[Floats, Column("float32", "share", "Φ as a school has it", of="schools", limits=_SHARE)]
    meeting_factor: Annotated[
        Floats, Column("float32", "factor", "on the chance that heads meet", of="alliances", limits=_NOT_NEGATIVE)
    ]
    noise_factor: Annotated[
        Floats,
        Column("float32", "factor", "on the noise in what coordinators see", of="alliances", limits=_NOT_NEGATIVE),
    ]
    utility_offset: Annotated[Floats, Column("float32", "utility", "added when the holder is asked by the partner", of="ties")]
    perception_error: Annotated[Floats, Column("float32", "practice", "misjudged of what the partner is ahead", of="ties")]
    match_bonus: Annotated[Floats, Column("float32", "practice", "added to what a coordinator sees in a pair", of="ties")]
    separated: Annotated[Ints, Column("bool", "yes or no", "in no alliance together, though their rows are", of="ties")]
    level_cap: Annotated[
        Ints, Column("int8", "level", "the highest level at which the holder can work now", of="ties", limits=(1, 4))
    ]


class RequestLog(NamedTuple):
    """What was answered this half-term, in order, alliance by alliance; there only while a module needs it."""

    offsets: Annotated[Ints, Column("int64", "entry", "where an alliance's entries begin (one entry more)", fixed=True)]
    count: Annotated[Ints, Column("int32", "requests", "how many there are this half-term", of="alliances", fixed=True)]
    tie: Annotated[Ints, Column("int32", "tie row", "the asker's tie", fixed=True)]
    occasion: Annotated[Ints, Column("int16", "code", "channel × 32 + slot", fixed=True)]
    answer: Annotated[Ints, Column("int8", "code", "how it ended", fixed=True)]
    level: Annotated[Ints, Column("int8", "level", "at which the two worked when it was asked", fixed=True)]


class World(NamedTuple):
    """All columns of one world. The last two, ``Modifiers`` and ``RequestLog``, are None unless a module needs them."""

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
    """Zeroed columns for a table, by name; those in ``longer`` get one entry more, ``sizes`` the extra dimensions."""
    return {
        name: np.zeros((rows + (name in longer), *(sizes[size] for size in column.shape)), column.dtype)
        for name, column in columns(table).items()
    }


def bytes_of(world: World) -> int:
    """What the columns of a world take in memory."""
    return sum(column.nbytes for table in world if table is not None for column in table)
