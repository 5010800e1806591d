"""The strip under each world: how far the ties of each alliance have come.

It shows the mix of Himmelman's four levels. Once stages of maturity are measured (MODEL 7), they belong here: give
``strip`` rows of other shares and ``STEPS`` their names.
"""

from __future__ import annotations

from typing import Any

from alliance_sim.app.lived_world import LivedWorld
from alliance_sim.app.pictures.web import FULL, Frame

STEPS = ("networking", "co-ordination", "co-operation", "collaboration")
"""Himmelman's levels of working together (D2)."""


def strip(world: LivedWorld, frame: Frame) -> dict[str, Any]:
    """One bar an alliance: its name and the share of its ties at each step, in whole per cent."""
    names = world.model.roster.alliance_name
    return {
        "steps": list(STEPS),
        "bars": [
            {"name": name, "shares": [round(100 * one / FULL) for one in row]}
            for name, row in zip(names, frame.levels.tolist(), strict=True)
        ],
    }
