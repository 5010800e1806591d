"""Options on lists of schools, which several commands share; what can be chosen is declared in ``list_choices``."""

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
from alliance_sim.declarations.list_choices import LEAST_KM, LIST_CHOICES, MOST_KM, NAMING_FILES, ListChoice

if TYPE_CHECKING:
    from alliance_sim.schools.choices import Choices, ListOptions

READING, GROUPING = "Reading a list of schools", "Options on the list of schools"
PHRASE = (
    "With --anonymise: a phrase of your own, without which the replacements cannot be repeated. It is stored nowhere."
)


def kilometres(text: str) -> float:
    """Parse a distance in kilometres."""
    try:
        found = float(str(text))
    except ValueError:
        found = math.nan
    if not LEAST_KM <= found <= MOST_KM:
        raise typer.BadParameter(f"{text!r} is no distance; give kilometres from {LEAST_KM:g} to {MOST_KM:,.0f}")
    return found


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


def _option(name: str, choice: ListChoice) -> tuple[Any, Any]:
    """Return the type and the default of the option for a choice."""
    panel = READING if choice.reads else GROUPING
    spelled = f"--{name.replace('_', '-')}"
    if choice.kind == "switch":
        return Annotated[bool, typer.Option(spelled, rich_help_panel=panel, help=choice.meaning)], False
    several = choice.kind in ("titles", "conditions", "files")
    text = choice.meaning + (" May be repeated." if several else "")
    text = f"With --{choice.needs}: {text[0].lower()}{text[1:]}" if choice.needs else text
    parsers: dict[str, Callable[[str], Any]] = {"kilometres": kilometres, "ratios": ratios}
    parser = loading.one_of(*choice.words) if name == "missing_pupils" else parsers.get(choice.kind)
    value: Any = list[str] if several else float if choice.kind == "kilometres" else str
    default = choice.words[0] if name == "missing_pupils" else None
    option = typer.Option(
        spelled, metavar=choice.metavar, parser=parser, show_default=default is not None, rich_help_panel=panel,
        help=text,
    )  # fmt: skip
    return Annotated[value | None, option], default


LIST_OPTIONS: dict[str, tuple[Any, Any]] = {name: _option(name, choice) for name, choice in LIST_CHOICES.items()}
LIST_OPTIONS["phrase"] = (
    Annotated[str, typer.Option(metavar="TEXT", show_default=False, rich_help_panel=GROUPING, help=PHRASE)],
    "",
)
"""The options on a list by name, with their types and defaults, in the order of the help page."""


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
    for name in NAMING_FILES:
        if name in found:
            value, paths = found[name], loading.without_folders
            found[name] = paths(value) if isinstance(value, str) else [paths(path) for path in value]
    return {
        name.replace("_", "-"): str(value) if isinstance(value, StrEnum) else value for name, value in found.items()
    }
