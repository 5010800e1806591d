"""The commands for studies; the others are in ``app.py``."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Annotated

import typer

from alliance_sim.cli import loading
from alliance_sim.cli.app import app
from alliance_sim.cli.errors import Refusal
from alliance_sim.cli.options import EXIT_CODES, Careful, Folder, Json, ManualPage

SWEEP = f"""\b
Examples:
  alliance-sim sweep competition_and_trust --dry-run
  alliance-sim sweep my_study.toml --out results
  alliance-sim sweep my_study.toml --out results --until "sharing ±0.01"
  alliance-sim sweep my_study.toml --out results --scheduler tcp://127.0.0.1:8786

{EXIT_CODES}"""

Results = Annotated[Path, typer.Argument(metavar="DIR", show_default=False, help="The folder that `sweep` wrote into.")]


@app.command(cls=ManualPage, epilog=SWEEP, short_help="Run a study, or resume one.")
def sweep(
    study: Annotated[
        str, typer.Argument(metavar="STUDY", show_default=False, help="Name of a shipped study, or path of a file.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", show_default=False, help="Folder for the results.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default=False,
            parser=loading.whole(1, loading.MOST_WORKERS),
            help="Number of worker processes, one per core by default; it does not change the results.",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", show_default=False, help="Address of a running Dask scheduler to use."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Estimate time and disk space, and run nothing.")] = False,
    careful: Careful = False,
    accept_environment: Annotated[
        bool,
        typer.Option(
            "--accept-environment",
            help="Resume a sweep that was started with other numerical libraries or on another processor.",
        ),
    ] = False,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="GOAL",
            show_default=False,
            help='Add seeds until the intervals of an outcome have this half-width, as in "sharing ±0.01".',
        ),
    ] = None,
    most_seeds: Annotated[
        int,
        typer.Option(metavar="N", parser=loading.whole(10, 1_000_000), help="With --until: most seeds at each point."),
    ] = 1_000,
    as_json: Json = False,
) -> None:
    """Run every simulation of a study.

    With a folder that holds results already, the sweep resumes where it stopped and retries failed runs. If seeds has
    been raised since, only the new runs are simulated. A run that fails is recorded and does not stop the sweep. Ctrl-C
    finishes the runs in progress; a second Ctrl-C stops at once.

    With --until, seeds are added until the interval of every effect on the outcome has the half-width. Each look uses a
    smaller error probability, so that the intervals keep their coverage although the runs stop by their width.
    """
    from alliance_sim.cli.commands import sweep as command

    loading.set_careful(careful)
    how = command.Means(workers, scheduler, accept_environment)
    raise typer.Exit(command.sweep(study, out, how, dry_run, as_json, until, most_seeds))


@app.command(cls=ManualPage, epilog=EXIT_CODES, short_help="Show the progress of a sweep.")
def status(folder: Results, as_json: Json = False) -> None:
    """Show how many runs of a sweep are done, left and failed, and why, also while it is running."""
    from alliance_sim.cli.commands import results

    raise typer.Exit(results.status(folder, as_json))


VERIFY = f"""\b
Examples:
  alliance-sim verify results
  alliance-sim verify results --deep
  alliance-sim verify results --deep --runs all --schools my_schools.csv

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=VERIFY, short_help="Check that a study's results are intact.")
def verify(
    folder: Results,
    deep: Annotated[bool, typer.Option("--deep", help="Also repeat runs and compare the results.")] = False,
    runs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default=False,
            parser=loading.whole_or_all(1),
            help="With --deep: number of runs to repeat, evenly spread, or all; 100 if not given.",
        ),
    ] = None,
    schools: Annotated[
        Path | None,
        typer.Option(metavar="FILE", show_default=False, help="With --deep: the study's list of schools, if any."),
    ] = None,
    worlds: Annotated[
        int | None, typer.Option(parser=loading.whole_or_all(1), hidden=True, help="The old name of --runs.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read every byte of a study's results and list what differs from what was written.

    With --deep, runs are repeated with this version of the model, and must give the same results to the byte. Nothing
    is changed, so that a read-only folder can be verified too.
    """
    from alliance_sim.cli.commands import results
    from alliance_sim.config import DeprecatedKeyWarning

    if worlds is not None:
        old = "--worlds is the old form, which version 0.3 will refuse; write --runs"
        warnings.warn(old, DeprecatedKeyWarning, stacklevel=2)
        runs = worlds if runs is None else runs
    if not deep and (runs is not None or schools is not None):
        raise Refusal("--runs and --schools need --deep, which repeats runs")
    raise typer.Exit(results.verify(folder, deep, runs, schools, as_json))


REPORT = f"""\b
Examples:
  alliance-sim report results
  alliance-sim report results --out competition.html
  alliance-sim report results --json > findings.json

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=REPORT, short_help="Write a page about a study's results.")
def report(
    folder: Results,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", show_default=False, help="File for the page; DIR/report.html if not given."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a page about a study's results that can be opened, mailed and printed.

    The page shows the question; the effect of each factor on each outcome and the interactions of factors, with 95 %
    intervals; Sobol or Morris indices where the design allows them; whether the number of seeds was sufficient; the
    failures; and the provenance. It can be written while a sweep is running.

    With --json the findings are printed, and the page is written only if --out is given.
    """
    from alliance_sim.cli.commands import results

    raise typer.Exit(results.report(folder, out, as_json))


FORMATS = ("csv", "parquet", "ro-crate")
EXPORT = f"""\b
Examples:
  alliance-sim export results --out tables --format csv
  alliance-sim export results --out archive --author "A. Author"

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=EXPORT, short_help="Export a study's results.")
def export(
    folder: Results,
    out: Folder = None,
    how: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", parser=loading.one_of(*FORMATS), help="One of csv, parquet and ro-crate."
        ),
    ] = "ro-crate",
    licence: Annotated[
        str,
        typer.Option(metavar="URL", parser=loading.address, help="Licence of an RO-Crate."),
    ] = "https://creativecommons.org/licenses/by/4.0/",
    author: Annotated[str, typer.Option(metavar="NAME", show_default=False, help="Author of an RO-Crate.")] = "",
    as_json: Json = False,
) -> None:
    """Export a study's results for other programs, other people and archives.

    Every export has the results (one row per run and half-term), the points and the runs as tables; columns.csv and
    parameters.csv with the meaning and unit of every column and parameter; and study.toml, which repeats the study.

    An RO-Crate (a research object: a folder with a description that programs and archives can read) has Parquet tables,
    the report, and ro-crate-metadata.json with provenance and licence.
    """
    from alliance_sim.cli.commands import results

    if out is None:
        raise Refusal("export needs --out DIR: a new or an empty folder")
    raise typer.Exit(results.export(folder, out, how, licence, author, as_json))
