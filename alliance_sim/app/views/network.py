"""Data of the network picture: a part that stays during a run, and a part that changes with each half-term."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.app.session.history import History
from alliance_sim.app.session.network_data import FULL, UNKNOWN, Frame, share_of
from alliance_sim.app.views.layout import HEIGHT, WIDTH, layout
from alliance_sim.declarations.roster import Roster
from alliance_sim.reporting.palette import shade

PALEST, DARKEST = 0.2, 0.8
"""The range of trust over which a school's colour changes; schools rarely leave it."""
SHADES = 101
"""Trust is sent as a whole number of hundredths, each with its colour."""
PALETTE = [shade((step / (SHADES - 1) - PALEST) / (DARKEST - PALEST)) for step in range(SHADES)] + [shade(float("nan"))]
"""The colour of each hundredth of trust; the last is for unknown trust."""


def still(run: History, frame: Frame) -> dict[str, Any]:
    """Return what stays until boundaries change: positions and names of schools and alliances, and links.

    Schools stay at their initial positions; a ring has the name of the alliance that its schools belong to now.

    Args:
        run: the run.
        frame: one of its frames.
    """
    roster = run.model.roster
    where = layout(roster)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "onMap": where.on_map,
        "schools": [
            {"name": name, "x": round(x, 1), "y": round(y, 1), "r": round(r, 1), "alliance": alliance, "staff": staff}
            for name, x, y, r, alliance, staff in zip(
                roster.name, where.x.tolist(), where.y.tolist(), where.radius.tolist(), frame.alliance.tolist(),
                roster.teachers.tolist(), strict=True,
            )
        ],
        "alliances": [
            {"name": name, "label": label, "x": round(x, 1), "y": round(y, 1), "reach": round(reach, 1)}
            for name, label, x, y, reach in zip(
                roster.alliance_name, _labels(roster, frame), where.centre_x.tolist(), where.centre_y.tolist(),
                where.reach.tolist(), strict=True,
            )
        ],
        "links": frame.links.tolist(),
        "palette": PALETTE,
    }  # fmt: skip


def _labels(roster: Roster, frame: Frame) -> list[str]:
    """Return the name of each ring: its alliance, or where most schools of an alliance without members moved to."""
    present = set(frame.alliance.tolist())
    now = [
        alliance if alliance in present else int(np.bincount(frame.alliance[roster.alliance == alliance]).argmax())
        for alliance in range(roster.alliances)
    ]
    return [roster.alliance_name[alliance] for alliance in now]


def moving(frame: Frame) -> dict[str, Any]:
    """Return what changes with each half-term: colours of schools, strength of links, bridges and coordinators."""
    return {
        "halfTerm": frame.half_term,
        "trust": [SHADES if one == UNKNOWN else round(one / FULL * (SHADES - 1)) for one in frame.trust.tolist()],
        "linkTrust": [100 * one // FULL for one in frame.link_trust.tolist()],
        "linkLevel": [1 + round(3 * one / FULL) for one in frame.link_level.tolist()],
        "bridges": frame.bridges.tolist(),
        "coordinators": frame.coordinators.tolist(),
    }


def describe(frame: Frame) -> str:
    """Return a description of the picture for screen readers."""
    known = [share_of(one) for one in frame.trust.tolist() if one != UNKNOWN]
    strong = sum(1 for one in frame.link_level.tolist() if 1 + 3 * one / FULL >= 2.5)
    mean = sum(known) / len(known) if known else float("nan")
    return (
        f"Network of {len(frame.alliance)} schools in {len(set(frame.alliance.tolist()))} alliances: mean trust of "
        f"the schools {mean:.2f}; {strong} of {len(frame.link_level)} pairs of schools work closely together; "
        f"{len(frame.bridges)} busy links across alliances."
    )
