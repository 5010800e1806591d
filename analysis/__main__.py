"""``python -m analysis patterns``: hold the model to its patterns, and show every figure."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from alliance_sim.outcomes import NAMES
from analysis.answering_order import at_once
from analysis.claims import CLAIMS
from analysis.evidence import Verdict, interval
from analysis.findings import lines as findings_of
from analysis.module_claims import MODULE_CLAIMS
from analysis.module_patterns import PATTERNS
from analysis.worlds import Worlds

app = typer.Typer(add_completion=False, help="Results become evidence.")


@app.callback()
def analysis() -> None:
    """Results become evidence."""


@app.command()
def patterns(
    only: list[int] = typer.Argument(None, help="Numbers of patterns; all where none is given."),  # noqa: B008
    seeds: int = typer.Option(int(os.environ.get("PATTERN_SEEDS", "30")), min=2, help="Paired seeds."),
) -> None:
    """Check the patterns of MODEL 8; exit code 1 if one does not hold."""
    judge("Patterns", {number: PATTERNS[number] for number in only or PATTERNS}, seeds)


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


if __name__ == "__main__":
    app()
