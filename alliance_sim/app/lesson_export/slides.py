"""A slide of a lesson: one plot that needs no explanation by its side."""

from __future__ import annotations

import io
from typing import Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from alliance_sim.app.language import _, mark, speaking
from alliance_sim.app.lesson_export.drawing import (
    ENDS,
    EVENT_COLOUR,
    INK,
    LETTERS,
    LINES,
    ON_PAPER,
    RULE,
    SOFT,
    STYLE,
    Curves,
    curves_of,
    prepare_axes,
    spread,
)
from alliance_sim.app.lesson_export.kept_lesson import Branch, KeptLesson
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

KINDS = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
"""The formats of a slide, with their media types."""
WIDTH, HEIGHT, DPI = 12.8, 7.2, 150
"""A slide of 1920 × 1080 pixels."""
NO_FORECAST = mark("A model of how this can happen, not a forecast.")


def slide(
    kept: KeptLesson, kind: str, branch: int = 0, outcome: str | None = None, *, is_revealed: bool = True
) -> bytes:
    """Return a slide. The same lesson gives the same bytes.

    Args:
        kept: the lesson.
        kind: ``png``, ``svg`` or ``pdf``.
        branch: the place of a branch: 0 without an event.
        outcome: the name of the outcome; by default the one that the class bets on.
        is_revealed: whether the outcome may be shown; else the slide ends where the class bets.

    Raises:
        ValueError: if there is no such format or branch.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no format {kind!r}; there are {', '.join(KINDS)}")
    if not 0 <= branch < len(kept.branches):
        raise ValueError(f"there is no branch {branch}; there are {len(kept.branches)}")
    with speaking(kept.language), mpl.rc_context(STYLE):
        figure = _figure(kept, branch, outcome, is_revealed=is_revealed)
        target = io.BytesIO()
        # No date, so that the same slide is the same file.
        dates: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}
        titles = {"Title": kept.question} if kind != "png" else {"Title": kept.question, "Description": kept.source}
        figure.savefig(target, format=kind, metadata={**dates[kind], **titles})
    return target.getvalue()


def _figure(kept: KeptLesson, branch: int, outcome: str | None, *, is_revealed: bool) -> Figure:
    until = kept.half_terms if is_revealed else kept.known_until
    shown = kept.branches[branch] if is_revealed else kept.branches[0]
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
    FigureCanvasAgg(figure)
    _draw(figure, kept, shown, curves_of(kept, shown, outcome or kept.outcome, until))
    return figure


def slide_deck(kept: KeptLesson, outcome_of_events: str = "trust") -> bytes:
    """Return all slides of a lesson as one PDF: the question, its outcome, and a slide for each event.

    Args:
        kept: the lesson.
        outcome_of_events: the name of the outcome that slides of events show.
    """
    target = io.BytesIO()
    facts = {"Title": kept.title, "Subject": kept.question, "Keywords": kept.source, "CreationDate": None}
    with speaking(kept.language), mpl.rc_context(STYLE), PdfPages(target, metadata=facts) as pages:
        pages.savefig(_figure(kept, 0, None, is_revealed=False))
        pages.savefig(_figure(kept, 0, None, is_revealed=True))
        for branch in range(1, len(kept.branches)):
            pages.savefig(_figure(kept, branch, outcome_of_events, is_revealed=True))
    return target.getvalue()


def file_name(kept: KeptLesson, branch: int, kind: str) -> str:
    """Return the name of a file.

    Args:
        kept: the lesson.
        branch: the place of the branch.
        kind: its format.
    """
    words = kept.title if branch == 0 else f"{kept.title} {kept.branches[branch].label}"
    plain = "_".join("".join(one for one in word.lower() if one.isascii() and one.isalnum()) for word in words.split())
    return f"{plain.strip('_') or 'slide'}.{kind}"


def _draw(figure: Figure, kept: KeptLesson, branch: Branch, curves: Curves) -> None:
    years = kept.half_terms / HALF_TERMS_A_YEAR
    heading = branch.question or (kept.question if curves.outcome == kept.outcome else kept.title)
    figure.text(0.03, 0.925, heading, fontsize=min(29.0, 29.0 * 50 / len(heading)), fontweight="bold", va="center")
    about = f"{branch.sentence}. " if branch.half_term is not None else ""
    figure.text(0.03, 0.86, f"{about}A: {kept.names[0]}. B: {kept.names[1]}.", fontsize=17, color=SOFT, va="center")
    title = figure.text(0.045, 0.785, curves.how.title, fontsize=17, fontweight="bold", va="center")
    title_end = title.get_window_extent(cast("FigureCanvasAgg", figure.canvas).get_renderer()).x1 / figure.bbox.width
    figure.text(title_end + 0.01, 0.785, f"({curves.how.unit})", fontsize=15, color=SOFT, va="center")
    plot = figure.add_axes((0.085, 0.22, 0.64, 0.53))
    prepare_axes(plot, curves, years)
    for side in (1, 0):
        if curves.without is not None:
            plot.fill_between(
                curves.years, curves.means[side], curves.without[side], color=LINES[side], alpha=0.13, lw=0
            )
            plot.plot(curves.years, curves.without[side], color=LINES[side], lw=2.4, ls=(0, (1, 2)))
        plot.plot(curves.years, curves.means[side], color=LINES[side], lw=3.6, solid_capstyle="round")
        plot.plot(
            curves.years[-1:], curves.means[side][-1:], ENDS[side], color=LINES[side], ms=12, clip_on=False, zorder=5
        )
    if curves.years[-1] < years:
        plot.axvspan(float(curves.years[-1]), years, facecolor="none", edgecolor=RULE, hatch="//", lw=0)
        middle = (curves.years[-1] + years) / 2, (curves.low + curves.high) / 2
        plot.text(*middle, _("not shown yet"), ha="center", va="center", color=SOFT, bbox=ON_PAPER)
    if branch.half_term is not None:
        plot.axvline(branch.year, color=EVENT_COLOUR, lw=2)
        on_left = branch.year > 0.6 * years
        plot.annotate(
            branch.sentence, (branch.year, 1), xycoords=("data", "axes fraction"), xytext=(-8 if on_left else 8, -4),
            textcoords="offset points", color=EVENT_COLOUR, fontweight="bold", va="top",
            ha="right" if on_left else "left", bbox=ON_PAPER,
        )  # fmt: skip
    _label_ends(plot, kept, curves)
    _legend(figure, curves)
    figure.add_artist(Line2D([0.03, 0.97], [0.098, 0.098], color=RULE, lw=1))
    figure.text(0.03, 0.066, f"{kept.about}. {_(NO_FORECAST)}", fontsize=11.5, color=SOFT, va="center")
    figure.text(0.97, 0.034, kept.source, fontsize=11.5, color=SOFT, va="center", ha="right")


def _label_ends(plot: Any, kept: KeptLesson, curves: Curves) -> None:
    labels: list[tuple[float, str, int, bool]] = []
    for side in (0, 1):
        value = float(curves.means[side][-1])
        letter = "AB"[side]
        if np.isfinite(value):
            labels.append((value, f"{letter} {kept.names[side]}: {curves.how.number(value)}", side, True))
        if curves.without is not None and np.isfinite(before := float(curves.without[side][-1])):
            text = _("{letter} without the event: {number}").format(letter=letter, number=curves.how.number(before))
            labels.append((before, text, side, False))
    if curves.years[-1] * HALF_TERMS_A_YEAR < kept.half_terms:
        return
    places = spread([one[0] for one in labels], 0.078 * (curves.high - curves.low))
    for place, (_value, text, side, strong) in zip(places, labels, strict=True):
        plot.annotate(
            text, (curves.years[-1], place), xytext=(14, 0), textcoords="offset points", va="center",
            color=LETTERS[side], fontsize=min(17.0, 17.0 * 23 / len(text)) if strong else 13,
            fontweight="bold" if strong else "normal",
            annotation_clip=False,
        )  # fmt: skip


def _legend(figure: Figure, curves: Curves) -> None:
    """Explain the kinds of lines; which line is which system is written at its end."""
    handles: list[Any] = [Line2D([], [], color=LINES[side], lw=3.6, marker=ENDS[side], ms=9) for side in (0, 1)]
    texts = [_("{letter}, yearly mean").format(letter=letter) for letter in "AB"]
    if curves.without is not None:
        handles.append(Line2D([], [], color=INK, lw=2.4, ls=(0, (1, 2))))
        handles.append(Patch(facecolor=INK, alpha=0.13))
        texts += [_("the same run without the event"), _("the difference")]
    figure.legend(
        handles, texts, loc="lower left", bbox_to_anchor=(0.075, 0.105), ncols=len(texts), frameon=False, fontsize=13,
        handlelength=2.6, columnspacing=2.2, borderpad=0,
    )  # fmt: skip
