"""Options on lists of schools that several commands share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any, cast, get_type_hints

import typer

from alliance_sim.cli import loading
from alliance_sim.cli.errors import Refusal
from alliance_sim.cli.reading_options import Columns, Join, LayoutName, On, Phase, Strict, Where

if TYPE_CHECKING:
    from alliance_sim.schools.choices import Choices, ListOptions

PANEL = "Options on the list of schools"

Groups = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN|FILE",
        show_default=False,
        rich_help_panel=PANEL,
        help="Group schools by a column of the list, or by a CSV file that `schools FILE --out DIR` wrote.",
    ),
]


def kilometres(text: str) -> float:
    """Parse a distance in kilometres."""
    try:
        found = float(str(text))
    except ValueError:
        found = math.nan
    if not 0.1 <= found <= 20_000:
        raise typer.BadParameter(f"{text!r} is no distance; give kilometres from 0.1 to 20,000")
    return found


Farthest = Annotated[
    float | None,
    typer.Option(
        metavar="KM",
        parser=kilometres,
        show_default=False,
        rich_help_panel=PANEL,
        help="Greatest distance between two schools of a group formed by distance; 15 km without it.",
    ),
]
MixPhases = Annotated[
    bool,
    typer.Option(
        "--mix-phases",
        rich_help_panel=PANEL,
        help="Let primary, secondary and special schools form one group by distance.",
    ),
]
Attainment = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE",
        show_default=False,
        rich_help_panel=PANEL,
        help="Published Key Stage 2 or 4 results (CSV), from which schools start; may be repeated, one file a year.",
    ),
]


def _missing_pupils(text: str) -> str:
    return loading.one_of("leave-out", "predecessor", "capacity")(text)


MissingPupils = Annotated[
    str,
    typer.Option(
        metavar="leave-out|predecessor|capacity",
        parser=_missing_pupils,
        rich_help_panel=PANEL,
        help="For open schools without pupils: leave them out, or use the pupils of the school before or the capacity.",
    ),
]


def ratios(text: str) -> str:
    """Check pupils per teacher: a number, ``england``, or ``primary=20,secondary=16``."""
    from alliance_sim.schools.teacher_ratios import checked_ratios

    try:
        checked_ratios(str(text))
    except (TypeError, ValueError) as error:
        why = f"{text[:40]!r} is no ratio" if isinstance(error, TypeError) else str(error)
        allowed = "give a number, england, or primary=20.7,secondary=16.8,special=6.4"
        raise typer.BadParameter(f"{why}; {allowed}") from None
    return str(text)


PupilsPerTeacher = Annotated[
    str | None,
    typer.Option(
        metavar="RATIO",
        parser=ratios,
        show_default=False,
        rich_help_panel=PANEL,
        help="Pupils per teacher where the list has no teachers: a number, england (the published ratios by phase), or "
        "primary=N,secondary=N,special=N; population.pupils_per_teacher without it.",
    ),
]
Anonymise = Annotated[
    bool,
    typer.Option(
        "--anonymise",
        rich_help_panel=PANEL,
        help="Replace names and numbers of schools and alliances, in the same way in every output.",
    ),
]
Phrase = Annotated[
    str,
    typer.Option(
        metavar="TEXT",
        show_default=False,
        rich_help_panel=PANEL,
        help="With --anonymise: a phrase of your own, without which the replacements cannot be repeated. "
        "It is stored nowhere.",
    ),
]


LIST_OPTIONS: dict[str, tuple[Any, Any]] = {
    "columns": (Columns, None),
    "where": (Where, None),
    "phase": (Phase, None),
    "layout": (LayoutName, None),
    "join": (Join, None),
    "on": (On, None),
    "strict": (Strict, False),
    "groups": (Groups, None),
    "farthest": (Farthest, None),
    "mix_phases": (MixPhases, False),
    "attainment": (Attainment, None),
    "missing_pupils": (MissingPupils, "leave-out"),
    "pupils_per_teacher": (PupilsPerTeacher, None),
    "anonymise": (Anonymise, False),
    "phrase": (Phrase, ""),
}
"""The options on a list by name, with their types and defaults, in the order of the help page."""

FILES = ("groups", "join", "attainment")
"""Options that name files."""


def with_list_options(after: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that adds the options on a list to a command, which takes them together as ``choices``.

    Args:
        after: the parameter of the command after which the help page shows them.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        hints = get_type_hints(command, localns={"Choices": Any}, include_extras=True)
        parameters: list[Parameter] = []
        for name, each in signature(command).parameters.items():
            if name != "choices":
                parameters.append(each.replace(annotation=hints[name], kind=Parameter.KEYWORD_ONLY))
            if name == after:
                parameters += [
                    Parameter(option, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
                    for option, (kind, default) in LIST_OPTIONS.items()
                ]

        @wraps(command)
        def with_choices(**given: Any) -> None:
            choices = choices_given({name: given.pop(name) for name in LIST_OPTIONS})
            if "schools" in given and given["schools"] is None and (first := next(iter(as_written(choices)), None)):
                raise Refusal(f"--{first} needs --schools; give a list of schools")
            command(**given, choices=choices)

        with_choices.__signature__ = Signature(parameters)  # pyright: ignore[reportAttributeAccessIssue]
        with_choices.__annotations__ = {each.name: each.annotation for each in parameters}
        return with_choices

    return decorate


def choices_given(options: Mapping[str, Any]) -> Choices:
    """Return the choices of a command line.

    Args:
        options: the values of ``LIST_OPTIONS``.

    Raises:
        Refusal: if one is not known.
    """
    from alliance_sim.schools.choices import choices_of, parse_columns

    given = dict(options)
    phrase = given.pop("phrase")
    if phrase and not given["anonymise"]:
        raise Refusal("--phrase needs --anonymise; give both")
    titles: dict[str, str] = {}
    try:
        for text in given["columns"] or ():
            titles |= parse_columns(text)
        given |= {"columns": titles, "anonymise": phrase or given["anonymise"]}
        return choices_of(**cast("ListOptions", given))
    except ValueError as error:
        name, space, rest = str(error).partition(" ")
        raise Refusal(f"--{name.replace('_', '-')}{space}{rest}") from None


def as_written(choices: Choices) -> dict[str, Any]:
    """Return the choices by their names on the command line, to repeat it: without folders and without the phrase."""
    found = choices.given()
    if choices.columns:
        found["columns"] = ",".join(f'{name}="{title}"' for name, title in choices.columns)
    for name, value in found.items():
        if isinstance(value, tuple):
            found[name] = [str(each) for each in cast("tuple[object, ...]", value)]
    for name in FILES:
        if name in found:
            value, paths = found[name], loading.without_folders
            found[name] = paths(value) if isinstance(value, str) else [paths(path) for path in value]
    return {
        name.replace("_", "-"): str(value) if isinstance(value, StrEnum) else value for name, value in found.items()
    }
