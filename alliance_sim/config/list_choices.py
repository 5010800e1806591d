"""The table ``[schools]`` of configs and studies: its schema, the sentences about its problems, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from alliance_sim.config.config import Configuration
from alliance_sim.config.errors import Problem, shortened, shown
from alliance_sim.config.suggestions import nearest
from alliance_sim.config.toml_lines import KeyPath
from alliance_sim.config.translation import Place
from alliance_sim.declarations.list_choices import (
    CONDITION,
    LEAST_KM,
    LIST_CHOICES,
    MOST_KM,
    NAMING_FILES,
    PHASES_OF_RATIOS,
    ListChoice,
)
from alliance_sim.declarations.list_columns import LIST_COLUMNS

KEY, FILE = "schools", "file"
SUFFIXES = (".csv", ".tsv", ".txt")
_STRICT = ConfigDict(strict=True, extra="forbid")


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return text


def _a_condition(text: str) -> str:
    if CONDITION.fullmatch(text) is None:
        raise PydanticCustomError("condition", "must be a column, a sign and a value")
    return text


def _no_default() -> None:
    """Stand for a default that the JSON schema does not show."""


_Text = Annotated[str, Field(min_length=1), AfterValidator(_not_blank)]
_Condition = Annotated[_Text, AfterValidator(_a_condition)]
_Ratio = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]


@cache
def titles_model() -> type[BaseModel]:
    """Return the model of a table of titles of columns, by field."""
    titles: dict[str, Any] = {
        name: (_Text, Field(default_factory=_no_default, description=f"Title of {meaning}."))
        for name, meaning in LIST_COLUMNS.items()
    }
    return create_model("columns", __config__=_STRICT, __doc__="Titles of columns in a list of schools.", **titles)


@cache
def choices_model(*, with_file: bool = False) -> type[BaseModel]:
    """Return the model of ``[schools]``.

    Args:
        with_file: whether it names the list, as in a study.
    """
    fields: dict[str, Any] = {
        name: (_type_of(choice), Field(default_factory=_no_default, description=choice.meaning))
        for name, choice in LIST_CHOICES.items()
    }
    if with_file:
        file = Field(description="The list of real schools (CSV or workbook), relative to this file.")
        fields = {FILE: (_Text, file), **fields}
    about = "A list of real schools, and how it is read." if with_file else "How a list of schools is read."
    return create_model(
        "schools_of_study" if with_file else KEY, __config__=_STRICT, __doc__=about, **fields
    )  # fmt: skip


def _type_of(choice: ListChoice) -> Any:
    """Return the type of the value of a choice."""
    if choice.words:
        return Literal[choice.words]
    types = {
        "titles": titles_model,
        "conditions": lambda: _Condition | Annotated[list[_Condition], Field(min_length=1)],
        "files": lambda: _Text | Annotated[list[_Text], Field(min_length=1)],
        "switch": lambda: bool,
        "kilometres": lambda: Annotated[float, Field(ge=LEAST_KM, le=MOST_KM, allow_inf_nan=False)],
        "ratios": lambda: _Ratio | Literal["england"] | _ratios_model(),
    }
    return types[choice.kind]() if choice.kind in types else _Text


@cache
def _ratios_model() -> type[BaseModel]:
    first, *others = PHASES_OF_RATIOS
    ratios: dict[str, Any] = {first: (_Ratio, Field(description=f"Pupils per teacher in {first} schools."))}
    for phase in others:
        described = Field(default_factory=_no_default, description=f"Pupils per teacher in {phase} schools.")
        ratios[phase] = (_Ratio, described)
    return create_model("ratios", __config__=_STRICT, __doc__="Pupils per teacher by phase.", **ratios)


def choice_problem(path: KeyPath, given: object, name: str, place: Place, kind: str = "") -> Problem:
    """Return the problem of a key or value of ``[schools]``, or of ``[columns]``.

    Args:
        path: the key, from the top of the file.
        given: its value.
        name: the key as users write it.
        place: returns the file and the line of a key.
        kind: pydantic's type of the error.
    """
    where = place(path)
    inside = [str(step) for step in path if isinstance(step, str)]
    if KEY in inside[1:]:  # of a variant
        inside = inside[inside.index(KEY) :]
    if inside[0] == "columns" or inside[1:2] == ["columns"]:
        return _column_problem(inside[1:] if inside[0] == "columns" else inside[2:], given, name, where)
    if len(inside) == 1:
        allowed = "a table of choices about a list"
        sentence = f"{name} is {shown(given)}, but must be {allowed}; the number of schools is population.schools"
        return Problem(*where, name, shown(given), allowed, "", sentence)
    choice = LIST_CHOICES.get(inside[1])
    if inside[1] == FILE:
        allowed = 'the path of a list, such as file = "schools.csv"'
        wrong = f"{name} is missing; give" if kind == "missing" else f"{name} is {shown(given)}, but must be"
        return Problem(*where, name, shown(given), allowed, "", f"{wrong} {allowed}")
    if choice is None:
        meant = nearest(inside[1].lower(), tuple(LIST_CHOICES)) or ""
        hint = f"did you mean '{meant}'?" if meant else f"there may be {', '.join(LIST_CHOICES)}"
        sentence = f"{name}: there is no choice '{shortened(inside[1])}' about a list; {hint}"
        return Problem(*where, name, shown(given), "a choice about a list", meant, sentence)
    if len(inside) > 2:  # a key of a table
        name = name.removesuffix(f".{inside[-1]}")
        wrong = f"has no {inside[-1]}" if kind == "missing" else f"has {inside[-1]} = {shown(given)}"
    else:
        wrong = f"is {shown(given)}"
    return Problem(*where, name, "", choice.allowed, "", f"{name} {wrong}, but must be {choice.allowed}")


def _column_problem(inside: list[str], given: object, name: str, where: tuple[str, int | None]) -> Problem:
    example = '[columns] pupils = "Total School Roll"'
    if not inside or inside[-1] in LIST_COLUMNS:
        what = "the title of a column" if inside else "a table of titles"
        sentence = f"{name} is {shown(given)}, but must be {what}, as in {example}"
        return Problem(*where, name, shown(given), what, "", sentence)
    meant = nearest(inside[-1], tuple(LIST_COLUMNS)) or ""
    hint = f"did you mean '{meant}'?" if meant else f"the fields are {', '.join(LIST_COLUMNS)}"
    sentence = f"{name}: lists of schools have no field '{shortened(inside[-1])}'; {hint}"
    return Problem(*where, name, shown(given), "a field of a list", meant, sentence)


def placed_choices(table: Mapping[str, Any], folder: Path, *, beside: bool = False) -> dict[str, Any]:
    """Return the choices of a file, with the files that they name as paths.

    A column of the list may have any title, so ``groups`` is a file only where there is one, or where it ends as one.

    Args:
        table: the choices.
        folder: the folder to which paths are relative.
        beside: whether only files in this folder itself are accessed, whatever the paths.
    """

    def placed(name: str) -> Path:
        return folder / (Path(name).name if beside else name)

    found: dict[str, Any] = {}
    for name, value in table.items():
        kind = LIST_CHOICES[name].kind if name in LIST_CHOICES else "text"
        if kind == "files":
            found[name] = [placed(one) for one in ([value] if isinstance(value, str) else cast("list[str]", value))]
        elif kind == "column or file" and (value.lower().endswith(SUFFIXES) or _is_file(placed(value))):
            found[name] = placed(value)
        else:
            found[name] = value
    return found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def with_choices(configuration: Configuration, chosen: Mapping[str, Any]) -> Configuration:
    """Return a configuration with choices about a list on top of its own."""
    others = {name: value for name, value in chosen.items() if name != "columns"}
    columns = {**configuration.columns, **chosen.get("columns", {})}
    return replace(configuration, columns=columns, schools={**configuration.schools, **others})


def refuse_files(document: Mapping[str, Any], place: Place) -> list[Problem]:
    """Return a problem for each key of ``[schools]`` that may name a file, in a config that is not trusted."""
    table = document.get(KEY)
    named = [name for name in NAMING_FILES if isinstance(table, dict) and name in table]
    return [
        Problem(
            *place((KEY, name)), f"{KEY}.{name}", "", "no files", "",
            f"{KEY}.{name} may name a file, and a config that is opened in the page or comes in a link must name none; "
            "leave it out, and choose it in the page or on the command line",
        )
        for name in named
    ]  # fmt: skip
