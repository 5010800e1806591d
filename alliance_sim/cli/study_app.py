"""The commands for studies, beside those in ``app.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alliance_sim.cli import loading
from alliance_sim.cli.app import app
from alliance_sim.cli.errors import Refusal
from alliance_sim.cli.options import EXIT_CODES, Careful, Json, ManualPage

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
            parser=loading.whole(1, loading.MOST_WORKERS),
            help="Processes that share the work; one a core if not said. Results do not depend on it.",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", show_default=False, help="A running Dask scheduler that does the work."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it will take, and run nothing.")] = False,
    careful: Careful = False,
    accept_environment: Annotated[
        bool,
        typer.Option(
            "--accept-environment",
            help="Resume a sweep that was started with other numerical libraries or on another processor.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Live every world of a study.

    Started again on the same folder it goes on where it stopped, and tries again what failed. A world that fails
    becomes a row and never stops the sweep. Ctrl-C lets what is under way end; a second one stops at once.
    """
    from alliance_sim.cli.commands import sweep as sweeping

    loading.set_careful(careful)
    raise typer.Exit(sweeping.sweep(study, out, workers, scheduler, dry_run, as_json, accept_environment))


@app.command(cls=ManualPage, epilog=EXIT_CODES, short_help="Say how far a sweep is.")
def status(folder: Results, as_json: Json = False) -> None:
    """Say how far a sweep is, also while it runs: worlds done, left and failed, and why."""
    from alliance_sim.cli.commands import results

    raise typer.Exit(results.status(folder, as_json))


VERIFY = f"""\b
Examples:
  alliance-sim verify results
  alliance-sim verify results --deep
  alliance-sim verify results --deep --worlds all --schools my_schools.csv

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=VERIFY, short_help="Compare a study's results with what was written.")
def verify(
    folder: Results,
    deep: Annotated[bool, typer.Option("--deep", help="Live worlds again, too, and compare them.")] = False,
    worlds: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default=False,
            parser=loading.whole_or_all(1),
            help="With --deep: how many worlds, evenly over all; or all. 100 if not said.",
        ),
    ] = None,
    schools: Annotated[
        Path | None,
        typer.Option(metavar="FILE", show_default=False, help="With --deep: the study's list of schools, if any."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Read every byte of a study's results and say what is not as it was written.

    With --deep, worlds are lived again with this version of the model, and must come out the same to the last byte.
    Nothing is changed; a folder that may only be read will do.
    """
    from alliance_sim.cli.commands import results

    if not deep and (worlds is not None or schools is not None):
        raise Refusal("--worlds and --schools need --deep, which lives worlds again")
    raise typer.Exit(results.verify(folder, deep, worlds, schools, as_json))


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
            "--out", metavar="FILE", show_default=False, help="Where the page shall lie; DIR/report.html if not said."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write one page about a study's results, which can be opened, mailed and printed.

    It tells the question; what each factor does to each outcome, and what two do together, with 95 % intervals;
    Sobol's or Morris' indices where points were drawn for them; in pictures and in figures; whether the seeds were
    enough and how many would be; what failed; and where it all comes from. It may be asked for while a sweep runs.

    With --json the findings are printed, and the page is written only where --out says so.
    """
    from alliance_sim.cli.commands import results

    raise typer.Exit(results.report(folder, out, as_json))


FORMATS = ("csv", "parquet", "ro-crate")
EXPORT = f"""\b
Examples:
  alliance-sim export results --out tables --format csv
  alliance-sim export results --out archive --author "A. Author"

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=EXPORT, short_help="Write a study's results for others and for archives.")
def export(
    folder: Results,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", show_default=False, parser=loading.folder, help="A new or an empty folder."
        ),
    ] = None,
    how: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", parser=loading.one_of(*FORMATS), help="csv, parquet or ro-crate."),
    ] = "ro-crate",
    licence: Annotated[
        str,
        typer.Option(metavar="URL", parser=loading.address, help="For an RO-Crate: under what others may use it."),
    ] = "https://creativecommons.org/licenses/by/4.0/",
    author: Annotated[
        str, typer.Option(metavar="NAME", show_default=False, help="For an RO-Crate: whose results these are.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Write a study's results for other programs, other people, and archives.

    Every export has the results (one row a run and half-term), the points and the runs as tables; columns.csv and
    parameters.csv with meaning and unit of all that is in them; and study.toml, which sweeps the same worlds again.

    An RO-Crate (research object: a folder that explains itself to programs and archives) has Parquet tables, the
    report, and ro-crate-metadata.json with provenance and licence.
    """
    from alliance_sim.cli.commands import results

    if out is None:
        raise Refusal("export needs --out DIR: a new or an empty folder")
    raise typer.Exit(results.export(folder, out, how, licence, author, as_json))
