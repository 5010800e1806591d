"""``python -m analysis NAME RESULTS``: results become evidence, with a page and every figure."""

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
from analysis.answering_order import at_once
from analysis.claims import CLAIMS
from analysis.evidence import Verdict, interval
from analysis.findings import lines as findings_of
from analysis.module_claims import MODULE_CLAIMS
from analysis.module_patterns import PATTERNS
from analysis.pages import Page, folder_for, refuse, write_page
from analysis.worlds import Worlds

FOLDER = typer.Argument(metavar="RESULTS", help="A folder for studies, runs and the page; gone on with if it is there.")
SEEDS = typer.Option(int(os.environ.get("PATTERN_SEEDS", "30")), min=2, help="Paired seeds.")
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
QUICK = typer.Option(False, "--quick", help="A first look, within a minute; nothing may be concluded from it.")

app = typer.Typer(add_completion=False, help="Results become evidence.")


@app.callback()
def analysis() -> None:
    """Results become evidence."""


@app.command()
def patterns(
    asked: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NUMBER …] [RESULTS]", help="Numbers of patterns, else all; a folder, for a page."),
    ] = None,
    seeds: int = SEEDS,
    quick: bool = QUICK,
) -> None:
    """Check the patterns of MODEL 8; exit code 1 if one does not hold.

    With RESULTS a page is written, too: exact checks and ablations beside, and exit code 0 however they come out.
    """
    only = [int(one) for one in asked or () if one.isdecimal()]
    folders = [one for one in asked or () if not one.isdecimal()]
    if unknown := [one for one in only if one not in PATTERNS]:
        refuse(f"there is no pattern {unknown[0]}; there are {', '.join(map(str, PATTERNS))}")
    if len(folders) > 1:
        refuse(f"{folders[1]} is no number of a pattern, and {folders[0]} is the folder already")
    numbers = only or list(PATTERNS)
    if not folders:
        judge("Patterns", {number: PATTERNS[number] for number in numbers}, 6 if quick else seeds)
    from analysis.judged import judged, page_of

    folder = folder_for(folders[0])
    many = 6 if quick else seeds
    with Worlds(many) as worlds:
        page = page_of(judged(worlds, numbers), many, quick=quick)
    tell(page, write_page(page, folder))


@app.command()
def claims(
    only: list[str] = typer.Argument(None, help="Ids of theory rows; all where none is given."),  # noqa: B008
    seeds: int = typer.Option(int(os.environ.get("PATTERN_SEEDS", "30")), min=2, help="Paired seeds."),
) -> None:
    """Check the claims of theory rows that no pattern covers; exit code 1 if one does not hold."""
    rows = CLAIMS | MODULE_CLAIMS
    judge("Claims", {row: rows[row] for row in only or rows}, seeds)


def judge(title: str, asked: Mapping[Any, Callable[[Worlds], Verdict]], seeds: int) -> None:
    """Live the worlds, print the verdicts, and leave with 0 if all hold."""
    table = Table(title=f"{title}, {seeds} paired seeds", show_lines=True)
    for heading in ("#", "what", "effect [95 % interval], threshold", "verdict"):
        table.add_column(heading)
    held = True
    with Worlds(seeds) as worlds:
        for number, check in asked.items():
            verdict = check(worlds)
            held &= verdict.holds
            shown = "\n".join(str(check) for check in verdict.checks)
            table.add_row(str(number), verdict.name, shown, "holds" if verdict.holds else "DOES NOT HOLD")
    Console().print(table, markup=False)
    sys.exit(0 if held else 1)


@app.command()
def order(seeds: int = typer.Option(30, min=2, help="Paired seeds.")) -> None:
    """What answering all requests at once would change, beside answering them one after another."""
    table = Table(title=f"All at once less one after another, last two years, {seeds} paired seeds")
    for title in ("config", "outcome", "one after another", "difference [95 % interval]", "in %"):
        table.add_column(title)
    with Worlds(seeds) as worlds:
        for config in ("baseline", "silicon_valley", "route128"):
            for name in ("sharing", "jpd", "trust", "practice", "level", "reciprocity"):
                usual = worlds.late(name, config)
                at_once_late = worlds.of(at_once, config)[:, -12:, NAMES.index(name)].mean(axis=1)
                low, high = interval(at_once_late - usual)
                change = (at_once_late - usual).mean()
                shown = f"{change:+.4f} [{low:+.4f}, {high:+.4f}]"
                table.add_row(config, name, f"{usual.mean():.4f}", shown, f"{100 * change / usual.mean():+.1f}")
    Console().print(table, markup=False)


@app.command()
def findings(seeds: int = typer.Option(30, min=2, help="Paired seeds.")) -> None:
    """The figures behind THEORY.md's choices and findings."""
    with Worlds(seeds) as worlds:
        for line in findings_of(worlds):
            typer.echo(line)


@app.command()
def sensitivity(results: str = FOLDER, quick: bool = QUICK) -> None:
    """Which assumptions matter, and where the headline turns round: Morris, then Sobol (SALib)."""
    from analysis import sensitivity as asked

    folder = folder_for(results)
    page = asked.analysed(folder, asked.QUICK if quick else asked.FULL, quick=quick)
    tell(page, write_page(page, folder))


@app.command()
def regimes(results: str = FOLDER, quick: bool = QUICK, seeds: int = SEEDS) -> None:
    """Paired contrasts between regimes, on all outcomes."""
    from analysis import regimes as asked

    folder = folder_for(results)
    page = asked.analysed(folder, 6 if quick else seeds, quick=quick)
    tell(page, write_page(page, folder))


@app.command()
def replicates(results: str = FOLDER, quick: bool = QUICK, seeds: int = typer.Option(100, min=3)) -> None:
    """How many seeds an answer needs, and what pairing saves."""
    from analysis import replicates as asked

    folder = folder_for(results)
    page = asked.analysed(folder, 10 if quick else seeds, quick=quick)
    tell(page, write_page(page, folder))


@app.command()
def discovery(
    results: str = FOLDER,
    quick: bool = QUICK,
    sweep: Annotated[Path | None, typer.Option(help="A sweep of your own, instead of the one made for this.")] = None,
    outcome: Annotated[str, typer.Option(help="With --sweep: the outcome to look at.")] = "level",
    below: Annotated[float | None, typer.Option(help="With --sweep: look for points under this.")] = None,
    above: Annotated[float | None, typer.Option(help="With --sweep: look for points over this.")] = None,
) -> None:
    """Under what conditions collaboration collapses: PRIM on a sweep (EMA Workbench)."""
    from analysis import discovery as asked

    if sweep is None and (below, above) != (None, None):
        refuse("--below and --above are asked of a sweep; give --sweep DIR, too")
    if sweep is not None and (below is None) == (above is None):
        refuse("say what to look for in the sweep: --below or --above, such as --outcome sharing --below 0.2")
    folder = folder_for(results)
    if sweep is None:
        page = asked.analysed(folder, quick=quick)
    else:
        limit = below if below is not None else above
        page = asked.of_sweep(sweep, outcome, float(limit or 0.0), below=below is not None)
    tell(page, write_page(page, folder))


@app.command()
def calibration(
    results: str = FOLDER,
    quick: bool = QUICK,
    data: Annotated[Path, typer.Option(help="The folder of the published data.")] = DATA,
) -> None:
    """What published data allow: survival of federations, spread of results (Optuna), with a part held out."""
    from analysis import calibration as asked

    folder = folder_for(results)
    page = asked.analysed(asked.aims_from(data), quick=quick)
    tell(page, write_page(page, folder))


def tell(page: Page, path: Path) -> None:
    """The lead, and where the page lies."""
    typer.echo(f"{page.lead}\nThe page lies in {path}.")


if __name__ == "__main__":
    app()
