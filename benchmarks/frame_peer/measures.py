"""Compute the outcomes, as docs/model.md defines them, from the data frames."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from benchmarks.frame_peer.rules import COLLABORATION, one_wayness

if TYPE_CHECKING:
    from benchmarks.frame_peer import FramePeer


def measured(model: FramePeer) -> dict[str, float]:
    """Compute the outcomes of the last half-term, or of the initial state."""
    return in_order({**of_ties(model), **of_people(model), **of_requests(model)})


def of_ties(model: FramePeer) -> dict[str, float]:
    """Compute outcomes of ties: trust, levels and flows."""
    ties = model.ties.agents
    back = pl.col("trust").gather(pl.col("twin"))
    given, received = pl.col("given"), pl.col("given").gather(pl.col("twin"))
    flow, inside, in_use = given + received, pl.col("inside"), given + received >= 0.5
    found = ties.select(
        trust=pl.col("trust").filter(inside).mean(),
        mutual_trust=((pl.col("trust") > 0.55) & (back > 0.55)).filter(inside).mean(),
        level=pl.col("level").filter(inside).mean(),
        collaboration=(pl.col("level") == COLLABORATION).filter(inside).mean(),
        reciprocity=1.0 - (given - received).abs().sum() / flow.sum(),
        one_wayness=one_wayness(given, received, model.rules).filter(in_use).mean(),
    ).row(0, named=True)
    found = {name: math.nan if value is None else value for name, value in found.items()}
    return found | {"social_capital": found["trust"] * found["reciprocity"]}


def of_people(model: FramePeer) -> dict[str, float]:
    """Compute outcomes of people and schools: practice, reach, fatigue and results."""
    ties, teachers, areas = model.ties.agents, model.teachers.agents, model.teachers.areas
    theirs = teachers.select(areas)[ties["partner"]]
    reached = ties.select("holder", **{area: pl.col("trust") * theirs[area] for area in areas})
    most = reached.group_by("holder").agg(pl.max(area) for area in areas)
    best = (
        teachers.select(areas)
        .with_row_index("holder")
        .with_columns(pl.col("holder").cast(pl.Int64))
        .join(most, on="holder", how="left", suffix="_reached")
    )
    reach = best.select(
        pl.mean_horizontal(pl.max_horizontal(area, f"{area}_reached") for area in areas).mean()
    ).item()  # fmt: skip
    schools = model.schools.practice()
    results = model.schools.agents["attainment"].sort()
    fifth = max(1, int(len(results) / 5 + 0.5))
    return {
        "practice": teachers.select(pl.mean_horizontal(areas).mean()).item(),
        "practice_min": schools.min(),
        "practice_sd": schools.std(ddof=0),
        "frontier": teachers.select(pl.mean_horizontal(pl.max(area) for area in areas)).item(),
        "fatigue": teachers["fatigue"].mean(),
        "intellectual_capital": reach,
        "attainment": results.mean(),
        "attainment_gap": results[-fifth:].mean() - results[:fifth].mean(),
        "head_trust": model.head_ties.agents["trust"].mean(),
        "alliances": float(len(model.coordinators)),
    }


def of_requests(model: FramePeer) -> dict[str, float]:
    """Compute outcomes of this half-term's requests."""
    answered, schools = model.answered, len(model.schools)
    if model.half_term == 0:
        nothing = ("sharing", "jpd", "refusals", "betrayals", "uphill", "donor_share")
        return dict.fromkeys(nothing, math.nan)
    granted = answered.filter("granted")
    helps, people = granted.height, len(model.teachers)
    givers = granted.group_by("givers_school").len()["len"].sort(descending=True)
    fifth = max(1, int(schools / 5 + 0.5))
    return {
        "sharing": helps / people,
        "jpd": granted["joint"].sum() / people,
        "refusals": 1.0 - helps / answered.height if answered.height else math.nan,
        "betrayals": granted["betrayed"].mean() if helps else math.nan,
        "uphill": granted["uphill"].mean() if helps else math.nan,
        "donor_share": givers.head(fifth).sum() / helps if helps else math.nan,
    }


def in_order(found: dict[str, float]) -> dict[str, float]:
    """Return the outcomes in the project's order."""
    from benchmarks.plain_mesa import OUTCOMES

    return {name: found[name] for name in OUTCOMES}
