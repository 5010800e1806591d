"""Maturity of alliances as data frames, computed from outcomes (C7–C19, C38); it does not affect the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.declarations.maturity import CUTS, MATURE, STAGES, STRANDS, Numbers, Outcomes, indices
from alliance_sim.declarations.outcomes import NAMES


def outcomes_in(frame: pd.DataFrame) -> Outcomes:
    """Return the outcomes in a frame, by name."""
    return {name: frame[name].to_numpy(dtype=np.float64) for name in NAMES if name in frame}


def course_of(by_alliance: pd.DataFrame) -> dict[str, Numbers]:
    """Return the index of each strand over time.

    Args:
        by_alliance: ``outcomes_by_alliance`` of a model.

    Returns:
        Arrays of shape (half-terms, alliances), by the strand's name.
    """
    half_terms = len(np.unique(by_alliance["half_term"].to_numpy()))
    return {name: index.reshape(half_terms, -1) for name, index in indices(outcomes_in(by_alliance)).items()}


def maturity_of(by_alliance: pd.DataFrame) -> pd.DataFrame:
    """Compute the maturity of each alliance.

    Args:
        by_alliance: ``outcomes_by_alliance`` of a model.

    Returns:
        One row per alliance, half-term and strand: ``half_term``, ``alliance``, ``name``, ``strand``, ``index`` (0–1)
        and ``stage``.
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
    """Compute collaborative capital: share of mature alliances × JPD × (1 + spawned alliances per existing one).

    An alliance is mature if the mean of its eight staged strands is at Embedding or above.

    Args:
        by_alliance: ``outcomes_by_alliance`` of a model.
        system: its ``outcomes``; ``spawned`` counts as 0 where that module is off.

    Returns:
        One value per half-term.
    """
    found = indices(outcomes_in(by_alliance))
    mean = np.mean([found[strand.name] for strand in STRANDS if strand.staged], axis=0)
    exists = np.isfinite(by_alliance["practice"].to_numpy(dtype=np.float64)).reshape(len(system), -1)
    mature = (mean.reshape(len(system), -1) >= MATURE).sum(axis=1) / exists.sum(axis=1)  # merged ones do not count
    spawned = system["spawned"].to_numpy(dtype=np.float64) if "spawned" in system else 0.0
    capital = mature * system["jpd"].to_numpy(dtype=np.float64) * (1.0 + spawned)
    return pd.Series(capital, index=system.index, name="collaborative_capital")
