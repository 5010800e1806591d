"""Options on the reading of a list of schools, which several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

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
