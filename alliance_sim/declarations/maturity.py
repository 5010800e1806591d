"""Maturity: how far an alliance has come, strand by strand (C7–C19). Computed from outcomes, never fed back.

Hargreaves' model has eight strands with four stages each, and four more of collaborative capital, for which the source
gives no stages. Each is an index from 0 to 1, made of outcomes that stand for what the strand's stages describe; the
stages of the eight are cut at .25, .5 and .75. Nothing here is calibrated, and paths may zigzag (C25).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Numbers = NDArray[np.float64]
type Outcomes = Mapping[str, Numbers]
"""Outcomes by name, each an array of as many rows."""

STAGES = ("Beginning", "Developing", "Embedding", "Leading")
CUTS = (0.25, 0.5, 0.75)
"""Where a stage begins."""
MATURE = 0.5
"""The index from which an alliance is at Embedding or above."""


@dataclass(frozen=True)
class Strand:
    """One strand of maturity.

    Attributes:
        name: its key.
        title: what people call it.
        row: the claim behind it, a row of THEORY.md.
        equation: how the index is made, in words of the outcomes.
        index: the index, from outcomes by name.
        staged: whether the source gives stages.
    """

    name: str
    title: str
    row: str
    equation: str
    index: Callable[[Outcomes], Numbers]
    staged: bool = True


def _filled(outcome: Numbers, nothing: float) -> Numbers:
    """An outcome, with a number where there was nothing to take a share of."""
    return np.nan_to_num(outcome, nan=nothing)


def _closeness(of: Outcomes) -> Numbers:
    return (of["level"] - 1.0) / 3.0


def _joint(of: Outcomes) -> Numbers:
    helps = np.where(of["sharing"] > 0, of["sharing"], np.inf)
    return 0.5 * _closeness(of) + 0.5 * of["jpd"] / helps


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
"""The eight with stages, then the four of collaborative capital. Indices are kept within 0 and 1."""
STAGED = tuple(strand for strand in STRANDS if strand.staged)


def indices(outcomes: Outcomes) -> dict[str, Numbers]:
    """The index of each strand, row by row of outcomes by name; before anything flowed (at the opening), NaN."""
    opened = np.isfinite(outcomes["sharing"])
    return {strand.name: np.where(opened, np.clip(strand.index(outcomes), 0.0, 1.0), np.nan) for strand in STRANDS}


def stage_of(index: float) -> str:
    """``Beginning`` under .25, ``Developing`` under .5, ``Embedding`` under .75, else ``Leading``; empty for NaN."""
    return "" if np.isnan(index) else STAGES[int(np.searchsorted(CUTS, index, side="right"))]
