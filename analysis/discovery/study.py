"""Find the conditions under which collaboration collapses, with PRIM on a sweep.

Collapse was defined before the first look: in the last two of ten years the mean level of ties is under 1.5, so most of
them are at networking, Himmelman's lowest level (B8). PRIM peels one sample; a second sample, which PRIM has not
seen, shows the coverage and density of the box without bias.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from alliance_sim.study import Results
from alliance_sim.study.errors import StudyError
from analysis.discovery.page import Question, build_page
from analysis.discovery.prim import LabelledPoints, as_categories, find_box
from analysis.pages.page import Page
from analysis.pages.results_folder import refuse
from analysis.sampled_runs import design_points, late_means, run_study, study_text

COLLAPSE = 1.5
"""Collaboration has collapsed where the mean level of ties is below this."""
VARIED = (
    "policy.competition", "policy.funding", "policy.secrecy", "policy.porosity", "trust.initial", "trust.gain",
    "trust.loss_ratio", "trust.head_meeting", "reciprocity.enabled", "reciprocity.return_rate", "outcome.betrayal",
    "outcome.misfortune", "help.base_need", "help.refusal_loss", "level.refusal_demotion", "coordinator.present",
    "coordinator.capacity", "coordinator.credibility", "coordinator.mediation", "fatigue.weight",
)  # fmt: skip
LEAST_POINTS = 60
"""Fewest points in which conditions are searched."""
SEEN = 2 / 3
"""Share of a user's sweep that PRIM sees; the rest are its fresh points."""
POINTS, FRESH_POINTS, SEEDS = 2_000, 1_000, 2
QUICK_POINTS, QUICK_FRESH = 200, 100

COLLAPSES = Question(
    title="When does collaboration collapse?",
    clause="Collaboration collapses",
    case="collapsed",
    otherwise="continues",
    source="of a Latin hypercube",
    seeds=SEEDS,
    fresh="The fresh points are a second sample that PRIM has not seen.",
)


def analyse(folder: Path, *, quick: bool) -> Page:
    """Run both sweeps as far as they are missing, find the box, and test it on the fresh points.

    Args:
        folder: where studies and runs are stored.
        quick: whether to use small samples for a first look.
    """
    samples: list[LabelledPoints] = []
    runs = 0
    for name, many, seed in (
        ("conditions", QUICK_POINTS if quick else POINTS, 1),
        ("fresh_conditions", QUICK_FRESH if quick else FRESH_POINTS, 2),
    ):
        design = {"kind": "latin_hypercube", "n": many, "seed": seed}
        text = study_text("When does collaboration collapse?", "baseline", SEEDS, ["level"], design, VARIED)
        results = run_study(text, folder, name)
        runs += int(results.about["runs"])
        level = late_means(results, ["level"])["level"].mean(axis=1)
        samples.append(LabelledPoints(as_categories(design_points(results)), level < COLLAPSE))
    searched, fresh = samples
    peeling = find_box(searched.where, searched.cases) if searched.mixed else None
    return build_page(COLLAPSES, searched, fresh, peeling, runs, quick)


def analyse_sweep(sweep: Path, outcome: str, limit: float, *, below: bool) -> Page:
    """Find where an outcome of a user's sweep was below or above a limit in the last two years.

    PRIM sees two thirds of the points, sampled at random; the box is tested on the others.

    Args:
        sweep: the folder of the sweep's results.
        outcome: the outcome's name.
        limit: the value that separates cases from other points.
        below: whether points below the limit are the cases, rather than those above.
    """
    try:
        results = Results.open(sweep)
        endpoints = results.ends(outcome)
    except StudyError as error:
        refuse(str(error))
    values, simulated = endpoints.values[outcome], np.isfinite(endpoints.values[outcome])
    known = simulated.any(axis=1)
    mean = np.nansum(values[known], axis=1) / simulated[known].sum(axis=1)
    design = {name: np.array(levels.values)[levels.codes][known] for name, levels in endpoints.levels.items()}
    varied = {name: column for name, column in design.items() if len(set(column.tolist())) > 1}
    where = as_categories(pd.DataFrame(varied))
    if where.columns.empty or len(where) < LEAST_POINTS:
        refuse(f"{sweep} has {len(where):,} points; a search for conditions needs at least {LEAST_POINTS} that differ")
    points = LabelledPoints(where, mean < limit if below else mean > limit)
    seen = np.random.default_rng(1).random(len(where)) < SEEN
    searched = points.select(seen)
    side, other = ("under", "not under") if below else ("over", "not over")
    question = Question(
        title=f"When is {outcome} {side} {limit:g}?",
        clause=f"{outcome.capitalize()} is {side} {limit:g}",
        case=f"{side} {limit:g}",
        otherwise=f"{other} {limit:g}",
        source=f"of {results.about['name']}",
        seeds=values.shape[1],
        fresh="The fresh points are a random third of the sweep that PRIM has not seen.",
        caveat=_caveat(endpoints.missing, endpoints.done.size),
    )
    peeling = find_box(searched.where, searched.cases) if searched.mixed else None
    return build_page(question, searched, points.select(~seen), peeling, int(endpoints.done.sum()), quick=False)


def _caveat(missing: int, runs: int) -> str:
    return f"Of {runs:,} runs, {missing:,} are missing: they failed or are not simulated yet." if missing else ""
