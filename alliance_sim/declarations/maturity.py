"""Indices of the maturity of an alliance, strand by strand (C7–C19).

Hargreaves' model has eight strands with four stages each, and four strands of collaborative capital, for which the
source gives no stages. Each index lies between 0 and 1 and combines outcomes that represent what the stages of the
strand describe; thresholds at .25, .5 and .75 separate the stages. The indices are computed from outcomes and do not
influence the simulation. They are not calibrated, and an index may rise and fall over time (C25).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Numbers = NDArray[np.float64]
type Outcomes = Mapping[str, Numbers]
"""Outcomes by name: arrays of the same shape."""

STAGES = ("Beginning", "Developing", "Embedding", "Leading")
CUTS = (0.25, 0.5, 0.75)
"""Lowest index of the second, third and fourth stage."""
MATURE = 0.5
"""Lowest index of the stage Embedding, from which a strand counts as mature."""


@dataclass(frozen=True)
class Strand:
    """One strand of maturity.

    Attributes:
        name: its key.
        title: its name in text and on charts.
        row: the claim on which it is based, a row of THEORY.md.
        equation: the formula of the index, in names of outcomes.
        index: a function that computes the index from outcomes by name.
        staged: whether the source gives stages.
    """

    name: str
    title: str
    row: str
    equation: str
    index: Callable[[Outcomes], Numbers]
    staged: bool = True


def _filled(outcome: Numbers, undefined: float) -> Numbers:
    """Replace NaN, which marks an undefined outcome, by ``undefined``."""
    return np.nan_to_num(outcome, nan=undefined)


def _closeness(of: Outcomes) -> Numbers:
    return (of["level"] - 1.0) / 3.0


def _joint(of: Outcomes) -> Numbers:
    sharing = np.where(of["sharing"] > 0, of["sharing"], np.inf)
    return 0.5 * _closeness(of) + 0.5 * of["jpd"] / sharing


def _talent(of: Outcomes) -> Numbers:
    return 1.0 - (_filled(of["donor_share"], 1.0) - 0.2) / 0.8


def _coaching(of: Outcomes) -> Numbers:
    return _closeness(of) * (1.0 - _filled(of["refusals"], 1.0))


def _information(of: Outcomes) -> Numbers:
    beyond = np.maximum(of["frontier"] - of["practice"], 1e-9)
    return (of["intellectual_capital"] - of["practice"]) / beyond


def _social_capital(of: Outcomes) -> Numbers:
    return 0.5 * _filled(of["mutual_trust"], 0.0) + 0.5 * _filled(of["reciprocity"], 0.0)


def _governance(of: Outcomes) -> Numbers:
    return (1.0 - _filled(of["refusals"], 1.0)) * (1.0 - _filled(of["one_wayness"], 0.0))


def _challenge(of: Outcomes) -> Numbers:
    both_ways = 1.0 - 2.0 * np.abs(_filled(of["uphill"], 0.0) - 0.5)
    return _filled(of["mutual_trust"], 0.0) * both_ways


def _leadership(of: Outcomes) -> Numbers:
    return _filled(of["head_trust"], 0.0) * of["practice_min"] / of["practice"]


def _investigation(of: Outcomes) -> Numbers:
    return 1.0 - _filled(of["refusals"], 1.0)


def _entrepreneurship(of: Outcomes) -> Numbers:
    return of["sharing"]


def _architecture(of: Outcomes) -> Numbers:
    return _filled(of["collaboration"], 0.0)


def _innovation(of: Outcomes) -> Numbers:
    return of["jpd"]


STRANDS: tuple[Strand, ...] = (
    Strand("jpd", "joint practice development", "C8", "½·(level − 1)/3 + ½·jpd/sharing", _joint),
    Strand("talent", "talent and distributed leadership", "C9", "1 − (donor_share − .2)/.8", _talent),
    Strand("coaching", "mentoring and coaching", "C10", "(level − 1)/3 · (1 − refusals)", _coaching),
    Strand(
        "information", "distributed staff information", "C11",
        "(intellectual_capital − practice)/(frontier − practice)", _information,
    ),
    Strand("social_capital", "high social capital", "C12", "½·mutual_trust + ½·reciprocity", _social_capital),
    Strand("governance", "fit governance", "C13", "(1 − refusals)·(1 − one_wayness)", _governance),
    Strand("challenge", "evaluation and challenge", "C14", "mutual_trust·(1 − 2·|uphill − ½|)", _challenge),
    Strand(
        "leadership", "distributed system leadership", "C15", "head_trust · practice_min/practice", _leadership,
    ),
    Strand("investigation", "analytical investigation", "C16", "1 − refusals", _investigation, staged=False),
    Strand("entrepreneurship", "creative entrepreneurship", "C17", "sharing", _entrepreneurship, staged=False),
    Strand("architecture", "alliance architecture", "C18", "collaboration", _architecture, staged=False),
    Strand("innovation", "disciplined innovation", "C19", "jpd", _innovation, staged=False),
)  # fmt: skip
"""The eight strands with stages, then the four strands of collaborative capital."""
STAGED = tuple(strand for strand in STRANDS if strand.staged)
"""The eight strands with stages."""


def indices(outcomes: Outcomes) -> dict[str, Numbers]:
    """Compute the index of each strand.

    Args:
        outcomes: outcomes by name, arrays of the same shape.

    Returns:
        The index of each strand by name, clipped to 0–1. An index is NaN in the initial state, in which no help has
        been given.
    """
    started = np.isfinite(outcomes["sharing"])
    return {strand.name: np.where(started, np.clip(strand.index(outcomes), 0.0, 1.0), np.nan) for strand in STRANDS}


def stage_of(index: float) -> str:
    """Return the stage of an index; the empty string for NaN.

    The stages are ``Beginning`` below .25, ``Developing`` below .5, ``Embedding`` below .75 and ``Leading`` above.
    """
    return "" if np.isnan(index) else STAGES[int(np.searchsorted(CUTS, index, side="right"))]
