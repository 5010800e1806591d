"""Maturity of alliances as frames, computed from a model's outcomes (C7–C19, C38); never fed back into the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.declarations.maturity import CUTS, MATURE, STAGES, STRANDS, Numbers, Outcomes, indices
from alliance_sim.declarations.outcomes import NAMES


def outcomes_in(frame: pd.DataFrame) -> Outcomes:
    """The columns of a frame of outcomes, by name."""
    return {name: frame[name].to_numpy(dtype=np.float64) for name in NAMES if name in frame}


def course_of(by_alliance: pd.DataFrame) -> dict[str, Numbers]:
    """The index of each strand, shape (half-terms, alliances), from ``outcomes_by_alliance`` of a model."""
    half_terms = len(np.unique(by_alliance["half_term"].to_numpy()))
    return {name: index.reshape(half_terms, -1) for name, index in indices(outcomes_in(by_alliance)).items()}


def maturity_of(by_alliance: pd.DataFrame) -> pd.DataFrame:
    """One row an alliance, half-term and strand.

    Columns ``half_term``, ``alliance``, ``name``, ``strand``, ``index`` and ``stage``.

    Args:
        by_alliance: ``outcomes_by_alliance`` of a model.
    """
    found = indices(outcomes_in(by_alliance))
    strands = len(STRANDS)
    frame: dict[str, Any] = {
        name: by_alliance[name].to_numpy().repeat(strands) for name in ("half_term", "alliance", "name")
    }
    index = np.column_stack(list(found.values())).ravel()
    staged = np.tile([strand.staged for strand in STRANDS], len(by_alliance))
    stage = np.array([*STAGES, ""], object)[
        np.where(staged & np.isfinite(index), np.searchsorted(CUTS, index, "right"), 4)
    ]
    names = np.tile([strand.name for strand in STRANDS], len(by_alliance))
    return pd.DataFrame(frame | {"strand": names, "index": index, "stage": stage})


def collaborative_capital(by_alliance: pd.DataFrame, system: pd.DataFrame) -> pd.Series:
    """Share of alliances at Embedding or above × JPD × (1 + spawned alliances a standing one), half-term by half-term.

    An alliance is where the mean of its eight staged strands is.

    Args:
        by_alliance: ``outcomes_by_alliance`` of a model.
        system: its ``outcomes``; ``spawned`` counts as 0 where that module is off.
    """
    found = indices(outcomes_in(by_alliance))
    mean = np.mean([found[strand.name] for strand in STRANDS if strand.staged], axis=0)
    there = np.isfinite(by_alliance["practice"].to_numpy(dtype=np.float64)).reshape(len(system), -1)
    mature = (mean.reshape(len(system), -1) >= MATURE).sum(axis=1) / there.sum(axis=1)  # not of merged ones
    spawned = system["spawned"].to_numpy(dtype=np.float64) if "spawned" in system else 0.0
    capital = mature * system["jpd"].to_numpy(dtype=np.float64) * (1.0 + spawned)
    return pd.Series(capital, index=system.index, name="collaborative_capital")
