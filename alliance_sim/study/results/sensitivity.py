"""Sensitivity of outcomes to the factors of a sample: Sobol's and Morris' indices, or rank regression."""

from __future__ import annotations

import math
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from alliance_sim.statistics import indices as sobol
from alliance_sim.statistics import screening
from alliance_sim.statistics.designs import linear_effects
from alliance_sim.statistics.intervals import Interval, Intervals, mean_of
from alliance_sim.statistics.ranking import Leading, leading
from alliance_sim.study.errors import StudyError
from alliance_sim.study.results.endpoints import Endpoints, Levels, Numbers, block_length
from alliance_sim.study.results.pairing import rows_of
from alliance_sim.study.spec.sampling import sample
from alliance_sim.study.spec.schema import DESIGNS
from alliance_sim.study.storage.manifest import Manifest

if TYPE_CHECKING:
    import pandas as pd

FIRST, TOTAL, SECOND = "S1", "ST", "S2"
MU_STAR, MU, SIGMA = "mu_star", "mu", "sigma"
RANKS = "SRRC"
MEANINGS = {
    FIRST: "first-order index: share of the variance between points that vanishes if the factor is held fixed",
    TOTAL: "total index: share of the variance that remains if all other factors are held fixed",
    SECOND: "second-order index: share of the variance due to the interaction of two factors",
    MU_STAR: "mean absolute change in the outcome for a step through the factor's whole range",
    MU: "mean change, with its sign: smaller than μ* where the direction depends on other factors",
    SIGMA: "spread of the change: how non-linear the effect is, or how much it depends on other factors",
    RANKS: "standardised regression coefficient on ranks: 1 or -1 if the outcome is monotone in this factor alone",
}
MOST_LOST = 0.2
"""Blocks lost because single runs are undefined, as a share, above which the means of points are used instead."""


@dataclass(frozen=True)
class Index:
    """One index of one factor, or of two.

    Attributes:
        factor: the name of the factor.
        other: the second factor of a second-order index; else empty.
        measure: a key of ``MEANINGS``.
        value, low, high: the estimate and its 95 % interval; NaN if there is none.
        n: the number of blocks, trajectories or points.
        method: how the interval was computed.
    """

    factor: str
    other: str
    measure: str
    value: float
    low: float
    high: float
    n: int = 0
    method: str = ""


@dataclass(frozen=True)
class Indices:
    """The sensitivity indices of one outcome.

    Attributes:
        kind: ``sobol``, ``morris`` or ``ranks``.
        outcome: the name of the outcome.
        rows: the indices.
        used: the number of blocks, trajectories or points used.
        left_out: the number left out, because runs are missing or the outcome is undefined.
        explained: for ``ranks``, the share of the ranks' variance that the regression explains; else NaN.
        leading: the factors on which the outcome depends most: several, unless one is clearly above the others.
        noise_floor: the index that a factor without effect reaches by random variation: the upper limit of a dummy's
            total index, or its μ*; NaN if there is a single seed, or none is known.
        noise_share: for ``sobol``, the share of random variation in the variance between points.
        few: a sentence if there are too few blocks or trajectories to rely on the intervals; else empty.
    """

    kind: str
    outcome: str
    rows: tuple[Index, ...]
    used: int
    left_out: int
    explained: float = math.nan
    leading: Leading | None = field(default=None, compare=False)
    noise_floor: float = math.nan
    noise_share: float = math.nan
    few: str = ""

    def frame(self) -> pd.DataFrame:
        """Return one row per index."""
        import pandas as pd

        return pd.DataFrame([vars(row) for row in self.rows])

    def of(self, measure: str) -> dict[str, Index]:
        """Return the index of each factor for one measure, without those of pairs."""
        return {row.factor: row for row in self.rows if row.measure == measure and not row.other}


def indices_of(ends: Endpoints, manifest: Manifest, outcome: str) -> Indices:
    """Compute the indices for the kind of sample, from the runs at each point, averaged over the variants.

    Raises:
        StudyError: if the study has no sample, or too few of its runs are done.
    """
    if "variant" not in ends.levels and not ends.levels:
        raise StudyError(f"the study {manifest.name} varies nothing, so there are no indices")
    rows = rows_of(ends)
    values, names = rows.values[outcome], list(manifest.varies)
    match ends.kind:
        case "sobol":
            second = _table(manifest).second_order
            return sobol_indices(values, names, outcome, second_order=second, shared_seeds=ends.paired)
        case "morris":
            table = _table(manifest)
            unit = sample(table, names)
            if unit.shape != (len(values), len(names)) or not _fits(unit, rows.levels, names):
                raise StudyError(
                    "these points are not the trajectories that this version of SALib draws; use the one they had"
                )
            return morris_indices(values, unit, names, table.levels, outcome, shared_seeds=ends.paired)
        case "latin_hypercube" | "sobol_sequence" | "points":
            return rank_regression(rows.levels, values, outcome, shared_seeds=ends.paired)
        case _:
            raise StudyError(
                f"the study {manifest.name} has a full {ends.kind} design, which has no indices; use effects instead"
            )


def _table(manifest: Manifest) -> Any:
    try:
        return DESIGNS[manifest.design].model_validate({"kind": manifest.design, **manifest.about()["sample"]})
    except (ValidationError, KeyError, TypeError) as trouble:
        raise StudyError(f"the study {manifest.name} does not record how its sample was drawn") from trouble


def _whole(values: Numbers, length: int, what: str) -> Numbers:
    """Return the runs of a sample as blocks, shape (blocks, length, seeds); NaN where a block is not complete.

    Seeds without any run are left out. If single undefined runs would cost many blocks, the means of points are used,
    as if there were a single seed.
    """
    values = values[:, None] if values.ndim == 1 else values
    if len(values) % length:
        raise StudyError(f"{len(values):,} points are not a whole number of {what}; the study has been changed")
    values = values[:, ~np.isnan(values).all(axis=0)]
    if not values.shape[1]:
        values = np.full((len(values), 1), np.nan)
    blocks = values.reshape(-1, length, values.shape[1])
    means = mean_of(blocks, -1)[..., None]
    whole, of_means = (int((~np.isnan(each).any(axis=(1, 2))).sum()) for each in (blocks, means))
    if of_means < 2:
        raise StudyError(
            f"only {of_means:,} of {len(blocks):,} {what} are complete, but 2 are needed; resume the sweep"
        )
    return means if whole < (1.0 - MOST_LOST) * of_means else blocks


@contextmanager
def _few() -> Generator[list[str]]:
    """Collect the warning about too few blocks as a sentence."""
    sentences: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", sobol.FewBlocksWarning)
        yield sentences
    sentences += [str(one.message) for one in caught if issubclass(one.category, sobol.FewBlocksWarning)]


def sobol_indices(
    values: Numbers, names: Sequence[str], outcome: str, *, second_order: bool = False, shared_seeds: bool = False
) -> Indices:
    """Compute Sobol's indices of an outcome given at each point of Saltelli's sample, with intervals over blocks.

    Args:
        values: the runs at each point, in the order of the sample, shape (points, seeds); or one number per point.
        names: the factors, in the order of the sample.
        outcome: the name of the outcome.
        second_order: whether the sample includes second-order indices.
        shared_seeds: whether a seed gives the same random numbers at all points.

    Raises:
        StudyError: if too few blocks are complete.
    """
    length = block_length("sobol", len(names), second_order=second_order)
    blocks = _whole(values, length, "blocks of Saltelli's sample")
    with _few() as few:
        found = sobol.sobol_indices(blocks, len(names), shared_seeds=shared_seeds and blocks.shape[-1] > 1)
    rows = [*_rows(names, FIRST, found.first), *_rows(names, TOTAL, found.total)]
    if found.second is not None:
        for place, (one, other) in enumerate(combinations(names, 2)):
            rows.append(_index(one, other, SECOND, found.second.item(place)))
    floor = float(found.noise_floor)
    replicates = found.replicates if len(found.replicates) else None
    first = leading(names, found.total, replicates=replicates, floor=floor if math.isfinite(floor) else 0.0)
    return Indices(
        "sobol", outcome, tuple(rows), found.blocks, found.left_out, leading=first, noise_floor=floor,
        noise_share=float(found.noise_share), few="; ".join(few),
    )  # fmt: skip


def morris_indices(
    values: Numbers, sample: Numbers, names: Sequence[str], levels: int, outcome: str, *, shared_seeds: bool = False
) -> Indices:
    """Compute Morris' indices of an outcome given at each point of some trajectories, with intervals over these.

    Args:
        values: the runs at each point, in the order of the trajectories, shape (points, seeds); or
            one number per point.
        sample: the trajectories, shape (points, factors), every number between 0 and 1.
        names: the factors, in the order of the sample.
        levels: the number of levels of the grid.
        outcome: the name of the outcome.
        shared_seeds: whether a seed gives the same random numbers at all points.

    Raises:
        StudyError: if too few trajectories are complete.
        ValueError: if the points are not on the grid.
    """
    if not np.allclose(sample * (levels - 1), np.round(sample * (levels - 1)), atol=1e-6):
        raise ValueError(f"the points are not on a grid of {levels} levels")
    blocks = _whole(values, len(names) + 1, "trajectories")
    effects = screening.elementary_effects(sample, blocks.reshape(len(sample), -1))
    with _few() as few:
        found = screening.morris_indices(effects, shared_seeds=shared_seeds and blocks.shape[-1] > 1)
    rows: list[Index] = []
    for place, name in enumerate(names):
        rows.append(_index(name, "", MU_STAR, found.mu_star.item(place)))
        rows.append(_index(name, "", MU, found.mu.item(place)))
        rows.append(Index(name, "", SIGMA, float(found.sigma[place]), math.nan, math.nan, found.trajectories))
    floor = float(np.max(found.noise_floor))
    first = leading(names, found.mu_star, floor=floor if math.isfinite(floor) else 0.0)
    return Indices(
        "morris", outcome, tuple(rows), found.trajectories, found.left_out, leading=first, noise_floor=floor,
        few="; ".join(few),
    )  # fmt: skip


def _fits(sample: Numbers, levels: dict[str, Levels], names: list[str]) -> bool:
    """Return whether each step of the sample moves the value of its factor in the same direction, or not at all."""
    values = np.column_stack([levels[name].numbers for name in names])
    moved = np.sign(np.diff(values, axis=0)), np.sign(np.diff(sample, axis=0))
    return all(
        levels[name].numeric is False or bool((moved[0][:, place] * moved[1][:, place] >= 0).all())
        for place, name in enumerate(names)
    )


def _rows(names: Sequence[str], measure: str, found: Intervals) -> list[Index]:
    return [_index(name, "", measure, found.item(place)) for place, name in enumerate(names)]


def _index(factor: str, other: str, measure: str, one: Interval) -> Index:
    return Index(factor, other, measure, one.estimate, one.low, one.high, one.n, one.method)


def rank_regression(levels: dict[str, Levels], values: Numbers, outcome: str, *, shared_seeds: bool) -> Indices:
    """Regress the ranks of the outcome on the ranks of all ordered factors, with intervals over points (and seeds).

    If the points share seeds, the points are ranked seed by seed, and ranks are averaged over seeds. The coefficient is
    that of as many seeds: with more seeds, ranks follow the factors more closely.

    Args:
        levels: the factors over the points.
        values: the runs at each point, shape (points, seeds).
        outcome: the name of the outcome.
        shared_seeds: whether a seed gives the same random numbers at all points.
    """
    from scipy.stats import rankdata

    means = mean_of(values, -1)
    there = ~np.isnan(means)
    names = [name for name, one in levels.items() if (one.numeric or len(one.values) == 2) and len(one.values) > 1]
    used, left_out = int(there.sum()), int((~there).sum())
    nothing = Indices("ranks", outcome, (), used, left_out)
    if not names or used < 2 * (len(names) + 1) or np.ptp(means[there]) == 0.0:
        return nothing
    factors = np.column_stack([rankdata(levels[name].numbers[there]) for name in names])
    runs = values[there][:, ~np.isnan(values[there]).any(axis=0)] if shared_seeds else means[there, None]
    shared = runs.shape[1] > 1
    ranked = rankdata(runs if shared else means[there, None], axis=0)
    of_points = ranked.mean(axis=1)
    if of_points.std() == 0.0 or (factors.std(axis=0) == 0.0).any():
        return nothing
    standard = (factors - factors.mean(axis=0)) / factors.std(axis=0)
    design = np.column_stack([np.ones(used), standard])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return nothing
    scaled = (ranked - of_points.mean()) / of_points.std()
    found = linear_effects(design, np.eye(len(names) + 1)[1:], scaled, shared_seeds=shared)
    fitted = standard @ found.estimate
    explained = 1.0 - float(((scaled.mean(axis=1) - fitted) ** 2).mean())
    first = leading(names, _sizes(found))
    return Indices("ranks", outcome, tuple(_rows(names, RANKS, found)), used, left_out, explained, first)


def _sizes(found: Intervals) -> Intervals:
    """Return the absolute values of estimates, each with its interval turned to the same side."""
    up = found.estimate >= 0.0
    contributions = found.contributions
    if contributions is not None:
        contributions = np.where(up[:, None], contributions, -contributions)
    return replace(
        found,
        estimate=np.abs(found.estimate),
        low=np.where(up, found.low, -found.high),
        high=np.where(up, found.high, -found.low),
        asymmetry=np.where(up, found.asymmetry, -found.asymmetry),
        contributions=contributions,
    )
