"""Find the assumptions on which outcomes depend, and where Silicon Valley's lead over Route 128 is reversed.

Morris' screening covers all parameters of the core; Sobol's indices are then computed for the few most important ones.
Both are of outcomes in the baseline, and of the gap between Silicon Valley and Route 128: two runs with the same
schools, random numbers and assumptions, which differ only in their institutions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from alliance_sim.declarations.parameters import GROUPS
from alliance_sim.study.spec.sampling import trajectories
from analysis.pages.page import Page
from analysis.sampled_runs import Numbers, design_points, late_means, run_study, study_text
from analysis.sensitivity.indices import Screening, Shares, screen, share_variance
from analysis.sensitivity.page import build_page
from analysis.sensitivity.targets import OUTCOMES, Target

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
    "home",
)
LEFT_OUT = (
    "policy.hub_push",
    "policy.boundary_push",
    "attainment.intake_sd",
    "attainment.cohort_sd",
    "attainment.pupil_sd",
    "practice.stationary",
    "practice.solo_rate",
    "practice.solo_step",
    "trust.frozen",
    "population.hub_lead",
)
"""Parameters of modules, spreads that affect no mean, and what the core derives from other values."""
INSTITUTIONS = ("policy.secrecy", "policy.porosity", "coordinator.present")
"""The parameters in which Silicon Valley and Route 128 differ."""
LEVELS_OF_TRAJECTORIES = 4
BASELINE, VALLEY, ROUTE = "baseline", "silicon_valley", "route128"


@dataclass(frozen=True)
class Effort:
    """The size of the analysis.

    Attributes:
        trajectories: trajectories of Morris' design.
        screening_seeds: seeds per point of the screening.
        blocks: blocks of Sobol's design, a power of two.
        seeds: seeds per point of Sobol's design.
        kept: parameters that screening selects.
    """

    trajectories: int
    screening_seeds: int
    blocks: int
    seeds: int
    kept: int


FULL = Effort(trajectories=30, screening_seeds=4, blocks=256, seeds=4, kept=8)
QUICK = Effort(trajectories=4, screening_seeds=1, blocks=16, seeds=1, kept=4)


def varied(gap: bool) -> list[str]:
    """Return the names of the screened parameters.

    Args:
        gap: whether the target is the gap between institutions, so that these are not varied.
    """
    names = [one.name for group in CORE for one in GROUPS[group][1] if one.kind != "levels"]
    left_out = (*LEFT_OUT, *(INSTITUTIONS if gap else ()))
    return [name for name in names if name not in left_out]


def analyse(folder: Path, effort: Effort, *, quick: bool) -> Page:
    """Run what is missing and build the page of findings.

    Args:
        folder: where studies, runs and page are stored.
        effort: the size of the analysis.
        quick: whether the page should warn that it is a first look.
    """
    screened: dict[Target, Screening] = {}
    runs = 0
    for gap in (False, True):
        found, count = _screened(folder, effort, gap)
        screened |= found
        runs += count
    kept = {
        gap: select_by_screening({t: i for t, i in screened.items() if t.gap is gap}, effort.kept)
        for gap in (False, True)
    }
    shares: dict[Target, Shares] = {}
    flips: pd.DataFrame = pd.DataFrame()
    for gap in (False, True):
        values, where, count = _values(folder, effort, gap, kept[gap])
        runs += count
        shares |= {target: share_variance(runs_of, list(where.columns)) for target, runs_of in values.items()}
        if gap:
            flips = where.assign(**{target.outcome: runs_of.mean(axis=1) for target, runs_of in values.items()})
    return build_page(screened, shares, kept, flips, runs, quick)


def select_by_screening(found: Mapping[Target, Screening], many: int) -> list[str]:
    """Return the ``many`` parameters with the largest μ*, relative to the largest μ* of the same target."""
    reached: dict[str, float] = {}
    for screening in found.values():
        strengths = dict(zip(screening.names, screening.mu_star.estimate.tolist(), strict=True))
        largest = max(strengths.values(), default=0.0)
        for name, strength in strengths.items():
            reached[name] = max(reached.get(name, 0.0), strength / largest if largest > 0.0 else 0.0)
    return sorted(sorted(reached, key=lambda name: -reached[name])[:many])


def _bases(gap: bool) -> tuple[str, ...]:
    return (VALLEY, ROUTE) if gap else (BASELINE,)


def _run_study(
    folder: Path, base: str, name: str, seeds: int, design: Mapping[str, object], names: Sequence[str]
) -> tuple[dict[str, Numbers], pd.DataFrame, int]:
    question = f"On which assumptions do the outcomes of {base} depend?"
    results = run_study(study_text(question, base, seeds, OUTCOMES, design, names), folder, f"{name}_{base}")
    return late_means(results, OUTCOMES), design_points(results), int(results.about["runs"])


def _targets(
    folder: Path, gap: bool, name: str, seeds: int, design: Mapping[str, object], names: Sequence[str]
) -> tuple[dict[Target, Numbers], pd.DataFrame, int]:
    """Return each target's value in each run, shape (points, seeds), the design and the number of runs."""
    results = [_run_study(folder, base, name, seeds, design, names) for base in _bases(gap)]
    values: dict[Target, Numbers] = {}
    for outcome in OUTCOMES:
        there = results[0][0][outcome] - results[1][0][outcome] if gap else results[0][0][outcome]
        values[Target(outcome, gap)] = there
    return values, results[0][1], sum(count for _, _, count in results)


def _screened(folder: Path, effort: Effort, gap: bool) -> tuple[dict[Target, Screening], int]:
    names = varied(gap)
    design = {"kind": "morris", "n": effort.trajectories, "levels": LEVELS_OF_TRAJECTORIES, "seed": 1}
    values, where, runs = _targets(folder, gap, "screening", effort.screening_seeds, design, names)
    in_order = list(where.columns)
    sample = trajectories(in_order, effort.trajectories, LEVELS_OF_TRAJECTORIES, 1)
    return {target: screen(runs_of, sample, in_order) for target, runs_of in values.items()}, runs


def _values(
    folder: Path, effort: Effort, gap: bool, names: Sequence[str]
) -> tuple[dict[Target, Numbers], pd.DataFrame, int]:
    design = {"kind": "sobol", "n": effort.blocks, "second_order": False, "seed": 1}
    return _targets(folder, gap, "indices", effort.seeds, design, names)
