"""The report on a list of schools: rows used, rows left out with reasons, gaps in the data, and groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from alliance_sim.declarations.labels import ANONYMISED
from alliance_sim.schools.errors import first_few, visible

NAMED_AT_MOST = 10
"""Schools named in a sentence; ``to_dict()`` contains all."""


class Reason(StrEnum):
    """The reason why a row was left out, or a gap in one that was used."""

    BROKEN = "broken row"
    BLANK = "blank row"
    NO_NUMBER = "no URN"
    UNREADABLE_NUMBER = "unreadable URN"
    DUPLICATE = "duplicate URN"
    REPEATED = "repeated row"
    CLOSED = "closed"
    PROPOSED = "proposed to open"
    NOT_OPEN = "status does not say open"
    NO_PUPILS = "no pupils"
    UNREADABLE_PUPILS = "unreadable pupils"
    UNBELIEVABLE_PUPILS = "unbelievable number of pupils or teachers"

    UNREADABLE_TEACHERS = "unreadable teachers"
    TOTAL = "a total, not a school"
    NOTE = "a note, not a school"

    NO_NAME = "no name"
    APPROXIMATE = "an approximate number"
    MARKED = "a number with a remark"
    ROUNDED = "a number of pupils that is not whole"
    REFITTED = "another number of fields than the header"
    CLEANED_NAME = "name cleaned of characters that programs might act on"
    NO_COORDINATES = "no coordinates"
    UNREADABLE_COORDINATES = "unreadable coordinates"
    CAPPED_TEACHERS = "more teachers than a school can have here"


@dataclass(frozen=True)
class RowNote:
    """A remark on one row.

    Attributes:
        line: its line in the file.
        urn: the school's number as written, or empty.
        name: the school's name, or empty.
        reason: the reason.
        detail: the value concerned, or empty.
    """

    line: int
    urn: str
    name: str
    reason: Reason
    detail: str = ""

    @property
    def called(self) -> str:
        """The row in a sentence: ``Ash Grange (125091, line 12)``."""
        what = f"{self.name or 'a row'} ({f'{self.urn}, ' if self.urn else ''}line {self.line})"
        return f"{what}: {self.detail}" if self.detail else what


class Refusal(NamedTuple):
    """The reason why a value of a row cannot be used, with the value."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True)
class Group:
    """One alliance of a list.

    Attributes:
        name: its name.
        kind: the basis of the group, a key of ``KINDS``.
        schools: number of schools.
        teachers: number of teachers.
        members: names of its schools.
        width_km: the greatest distance between two of its schools; None where fewer than two have coordinates.
        invented: whether the group was formed here, and is not in the list or in a file of groups.
    """

    name: str
    kind: str
    schools: int
    teachers: int
    members: tuple[str, ...] = ()
    width_km: float | None = None
    invented: bool = False


@dataclass(frozen=True)
class Joined:
    """A school that was alone in its trust or federation, or has no group, and joined an alliance.

    Attributes:
        urn: its number.
        name: its name.
        alone_in: the group in which it was alone.
        alliance: the name of its alliance.
    """

    urn: int
    name: str
    alone_in: str
    alliance: str


@dataclass(frozen=True)
class GroupingNotes:
    """How groups were formed.

    Attributes:
        farthest_km: the limit on the distance between two schools of a group formed by distance.
        mix_phases: whether primary, secondary and special schools may form one group.
        pairs: infant and junior schools that share a site or a name, and are in one group.
        pairs_apart: such pairs that given groups or the limit keep apart.
        mixed: schools that are grouped with another phase because none of their own is near.
        ungiven: schools that a file of groups does not name.
        unmatched: rows of that file that name no school of the list.
    """

    farthest_km: float = 0.0
    mix_phases: bool = False
    pairs: tuple[tuple[str, str], ...] = ()
    pairs_apart: tuple[tuple[str, str], ...] = ()
    mixed: tuple[str, ...] = ()
    ungiven: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()

    def sentences(self, groups: Sequence[Group]) -> list[str]:
        """Return the sentences on how the groups were formed, and on how wide they are."""
        sentences: list[str] = []
        invented = [group for group in groups if group.invented]
        if invented:
            sentences.append(
                f"{plural(len(invented), 'group')} of {plural(sum(each.schools for each in invented), 'school')} "
                f"{'is' if len(invented) == 1 else 'are'} invented here: no such alliance is in the list."
            )
        limit = f"; no two schools may be farther apart than {self.farthest_km:g} km"
        for which, chosen, end in (
            ("formed by distance", [each for each in groups if each.kind == "nearness"], limit),
            ("given", [each for each in groups if not each.invented and each.kind != "alone"], ""),
        ):
            widths = [(each.width_km, each.name) for each in chosen if each.width_km is not None]
            if widths:
                width, name = max(widths)
                sentences.append(f"The widest group {which} is “{name}”, {width:,.1f} km across{end}.")
        alone = [group.members[0] for group in groups if group.kind == "alone" and group.members]
        if alone:
            sentences.append(
                f"On their own, because no other school that could be grouped with them is within "
                f"{self.farthest_km:g} km: {named(alone)}."
            )
        if self.pairs:
            sentences.append(f"Kept together: {plural(len(self.pairs), 'pair')} of infant and junior schools.")
        if self.pairs_apart:
            apart = [" and ".join(pair) for pair in self.pairs_apart]
            sentences.append(f"Infant and junior schools that given groups keep apart: {named(apart)}.")
        if self.mixed:
            sentences.append(f"Grouped with another phase, because none of their own is near: {named(self.mixed)}.")
        if self.ungiven:
            sentences.append(f"Not in the file of groups, so grouped like any other school: {named(self.ungiven)}.")
        if self.unmatched:
            sentences.append(f"In the file of groups, but not a school used here: {named(self.unmatched)}.")
        return sentences


@dataclass(frozen=True)
class KnownNotes:
    """What is known about the schools, and what is sampled.

    Attributes:
        data: what comes from the list or other files, with the number of schools.
        computed: what is computed from data, with the rule.
        sampled: what is sampled for every run.
        remarks: sentences on how the data were used.
    """

    data: dict[str, int] = field(default_factory=dict[str, int])
    computed: dict[str, str] = field(default_factory=dict[str, str])
    sampled: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def sentences(self) -> list[str]:
        """Return the sentences on what is data and what is sampled."""
        sentences = list(self.remarks)
        if self.data:
            sentences.append(f"Data: {listed(f'{what} ({plural(n, "school")})' for what, n in self.data.items())}.")
        if self.computed:
            sentences.append(f"Computed: {listed(f'{what} ({rule})' for what, rule in self.computed.items())}.")
        if self.sampled:
            sentences.append(f"Sampled for every run: {listed(self.sampled)}.")
        return sentences


@dataclass(frozen=True)
class SchoolListReport:
    """The report on a list of schools; ``rows == taken + len(left_out)``.

    Attributes:
        file: the file.
        layout: the name of its layout.
        described: the layout in words.
        encoding: its encoding.
        delimiter: the delimiter in words.
        rows: number of rows.
        taken: number of schools used.
        pupils: pupils of these schools.
        teachers: teachers of these schools.
        phases: number of schools by phase.
        left_out: rows that were left out, with reasons.
        gaps: gaps in the data of schools that were used.
        absent_columns: optional columns that are missing, with the consequence of each.
        groups: the alliances.
        joined: schools that were alone and joined an alliance.
        numbered: whether schools are numbered in order because they lack usable numbers.
        read_as: the titles of columns that are read under another title than the layout's, by field.
        unread: the titles of columns that are not read.
        remarks: sentences without an end about how the list was read.
        warnings: sentences without an end about what may have been misread.
        grouping: how the groups were formed.
        known: what is known about the schools, and what is sampled.
        anonymised: whether names and numbers were replaced.
    """

    file: str
    layout: str
    described: str
    encoding: str
    delimiter: str
    rows: int
    taken: int
    pupils: int
    teachers: int
    phases: dict[str, int]
    left_out: tuple[RowNote, ...]
    gaps: tuple[RowNote, ...]
    absent_columns: dict[str, str]
    groups: tuple[Group, ...]
    joined: tuple[Joined, ...]
    numbered: bool
    read_as: dict[str, str] = field(default_factory=dict[str, str])
    unread: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    grouping: GroupingNotes = field(default_factory=GroupingNotes)
    known: KnownNotes = field(default_factory=KnownNotes)
    anonymised: bool = False

    @property
    def left_out_by_reason(self) -> dict[str, int]:
        """Number of rows left out by reason, the most frequent first."""
        return count_reasons(note.reason for note in self.left_out)

    @property
    def gaps_by_reason(self) -> dict[str, int]:
        """Number of schools used by gap, the most frequent first."""
        return count_reasons(note.reason for note in self.gaps)

    @property
    def groups_by_kind(self) -> dict[str, list[int]]:
        """Sizes of alliances, largest first, by kind."""
        sizes: dict[str, list[int]] = {}
        for group in sorted(self.groups, key=lambda group: -group.schools):
            sizes.setdefault(group.kind, []).append(group.schools)
        return {kind: sizes[kind] for kind in KINDS if kind in sizes}

    def _sentences_on_reading(self) -> list[str]:
        """Return the sentences on columns and on how the list was read."""
        sentences = [f"Warning: {text}." for text in self.warnings]
        sentences += map(sentence_of, self.remarks)
        if self.read_as:
            pairs = listed(f"{name} = {visible(title, 40)}" for name, title in self.read_as.items())
            sentences.append(f"Read under titles of their own: {pairs}.")
        if self.absent_columns:
            lacking: dict[str, list[str]] = {}
            for column, meaning in self.absent_columns.items():
                lacking.setdefault(meaning, []).append(column)
            parts = [f"{' and '.join(columns)} ({meaning})" for meaning, columns in lacking.items()]
            sentences.append(f"There is no column {', '.join(parts)}.")
        if self.unread:
            sentences.append(
                f"Columns that are not read: {first_few([visible(each, 40) for each in self.unread], 12)}."
            )
        return sentences

    def to_dict(self) -> dict[str, Any]:
        """Return the whole report for JSON."""
        return asdict(self) | {
            "left_out_by_reason": self.left_out_by_reason,
            "gaps_by_reason": self.gaps_by_reason,
            "groups_by_kind": self.groups_by_kind,
        }

    def sentences(self) -> list[str]:
        """Return the report in sentences."""
        between = self.delimiter if self.delimiter.startswith("sheet") else f"fields between {self.delimiter}"
        sentences = [
            f"{self.file} has {plural(self.rows, 'row')} in {self.described} ({self.encoding}, {between}).",
            f"Taken: {plural(self.taken, 'open school')} with {self.pupils:,} pupils and {self.teachers:,} teachers"
            + (f" ({listed(f'{phase} {n:,}' for phase, n in self.phases.items())})." if self.phases else "."),
        ]
        if self.left_out:
            sentences.append(f"Left out: {plural(len(self.left_out), 'row')} ({reasons(self.left_out_by_reason)}).")
            sentences += [
                f"Left out, {reason}: {named([note.called for note in self.left_out if note.reason == reason])}."
                for reason in self.left_out_by_reason
                if reason not in EXPECTED
            ]
        else:
            sentences.append("No row was left out.")
        sentences += [
            f"Kept in spite of {GAPS[Reason(reason)]}: "
            f"{named([note.called for note in self.gaps if note.reason == reason])}."
            for reason in self.gaps_by_reason
        ]
        sentences += self._sentences_on_reading()
        sentences.append(
            f"{plural(len(self.groups), 'alliance')}: {listed(sized(*kind) for kind in self.groups_by_kind.items())}."
        )
        sentences += self.grouping.sentences(self.groups)
        if self.joined:
            alone = [f"{school.name} ({school.alone_in}) joined “{school.alliance}”" for school in self.joined]
            sentences.append(f"Alone in their trust or group, so grouped with the rest: {named(alone)}.")
        sentences += self.known.sentences()
        if self.anonymised:
            sentences.append(ANONYMISED)
        if self.numbered:
            sentences.append(
                "The schools' own numbers are missing or too large, so schools are numbered in order; a school's "
                "random numbers may change when the list does."
            )
        return sentences


def sentence_of(text: str) -> str:
    """Return a remark as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


KINDS = {
    "trust": ("trust", "trusts"),
    "federation": ("federation", "federations"),
    "alliance": ("alliance named in the list", "alliances named in the list"),
    "file": ("alliance of the file of groups", "alliances of the file of groups"),
    "nearness": ("group of schools near each other", "groups of schools near each other"),
    "place": ("group by postcode or town", "groups by postcode or town"),
    "unknown": ("group of schools of unknown place", "groups of schools of unknown place"),
    "alone": ("school on its own", "schools on their own"),
}
"""Kinds of alliances, singular and plural, in the order of the report."""

INVENTED = ("nearness", "place", "unknown")
"""Kinds of groups that are formed here."""

EXPECTED = (Reason.CLOSED, Reason.PROPOSED, Reason.BLANK)
"""Frequent reasons, for which sentences name no schools."""

HARMLESS = (*EXPECTED, Reason.NO_PUPILS, Reason.NOT_OPEN, Reason.TOTAL, Reason.NOTE, Reason.REPEATED)
"""Reasons for which a row is left out of a list that is in order."""

UNCERTAIN = (Reason.APPROXIMATE, Reason.REFITTED, Reason.UNREADABLE_TEACHERS, Reason.UNREADABLE_COORDINATES)
"""Gaps that may be errors of the list."""

GAPS = {
    Reason.NO_NAME: "a missing name",
    Reason.APPROXIMATE: "an approximate number",
    Reason.MARKED: "a remark at a number (it was passed over)",
    Reason.ROUNDED: "a number of pupils that is not whole (it was rounded)",
    Reason.REFITTED: "another number of fields than the header",
    Reason.UNREADABLE_TEACHERS: "an unreadable number of teachers (it is computed from pupils)",
    Reason.CLEANED_NAME: "characters in the name that programs might act on (they were removed)",
    Reason.NO_COORDINATES: "missing coordinates",
    Reason.UNREADABLE_COORDINATES: "unreadable coordinates",
    Reason.CAPPED_TEACHERS: "more teachers than a school can have here (the number was cut)",
}


def count_reasons(reasons_met: Iterable[Reason]) -> dict[str, int]:
    """Count reasons, the most frequent first."""
    return {str(reason): n for reason, n in Counter(reasons_met).most_common()}


def plural(n: int, noun: str) -> str:
    """Format a count: ``1 row``, ``2 rows``, ``1,200 rows``."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def listed(parts: Iterable[str]) -> str:
    """Join parts by commas."""
    return ", ".join(parts)


def reasons(counts: dict[str, int]) -> str:
    """Format counts by reason: ``closed: 247, no pupils: 8``."""
    return listed(f"{reason}: {n:,}" for reason, n in counts.items())


def named(schools: Sequence[str]) -> str:
    """Format the first ``NAMED_AT_MOST`` schools and the number of the others."""
    more = len(schools) - NAMED_AT_MOST
    return "; ".join(schools[:NAMED_AT_MOST]) + (f"; and {more:,} more" if more > 0 else "")


def sized(kind: str, sizes: Sequence[int]) -> str:
    """Format the alliances of one kind: ``4 trusts (2 to 9 schools)``."""
    word = KINDS[kind][len(sizes) != 1]
    small, large = min(sizes), max(sizes)
    return (
        f"{len(sizes):,} {word} ({small} schools)"
        if small == large
        else (f"{len(sizes):,} {word} ({small} to {large} schools)")
    )


def width_text(width_km: float | None) -> str:
    """Format the width of a group: ``12.3``, or a dash where it is not known."""
    return "–" if width_km is None else f"{width_km:,.1f}"
