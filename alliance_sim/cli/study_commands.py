"""The commands for studies, beside those in ``entry.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alliance_sim.cli import inputs
from alliance_sim.cli.entry import EXIT_CODES, Json, ManualPage, app

SWEEP = f"""\b
Examples:
  alliance-sim sweep competition_and_trust --dry-run
  alliance-sim sweep my_study.toml --out results
  alliance-sim sweep my_study.toml --out results --scheduler tcp://127.0.0.1:8786

{EXIT_CODES}"""

Results = Annotated[Path, typer.Argument(metavar="DIR", show_default=False, help="The folder that sweep wrote into.")]


@app.command(cls=ManualPage, epilog=SWEEP, short_help="Run a study: many worlds, and go on where it stopped.")
def sweep(
    study: Annotated[str, typer.Argument(metavar="STUDY", show_default=False, help="A shipped study, or a file.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", show_default=False, help="Where the results shall lie.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default=False,
            parser=inputs.whole(1, inputs.MOST_WORKERS),
            help="Processes that share the work; one a core if not said. Results do not depend on it.",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", show_default=False, help="A running Dask scheduler that does the work."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it will take, and run nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Live every world of a study.

    Started again on the same folder it goes on where it stopped, and tries again what failed. A world that fails
    becomes a row and never stops the sweep. Ctrl-C lets what is under way end; a second one stops at once.
    """
    from alliance_sim.cli import sweeping

    raise typer.Exit(sweeping.sweep(study, out, workers, scheduler, dry_run, as_json))


@app.command(cls=ManualPage, epilog=EXIT_CODES, short_help="Say how far a sweep is.")
def status(folder: Results, as_json: Json = False) -> None:
    """Say how far a sweep is, also while it runs: worlds done, left and failed, and why."""
    from alliance_sim.cli import sweeping

    raise typer.Exit(sweeping.status(folder, as_json))


@app.command(cls=ManualPage, epilog=EXIT_CODES, short_help="Compare a study's results with what was written.")
def verify(folder: Results, as_json: Json = False) -> None:
    """Read every byte of a study's results and say what is not as it was written."""
    from alliance_sim.cli import sweeping

    raise typer.Exit(sweeping.verify(folder, as_json))
