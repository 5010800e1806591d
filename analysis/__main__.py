"""The command line of the analyses: ``python -m analysis NAME RESULTS``.

Each command runs what is missing, prints its verdict or lead, and writes a page with figures where a folder is given.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from alliance_sim.declarations.outcomes import NAMES
from analysis.evidence import Verdict, interval
from analysis.models import LATE
from analysis.pages.page import Page, write_page
from analysis.pages.results_folder import refuse, results_folder
from analysis.paired_runs import PairedRuns
from analysis.patterns.registry import CLAIMS, PATTERNS
from analysis.robustness.answering_order import simulate_at_once
from analysis.robustness.findings import list_findings

FOLDER = typer.Argument(
    metavar="RESULTS", help="A folder for studies, runs and the page; an earlier try in it is resumed."
)
SEEDS = typer.Option(int(os.environ.get("PATTERN_SEEDS", "30")), min=2, help="Paired seeds.")
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
QUICK = typer.Option(False, "--quick", help="A first look within a minute; not evidence.")

app = typer.Typer(add_completion=False, help="Turn results into evidence.")


@app.callback()
def analysis() -> None:
    """Turn results into evidence."""


@app.command()
def patterns(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NUMBER …] [RESULTS]", help="Numbers of patterns, by default all; a folder, to write a page."
        ),
    ] = None,
    seeds: int = SEEDS,
    quick: bool = QUICK,
) -> None:
    """Check the patterns of MODEL 8; exit code 1 if one does not hold.

    With RESULTS, write a page that also has exact checks and ablations, and exit with code 0 whatever the verdicts.
    """
    only = [int(one) for one in arguments or () if one.isdecimal()]
    folders = [one for one in arguments or () if not one.isdecimal()]
    if unknown := [one for one in only if one not in PATTERNS]:
        refuse(f"there is no pattern {unknown[0]}; the patterns are {', '.join(map(str, PATTERNS))}")
    if len(folders) > 1:
        refuse(f"{folders[1]} is not the number of a pattern, and {folders[0]} is the folder already; give one folder")
    numbers = only or list(PATTERNS)
    if not folders:
        print_verdicts("Patterns", {number: PATTERNS[number] for number in numbers}, 6 if quick else seeds)
    from analysis.patterns.page import build_page, evaluate_patterns

    folder = results_folder(folders[0])
    many = 6 if quick else seeds
    with PairedRuns(many) as runs:
        page = build_page(evaluate_patterns(runs, numbers), many, quick=quick)
    print_summary(page, write_page(page, folder))


@app.command()
def claims(
    only: list[str] = typer.Argument(None, help="Ids of theory rows; by default all."),  # noqa: B008
    seeds: int = typer.Option(int(os.environ.get("PATTERN_SEEDS", "30")), min=2, help="Paired seeds."),
) -> None:
    """Check the claims of theory rows that no pattern covers; exit code 1 if one does not hold."""
    if unknown := [row for row in only or () if row not in CLAIMS]:
        refuse(f"there is no claim {unknown[0]}; the claims are {', '.join(CLAIMS)}")
    print_verdicts("Claims", {row: CLAIMS[row] for row in only or CLAIMS}, seeds)


def print_verdicts(title: str, checks: Mapping[Any, Callable[[PairedRuns], Verdict]], seeds: int) -> None:
    """Run the checks, print the verdicts, and exit with code 0 if all hold, else 1."""
    table = Table(title=f"{title}, {seeds} paired seeds", show_lines=True)
    for heading in ("#", "what", "effect [95 % interval], threshold", "verdict"):
        table.add_column(heading)
    all_hold = True
    with PairedRuns(seeds) as runs:
        for number, check in checks.items():
            verdict = check(runs)
            all_hold &= verdict.holds
            shown = "\n".join(str(check) for check in verdict.checks)
            table.add_row(str(number), verdict.name, shown, "holds" if verdict.holds else "DOES NOT HOLD")
    Console().print(table, markup=False)
    sys.exit(0 if all_hold else 1)


@app.command()
def order(seeds: int = typer.Option(30, min=2, help="Paired seeds.")) -> None:
    """Compare answering all requests at once with answering them one after another."""
    table = Table(title=f"All at once minus one after another, last two years, {seeds} paired seeds")
    for title in ("config", "outcome", "one after another", "difference [95 % interval]", "in %"):
        table.add_column(title)
    with PairedRuns(seeds) as runs:
        for config in ("baseline", "silicon_valley", "route128"):
            for name in ("sharing", "jpd", "trust", "practice", "level", "reciprocity"):
                usual = runs.late(name, config)
                at_once_late = runs.of(simulate_at_once, config)[:, -LATE:, NAMES.index(name)].mean(axis=1)
                low, high = interval(at_once_late - usual)
                change = (at_once_late - usual).mean()
                shown = f"{change:+.4f} [{low:+.4f}, {high:+.4f}]"
                table.add_row(config, name, f"{usual.mean():.4f}", shown, f"{100 * change / usual.mean():+.1f}")
    Console().print(table, markup=False)


@app.command()
def findings(seeds: int = typer.Option(30, min=2, help="Paired seeds.")) -> None:
    """Print the figures behind THEORY.md's choices and findings."""
    with PairedRuns(seeds) as runs:
        for line in list_findings(runs):
            typer.echo(line)


@app.command()
def sensitivity(results: str = FOLDER, quick: bool = QUICK) -> None:
    """Find which assumptions matter and where the headline is reversed: Morris, then Sobol (SALib)."""
    from analysis.sensitivity import study

    folder = results_folder(results)
    page = study.analyse(folder, study.QUICK if quick else study.FULL, quick=quick)
    print_summary(page, write_page(page, folder))


@app.command()
def regimes(results: str = FOLDER, quick: bool = QUICK, seeds: int = SEEDS) -> None:
    """Compare regimes pairwise on all outcomes, with the same random numbers."""
    from analysis.robustness import regimes as study

    folder = results_folder(results)
    page = study.analyse(folder, 6 if quick else seeds, quick=quick)
    print_summary(page, write_page(page, folder))


@app.command()
def replicates(results: str = FOLDER, quick: bool = QUICK, seeds: int = typer.Option(100, min=3)) -> None:
    """Estimate how many seeds an answer needs, and how many runs pairing saves."""
    from analysis.robustness import replicates as study

    folder = results_folder(results)
    page = study.analyse(folder, 10 if quick else seeds, quick=quick)
    print_summary(page, write_page(page, folder))


@app.command()
def discovery(
    results: str = FOLDER,
    quick: bool = QUICK,
    sweep: Annotated[
        Path | None, typer.Option(help="Results of a sweep of your own; by default a sweep is run.")
    ] = None,
    outcome: Annotated[str, typer.Option(help="With --sweep: the outcome to examine.")] = "level",
    below: Annotated[float | None, typer.Option(help="With --sweep: find points below this value.")] = None,
    above: Annotated[float | None, typer.Option(help="With --sweep: find points above this value.")] = None,
) -> None:
    """Find the conditions under which collaboration collapses: PRIM on a sweep (EMA Workbench)."""
    from analysis.discovery import study

    if sweep is None and (below, above) != (None, None):
        refuse("--below and --above need a sweep; also give --sweep DIR")
    if sweep is not None and (below is None) == (above is None):
        refuse("give either --below or --above with --sweep, such as --outcome sharing --below 0.2")
    folder = results_folder(results)
    if sweep is None:
        page = study.analyse(folder, quick=quick)
    else:
        limit = below if below is not None else above
        page = study.analyse_sweep(sweep, outcome, float(limit or 0.0), below=below is not None)
    print_summary(page, write_page(page, folder))


@app.command()
def calibration(
    results: str = FOLDER,
    quick: bool = QUICK,
    data: Annotated[Path, typer.Option(help="The folder of published data.")] = DATA,
) -> None:
    """Calibrate survival of federations and spread of results to published data (Optuna); a part is held out."""
    from analysis.calibration import study

    folder = results_folder(results)
    page = study.analyse(study.load_targets(data), quick=quick)
    print_summary(page, write_page(page, folder))


def print_summary(page: Page, path: Path) -> None:
    """Print the lead and the path of the page."""
    typer.echo(f"{page.lead}\nThe page is {path}.")


if __name__ == "__main__":
    app()
