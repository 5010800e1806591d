"""``python -m experiments``: list the experiments, or run one."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from alliance_sim.cli.console import show_progress
from alliance_sim.cli.errors import FAILED, INTERRUPTED
from alliance_sim.text import format_numbers
from experiments import NAMES, experiment

if TYPE_CHECKING:
    from experiments.running import ExperimentResult

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    name: str = typer.Argument("", help="The experiment, or 'all'; without a name the experiments are listed."),
    quick: bool = typer.Option(False, "--quick", help="With few seeds, for a first look within a minute."),
    out: Path = typer.Option(Path("results"), help="The folder of results and pages."),  # noqa: B008
) -> None:
    """Run a named experiment into results/NAME and write its page; without a name, list them."""
    if not name:
        list_experiments()
        return
    if name not in (*NAMES, "all"):
        meant = difflib.get_close_matches(name, NAMES, 1)
        hint = f"did you mean {meant[0]}?" if meant else "python -m experiments lists them"
        sys.stderr.write(f"there is no experiment called {name!r}; {hint}\n")
        raise typer.Exit(2)
    results = [run_and_report(chosen, out, quick=quick) for chosen in (NAMES if name == "all" else (name,))]
    if name == "all" and not quick:
        from experiments.running import write_all

        write_all(results, out)


def list_experiments() -> None:
    """Print the experiments and their questions."""
    table = Table("name", "question", box=None)
    for name in NAMES:
        table.add_row(name, experiment(name).question)
    Console().print(table)


def run_and_report(name: str, out: Path, *, quick: bool) -> ExperimentResult:
    """Run an experiment, write its page, print its findings and return it."""
    from alliance_sim.study.errors import StudyError
    from experiments.pages import SIGNS, write_index, write_page
    from experiments.running import FailedRunsError, InterruptedSweepError, run

    try:
        with show_progress("Simulating", "runs") as progress:
            result = run(name, out, quick=quick, progress=progress)
    except StudyError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(2) from None
    except InterruptedSweepError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(INTERRUPTED) from None
    except FailedRunsError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(FAILED) from None
    page = write_page(result, out)
    write_index(out)
    console = Console()
    console.print(f"{result.experiment.question}\nThe expectation {result.verdict}.", highlight=False)
    for one in result.found:
        found = one.interval
        effect, low, high = format_numbers(found.estimate, found.low, found.high, signed=True)
        aside = (
            " (secondary)" if one.expectation.secondary else f", expected {one.expectation.side} {one.expectation.by:g}"
        )
        console.print(
            f"  {SIGNS[one.verdict]} {one.expectation.what}: {effect} [{low} to {high}]{aside}",
            highlight=False,
            markup=False,
        )
    console.print(f"The page is {page}", highlight=False, soft_wrap=True)
    return result


if __name__ == "__main__":
    app()
