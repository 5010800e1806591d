"""Rules that several steps share, as expressions over columns."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl

USEFUL = 0.05
"""Gap in practice above which a teacher asks for help."""
COLLABORATION = 4
OWN_CONTACT, BROKERED, OFFERED_BACK = 0, 1, 2
"""The channels through which a request arises."""


def of_level(values: list[float], level: pl.Expr) -> pl.Expr:
    """Return the value of a level, 1 to 4."""
    return level.replace_strict([1, 2, 3, 4], list(values), return_dtype=pl.Float64)


def between_levels(values: list[float], level: pl.Expr) -> pl.Expr:
    """Interpolate a value given for each level."""
    low = level.floor().clip(1, 3).cast(pl.Int64)
    below, above = of_level(values, low), of_level(values, low + 1)
    return below + (level - low) * (above - below)


def logistic(x: pl.Expr) -> pl.Expr:
    """Compute the logistic function."""
    return 1.0 / (1.0 + (-x).exp())


def felt(debt: pl.Expr, rules: SimpleNamespace) -> pl.Expr:
    """Compute the saturating weight of a debt."""
    if not rules.reciprocity.enabled:
        return pl.lit(0.0)
    return pl.when(debt > 0.0).then(debt / (rules.reciprocity.half_saturation + debt)).otherwise(0.0)


def tiredness(fatigue: pl.Expr, rules: SimpleNamespace) -> pl.Expr:
    """Loss of willingness through fatigue above capacity."""
    return rules.fatigue.weight * (fatigue - 1.0).clip(lower_bound=0.0)


def rivalry(rank: pl.Expr, other: pl.Expr, rules: SimpleNamespace) -> pl.Expr:
    """R: rivalry, strongest between neighbours in the league table."""
    return rules.policy.competition * (1.0 - (rank - other).abs())


def betrayal(rivals: pl.Expr, trust: pl.Expr, rules: SimpleNamespace) -> pl.Expr:
    """Probability of betrayal by a partner with this much trust."""
    outcome = rules.outcome
    return (outcome.betrayal * (1.0 + outcome.betrayal_rivalry * rivals) * (1.0 - trust)).clip(upper_bound=1.0)


def dread(trust: pl.Expr, stake: pl.Expr, rivals: pl.Expr, rules: SimpleNamespace) -> pl.Expr:
    """Perceived loss; competition scales it, or is added in the additive variant."""
    loss, threat = (1.0 - trust) * rules.trust.loss_weight * (0.5 + stake), rules.trust.rivalry_weight * rivals
    return loss + threat if rules.trust.competition_enters == "additive" else loss * (1.0 + threat)


def one_wayness(given: pl.Expr, received: pl.Expr, rules: SimpleNamespace) -> pl.Expr:
    """W: one-wayness of help beyond the tolerance."""
    tolerance = rules.reciprocity.one_way_tolerance
    skew = (given - received).abs() / (given + received + 3.0)
    return (skew - tolerance).clip(lower_bound=0.0) / max(1.0 - tolerance, 1e-9)


def trust_too_low(lower: pl.Expr, level: pl.Expr, rules: SimpleNamespace) -> pl.Expr:
    """Whether the lower trust is well below the level's gate."""
    return lower < of_level(rules.level.gate, level) - rules.level.hysteresis


def step_of(spark: pl.Expr, practice: pl.Expr, rules: SimpleNamespace) -> pl.Expr:
    """Remaining distance to the ceiling of practice, as a share."""
    return rules.practice.jpd_step * spark * (1.0 - practice / rules.practice.ceiling).clip(lower_bound=0.0)


def value_at(columns: list[str], place: str) -> pl.Expr:
    """Select, per row, the column whose number is in another column."""
    return pl.coalesce(pl.when(pl.col(place) == number).then(pl.col(name)) for number, name in enumerate(columns))


def best_of(columns: list[pl.Expr]) -> pl.Expr:
    """Return the number of the column with the largest value; the first of equals."""
    return pl.concat_list(columns).list.arg_max()
