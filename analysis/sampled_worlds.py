"""Worlds at the points of a sample: a study is written, swept (or gone on with), and read point by point."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR, PARAMETERS
from alliance_sim.study import Results, Study
from analysis.pages import RUNS, counting

YEARS = 10
HALF_TERMS = YEARS * HALF_TERMS_A_YEAR
LATE = 2 * HALF_TERMS_A_YEAR
"""Worlds are judged by their last two years, as everywhere."""
WHOLE = (
    "policy.competition", "policy.funding", "policy.secrecy", "policy.porosity", "trust.initial",
    "coordinator.credibility", "coordinator.mediation",
)  # fmt: skip
"""What policy and history can make anything of is varied over its whole range …"""
AROUND = 0.5
"""… all else by this share of its default to either side, as the model's description has it for weights …"""
NO_FASTER = {"trust.gain": (0.06, 0.16)}
"""… but trust may not be lost faster than it is there: gain times loss ratio stays under 1."""

type Numbers = NDArray[np.float64]


def range_of(name: str) -> tuple[float, float]:
    """Between which values a parameter is varied."""
    parameter = PARAMETERS[name]
    least, most = parameter.bounds
    if name in NO_FASTER:
        return NO_FASTER[name]
    if name in WHOLE:
        return float(least), float(most)
    if parameter.span:
        return float(parameter.span[0]), float(parameter.span[1])
    default = float(parameter.default)  # pyright: ignore[reportArgumentType] (what has a range is a number)
    low, high = max(least, default * (1 - AROUND)), min(most, default * (1 + AROUND))
    return (round(low), round(high)) if parameter.kind == "count" else (low, high)


def stated(name: str) -> str:
    """A line of a design: a range, or each of the values there are."""
    if PARAMETERS[name].kind == "switch":
        return f'"{name}" = [false, true]'
    if PARAMETERS[name].kind == "choice":
        return f'"{name}" = {json.dumps(list(PARAMETERS[name].choices))}'
    low, high = range_of(name)
    return f'"{name}" = {{ from = {low:.6g}, to = {high:.6g} }}'


def study_text(
    question: str, base: str, seeds: int, keep: Sequence[str], design: Mapping[str, object], varied: Sequence[str],
    half_terms: int = HALF_TERMS,
) -> str:  # fmt: skip
    """A study file: a sample of some parameters over their ranges."""
    lines = [
        f"question = {json.dumps(question, ensure_ascii=False)}",
        f"base = {json.dumps(base)}",
        f"seeds = {seeds}",
        f"half_terms = {half_terms}",
        f"keep = {json.dumps(list(keep))}",
        "",
        "[design]",
        *(f"{key} = {json.dumps(value)}" for key, value in design.items()),
        *(stated(name) for name in varied),
    ]
    return "\n".join(lines) + "\n"


def swept(text: str, folder: Path, name: str) -> Results:
    """The results of a study, swept as far as they are not there yet.

    Raises:
        RuntimeError: if a world failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    sweep = Study.load(file).run(folder / f"{name}{RUNS}", told=counting(name.replace("_", " ")))
    if sweep.failed:
        raise RuntimeError(f"{sweep.failed} worlds of {name} failed: {sweep.first_failures[0].reason}")
    return Results.open(folder / f"{name}{RUNS}")


def late_means(results: Results, outcomes: Sequence[str]) -> dict[str, Numbers]:
    """Each outcome's mean over the last two years: shape (points, seeds)."""
    wanted = ", ".join(f'avg("{name}") as "{name}"' for name in outcomes)
    rows: pd.DataFrame = results.query(
        f"select point, seed, {wanted} from results where half_term > "  # noqa: S608 (names are declared outcomes)
        f"(select max(half_term) from results) - {LATE} group by point, seed order by point, seed"
    )
    seeds = rows["seed"].nunique()
    return {name: rows[name].to_numpy(dtype=np.float64).reshape(-1, seeds) for name in outcomes}


def points(results: Results) -> pd.DataFrame:
    """What was varied, one row a point."""
    return results.query("select * from points order by point").drop(columns="point")
