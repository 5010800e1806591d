"""Run a study at the points of a sample: write its file, run or resume it, and read its results by point."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.cli.errors import FAILED, INTERRUPTED
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR, PARAMETERS, Value
from alliance_sim.study import Results, Study
from analysis.models import LATE, default_of
from analysis.pages.results_folder import RUNS, refuse

YEARS = 10
HALF_TERMS = YEARS * HALF_TERMS_A_YEAR
WHOLE = (
    "policy.competition", "policy.funding", "policy.secrecy", "policy.porosity", "trust.initial",
    "coordinator.credibility", "coordinator.mediation",
)  # fmt: skip
"""Parameters that policy or history determines are varied over their whole range."""
AROUND = 0.5
"""All others are varied by this share of their default to either side, as the model's description does for weights."""
LIMITED = {"trust.gain": (0.06, 0.16)}
"""Narrower ranges: gain times loss ratio must stay under 1, so that no loss exceeds the present trust."""

type Numbers = NDArray[np.float64]


def range_of(name: str) -> tuple[float, float]:
    """Return the lowest and highest value of a varied parameter."""
    parameter = PARAMETERS[name]
    least, most = parameter.bounds
    if name in LIMITED:
        return LIMITED[name]
    if name in WHOLE:
        return float(least), float(most)
    if parameter.span:
        return float(parameter.span[0]), float(parameter.span[1])
    default = default_of(name)
    low, high = max(least, default * (1 - AROUND)), min(most, default * (1 + AROUND))
    return (round(low), round(high)) if parameter.kind == "count" else (low, high)


def design_line(name: str) -> str:
    """Format a parameter as a line of a design: a range, or each of its values."""
    if PARAMETERS[name].kind == "switch":
        return f'"{name}" = [false, true]'
    if PARAMETERS[name].kind == "choice":
        return f'"{name}" = {json.dumps(list(PARAMETERS[name].choices))}'
    low, high = range_of(name)
    return f'"{name}" = {{ from = {low:.6g}, to = {high:.6g} }}'


def study_text(
    question: str, base: str, seeds: int, keep: Sequence[str], design: Mapping[str, object], varied: Sequence[str],
    half_terms: int = HALF_TERMS, *, fixed: Mapping[str, Value] | None = None,
) -> str:  # fmt: skip
    """Format a study file that samples some parameters over their ranges.

    Each point has random numbers of its own, so the points are independent; the same point of two such studies with
    different bases has the same ones. ``fixed`` gives parameters the same value at all points.
    """
    lines = [
        f"question = {json.dumps(question, ensure_ascii=False)}",
        f"base = {json.dumps(base)}",
        f"seeds = {seeds}",
        f"half_terms = {half_terms}",
        'random_numbers = "independent"',
        f"keep = {json.dumps(list(keep))}",
        *([f"set = {{ {', '.join(_assignment(*one) for one in fixed.items())} }}"] if fixed else []),
        "",
        "[design]",
        *(f"{key} = {json.dumps(value)}" for key, value in design.items()),
        *(design_line(name) for name in varied),
    ]
    return "\n".join(lines) + "\n"


def _assignment(name: str, value: Value) -> str:
    return f"{json.dumps(name)} = {json.dumps(value)}"


def run_study(text: str, folder: Path, name: str) -> Results:
    """Run a study as far as its results are missing, and open them.

    A sweep that was interrupted or has failed runs is refused with one sentence: its points would not be comparable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    sweep = Study.load(file).run(folder / f"{name}{RUNS}", progress=progress_logger(name.replace("_", " ")))
    if sweep.interrupted:
        done = sweep.before + sweep.done
        refuse(
            f"the sweep {name} was interrupted after {done:,} of {sweep.runs:,} runs, so nothing was evaluated; "
            "the same command resumes it",
            INTERRUPTED,
        )
    if sweep.failed:
        reason = sweep.first_failures[0].reason
        failed = f"{sweep.failed:,} of {sweep.runs:,} runs of {name} failed"
        refuse(f"{failed}, so nothing was evaluated; the first: {reason}", FAILED)
    return Results.open(folder / f"{name}{RUNS}")


def progress_logger(what: str) -> Callable[[int, int], None]:
    """Return a callback that prints a sweep's progress to standard error, one line per tenth."""
    reported = {-1}

    def report(done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth not in reported:
            reported.add(tenth)
            print(f"{what}: {done:,} of {total:,} runs", file=sys.stderr, flush=True)

    return report


def late_means(results: Results, outcomes: Sequence[str]) -> dict[str, Numbers]:
    """Return each outcome's mean over the last two years: shape (points, seeds), each point's seeds in order."""
    wanted = ", ".join(f'avg("{name}") as "{name}"' for name in outcomes)
    rows: pd.DataFrame = results.query(
        f"select point, seed, {wanted} from results where half_term > "  # noqa: S608 (names are declared outcomes)
        f"(select max(half_term) from results) - {LATE} group by point, seed order by point, seed"
    )
    seeds = len(rows) // len(np.unique(rows["point"].to_numpy()))
    return {name: rows[name].to_numpy(dtype=np.float64).reshape(-1, seeds) for name in outcomes}


def design_points(results: Results) -> pd.DataFrame:
    """Return the varied parameters, one row per point."""
    return results.query("select * from points order by point").drop(columns="point")
