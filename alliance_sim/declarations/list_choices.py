"""The choices about a list of schools, each declared once: for configs, studies, the command line and the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

LAYOUT_NAMES = ("gias", "nces", "nz", "scotland", "ni", "plain")
MISSING_PUPILS = ("leave-out", "predecessor", "capacity")
PHASES_OF_RATIOS = ("primary", "secondary", "special")
LEAST_KM, MOST_KM = 0.1, 20_000.0
CONDITION = re.compile(r"\s*(?P<column>.+?)\s*(?P<sign><=|>=|!=|<>|==|=|<|>)\s*(?P<value>.*?)\s*", re.DOTALL)

type Kind = Literal["titles", "conditions", "text", "files", "column or file", "switch", "kilometres", "ratios"]


@dataclass(frozen=True)
class ListChoice:
    """One choice about a list.

    Attributes:
        kind: the type of its value.
        meaning: what it does, in a sentence.
        metavar: how the help page of the command line writes its value.
        example: a value as a config has it.
        words: the values that are allowed, where there are few.
        reads: whether it decides which rows and columns are read.
        needs: another choice without which it has no effect.
    """

    kind: Kind
    meaning: str
    metavar: str = ""
    example: str = "true"
    words: tuple[str, ...] = ()
    reads: bool = False
    needs: str = ""

    @property
    def names_files(self) -> bool:
        """Whether its value may be the name of a file."""
        return self.kind in ("files", "column or file")

    @property
    def allowed(self) -> str:
        """The values that a config may give, in words."""
        what = {
            "titles": "a table of titles",
            "conditions": "a condition or a list of conditions",
            "text": "a text",
            "files": "the name of a file or a list of names",
            "column or file": "the title of a column or the name of a file",
            "switch": "true or false",
            "kilometres": f"kilometres from {LEAST_KM:g} to {MOST_KM:,.0f}",
            "ratios": 'a number, "england" or a table with primary, secondary and special',
        }[self.kind]
        if self.words:
            what = f"{', '.join(self.words[:-1])} or {self.words[-1]}"
        return what if self.example in ("true", "") else f"{what}, such as {self.example}"


LIST_CHOICES: dict[str, ListChoice] = {
    "columns": ListChoice(
        "titles",
        'Titles of columns where the list has its own: pupils="Total School Roll",name="School Name"; none for a '
        "column that is not to be read.",
        "FIELD=TITLE,…",
        '{ pupils = "Total School Roll" }',
        reads=True,
    ),
    "where": ListChoice(
        "conditions",
        "Use only rows that meet it: 'LA (name) = Hampshire', 'Town = Ash* | Beech', 'NumberOfPupils >= 100'. If there "
        "are several, all must be met.",
        "CONDITION",
        '"LA (name) = Hampshire"',
        reads=True,
    ),
    "phase": ListChoice(
        "text",
        "Use only schools of this phase: primary, secondary, nursery, special, all-through or another word.",
        "PHASE",
        '"primary"',
        reads=True,
    ),
    "layout": ListChoice(
        "text",
        "Layout of the list, if it is not to be detected: gias (England), nces (USA), nz, scotland, ni, plain.",
        "NAME",
        '"gias"',
        LAYOUT_NAMES,
        reads=True,
    ),
    "join": ListChoice(
        "files",
        "Add the columns of this file, joined on the school's number.",
        "FILE",
        '"census.csv"',
        reads=True,
    ),
    "on": ListChoice(
        "text",
        "The column that the joined files have in common, if it is not the school's number.",
        "TITLE",
        '"School code"',
        reads=True,
        needs="join",
    ),
    "strict": ListChoice("switch", "Refuse the list where it may be misread, instead of warning.", reads=True),
    "groups": ListChoice(
        "column or file",
        "Group schools by a column of the list, or by a CSV file that `schools FILE --out DIR` wrote.",
        "COLUMN|FILE",
        '"alliances.csv"',
    ),
    "farthest": ListChoice(
        "kilometres",
        "Greatest distance between two schools of a group formed by distance; 15 km without it.",
        "KM",
        "10",
    ),
    "mix_phases": ListChoice(
        "switch", "Let primary, secondary and special schools form one group by distance."
    ),
    "attainment": ListChoice(
        "files",
        "Published Key Stage 2 or 4 results (CSV), from which schools start; one file a year, or one for all.",
        "FILE",
        '["ks2_2019.csv", "ks2_2022.csv"]',
    ),
    "missing_pupils": ListChoice(
        "text",
        "For open schools without pupils: leave them out, or use the pupils of the school before or the capacity.",
        "|".join(MISSING_PUPILS),
        '"predecessor"',
        MISSING_PUPILS,
    ),
    "pupils_per_teacher": ListChoice(
        "ratios",
        "Pupils per teacher where the list has no teachers: a number, england (the published ratios by phase), or "
        "primary=N,secondary=N,special=N; population.pupils_per_teacher without it.",
        "RATIO",
        '"england"',
    ),
    "anonymise": ListChoice(
        "switch", "Replace names and numbers of schools and alliances, in the same way in every output."
    ),
}  # fmt: skip
"""Choices by name: the keys of ``[schools]`` in configs and studies, and the options of the command line."""

NAMING_FILES = tuple(name for name, choice in LIST_CHOICES.items() if choice.names_files)


def without_folders(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return choices with the names of files in place of their paths, since results should not reveal folders."""
    return {name: _plain(value, lambda path: path.name) for name, value in chosen.items()}


def absolute(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return choices as plain data with absolute paths, for processes that have another working directory."""
    return {name: _plain(value, lambda path: str(path.resolve())) for name, value in chosen.items()}


def _plain(value: Any, text_of: Callable[[Path], str]) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one, text_of) for one in cast("list[Any]", value)]
    return text_of(value) if isinstance(value, Path) else value
