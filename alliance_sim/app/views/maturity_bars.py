"""The bars under each network: the stages of the eight maturity strands of each alliance (MODEL 7)."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.app.session.history import History
from alliance_sim.app.session.network_data import Frame
from alliance_sim.declarations.maturity import CUTS, STAGED, STAGES

NOTHING_YET = "nothing has happened yet from which its maturity could be judged"
MOST_BARS = 16
"""Alliances above which there are no bars: they would be too narrow to read."""
ENDED = "this alliance has ended"


def maturity_bars(run: History, frame: Frame) -> list[dict[str, Any]]:
    """Return one bar per alliance: its name, the percentage of its strands at each stage, and a description.

    Args:
        run: the run.
        frame: one of its frames.
    """
    bars: list[dict[str, Any]] = []
    for name, row, alive in zip(run.model.roster.alliance_name, frame.maturity, frame.alive, strict=True):
        if not alive or np.isnan(row).any():
            text = NOTHING_YET if alive else ENDED
            bars.append({"name": name, "shares": [0.0] * len(STAGES), "text": text})
            continue
        stages = np.searchsorted(CUTS, row, side="right")
        counts = [int((stages == stage).sum()) for stage in range(len(STAGES))]
        listed = ", ".join(f"{count} {stage}" for count, stage in zip(counts, STAGES, strict=True) if count)
        least = STAGED[int(row.argmin())].title
        bars.append(
            {
                "name": name,
                "shares": [100 * count / len(STAGED) for count in counts],
                "text": f"of {len(STAGED)} strands {listed}; least developed: {least}",
            }
        )
    return bars
