"""Choose rows of a list: ``LA (name) = Hampshire``, ``NumberOfPupils > 100``, or a phase."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from alliance_sim.schools.column_titles import TITLES, comparable, key_of
from alliance_sim.schools.columns import nearest, shown
from alliance_sim.schools.csv_table import Row
from alliance_sim.schools.errors import SchoolListError, first_few, visible
from alliance_sim.schools.number_formats import NumberFormat, written
from alliance_sim.schools.table import Table
from alliance_sim.schools.values import has_phase, plain_text

CONDITION = re.compile(r"\s*(?P<column>.+?)\s*(?P<sign><=|>=|!=|<>|==|=|<|>)\s*(?P<value>.*?)\s*", re.DOTALL)
ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


@dataclass(frozen=True)
class Condition:
    """A condition on one column.

    Attributes:
        column: the title of a column, or the name of a field.
        sign: ``=``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``.
        values: the values; for ``=`` any of them, with ``*`` for any text.
    """

    column: str
    sign: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        """Return the condition as it was written."""
        return f"{self.column} {self.sign} {' | '.join(self.values)}"


def parse_condition(text: str) -> Condition:
    """Parse a condition such as ``LA (name) = Hampshire | Surrey``.

    Raises:
        ValueError: if it is none.
    """
    found = CONDITION.fullmatch(text)
    if found is None:
        example = "'LA (name) = Hampshire' or 'NumberOfPupils >= 100'"
        raise ValueError(f"where is {visible(text)!r}, but must be a column, a sign and a value, such as {example}")
    sign = {"==": "=", "<>": "!="}.get(found["sign"], found["sign"])
    values = tuple(part.strip().strip("\"'") for part in found["value"].split("|"))
    if sign in ORDER and NumberFormat().value(written(values[0]).core) is None:
        raise ValueError(f"where is {visible(text)!r}, but {sign} needs a number, such as NumberOfPupils {sign} 100")
    return Condition(found["column"].strip("\"'"), sign, values)


class Selection:
    """Rows of a table that meet all conditions.

    Args:
        table: the table.
        conditions: the conditions.
        phase: the phase, or empty for all.

    Raises:
        SchoolListError: if the list has no such column.
    """

    def __init__(self, table: Table, conditions: Sequence[Condition], phase: str) -> None:
        self._table = table
        self._phase = phase
        self._conditions = [(self._place(condition.column), condition) for condition in conditions]
        self._places_of_phase = [
            (table.positions[name], table.layout.codes.get(name, {}))
            for name in ("phase", "phase_code", "type")
            if name in table.positions
        ]
        if phase and not self._places_of_phase:
            trouble = f"there is no column of phases, so --phase {visible(phase)} cannot be met"
            cure = 'say which column it is with --columns phase="…"'
            raise SchoolListError(table.path, f"{trouble} (found: {shown(table.header)}); {cure}")
        self._seen: list[Counter[str]] = [Counter() for _ in self._conditions]
        self._phases: Counter[str] = Counter()
        self.rows = self.kept = 0

    @property
    def chosen(self) -> bool:
        """Whether there is a condition at all."""
        return bool(self._conditions or self._phase)

    def _place(self, column: str) -> int:
        header = self._table.header
        for form in (comparable, key_of):
            places = [at for at, title in enumerate(header) if form(title) == form(column)]
            if len(places) == 1:
                return places[0]
        if column in TITLES and column in self._table.positions:
            return self._table.positions[column]
        close = nearest(column, header)
        hint = f"; did you mean {visible(close)}" if close else ""
        raise SchoolListError(
            self._table.path, f"--where {visible(column)}: there is no such column (found: {shown(header)}){hint}"
        )

    def select(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield the rows that meet the conditions, and those that cannot be read."""
        for row in rows:
            self.rows += 1
            if row.broken or self._meets(row.fields):
                self.kept += not row.broken
                yield row

    def _meets(self, fields: Sequence[str]) -> bool:
        for seen, (place, condition) in zip(self._seen, self._conditions, strict=True):
            text = plain_text(fields[place])
            if len(seen) < 200:
                seen[text] += 1
            if not _holds(text, condition):
                return False
        if self._phase:
            texts = [
                codes.get(text, text) for place, codes in self._places_of_phase if (text := plain_text(fields[place]))
            ]
            self._phases.update(texts[:1])
            return any(has_phase(text, self._phase) for text in texts)
        return True

    def remark(self) -> str:
        """Return the sentence on the rows that were chosen, without an end."""
        words = [
            *(str(condition) for _, condition in self._conditions),
            *([f"phase {self._phase}"] if self._phase else []),
        ]
        return f"of {self.rows:,} rows, the {self.kept:,} with {visible(' and '.join(words), 200)} were chosen"

    def refuse_nothing(self) -> None:
        """Refuse conditions that no row meets; the message names values that there are.

        Raises:
            SchoolListError: if no row meets them.
        """
        if not self.chosen or self.kept or not self.rows:
            return
        seen = [*((str(condition), seen) for seen, (_, condition) in zip(self._seen, self._conditions, strict=True))]
        if self._phase:
            seen.append((f"phase {self._phase}", self._phases))
        words, values = max(seen, key=lambda pair: not any(_listed(pair[0], value) for value in pair[1]))
        found = first_few([visible(value, 30) or "nothing" for value, _ in values.most_common(12)], 8)
        raise SchoolListError(
            self._table.path, f"no row has {visible(words, 100)} (the column holds {found}); give a value that is there"
        )


def _listed(words: str, value: str) -> bool:
    return bool(value) and value.casefold() in words.casefold()


def _holds(text: str, condition: Condition) -> bool:
    if condition.sign in ORDER:
        number, limit = (NumberFormat().value(written(each).core) for each in (text, condition.values[0]))
        return number is not None and limit is not None and ORDER[condition.sign](number, limit)
    folded = comparable(text)
    met = any(fnmatch.fnmatchcase(folded, _pattern(value)) for value in condition.values)
    return met if condition.sign == "=" else not met


def _pattern(value: str) -> str:
    """Return the pattern of a value in which only ``*`` has a meaning."""
    return re.sub(r"[\[\]?]", lambda sign: f"[{sign[0]}]" if sign[0] != "]" else "]", comparable(value))
