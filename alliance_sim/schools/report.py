"""What became of every row of a list: taken, left out and why, kept with a gap, grouped how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

NAMED_AT_MOST = 10
"""So many schools are named in a sentence; all of them stand in ``to_dict()``."""


class Reason(StrEnum):
    """Why a row was left out, or what is missing in one that was kept."""

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

    NO_NAME = "no name"
    CLEANED_NAME = "name cleaned of characters that programs might act on"
    NO_COORDINATES = "no coordinates"
    UNREADABLE_COORDINATES = "unreadable coordinates"
    CAPPED_TEACHERS = "more teachers than a school can have here"


@dataclass(frozen=True)
class RowNote:
    """One row and what there is to say about it."""

    line: int
    urn: str
    name: str
    reason: Reason
    detail: str = ""

    @property
    def called(self) -> str:
        """How a sentence names it: ``Ash Grange (125091, line 12)``."""
        what = f"{self.name or 'a row'} ({f'{self.urn}, ' if self.urn else ''}line {self.line})"
        return f"{what}: {self.detail}" if self.detail else what


@dataclass(frozen=True)
class Group:
    """One alliance: its name, what made it one, and how large it is."""

    name: str
    kind: str
    schools: int
    teachers: int


@dataclass(frozen=True)
class Joined:
    """A school that was alone in its trust or federation (or everywhere) and where it went."""

    urn: int
    name: str
    alone_in: str
    alliance: str


@dataclass(frozen=True)
class SchoolListReport:
    """What was read, what was grouped how, and what was left out and why: ``rows == taken + len(left_out)``."""

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
    join_words: tuple[Joined, ...]
    numbered: bool

    @property
    def left_out_by_reason(self) -> dict[str, int]:
        """How many rows were left out for each reason, the most frequent first."""
        return count_noun(note.reason for note in self.left_out)

    @property
    def gaps_by_reason(self) -> dict[str, int]:
        """How many schools were kept with each gap."""
        return count_noun(note.reason for note in self.gaps)

    @property
    def groups_by_kind(self) -> dict[str, list[int]]:
        """The sizes of the alliances, largest first, by what made them one."""
        sizes: dict[str, list[int]] = {}
        for group in sorted(self.groups, key=lambda group: -group.schools):
            sizes.setdefault(group.kind, []).append(group.schools)
        return {kind: sizes[kind] for kind in KINDS if kind in sizes}

    def to_dict(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return asdict(self) | {
            "left_out_by_reason": self.left_out_by_reason,
            "gaps_by_reason": self.gaps_by_reason,
            "groups_by_kind": self.groups_by_kind,
        }

    def sentences(self) -> list[str]:
        """All of it for people: one sentence for each thing worth knowing."""
        told = [
            f"{self.file} has {plural(self.rows, 'row')} in {self.described} ({self.encoding}, fields between "
            f"{self.delimiter}).",
            f"Taken: {plural(self.taken, 'open school')} with {self.pupils:,} pupils and {self.teachers:,} teachers"
            + (f" ({listed(f'{phase} {n:,}' for phase, n in self.phases.items())})." if self.phases else "."),
        ]
        if self.left_out:
            told.append(f"Left out: {plural(len(self.left_out), 'row')} ({reasons(self.left_out_by_reason)}).")
            told += [
                f"Left out, {reason}: {named([note.called for note in self.left_out if note.reason == reason])}."
                for reason in self.left_out_by_reason
                if reason not in EXPECTED
            ]
        else:
            told.append("No row was left out.")
        told += [
            f"Kept in spite of {GAPS[Reason(reason)]}: "
            f"{named([note.called for note in self.gaps if note.reason == reason])}."
            for reason in self.gaps_by_reason
        ]
        told += [f"There is no column {column}: {meaning}." for column, meaning in self.absent_columns.items()]
        told.append(
            f"{plural(len(self.groups), 'alliance')}: {listed(sized(*kind) for kind in self.groups_by_kind.items())}."
        )
        if self.join_words:
            alone = [f"{school.name} ({school.alone_in}) joined “{school.alliance}”" for school in self.join_words]
            told.append(f"Alone in their trust or group, so grouped with the rest: {named(alone)}.")
        if self.numbered:
            told.append(
                "The schools' own numbers are missing or too large to hang luck on, so they are numbered in order; a "
                "school's luck may change when the list does."
            )
        return told


KINDS = {
    "trust": ("trust", "trusts"),
    "federation": ("federation", "federations"),
    "alliance": ("alliance named in the list", "alliances named in the list"),
    "nearness": ("group of schools near each other", "groups of schools near each other"),
    "place": ("group by postcode or town", "groups by postcode or town"),
}
"""What makes schools an alliance, in the order of the report."""

EXPECTED = (Reason.CLOSED, Reason.PROPOSED, Reason.BLANK)
"""Reasons that need no names in a sentence: every register is full of them."""

GAPS = {
    Reason.NO_NAME: "a missing name",
    Reason.CLEANED_NAME: "characters in the name that programs might act on (they were removed)",
    Reason.NO_COORDINATES: "missing coordinates",
    Reason.UNREADABLE_COORDINATES: "unreadable coordinates",
    Reason.CAPPED_TEACHERS: "more teachers than a school can have here (the number was cut)",
}


def count_noun(reasons_met: Iterable[Reason]) -> dict[str, int]:
    """How often each was met, the most frequent first."""
    return {str(reason): n for reason, n in Counter(reasons_met).most_common()}


def plural(n: int, noun: str) -> str:
    """``1 row``, ``2 rows``, ``1,200 rows``."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def listed(parts: Iterable[str]) -> str:
    """The parts one after the other, with commas."""
    return ", ".join(parts)


def reasons(counts: dict[str, int]) -> str:
    """``closed: 247, no pupils: 8``."""
    return listed(f"{reason}: {n:,}" for reason, n in counts.items())


def named(schools: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = len(schools) - NAMED_AT_MOST
    return "; ".join(schools[:NAMED_AT_MOST]) + (f"; and {more:,} more" if more > 0 else "")


def sized(kind: str, sizes: Sequence[int]) -> str:
    """``4 trusts (2 to 9 schools)``."""
    word = KINDS[kind][len(sizes) != 1]
    small, large = min(sizes), max(sizes)
    return (
        f"{len(sizes):,} {word} ({small} schools)"
        if small == large
        else (f"{len(sizes):,} {word} ({small} to {large} schools)")
    )
