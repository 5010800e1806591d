"""What the commands of analyses print, and how they take their arguments and end."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console
from rich.table import Table

from alliance_sim.cli.errors import DONE, FAILED, INTERRUPTED
from analysis.evidence import Evaluate, Evaluation
from analysis.pages.results_folder import PAIRED, refuse, results_folder
from analysis.paired_runs import PairedRuns, RunError
from analysis.thresholds import ThresholdError

PLAIN_WIDTH = 140
"""Width of tables that are not printed to a terminal."""
_LOOKS_LIKE_A_NUMBER = re.compile(r"\d+|[A-D]\d+")


def split_arguments[Number: (int, str)](
    arguments: Sequence[str] | None, what: str, known: Mapping[str, Number]
) -> tuple[list[Number], Path | None]:
    """Separate the numbers of checks from the folder of results, or refuse them with one sentence.

    Args:
        arguments: numbers or ids, and at most one folder.
        what: what is checked, for messages.
        known: all numbers, by how they are written.

    Returns:
        The numbers, all by default, and the folder, if any.
    """
    given = list(arguments or ())
    numbers = [known[one] for one in given if one in known]
    folders = [one for one in given if one not in known]
    if unknown := [one for one in folders if _LOOKS_LIKE_A_NUMBER.fullmatch(one)]:
        refuse(f"there is no {what} {unknown[0]}; the {what}s are {', '.join(known)}")
    if len(folders) > 1:
        refuse(f"{folders[1]} is not the number of a {what}, and {folders[0]} is the folder already; give one folder")
    return numbers or list(known.values()), results_folder(folders[0]) if folders else None


@contextmanager
def paired_runs(seeds: int, first_seed: int, results: Path | None) -> Generator[PairedRuns]:
    """Provide paired runs that are stored in the folder of results; an interrupt or a failed run ends in one sentence.

    Args:
        seeds: number of seeds.
        first_seed: the first of them.
        results: the folder of results; None to store nothing.
    """
    folder = None if results is None else results / PAIRED
    kept = "nothing is stored; give a folder for results" if folder is None else "the same command resumes it"
    try:
        with PairedRuns(seeds, first_seed=first_seed, folder=folder) as runs:
            yield runs
    except KeyboardInterrupt:
        refuse(f"interrupted; {kept}", INTERRUPTED)
    except RunError as error:
        refuse(f"{error}; {kept}", FAILED)
    except ThresholdError as error:
        refuse(str(error))


def report(what: str) -> None:
    """Print what is being done to standard error."""
    print(what, file=sys.stderr, flush=True)


def evaluated(evaluate: Evaluate, runs: PairedRuns, what: str) -> Evaluation:
    """Evaluate a pattern or claim, and report it first."""
    report(what)
    return evaluate(runs)


def print_table(title: str, found: Sequence[Evaluation]) -> None:
    """Print effects with intervals, numbers of seeds, thresholds and verdicts."""
    table = Table(title=f"{title}, {found[0].seeds} paired seeds", show_lines=True)
    for heading in ("#", "what", "effect [95 % interval], seeds, threshold", "verdict"):
        table.add_column(heading)
    for one in found:
        shown = "\n".join(f"{check}: {check.result}" for check in one.checks)
        table.add_row(str(one.number), one.name, shown, one.sentence)
    wide = Console()
    (wide if wide.is_terminal else Console(width=PLAIN_WIDTH)).print(table, markup=False)


def print_verdicts(title: str, found: Sequence[Evaluation]) -> NoReturn:
    """Print the table, and exit with code 0 if all hold, else 1."""
    print_table(title, found)
    raise typer.Exit(DONE if all(one.holds for one in found) else FAILED)
