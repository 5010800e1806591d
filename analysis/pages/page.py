"""Write the page of an analysis: question, answer, tables and figures (also as SVG and PNG files) in one HTML file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from alliance_sim.reporting.charts import STYLE, png, svg, svg_for_page
from alliance_sim.reporting.html import render
from analysis.pages.results_folder import PAGE

HERE = Path(__file__).parent


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


def format_number(value: float, signed: bool = False) -> str:
    """Format a number with three decimals below 10 and one above, without an exponent."""
    text = f"{value:{'+' if signed else ''}.3f}" if abs(value) < 10 else f"{value:{'+' if signed else ''}.1f}"
    return text.replace("-", "−")


def format_interval(low: float, high: float, signed: bool = False) -> str:
    """Format an interval."""
    return f"{format_number(low, signed)} to {format_number(high, signed)}"


def join_with_and(words: Sequence[str]) -> str:
    """Join words as ``a, b and c``; at least one."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
