"""The page of an analysis: what was asked, what came, figures (SVG and PNG beside it) and tables, in one file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import matplotlib as mpl
import typer
from jinja2 import Environment, StrictUndefined
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from rich.console import Console

from alliance_sim.reporting.charts import STYLE, png, svg, svg_for_page

HERE = Path(__file__).parent
STYLE_SHEET = HERE.parent / "experiments" / "page.css"  # pages of all rooms look alike
PAGE = "index.html"
OUR_SIGN = 'content="alliance_sim analysis"'
"""What our pages say of themselves in their head."""
RUNS = "_runs"
"""How folders of swept worlds end."""


@dataclass(frozen=True)
class Table:
    """Headings and rows, as they are to be read; ``words`` says how many columns from the left hold no numbers."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        title: its heading.
        text: paragraphs.
        name: what its figure's files are called.
        figure: the figure, if it has one.
        described: the figure in words, for who cannot see it.
        table: its table, if it has one.
    """

    title: str
    text: tuple[str, ...] = ()
    name: str = ""
    figure: Figure | None = None
    described: str = ""
    table: Table | None = None


@dataclass(frozen=True)
class Page:
    """What an analysis has to say.

    Attributes:
        title: the question.
        lead: the answer in a sentence or two.
        sections: the rest.
        quick: whether it was a first look, of which nothing may be concluded.
        worlds: how many worlds were lived for it.
    """

    title: str
    lead: str
    sections: tuple[Section, ...] = field(default_factory=tuple)
    quick: bool = False
    worlds: int = 0


def write_page(page: Page, folder: Path) -> Path:
    """Write the page, and each figure as SVG and PNG, into a folder; returns the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    drawings: list[str] = []
    for section in page.sections:
        if section.figure is None:
            drawings.append("")
            continue
        (folder / f"{section.name}.svg").write_text(svg(section.figure), encoding="utf-8")
        (folder / f"{section.name}.png").write_bytes(png(section.figure))
        drawings.append(svg_for_page(section.figure, section.name, section.described))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((HERE / "page.html").read_text(encoding="utf-8"))
    style = STYLE_SHEET.read_text(encoding="utf-8")
    told = template.render(page=page, parts=list(zip(page.sections, drawings, strict=True)), style=style)
    path = folder / PAGE
    path.write_text(told, encoding="utf-8")
    return path


def drawn(width: float, height: float, draw: Callable[[Figure], None]) -> Figure:
    """A figure of this size (inches) in the house's style, drawn by ``draw``."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure)
        return figure


def folder_for(name: str) -> Path:
    """The folder that a user named, or a refusal in one sentence and exit code 2."""
    folder = Path(name)
    if folder.is_file():
        refuse(f"{name} is a file; name a folder for the results, new or of an earlier try")
    if folder.is_dir() and not _ours(folder):
        there = sorted(found.name for found in folder.iterdir())[0]
        refuse(f"{name} holds other things ({there}); name a new folder, or one of an earlier try")
    return folder


def _ours(folder: Path) -> bool:
    """Whether a folder is empty, or holds the page or the runs of an earlier try: nobody's own page is written over."""
    page = folder / PAGE
    if page.is_file():
        return OUR_SIGN in page.read_text(encoding="utf-8", errors="replace")
    names = [found.name for found in folder.iterdir()]
    return not names or any(name.endswith(RUNS) for name in names)


def refuse(sentence: str) -> NoReturn:
    """Say what is wrong, and leave with exit code 2."""
    Console(stderr=True).print(f"{sentence}.", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(2)


def counting(what: str) -> Callable[[int, int], None]:
    """Tells on standard error how far a sweep is: each tenth, a line, which reads well in a log."""
    told = {-1}

    def tell(done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth not in told:
            told.add(tenth)
            print(f"{what}: {done:,} of {total:,} worlds", file=sys.stderr, flush=True)

    return tell


def number(value: float, signed: bool = False) -> str:
    """Three digits that count, and no exponent where one can be spared."""
    text = f"{value:{'+' if signed else ''}.3f}" if abs(value) < 10 else f"{value:{'+' if signed else ''}.1f}"
    return text.replace("-", "−")


def between(low: float, high: float, signed: bool = False) -> str:
    """An interval."""
    return f"{number(low, signed)} to {number(high, signed)}"


def listed(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
