"""Write the page of an analysis: question, answer, tables and figures (also as SVG and PNG files) in one HTML file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import matplotlib as mpl
import typer
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from rich.console import Console

from alliance_sim.reporting.charts import STYLE, png, svg, svg_for_page
from alliance_sim.reporting.html import render

HERE = Path(__file__).parent
PAGE = "index.html"
GENERATOR = 'content="alliance_sim analysis"'
"""The mark in a page's head by which an earlier page is recognised."""
RUNS = "_runs"
"""Suffix of folders that hold a study's runs."""


@dataclass(frozen=True)
class Table:
    """A table of formatted cells.

    Attributes:
        headings: one per column.
        rows: formatted cells.
        words: number of columns, from the left, that hold text rather than numbers.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        title: the heading.
        text: paragraphs.
        name: stem of the figure's file names.
        figure: the figure, if any.
        described: a description of the figure for screen readers.
        table: the table, if any.
    """

    title: str
    text: tuple[str, ...] = ()
    name: str = ""
    figure: Figure | None = None
    described: str = ""
    table: Table | None = None


@dataclass(frozen=True)
class Page:
    """The contents of a page.

    Attributes:
        title: the question.
        lead: the answer in a sentence or two.
        sections: the rest.
        quick: whether this is a first look, which is no evidence.
        runs: number of runs behind the page.
    """

    title: str
    lead: str
    sections: tuple[Section, ...] = field(default_factory=tuple)
    quick: bool = False
    runs: int = 0


def write_page(page: Page, folder: Path) -> Path:
    """Write the page, and each figure as SVG and PNG, into a folder; return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    drawings: list[str] = []
    for section in page.sections:
        if section.figure is None:
            drawings.append("")
            continue
        (folder / f"{section.name}.svg").write_text(svg(section.figure), encoding="utf-8")
        (folder / f"{section.name}.png").write_bytes(png(section.figure))
        drawings.append(svg_for_page(section.figure, section.name, section.described))
    parts = list(zip(page.sections, drawings, strict=True))
    text = render("page.html", {"page": page, "parts": parts}, HERE)
    path = folder / PAGE
    path.write_text(text, encoding="utf-8")
    return path


def create_figure(width: float, height: float, draw: Callable[[Figure], None]) -> Figure:
    """Create a figure of this size (inches) in the common style, filled by ``draw``."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure)
        return figure


def results_folder(name: str) -> Path:
    """Return the user's folder, or refuse it with one sentence and exit code 2."""
    folder = Path(name)
    if folder.is_file():
        refuse(f"{name} is a file; name a folder for the results, new or of an earlier try")
    if folder.is_dir() and not _is_replaceable(folder):
        there = sorted(found.name for found in folder.iterdir())[0]
        refuse(f"{name} holds other files ({there}); name a new folder, or one of an earlier try")
    return folder


def _is_replaceable(folder: Path) -> bool:
    """Whether a folder is empty, or holds the page or runs of an earlier try, so that no other page is overwritten."""
    page = folder / PAGE
    if page.is_file():
        return GENERATOR in page.read_text(encoding="utf-8", errors="replace")
    names = [found.name for found in folder.iterdir()]
    return not names or any(name.endswith(RUNS) for name in names)


def refuse(sentence: str) -> NoReturn:
    """Print a sentence to standard error and exit with code 2."""
    Console(stderr=True).print(f"{sentence}.", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(2)


def progress_logger(what: str) -> Callable[[int, int], None]:
    """Return a callback that prints a sweep's progress to standard error, one line per tenth."""
    reported = {-1}

    def report(done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth not in reported:
            reported.add(tenth)
            print(f"{what}: {done:,} of {total:,} runs", file=sys.stderr, flush=True)

    return report


def format_number(value: float, signed: bool = False) -> str:
    """Format a number with three decimals below 10 and one above, without an exponent."""
    text = f"{value:{'+' if signed else ''}.3f}" if abs(value) < 10 else f"{value:{'+' if signed else ''}.1f}"
    return text.replace("-", "−")


def format_interval(low: float, high: float, signed: bool = False) -> str:
    """Format an interval."""
    return f"{format_number(low, signed)} to {format_number(high, signed)}"


def join_with_and(words: Sequence[str]) -> str:
    """Join words as ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
