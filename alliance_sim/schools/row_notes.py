"""Notes on rows of a list: the reasons why rows are left out, and gaps in those that are used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


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


EXPECTED = (Reason.CLOSED, Reason.PROPOSED, Reason.BLANK)
"""Frequent reasons, for which sentences name no schools."""

HARMLESS = (*EXPECTED, Reason.NO_PUPILS, Reason.NOT_OPEN, Reason.TOTAL, Reason.NOTE, Reason.REPEATED)
"""Reasons for which a row is left out of a list that is in order."""

UNCERTAIN = (
    Reason.APPROXIMATE, Reason.MARKED, Reason.ROUNDED, Reason.REFITTED, Reason.UNREADABLE_TEACHERS,
    Reason.UNREADABLE_COORDINATES, Reason.CAPPED_TEACHERS,
)  # fmt: skip
"""Gaps that may be errors of the list, or for which a number was changed."""

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
