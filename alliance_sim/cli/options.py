"""How a manual page looks, and the options that several commands have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from alliance_sim.cli import loading

EXIT_CODES = """\b
Exit codes:
  0    done
  1    the work ended with failures, which are listed; or its result cannot be shown
  2    the input was refused; the reason is on standard error
  130  interrupted; nothing half-written is left
"""


class ManualPage(TyperCommand):
    """A command whose help speaks of configs and folders, not of Python's types."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """``CONFIG...`` where Typer writes ``{CONFIG}...``."""
        return [piece.replace("{", "").replace("}", "") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, then options, without the types that Typer puts beside arguments."""
        for heading, kind in (("Arguments", "argument"), ("Options", "option")):
            records = (each.get_help_record(ctx) for each in self.get_params(ctx) if each.param_type_name == kind)
            told = [
                (re.sub(r" <.*>$", "", name), said.removesuffix("  [required]")) for name, said in filter(None, records)
            ]
            if told:
                with formatter.section(heading):
                    formatter.write_dl(told)


Config = Annotated[
    str, typer.Argument(metavar="CONFIG", show_default=False, help="A shipped name, or the path of a file.")
]
Configs = Annotated[
    list[str],
    typer.Argument(metavar="CONFIG", show_default=False, help="Two or more shipped names, or paths of files."),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", show_default=False, help="Set a parameter on top; may be repeated."),
]
Schools = Annotated[
    str | None,
    typer.Option(metavar="FILE", show_default=False, help="A list of real schools (CSV) instead of drawn ones."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        show_default=False,
        parser=loading.folder,
        help="Keep the results in this new or empty folder.",
    ),
]
HalfTerms = Annotated[
    int,
    typer.Option(
        metavar="N", parser=loading.whole(1, loading.MOST_HALF_TERMS), help="How long a world lives; six are a year."
    ),
]
Careful = Annotated[
    bool,
    typer.Option("--careful", help="Check columns before each rule of your own mechanisms, too, not only after it."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
