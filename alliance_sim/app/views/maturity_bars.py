"""The strip under each world: how mature each alliance is, by the stages of its eight strands (MODEL 7)."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.app.session.history import History
from alliance_sim.app.session.network_data import Frame
from alliance_sim.declarations.maturity import CUTS, STAGED, STAGES

NOTHING_YET = "nothing has happened yet by which it could be judged"
ENDED = "it stands no more"


def strip(world: History, frame: Frame) -> dict[str, Any]:
    """One bar an alliance: its name, the share of its strands at each stage in per cent, and the same in words."""
    bars: list[dict[str, Any]] = []
    for name, row, alive in zip(world.model.roster.alliance_name, frame.maturity, frame.alive, strict=True):
        if not alive:
            bars.append({"name": name, "shares": [0.0] * len(STAGES), "told": ENDED})
            continue
        if np.isnan(row).any():
            bars.append({"name": name, "shares": [0.0] * len(STAGES), "told": NOTHING_YET})
            continue
        stages = np.searchsorted(CUTS, row, side="right")
        many = [int((stages == stage).sum()) for stage in range(len(STAGES))]
        told = ", ".join(f"{count} {stage}" for count, stage in zip(many, STAGES, strict=True) if count)
        least = STAGED[int(row.argmin())].title
        bars.append(
            {
                "name": name,
                "shares": [100 * count / len(STAGED) for count in many],
                "told": f"of {len(STAGED)} strands {told}; least grown: {least}",
            }
        )
    return {"bars": bars}
