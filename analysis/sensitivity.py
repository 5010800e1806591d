"""Which assumptions the outcomes hang on, and where Silicon Valley's lead over Route 128 turns round.

First Morris' screening over all parameters of the core; then Sobol's indices over the few that it leaves. Both are of
outcomes in the baseline, and of the gap between Silicon Valley and Route 128: two worlds with the same schools, the
same luck and the same assumptions, which differ in their institutions alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from alliance_sim.declarations.parameters import GROUPS
from alliance_sim.study.results.sensitivity import MU_STAR, Indices, morris_indices, sobol_indices
from alliance_sim.study.spec.sampling import trajectories
from analysis.pages import Page
from analysis.sampled_worlds import Numbers, late_means, points, study_text, swept
from analysis.sensitivity_page import page_of
from analysis.sensitivity_targets import OUTCOMES, Target

CORE = (
    "policy",
    "trust",
    "reciprocity",
    "outcome",
    "help",
    "level",
    "practice",
    "coordinator",
    "fatigue",
    "attainment",
)
LEFT_OUT = ("policy.hub_push", "policy.boundary_push", "attainment.intake_sd", "attainment.noise_sd")
"""Levers of modules, and two spreads that touch no mean."""
INSTITUTIONS = ("policy.secrecy", "policy.porosity", "coordinator.present")
"""In what Silicon Valley and Route 128 differ."""
LEVELS_OF_TRAJECTORIES = 4
BASELINE, VALLEY, ROUTE = "baseline", "silicon_valley", "route128"


@dataclass(frozen=True)
class Effort:
    """How much is done: trajectories and blocks (powers of two), seeds a point, parameters that screening leaves."""

    trajectories: int
    screening_seeds: int
    blocks: int
    seeds: int
    kept: int


FULL = Effort(trajectories=30, screening_seeds=4, blocks=256, seeds=4, kept=8)
QUICK = Effort(trajectories=4, screening_seeds=1, blocks=16, seeds=1, kept=4)


def varied(gap: bool) -> list[str]:
    """The parameters that are screened."""
    names = [one.name for group in CORE for one in GROUPS[group][1] if one.kind != "levels"]
    left_out = (*LEFT_OUT, *(INSTITUTIONS if gap else ()))
    return [name for name in names if name not in left_out]


def analysed(folder: Path, effort: Effort, *, quick: bool) -> Page:
    """Sweep what is not swept yet, and write the findings as a page.

    Args:
        folder: where studies, runs and page lie.
        effort: how much is done.
        quick: whether the page should say that it is a first look.
    """
    screened: dict[Target, Indices] = {}
    worlds = 0
    for gap in (False, True):
        found, lived = _screened(folder, effort, gap)
        screened |= found
        worlds += lived
    kept = {
        gap: left_by_screening({t: i for t, i in screened.items() if t.gap is gap}, effort.kept)
        for gap in (False, True)
    }
    shares: dict[Target, Indices] = {}
    flips: pd.DataFrame = pd.DataFrame()
    for gap in (False, True):
        values, where, lived = _values(folder, effort, gap, kept[gap])
        worlds += lived
        shares |= {target: sobol_indices(means, kept[gap], target.called) for target, means in values.items()}
        if gap:
            flips = where.assign(**{target.outcome: means for target, means in values.items()})
    return page_of(screened, shares, kept, flips, worlds, quick)


def left_by_screening(found: Mapping[Target, Indices], many: int) -> list[str]:
    """The parameters with the largest μ*, each as a share of the largest there is for the same target."""
    reached: dict[str, float] = {}
    for indices in found.values():
        strengths = {name: index.value for name, index in indices.of(MU_STAR).items()}
        largest = max(strengths.values(), default=0.0)
        for name, strength in strengths.items():
            reached[name] = max(reached.get(name, 0.0), strength / largest if largest > 0.0 else 0.0)
    return sorted(sorted(reached, key=lambda name: -reached[name])[:many])


def _bases(gap: bool) -> tuple[str, ...]:
    return (VALLEY, ROUTE) if gap else (BASELINE,)


def _lived(
    folder: Path, base: str, name: str, seeds: int, design: Mapping[str, object], names: Sequence[str]
) -> tuple[dict[str, Numbers], pd.DataFrame, int]:
    question = f"Which assumptions do the outcomes of {base} hang on?"
    results = swept(study_text(question, base, seeds, OUTCOMES, design, names), folder, f"{name}_{base}")
    return late_means(results, OUTCOMES), points(results), int(results.about["runs"])


def _targets(
    folder: Path, gap: bool, name: str, seeds: int, design: Mapping[str, object], names: Sequence[str]
) -> tuple[dict[Target, Numbers], pd.DataFrame, int]:
    """Each target's value at each point: the mean over seeds, of the gap where it is one."""
    told = [_lived(folder, base, name, seeds, design, names) for base in _bases(gap)]
    values: dict[Target, Numbers] = {}
    for outcome in OUTCOMES:
        there = told[0][0][outcome] - told[1][0][outcome] if gap else told[0][0][outcome]
        values[Target(outcome, gap)] = there.mean(axis=1)
    return values, told[0][1], sum(lived for _, _, lived in told)


def _screened(folder: Path, effort: Effort, gap: bool) -> tuple[dict[Target, Indices], int]:
    names = varied(gap)
    design = {"kind": "morris", "n": effort.trajectories, "levels": LEVELS_OF_TRAJECTORIES, "seed": 1}
    values, where, worlds = _targets(folder, gap, "screening", effort.screening_seeds, design, names)
    in_order = list(where.columns)
    sample = trajectories(in_order, effort.trajectories, LEVELS_OF_TRAJECTORIES, 1)
    return {
        target: morris_indices(means, sample, in_order, LEVELS_OF_TRAJECTORIES, target.called)
        for target, means in values.items()
    }, worlds


def _values(
    folder: Path, effort: Effort, gap: bool, names: Sequence[str]
) -> tuple[dict[Target, Numbers], pd.DataFrame, int]:
    design = {"kind": "sobol", "n": effort.blocks, "second_order": False, "seed": 1}
    return _targets(folder, gap, "indices", effort.seeds, design, names)
