"""Find the conditions under which collaboration collapses, with PRIM on a sweep.

Collapse was defined before the first look: in the last two of ten years the mean level of ties is under 1.5, so most of
them are at networking, Himmelman's lowest level (B8). PRIM peels one sample; a second sample, which PRIM has not
seen, shows the coverage and density of the box without bias. The search is repeated in resamples of the sample's
blocks, which shows how well the sample determines each limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.study import Results
from alliance_sim.study.errors import StudyError
from alliance_sim.study.results.endpoints import Levels
from analysis.discovery.page import Findings, Question, build_page
from analysis.discovery.prim import LabelledPoints, as_categories, find_box
from analysis.discovery.stability import RESAMPLES, bootstrap_limits, coverage_of, density_of, split_blocks
from analysis.pages.page import Page
from analysis.pages.results_folder import refuse
from analysis.sampled_runs import design_points, late_means, run_study, study_text
from analysis.thresholds import thresholds_of

COLLAPSE = thresholds_of("discovery", "collapse")["level"].value
"""Collaboration has collapsed where the mean level of ties is below this."""
VARIED = (
    "policy.competition", "policy.funding", "policy.secrecy", "policy.porosity", "trust.initial", "trust.gain",
    "trust.loss_ratio", "trust.head_meeting", "reciprocity.enabled", "reciprocity.return_rate", "outcome.betrayal",
    "outcome.misfortune", "help.base_need", "help.refusal_loss", "level.refusal_demotion", "coordinator.present",
    "coordinator.capacity", "coordinator.credibility", "coordinator.mediation", "fatigue.weight",
)  # fmt: skip
LEAST_POINTS = 60
"""Fewest points in which conditions are searched."""
LEAST_BLOCKS = 10
"""Fewest independent blocks of a user's sweep."""
SEEN = 2 / 3
"""Share of a user's sweep that PRIM sees; the rest are its fresh points."""
VARIANT = "variant"
POINTS, FRESH_POINTS, SEEDS = 2_000, 1_000, 2
QUICK_POINTS, QUICK_FRESH, QUICK_RESAMPLES = 200, 100, 10

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
        samples.append(LabelledPoints(as_categories(design_points(results)), level < COLLAPSE, np.arange(len(level))))
    searched, fresh = samples
    found = search(searched, fresh, QUICK_RESAMPLES if quick else RESAMPLES)
    return build_page(COLLAPSES, searched, found, runs, quick)


def search(searched: LabelledPoints, fresh: LabelledPoints, resamples: int) -> Findings | None:
    """Find a box, bootstrap its limits, and test it on fresh points; None if all points are cases, or none is.

    Args:
        searched: the points that PRIM sees.
        fresh: points of other blocks.
        resamples: number of resamples of the blocks.
    """
    if not searched.mixed:
        return None
    peeling = find_box(searched.where, searched.cases)
    with ProcessPoolExecutor(mp_context=get_context("forkserver")) as pool:
        stability = bootstrap_limits(searched, peeling.box, resamples, pool)
    inside = float(peeling.box.contains(fresh.where).mean())
    density, coverage = density_of(peeling.box, fresh), coverage_of(peeling.box, fresh)
    return Findings(peeling, stability, density, coverage, inside, resamples)


def analyse_sweep(sweep: Path, outcome: str, limit: float, *, below: bool, resamples: int | None = None) -> Page:
    """Find where an outcome of a user's sweep was below or above a limit in the last two years.

    PRIM sees two thirds of the blocks, sampled at random; the box is tested on the others. A block is what the sample
    drew independently, with all of its variants.

    Args:
        sweep: the folder of the sweep's results.
        outcome: the outcome's name.
        limit: the value that separates cases from other points.
        below: whether points below the limit are the cases, rather than those above.
        resamples: number of resamples in which the search is repeated; ``RESAMPLES`` by default.
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
    blocks = blocks_of(endpoints.kind, endpoints.levels)[known]
    points = LabelledPoints(where, mean < limit if below else mean > limit, blocks)
    if len(np.unique(blocks)) < LEAST_BLOCKS:
        many = len(np.unique(blocks))
        refuse(f"{sweep} has {many} independent blocks of points; a search for conditions needs {LEAST_BLOCKS}")
    seen = split_blocks(points, SEEN)
    side, other = ("under", "not under") if below else ("over", "not over")
    question = Question(
        title=f"When is {outcome} {side} {limit:g}?",
        clause=f"{outcome.capitalize()} is {side} {limit:g}",
        case=f"{side} {limit:g}",
        otherwise=f"{other} {limit:g}",
        source=f"of {results.about['name']}",
        seeds=values.shape[1],
        fresh="The fresh points are those of a random third of the sweep's blocks, which PRIM has not seen.",
        caveat=_caveat(endpoints.missing, endpoints.done.size),
    )
    searched = points.select(seen)
    found = search(searched, points.select(~seen), RESAMPLES if resamples is None else resamples)
    return build_page(question, searched, found, int(endpoints.done.sum()), quick=False)


def blocks_of(kind: str, levels: Mapping[str, Levels]) -> NDArray[np.int64]:
    """Return the block of each point of a sweep: what its sample drew independently of the other points.

    Args:
        kind: the kind of design.
        levels: the levels of each factor over the points, the variants among them.
    """
    many = len(next(iter(levels.values())).codes)
    variant = levels[VARIANT].codes if VARIANT in levels else np.zeros(many, np.int64)
    variants = int(variant.max()) + 1
    sampled = np.empty(many, np.int64)  # the place of each point in the sample, the same for all of its variants
    for code in range(variants):
        sampled[variant == code] = np.arange((variant == code).sum())
    factors, size = len(levels) - (VARIANT in levels), many // variants
    match kind:
        case "morris":
            return sampled // (factors + 1)
        case "sobol":  # a power of two blocks, with or without second-order indices
            length = 2 * factors + 2
            return sampled // (length if _is_power_of_two(size / length) else factors + 2)
        case _:
            return sampled


def _is_power_of_two(number: float) -> bool:
    return number >= 1 and number == int(number) and int(number).bit_count() == 1


def _caveat(missing: int, runs: int) -> str:
    return f"Of {runs:,} runs, {missing:,} are missing: they failed or are not simulated yet." if missing else ""
