"""From the schools of a list to a roster and the report on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from alliance_sim.declarations.labels import ANONYMOUS_SOURCE
from alliance_sim.declarations.roster import LARGEST_SCHOOL_ID, Roster
from alliance_sim.schools.anonymisation import anonymise_schools
from alliance_sim.schools.choices import Choices
from alliance_sim.schools.errors import SchoolListError, first_few
from alliance_sim.schools.group_file import GivenGroups, read_groups
from alliance_sim.schools.group_notes import INVENTED, Group, GroupingNotes, Joined
from alliance_sim.schools.grouping import Alliance, Grouping, GroupingRules, form_alliances
from alliance_sim.schools.missing_pupils import Filled, remarks_on
from alliance_sim.schools.positions import place_by_degrees, width_of
from alliance_sim.schools.report import KnownNotes
from alliance_sim.schools.row_notes import RowNote
from alliance_sim.schools.rows import ListedSchool
from alliance_sim.schools.stages import phases_apart
from alliance_sim.schools.teacher_ratios import ratio_text, with_ratios

if TYPE_CHECKING:
    from alliance_sim.schools.attainment_effects import Starts

SAMPLED = ("practice", "trust", "ties between teachers", "years in post")
"""What no list holds."""


@dataclass(frozen=True)
class Assembled:
    """Schools in alliances.

    Attributes:
        roster: the roster.
        schools: the schools in the order of the list, as the report shows them.
        groups: the alliances, for the report.
        joined: schools that were alone and joined an alliance.
        grouping: how groups were formed.
        known: what is data and what is sampled.
        numbered: whether schools are numbered in order.
        left_out: the rows left out, without names where names are replaced.
    """

    roster: Roster
    schools: tuple[ListedSchool, ...]
    groups: tuple[Group, ...]
    joined: tuple[Joined, ...]
    grouping: GroupingNotes
    known: KnownNotes
    numbered: bool
    left_out: tuple[RowNote, ...]


def assemble(
    schools: Sequence[ListedSchool],
    choices: Choices,
    source: str,
    *,
    own_column: bool = False,
    filled: Sequence[Filled] = (),
    left_out: Sequence[RowNote] = (),
) -> Assembled:
    """Group the schools of a list, add what is known about them, and return the roster with all that the report shows.

    Args:
        schools: the usable schools, in an order that does not depend on the file's.
        choices: what the user chose.
        source: the name of the list.
        own_column: whether ``choices.groups`` is a column of the list, which has been read as the alliance.
        filled: open schools whose rows give no pupils.
        left_out: notes on the rows left out.

    Raises:
        SchoolListError: if a file of groups or results cannot be used.
    """
    schools = with_ratios(place_by_degrees(schools), choices.ratios)
    given = GivenGroups({})
    if choices.groups and not own_column:
        given = read_groups(choices.groups, schools)
        if choices.strict and given.unmatched:
            rows = first_few(given.unmatched, 5)
            trouble = f"with --strict it is refused: these rows name no school that is used: {rows}"
            raise SchoolListError(choices.groups, f"{trouble}; remove them, or read the list without --strict")
    rules = GroupingRules(choices.alliance_size, choices.farthest, choices.mix_phases, given.alliance)
    grouping = form_alliances(schools, rules)
    invented, given_names = given.invented, [each.name for each in grouping.alliances]
    starts = _starts(schools, choices)
    shown = anonymise_schools(schools, choices.phrase) if choices.anonymise else list(schools)
    if choices.anonymise:
        grouping, source = _anonymous(grouping, shown), ANONYMOUS_SOURCE
        left_out = [replace(note, urn="", name="", detail="") for note in left_out]
        given = GivenGroups({})
    groups = tuple(
        _group(each, shown, invented=each.kind in INVENTED or name in invented)
        for each, name in zip(grouping.alliances, given_names, strict=True)
    )
    roster = _roster(schools, shown, grouping.alliances, source, starts)
    known = _known(schools, starts, choices, filled)
    notes = _notes(grouping, shown, given, choices)
    joined = grouping.joined
    return Assembled(roster, tuple(shown), groups, joined, notes, known, not have_ids(schools), tuple(left_out))


def _starts(schools: Sequence[ListedSchool], choices: Choices) -> Starts | None:
    """Return where schools start, if results are given."""
    if not choices.attainment:
        return None
    from alliance_sim.schools.attainment_effects import starts_from
    from alliance_sim.schools.attainment_tables import read_results

    return starts_from(read_results(choices.attainment), schools, phases_apart(schools))


def _anonymous(grouping: Grouping, shown: Sequence[ListedSchool]) -> Grouping:
    """Return the grouping with replaced names."""
    alliances = tuple(replace(each, name=f"Alliance {at}") for at, each in enumerate(grouping.alliances, start=1))
    by_alliance = {at: each.name for each in alliances for at in each.members}
    joined = tuple(
        Joined(shown[at].urn, shown[at].name, "its group has no other school", by_alliance[at])
        for at in grouping.joined_at
    )
    return replace(grouping, alliances=alliances, joined=joined)


def _group(alliance: Alliance, schools: Sequence[ListedSchool], *, invented: bool) -> Group:
    members = [schools[at] for at in alliance.members]
    return Group(
        alliance.name,
        alliance.kind,
        len(members),
        sum(school.teachers for school in members),
        tuple(school.name for school in members),
        width_of(members),
        invented,
    )


def _notes(grouping: Grouping, shown: Sequence[ListedSchool], given: GivenGroups, choices: Choices) -> GroupingNotes:
    alliance_of = {at: place for place, each in enumerate(grouping.alliances) for at in each.members}
    named = [(shown[one].name, shown[other].name) for one, other in grouping.pairs]
    together = [alliance_of[one] == alliance_of[other] for one, other in grouping.pairs]
    return GroupingNotes(
        choices.farthest,
        choices.mix_phases,
        tuple(pair for pair, same in zip(named, together, strict=True) if same),
        tuple(pair for pair, same in zip(named, together, strict=True) if not same),
        tuple(shown[at].name for at in grouping.mixed),
        given.ungiven,
        given.unmatched,
    )


def _roster(
    schools: Sequence[ListedSchool],
    shown: Sequence[ListedSchool],
    alliances: Sequence[Alliance],
    source: str,
    starts: Starts | None,
) -> Roster:
    """Return the roster: alliance after alliance, by id within each."""
    order = np.array([at for alliance in alliances for at in alliance.members])
    urn = np.array([school.urn for school in schools], dtype=np.int64)
    # All schools are numbered in order if one has no number, or one too large for a key of random numbers.
    ids = urn if have_ids(schools) else np.arange(len(schools))
    known: dict[str, Any] = {}
    if starts is not None and np.isfinite(starts.intake).any():
        known = {"intake": starts.intake, "intake_sd": starts.intake_sd, "results": starts.latest}
        known = {name: column[order].astype(np.float32) for name, column in known.items()}
    return Roster(
        id=ids[order].astype(np.uint32),
        alliance=np.repeat(np.arange(len(alliances)), [len(each.members) for each in alliances]).astype(np.int32),
        teachers=np.array([schools[at].teachers for at in order], dtype=np.int32),
        pupils=np.array([schools[at].pupils for at in order], dtype=np.int32),
        east=np.array([shown[at].east for at in order], dtype=np.float32),
        north=np.array([shown[at].north for at in order], dtype=np.float32),
        urn=np.array([shown[at].urn for at in order], dtype=np.int64),
        name=tuple(shown[at].name for at in order),
        alliance_name=tuple(alliance.name for alliance in alliances),
        source=source,
        labels={name: tuple(values[at] for at in order) for name, values in _labels(schools).items()},
        **known,
    )


def _labels(schools: Sequence[ListedSchool]) -> dict[str, list[str]]:
    """Return what outcomes can be split by, where the list has it: phase, Ofsted and thirds of free school meals."""
    labels = {
        "phase": [school.phase or "not known" for school in schools],
        "ofsted": [school.further.ofsted or "not known" for school in schools],
    }
    shares = [school.further.fsm for school in schools if school.further.fsm is not None]
    if len(shares) > 2:
        low, high = np.quantile(shares, [1 / 3, 2 / 3])
        bands = (
            f"lowest third (to {low:.3g} %)",
            f"middle third (to {high:.3g} %)",
            f"highest third (over {high:.3g} %)",
        )
        labels["fsm"] = [
            "not known" if share is None else bands[int(np.searchsorted([low, high], share))]
            for share in (school.further.fsm for school in schools)
        ]
    return {name: values for name, values in labels.items() if any(value != "not known" for value in values)}


def have_ids(schools: Sequence[ListedSchool]) -> bool:
    """Return whether every school has a number that can serve as its id."""
    return all(1 <= school.urn <= LARGEST_SCHOOL_ID for school in schools)


def _known(
    schools: Sequence[ListedSchool], starts: Starts | None, choices: Choices, filled: Sequence[Filled]
) -> KnownNotes:
    """Return what is data, what is computed, and what is sampled."""
    pupils, teachers = (
        sum(getattr(school.further, name) for school in schools) for name in ("pupils_given", "teachers_given")
    )
    data = Counter({"pupils": pupils, "teachers": teachers, "position": sum(school.placed for school in schools)})
    data["Ofsted's judgement"] = sum(bool(school.further.ofsted) for school in schools)
    data["free school meals"] = sum(school.further.fsm is not None for school in schools)
    computed: dict[str, str] = {}
    if teachers < len(schools):
        computed["teachers"] = ratio_text(choices.ratios)
    remarks = remarks_on(filled, choices.missing_pupils, named_ones=not choices.anonymise)
    sampled: list[str] = []
    known = 0
    if starts is not None:
        known = int(np.isfinite(starts.intake).sum())
        data["attainment and league place"] = int(np.isfinite(starts.latest).sum())
        remarks += starts.remarks
    if known < len(schools):
        sampled.append("attainment at the start" + (f" of {len(schools) - known:,} schools" if known else ""))
    return KnownNotes({what: n for what, n in data.items() if n}, computed, (*sampled, *SAMPLED), tuple(remarks))
