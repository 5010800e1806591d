"""Ten years of both systems as an animated GIF: two networks and one curve."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from PIL import Image

from alliance_sim.app.language import _, speaking
from alliance_sim.app.lesson.recording import RecordedRun
from alliance_sim.app.lesson_export.drawing import (
    ENDS,
    EVENT_COLOUR,
    HIGHEST_TRUST,
    LETTERS,
    LINES,
    LOWEST_TRUST,
    RULE,
    SOFT,
    STYLE,
    TIE,
    TRUST,
    curves_of,
    prepare_axes,
)
from alliance_sim.app.lesson_export.kept_lesson import Branch, KeptLesson
from alliance_sim.app.lesson_export.slides import NO_FORECAST
from alliance_sim.app.views.layout import HEIGHT, WIDTH, layout
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

SIZE = (9.6, 5.4)
"""Inches at 100 pixels each."""
FRAME_MS, LAST_MS = 160, 3000
"""How long each half-term is shown (a year a second), and the last one."""
COLOURS = 96
MOST_TIES = 160


def animation(
    kept: KeptLesson, branch: int = 0, outcome: str | None = None, progress: Callable[[float], None] = lambda _: None
) -> bytes:
    """Return an animated GIF with one picture for each half-term.

    Args:
        kept: the lesson.
        branch: the place of a branch: 0 without an event.
        outcome: the name of the outcome; by default the one that the class bets on.
        progress: called with the share that is done before each picture; an error that it raises ends the work.
    """
    shown = kept.branches[branch]
    with speaking(kept.language), mpl.rc_context({**STYLE, "font.size": 11}):
        figure = Figure(figsize=SIZE, dpi=100)
        canvas = FigureCanvasAgg(figure)
        update, moving = _prepare(figure, kept, shown, outcome or kept.outcome)
        for artist in moving:
            artist.set_animated(True)  # perf: what stays is drawn once
        canvas.draw()
        background = canvas.copy_from_bbox(figure.bbox)
        pictures: list[Image.Image] = []
        for half_term in range(kept.half_terms + 1):
            progress(half_term / (kept.half_terms + 1))
            update(half_term)
            canvas.restore_region(background)
            for artist in moving:
                figure.draw_artist(artist)
            pictures.append(Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy()))
    # One palette for all pictures, taken from the last, which has every colour; colours then do not flicker.
    palette = pictures[-1].quantize(COLOURS, dither=Image.Dither.NONE)
    frames = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in pictures]
    target = io.BytesIO()
    frames[0].save(
        target, "GIF", save_all=True, append_images=frames[1:], loop=0, optimize=False,
        duration=[FRAME_MS] * (len(frames) - 1) + [LAST_MS], comment=kept.source.encode("utf-8"),
    )  # fmt: skip
    return target.getvalue()


def _prepare(
    figure: Figure, kept: KeptLesson, branch: Branch, outcome: str
) -> tuple[Callable[[int], None], list[Artist]]:
    """Draw what stays; return a function that shows a half-term, and what it changes, lowest first."""
    years = kept.half_terms / HALF_TERMS_A_YEAR
    curves = curves_of(kept, branch, outcome, kept.half_terms)
    heading = branch.question or kept.question
    figure.text(0.03, 0.93, heading, fontsize=min(19.0, 19.0 * 44 / len(heading)), fontweight="bold", va="center")
    if branch.half_term is not None:
        figure.text(0.03, 0.862, branch.sentence, fontsize=12.5, color=EVENT_COLOUR, fontweight="bold", va="center")
    when = figure.text(0.97, 0.93, "", fontsize=16, fontweight="bold", va="center", ha="right")
    networks = [_network(figure, kept, branch.runs[side], side) for side in (0, 1)]
    figure.text(0.52, 0.795, curves.how.title, fontsize=13, fontweight="bold", va="center")
    figure.text(0.52, 0.75, curves.how.unit, fontsize=11, color=SOFT, va="center")
    plot = figure.add_axes((0.55, 0.17, 0.37, 0.53))
    prepare_axes(plot, curves, years)
    if branch.half_term is not None:
        plot.axvline(branch.year, color=EVENT_COLOUR, lw=1.8)
    ghosts = [plot.plot([], [], color=LINES[side], lw=1.8, ls=(0, (1, 2)))[0] for side in (0, 1)]
    lines = [plot.plot([], [], color=LINES[side], lw=2.8, solid_capstyle="round")[0] for side in (0, 1)]
    ends = [plot.plot([], [], ENDS[side], color=LINES[side], ms=9, clip_on=False, zorder=5)[0] for side in (0, 1)]
    numbers: list[Any] = [
        plot.annotate("", (0, 0), xytext=(9, 0), textcoords="offset points", va="center", color=LETTERS[side],
                      fontweight="bold", annotation_clip=False)
        for side in (0, 1)
    ]  # fmt: skip
    figure.text(0.03, 0.058, f"{kept.about}. {_(NO_FORECAST)}", fontsize=8.5, color=SOFT, va="center")
    figure.text(0.97, 0.024, kept.source, fontsize=8.5, color=SOFT, va="center", ha="right")

    def update(half_term: int) -> None:
        year = -(-half_term // HALF_TERMS_A_YEAR)
        when.set_text(_("Year {year}").format(year=year) if half_term else _("Start"))
        for side in (0, 1):
            networks[side][0](half_term)
            past = slice(0, half_term + 1)
            lines[side].set_data(curves.years[past], curves.means[side][past])
            ends[side].set_data(curves.years[half_term : half_term + 1], curves.means[side][half_term : half_term + 1])
            if curves.without is not None:
                ghosts[side].set_data(curves.years[past], curves.without[side][past])
            value = float(curves.means[side][half_term])
            numbers[side].set_text(f"{'AB'[side]} {curves.how.number(value)}" if np.isfinite(value) else "")
            numbers[side].xy = (float(curves.years[half_term]), value if np.isfinite(value) else curves.low)

    drawn = [artist for _update, artists in networks for artist in artists]
    return update, [when, *drawn, *ghosts, *lines, *ends, *numbers]


def _network(
    figure: Figure, kept: KeptLesson, run: RecordedRun, side: int
) -> tuple[Callable[[int], None], list[Artist]]:
    left = 0.03 + 0.235 * side
    name = f"{'AB'[side]} {kept.names[side]}"
    figure.text(left, 0.795, name, fontsize=13, fontweight="bold", color=LETTERS[side], va="center")
    plot = figure.add_axes((left, 0.17, 0.22, 0.58))
    plot.set_axis_off()
    plot.set_xlim(0, WIDTH)
    plot.set_ylim(HEIGHT, 0)
    plot.set_aspect("equal")
    place = layout(run.roster)
    for x, y, reach in zip(place.centre_x, place.centre_y, place.reach, strict=True):
        plot.add_patch(Circle((x, y), reach + 8, fill=False, edgecolor=RULE, lw=1))
    busiest = np.sort(np.argsort(-run.flow.sum(axis=0), kind="stable")[:MOST_TIES])
    flow = run.flow[:, busiest] / max(float(np.quantile(run.flow, 0.995)) if run.flow.size else 0.0, 1e-6)
    ends = np.column_stack([place.x, place.y])[run.pairs[busiest]]
    ties = LineCollection(list(ends), colors=TIE, capstyle="round")
    plot.add_collection(ties)
    inches = SIZE[0] * 0.22 / WIDTH
    areas = (2 * place.radius * inches * 72) ** 2
    schools = plot.scatter(place.x, place.y, s=areas, edgecolors="white", linewidths=0.8, zorder=3)

    def update(half_term: int) -> None:
        ties.set_linewidth((3.4 * np.sqrt(np.clip(flow[half_term], 0, 1))).tolist())
        trust = (run.trust[half_term] - LOWEST_TRUST) / (HIGHEST_TRUST - LOWEST_TRUST)
        colours = TRUST(np.clip(np.nan_to_num(trust), 0, 1))
        colours[~np.isfinite(trust)] = (0.74, 0.74, 0.74, 1.0)
        schools.set_facecolor(colours)

    return update, [ties, schools]
