"""Options on the reading of a list of schools, which several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from alliance_sim.cli.errors import Refusal
from alliance_sim.cli.loading import without_folders

if TYPE_CHECKING:
    from alliance_sim.schools.choices import Choices

PANEL = "Reading a list of schools"
Columns = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIELD=TITLE,…",
        show_default=False,
        rich_help_panel=PANEL,
        help='Titles of columns where the list has its own: pupils="Total School Roll",name="School Name"; none for a '
        "column that is not to be read. May be repeated.",
    ),
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CONDITION",
        show_default=False,
        rich_help_panel=PANEL,
        help="Use only rows that meet it: 'LA (name) = Hampshire', 'Town = Ash* | Beech', 'NumberOfPupils >= 100'. May "
        "be repeated; all must be met.",
    ),
]
Phase = Annotated[
    str | None,
    typer.Option(
        metavar="PHASE",
        show_default=False,
        rich_help_panel=PANEL,
        help="Use only schools of this phase: primary, secondary, nursery, special, all-through or another word.",
    ),
]
LayoutName = Annotated[
    str | None,
    typer.Option(
        "--layout",
        metavar="NAME",
        show_default=False,
        rich_help_panel=PANEL,
        help="Layout of the list, if it is not to be detected: gias (England), nces (USA), nz, scotland, ni, plain.",
    ),
]
Join = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE",
        show_default=False,
        rich_help_panel=PANEL,
        help="Add the columns of this file, joined on the school's number. May be repeated.",
    ),
]
On = Annotated[
    str | None,
    typer.Option(
        metavar="TITLE",
        show_default=False,
        rich_help_panel=PANEL,
        help="With --join: the column that the files have in common, if it is not the school's number.",
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict", rich_help_panel=PANEL, help="Refuse the list where it may be misread, instead of warning."
    ),
]


def reading_of(
    columns: list[str] | None, where: list[str] | None, phase: str | None, layout: str | None,
    join: list[str] | None, on: str | None, strict: bool,
) -> Choices:  # fmt: skip
    """Return the choices of a command line.

    Raises:
        Refusal: if one is not known.
    """
    from alliance_sim.schools.choices import choices_of, parse_columns

    titles: dict[str, str] = {}
    try:
        for text in columns or ():
            titles |= parse_columns(text)
        return choices_of(
            titles, where, {"phase": phase, "layout": layout, "join": join or (), "on": on, "strict": strict}
        )
    except ValueError as error:
        raise Refusal(f"--{error}") from None


def reading_given(reading: Choices) -> dict[str, Any]:
    """Return the choices by their names on the command line, to repeat it."""
    given = reading.keywords()
    if reading.columns:
        given["columns"] = ",".join(f'{name}="{title}"' for name, title in reading.columns)
    lists = {name: list(given[name]) for name in ("where", "join") if name in given}
    return given | lists | ({"join": [without_folders(path) for path in lists["join"]]} if "join" in lists else {})
