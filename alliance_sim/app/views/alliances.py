"""Data of the picture of many schools: alliances first, and the schools of one that is chosen."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.app.session.history import History
from alliance_sim.app.session.network_data import FULL, UNKNOWN, Frame
from alliance_sim.app.views.layout import HEIGHT, WIDTH, layout, separate
from alliance_sim.app.views.network import PALETTE, SHADES

MANY = 72
"""Schools above which alliances are drawn in place of schools."""
SPACE = 0.30
"""The share of the picture that the discs of alliances cover."""
LETTER, LINE = 22.0, 52.0
"""The width of a letter and the height of a line of a label, in the units of the picture."""
LONGEST_LABEL = 18
PREFIX = "around "


def is_large(schools: int) -> bool:
    """Return whether alliances are drawn first."""
    return schools > MANY


def still(run: History, frame: Frame) -> dict[str, Any]:
    """Return what stays until boundaries change: discs of alliances with their labels, and schools with their places.

    Args:
        run: the run.
        frame: one of its frames.
    """
    roster = run.model.roster
    x, y, radius = _discs(run, frame)
    members = np.bincount(frame.alliance, minlength=roster.alliances)
    titles = [_title(name) for name in roster.alliance_name]
    labelled = _with_room(titles, x, y, radius, members)
    inside = frame.alliance[frame.links[:, 0]]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "alliances": [
            {
                "name": name, "label": title if label else "",
                "x": round(float(x[one]), 1), "y": round(float(y[one]), 1), "r": round(float(radius[one]), 1),
                "schools": np.flatnonzero(frame.alliance == one).tolist(),
                "links": np.flatnonzero(inside == one).tolist(),
            }
            for one, (name, title, label) in enumerate(zip(roster.alliance_name, titles, labelled, strict=True))
        ],
        "schools": [
            {"name": name, "staff": staff, "alliance": alliance}
            for name, staff, alliance in zip(
                roster.name, roster.teachers.tolist(), frame.alliance.tolist(), strict=True
            )
        ],
        "links": frame.links.tolist(),
        "palette": PALETTE,
    }  # fmt: skip


def moving(frame: Frame) -> dict[str, Any]:
    """Return what changes with each half-term: trust of alliances and schools, closeness, and help across boundaries.

    Args:
        frame: the frame.
    """
    many = len(frame.coordinators)
    known = frame.trust != UNKNOWN
    count = np.bincount(frame.alliance[known], minlength=many)
    total = np.bincount(frame.alliance[known], frame.trust[known], many)
    mean = np.where(count > 0, total / count.clip(1) / FULL, np.nan)
    inside = frame.alliance[frame.links[:, 0]]
    links = np.bincount(inside, minlength=many)
    close = np.bincount(inside, frame.link_level, many) / links.clip(1) / FULL
    return {
        "halfTerm": frame.half_term,
        "trust": [SHADES if one == UNKNOWN else round(one / FULL * (SHADES - 1)) for one in frame.trust.tolist()],
        "means": [round(one * (SHADES - 1)) if math.isfinite(one) else SHADES for one in mean.tolist()],
        "close": [round(100 * one) for one in close.tolist()],
        "linkTrust": [100 * one // FULL for one in frame.link_trust.tolist()],
        "linkLevel": [1 + round(3 * one / FULL) for one in frame.link_level.tolist()],
        "arcs": _arcs(frame),
        "coordinators": frame.coordinators.tolist(),
        "alive": frame.alive.tolist(),
    }


def _arcs(frame: Frame) -> list[list[int]]:
    """Return each pair of alliances that help each other, with 100 × the help."""
    if not len(frame.bridges):
        return []
    ends = np.sort(frame.alliance[frame.bridges[:, :2]], axis=1)
    pairs, place = np.unique(ends, axis=0, return_inverse=True)
    help_given = np.bincount(place.ravel(), frame.bridges[:, 2], len(pairs))
    return np.column_stack([pairs, np.round(help_given)]).astype(int).tolist()


def _discs(run: History, frame: Frame) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the discs of alliances: areas follow the number of schools, places the map, without overlaps."""
    where = layout(run.model.roster)
    members = np.bincount(frame.alliance, minlength=run.model.roster.alliances)
    whole = math.sqrt(SPACE * WIDTH * HEIGHT / math.pi)
    radius = whole * np.sqrt(members.clip(1) / members.clip(1).sum())
    x, y = where.centre_x.copy(), where.centre_y.copy()
    # The centres of alliances cover less of the map than their schools; the picture is filled again.
    margin = float(radius.max())
    span = max(np.ptp(x) / (WIDTH - 2 * margin), np.ptp(y) / (HEIGHT - 2 * margin - LINE), 1e-9)
    x = WIDTH / 2 + (x - (x.min() + x.max()) / 2) / span
    y = (HEIGHT + LINE) / 2 + (y - (y.min() + y.max()) / 2) / span
    separate(x, y, radius)
    return x, y, radius


def _title(name: str) -> str:
    """Return the place in the name of an alliance: ``Egham`` for "around Egham, near Manorcroft Primary School"."""
    place = name.removeprefix(PREFIX).partition(",")[0]
    place = place.title() if place.isupper() and len(place) > 4 else place
    return place if len(place) <= LONGEST_LABEL else place[: LONGEST_LABEL - 1] + "…"


def _with_room(
    titles: list[str], x: NDArray[np.float64], y: NDArray[np.float64], radius: NDArray[np.float64],
    members: NDArray[np.int64],
) -> list[bool]:  # fmt: skip
    """Return which alliances have a label: large ones first, a place once, and only where labels do not overlap."""
    boxes: list[tuple[float, float, float, float]] = []
    shown: set[str] = set()
    found = [False] * len(titles)
    for one in np.argsort(-members, kind="stable").tolist():
        half = LETTER * len(titles[one]) / 2
        centre = min(max(float(x[one]), half), WIDTH - half)
        top = float(y[one] - radius[one]) - LINE
        box = (centre - half, top, centre + half, top + LINE)
        apart = all(box[2] < left or box[0] > right or box[3] < above or box[1] > below
                    for left, above, right, below in boxes)  # fmt: skip
        if members[one] and apart and top > 0 and titles[one] not in shown:
            boxes.append(box)
            shown.add(titles[one])
            found[one] = True
    return found
