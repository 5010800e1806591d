"""The layout of help pages, and the options that several commands share."""

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
  1    some of the work failed, as listed; or the result could not be printed
  2    the input was refused; the reason is on standard error
  130  interrupted; no incomplete files are left
"""


class ManualPage(TyperCommand):
    """A command whose help names configs and folders, not Python types."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the usage with ``CONFIG...`` where Typer writes ``{CONFIG}...``."""
        return [piece.replace("{", "").replace("}", "") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments, then options, without the types that Typer adds to arguments."""
        for heading, kind in (("Arguments", "argument"), ("Options", "option")):
            records = (each.get_help_record(ctx) for each in self.get_params(ctx) if each.param_type_name == kind)
            rows = [
                (re.sub(r" <.*>$", "", name), text.removesuffix("  [required]")) for name, text in filter(None, records)
            ]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


Config = Annotated[
    str, typer.Argument(metavar="CONFIG", show_default=False, help="Name of a shipped config, or path of a file.")
]
Configs = Annotated[
    list[str],
    typer.Argument(
        metavar="CONFIG", show_default=False, help="Two or more names of shipped configs, or paths of files."
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", show_default=False, help="Set a parameter; may be repeated."),
]
Schools = Annotated[
    str | None,
    typer.Option(metavar="FILE", show_default=False, help="Use a list of real schools (CSV) instead of sampled ones."),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", show_default=False, parser=loading.folder, help="Folder for the files, new or empty."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        show_default=False,
        parser=loading.folder,
        help="Write the results to this new or empty folder.",
    ),
]
HalfTerms = Annotated[
    int,
    typer.Option(
        metavar="N",
        parser=loading.whole(1, loading.MOST_HALF_TERMS),
        help="Length of a run in half-terms, six to a year.",
    ),
]
Matters = Annotated[
    list[str] | None,
    typer.Option(
        "--matters",
        metavar="OUTCOME=EFFECT",
        show_default=False,
        help="Smallest effect of interest, as in sharing=0.02; may be repeated.",
    ),
]
Careful = Annotated[
    bool,
    typer.Option("--careful", help="Check columns before each rule of your own mechanisms as well as after it."),
]
Decompose = Annotated[
    bool,
    typer.Option(
        "--decompose",
        help="Find how much of the gap each difference between two configs makes, and how much the feedback of trust.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
