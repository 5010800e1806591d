"""The report on a list of schools: rows used, rows left out with reasons, gaps in the data, and groups."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from alliance_sim.declarations.labels import ANONYMISED
from alliance_sim.schools.errors import first_few, visible
from alliance_sim.schools.group_notes import KINDS, Group, GroupingNotes, Joined, sized
from alliance_sim.schools.row_notes import EXPECTED, GAPS, Reason, RowNote, count_reasons
from alliance_sim.schools.wording import listed, named, plural, reasons, sentence_of


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
