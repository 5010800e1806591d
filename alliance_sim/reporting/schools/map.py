"""A map of the alliances of a list of schools."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from alliance_sim.declarations.roster import Roster
from alliance_sim.reporting.charts import INK, PALE, STYLE
from alliance_sim.reporting.palette import colour
from alliance_sim.schools import SchoolListReport

COLOURS = 8
"""Colours used in turn; neighbours differ because alliances are coloured from west to east."""

NAMED_AT_MOST = 40
"""Alliances whose names fit on the map."""


def alliance_map(roster: Roster, report: SchoolListReport) -> Figure | None:
    """Plot schools where they stand, joined to the middle of their alliance.

    Filled points are schools in given groups, hollow ones those in groups invented here; the area of a point is
    proportional to teachers.

    Args:
        roster: the schools.
        report: the report on their list.

    Returns:
        The figure; None where fewer than two schools have coordinates.
    """
    placed = np.isfinite(roster.east) & np.isfinite(roster.north)
    if placed.sum() < 2:
        return None
    points = np.column_stack([roster.east, roster.north]).astype(float)
    middles = {
        alliance: points[members].mean(axis=0)
        for alliance in range(roster.alliances)
        if (members := placed & (roster.alliance == alliance)).any()
    }
    invented = {at for at, group in enumerate(report.groups) if group.invented}
    with mpl.rc_context(STYLE):
        low, high = points[placed].min(axis=0), points[placed].max(axis=0)
        wide, tall = np.maximum(high - low, 0.1 * max(1e-3, float((high - low).max())))
        height = float(np.clip(8.6 * tall / wide, 4.0, 11.0))
        figure = Figure(figsize=(9.6, height + 0.9), layout="constrained")
        FigureCanvasAgg(figure)
        plot = figure.add_subplot()
        for place, alliance in enumerate(sorted(middles, key=lambda at: middles[at][0])):
            members = placed & (roster.alliance == alliance)
            tint = colour(place % COLOURS)
            spokes = [(middles[alliance], point) for point in points[members]]
            plot.add_collection(LineCollection(spokes, colors=tint, linewidths=0.8, alpha=0.6))
            hollow = alliance in invented
            plot.scatter(
                *points[members].T,
                s=10 + 120 * roster.teachers[members] / roster.teachers.max(),
                facecolors="white" if hollow else tint,
                edgecolors=tint,
                linewidths=1.2,
                zorder=2,
            )
        if len(middles) <= NAMED_AT_MOST:
            for alliance, (east, north) in middles.items():
                plot.annotate(
                    roster.alliance_name[alliance].removeprefix("around "),
                    (east, north),
                    fontsize=6.5,
                    color=INK,
                    ha="center",
                    va="bottom",
                    zorder=3,
                )
        plot.set_aspect("equal")
        plot.set_xlabel("kilometres east")
        plot.set_ylabel("kilometres north")
        figure.suptitle(
            "Schools and their alliances: filled where the group is given, hollow where it is invented here",
            fontsize=10,
            color=PALE,
        )
    return figure
