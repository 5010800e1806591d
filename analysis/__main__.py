"""The command line of the analyses: ``python -m analysis NAME RESULTS``.

Each command runs what is missing, prints its verdict or lead, and writes a page with figures where a folder is given.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from alliance_sim.cli.errors import FAILED
from analysis.evidence import format_effect
from analysis.pages.page import Page, write_page
from analysis.pages.results_folder import refuse, results_folder
from analysis.patterns.registry import CLAIMS, PATTERNS
from analysis.robustness.findings import list_findings
from analysis.stored_results import Entry, StoredResultsError, entry_of, read_results, results_of, write_results
from analysis.terminal import evaluated, paired_runs, print_table, print_verdicts, report, split_arguments
from analysis.thresholds import ThresholdError

FOLDER = typer.Argument(
    metavar="RESULTS", help="A folder for studies, runs and the page; an earlier try in it is resumed."
)
SEEDS = typer.Option(int(os.environ.get("PATTERN_SEEDS", "30")), min=2, help="Paired seeds.")
FIRST_SEED = typer.Option(1, min=0, help="The first seed; take seeds that no earlier look has used.")
CHECKED = typer.Argument(metavar="[NUMBER …] [RESULTS]", help="What to check, by default all; a folder for results.")
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
QUICK = typer.Option(False, "--quick", help="A first look within a minute; not evidence.")

app = typer.Typer(add_completion=False, help="Turn results into evidence.")


@app.callback()
def analysis() -> None:
    """Turn results into evidence."""


@app.command()
def patterns(
    arguments: Annotated[list[str] | None, CHECKED] = None,
    seeds: int = SEEDS,
    first_seed: int = FIRST_SEED,
    quick: bool = QUICK,
) -> None:
    """Check the patterns of MODEL 8; exit code 1 if one does not hold or cannot be decided.

    With RESULTS, runs are stored there and reused, a page is written that also has exact checks and ablations, and the
    exit code is 0 whatever the verdicts.
    """
    numbers, results = split_arguments(arguments, "pattern", {str(number): number for number in PATTERNS})
    many = 6 if quick else seeds
    with paired_runs(many, first_seed, results) as runs:
        if results is None:
            print_verdicts("Patterns", [evaluated(PATTERNS[number], runs, f"pattern {number}") for number in numbers])
        from analysis.patterns.page import build_page, evaluate_patterns

        found = evaluate_patterns(runs, numbers, report)
        page = build_page(found, many, quick=quick)
        print_table("Patterns", [one.found for one in found])
        entries = tuple(entry_of(one.found, one.cut, one.ablated) for one in found)
        write_results(results_of("patterns", runs, entries), results)
    print_summary(page, write_page(page, results))


@app.command()
def claims(
    arguments: Annotated[list[str] | None, CHECKED] = None, seeds: int = SEEDS, first_seed: int = FIRST_SEED
) -> None:
    """Check the claims of theory rows that no pattern covers; exit code 1 if one does not hold or cannot be decided.

    With RESULTS, runs and verdicts are stored there, and the exit code is 0 whatever the verdicts.
    """
    rows, results = split_arguments(arguments, "claim", {row: row for row in CLAIMS})
    with paired_runs(seeds, first_seed, results) as runs:
        found = [evaluated(CLAIMS[row], runs, f"claim {row}") for row in rows]
        if results is not None:
            write_results(results_of("claims", runs, tuple(entry_of(one) for one in found)), results)
            print_table("Claims", found)
            return
    print_verdicts("Claims", found)


@app.command()
def order(
    results: Annotated[str | None, typer.Argument(metavar="[RESULTS]", help="A folder for runs and results.")] = None,
    seeds: int = SEEDS,
    first_seed: int = FIRST_SEED,
) -> None:
    """Compare answering all requests at once with answering them one after another."""
    from analysis.robustness.answering_order import compare_orders

    folder = None if results is None else results_folder(results)
    table = Table(title=f"All at once minus one after another, last two years, {seeds} paired seeds")
    for title in ("config", "outcome", "change [95 % interval] (in the outcome's unit)"):
        table.add_column(title)
    with paired_runs(seeds, first_seed, folder) as runs:
        found = compare_orders(runs)
        if folder is not None:
            entries = tuple(Entry(config, config, effects) for config, effects in found.items())
            write_results(results_of("order", runs, entries), folder)
    for config, effects in found.items():
        for effect in effects:
            table.add_row(config, effect.what, format_effect(effect))
    Console().print(table, markup=False)


@app.command()
def theory(
    results: Annotated[
        str | None,
        typer.Argument(metavar="[RESULTS]", help="Take the stored results from this folder."),
    ] = None,
    write: bool = typer.Option(False, "--write", help="Write the tables; by default the page is only compared."),
) -> None:
    """Make THEORY.md's tables again from stored results; exit code 1 if the page differs.

    With RESULTS and --write, the results are first copied into analysis/results.
    """
    from analysis import stored_results
    from analysis import theory as tables

    try:
        folder = stored_results.FOLDER if results is None else Path(results)
        names = tables.names_on(tables.PAGE.read_text(encoding="utf-8"))
        found = [read_results(folder, name) for name in names]
        tables.require_all(found, {"patterns": list(PATTERNS), "claims": list(CLAIMS)})
        if results is not None and write:
            for one in found:
                write_results(one, stored_results.FOLDER)
        if write:
            changed = tables.write_page(folder)
            typer.echo(f"{tables.PAGE.name} {'has new tables' if changed else 'is as the results are'}.")
            return
        differ = tables.differing_lines(tables.PAGE.read_text(encoding="utf-8"), folder)
        differ += [f"{check}: its threshold has changed" for one in found for check in tables.changed_thresholds(one)]
    except (StoredResultsError, tables.TheoryError, ThresholdError) as error:
        refuse(str(error))
    for line in differ:
        typer.echo(line)
    if differ:
        raise typer.Exit(FAILED)
    typer.echo(f"{tables.PAGE.name} is as the results are.")


@app.command()
def findings(seeds: int = SEEDS, first_seed: int = FIRST_SEED) -> None:
    """Print the figures behind THEORY.md's choices and findings."""
    with paired_runs(seeds, first_seed, None) as runs:
        for line in list_findings(runs):
            typer.echo(line)


@app.command()
def decomposition(
    results: str = FOLDER,
    quick: bool = QUICK,
    first: Annotated[str, typer.Option(help="The config from which differences are introduced.")] = "route128",
    second: Annotated[str, typer.Option(help="The config that has them all.")] = "silicon_valley",
    outcome: Annotated[list[str] | None, typer.Option(help="An outcome; may be given several times.")] = None,
    seeds: int = SEEDS,
    first_seed: int = FIRST_SEED,
) -> None:
    """Find which difference between two configs makes how much of a gap, and how much is feedback of trust."""
    from alliance_sim.config import ConfigError
    from alliance_sim.declarations.outcomes import NAMES
    from analysis.decomposition import study

    outcomes = outcome or ["practice", "sharing", "trust"]
    if unknown := [name for name in outcomes if name not in NAMES]:
        refuse(f"there is no outcome {unknown[0]}; the outcomes are {', '.join(NAMES)}")
    folder, many = results_folder(results), 6 if quick else seeds
    try:
        with paired_runs(many, first_seed, folder) as runs:
            found = study.decompose_outcomes(runs, first, second, outcomes)
    except ConfigError as error:
        refuse(str(error))
    page = study.build_page(found, first, second, many, quick=quick)
    print_summary(page, write_page(page, folder))


@app.command()
def sensitivity(results: str = FOLDER, quick: bool = QUICK) -> None:
    """Find which assumptions matter and where the headline is reversed: Morris, then Sobol (SALib)."""
    from analysis.sensitivity import study

    folder = results_folder(results)
    page = study.analyse(folder, study.QUICK if quick else study.FULL, quick=quick)
    print_summary(page, write_page(page, folder))


@app.command()
def robustness(results: str = FOLDER, quick: bool = QUICK) -> None:
    """Find how often the parts of the headline hold at 500 points of a hypercube over all parameters."""
    from analysis.sensitivity import headline

    folder = results_folder(results)
    page = headline.analyse(folder, quick=quick)
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
    """Calibrate to published data by an emulator, history matching and ABC-SMC; a part is held out."""
    from analysis.calibration import study

    folder = results_folder(results)
    page = study.analyse(folder, study.load_targets(data), quick=quick)
    print_summary(page, write_page(page, folder))


def print_summary(page: Page, path: Path) -> None:
    """Print the lead and the path of the page."""
    typer.echo(f"{page.lead}\nThe page is {path}.")


if __name__ == "__main__":
    app()
