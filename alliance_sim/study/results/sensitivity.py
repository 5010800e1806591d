"""Sensitivity of outcomes to the factors of a sample: Sobol's and Morris' indices (SALib), or rank regression."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from alliance_sim.comparison.comparison import BOOTSTRAP_SEED, CONFIDENCE
from alliance_sim.study.errors import StudyError
from alliance_sim.study.results.endpoints import Endpoints, Levels, Numbers
from alliance_sim.study.results.intervals import student
from alliance_sim.study.results.pairing import rows_of
from alliance_sim.study.spec.sampling import problem, sample
from alliance_sim.study.spec.schema import DESIGNS
from alliance_sim.study.storage.manifest import Manifest

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 1_000
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


@dataclass(frozen=True)
class Index:
    """One index of one factor, or of two.

    Attributes:
        factor: the name of the factor.
        other: the second factor of a second-order index; else empty.
        measure: a key of ``MEANINGS``.
        value, low, high: the estimate and its 95 % interval; NaN if there is none.
    """

    factor: str
    other: str
    measure: str
    value: float
    low: float
    high: float


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
    """

    kind: str
    outcome: str
    rows: tuple[Index, ...]
    used: int
    left_out: int
    explained: float = math.nan

    def frame(self) -> pd.DataFrame:
        """Return one row per index."""
        import pandas as pd

        return pd.DataFrame([vars(row) for row in self.rows])

    def of(self, measure: str) -> dict[str, Index]:
        """Return the index of each factor for one measure, without those of pairs."""
        return {row.factor: row for row in self.rows if row.measure == measure and not row.other}


def indices_of(ends: Endpoints, manifest: Manifest, outcome: str) -> Indices:
    """Compute the indices for the kind of sample, from the mean over the runs and variants of each point.

    Raises:
        StudyError: if the study has no sample, or too few of its runs are done.
    """
    if "variant" not in ends.levels and not ends.levels:
        raise StudyError(f"the study {manifest.name} varies nothing, so there are no indices")
    means = rows_of(ends).means[outcome]
    match ends.kind:
        case "sobol":
            return _sobol(means, manifest, outcome)
        case "morris":
            return _morris(ends, means, manifest, outcome)
        case "latin_hypercube" | "sobol_sequence" | "points":
            return _ranks(rows_of(ends).levels, means, outcome)
        case _:
            raise StudyError(
                f"the study {manifest.name} has a full {ends.kind} design, which has no indices; use effects instead"
            )


def _table(manifest: Manifest) -> Any:
    try:
        return DESIGNS[manifest.design].model_validate({"kind": manifest.design, **manifest.about()["sample"]})
    except (ValidationError, KeyError, TypeError) as trouble:
        raise StudyError(f"the study {manifest.name} does not record how its sample was drawn") from trouble


def _whole(means: Numbers, length: int, what: str, least: int) -> tuple[Numbers, Any]:
    """Return the complete blocks of a sample, shape (blocks, length), and which blocks are complete."""
    if len(means) % length:
        raise StudyError(f"{len(means):,} points are not a whole number of {what}; the study has been changed")
    blocks = means.reshape(-1, length)
    there = ~np.isnan(blocks).any(axis=1)
    if there.sum() < least:
        raise StudyError(
            f"only {there.sum():,} of {len(blocks):,} {what} are complete, but {least:,} are needed; resume the sweep"
        )
    return blocks[there], there


def _sobol(means: Numbers, manifest: Manifest, outcome: str) -> Indices:
    return sobol_indices(means, list(manifest.varies), outcome, second_order=_table(manifest).second_order)


def sobol_indices(means: Numbers, names: Sequence[str], outcome: str, *, second_order: bool = False) -> Indices:
    """Compute Sobol's indices of a number given at each point of Saltelli's sample.

    Args:
        means: one number per point, in the order of the sample.
        names: the factors, in the order of the sample.
        outcome: the name of the number.
        second_order: whether the sample includes second-order indices.

    Raises:
        StudyError: if too few blocks are complete.
    """
    from SALib.analyze import sobol

    length = (2 * len(names) if second_order else len(names)) + 2
    blocks, there = _whole(means, length, "blocks of Saltelli's sample", 4)
    left_out = int((~there).sum())
    flat = blocks.ravel()
    if np.ptp(flat) == 0.0:
        rows = [Index(name, "", measure, math.nan, math.nan, math.nan) for measure in (FIRST, TOTAL) for name in names]
        return Indices("sobol", outcome, tuple(rows), len(blocks), left_out)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Any = sobol.analyze(
            problem(names),
            flat,
            calc_second_order=second_order,
            num_resamples=RESAMPLES,
            conf_level=CONFIDENCE,
            seed=BOOTSTRAP_SEED,
        )
    rows = [
        _index(name, "", measure, found[measure][place], found[f"{measure}_conf"][place])
        for measure in (FIRST, TOTAL)
        for place, name in enumerate(names)
    ]
    if second_order:
        rows += [
            _index(names[a], names[b], SECOND, found[SECOND][a, b], found[f"{SECOND}_conf"][a, b])
            for a in range(len(names))
            for b in range(a + 1, len(names))
        ]
    return Indices("sobol", outcome, tuple(rows), len(blocks), left_out)


def _morris(ends: Endpoints, means: Numbers, manifest: Manifest, outcome: str) -> Indices:
    names, table = list(manifest.varies), _table(manifest)
    unit = sample(table, names)
    if unit.shape != (len(means), len(names)) or not _fits(unit, rows_of(ends).levels, names):
        raise StudyError("these points are not the trajectories that this version of SALib draws; use the one they had")
    return morris_indices(means, unit, names, table.levels, outcome)


def morris_indices(means: Numbers, sample: Numbers, names: Sequence[str], levels: int, outcome: str) -> Indices:
    """Compute Morris' indices of a number given at each point of some trajectories.

    Args:
        means: one number per point, in the order of the trajectories.
        sample: the trajectories, shape (points, factors), every number between 0 and 1.
        names: the factors, in the order of the sample.
        levels: the number of levels of the grid.
        outcome: the name of the number.

    Raises:
        StudyError: if too few trajectories are complete.
    """
    from SALib.analyze import morris

    blocks, there = _whole(means, len(names) + 1, "trajectories", 2)
    steps = sample.reshape(len(there), len(names) + 1, len(names))[there].reshape(-1, len(names))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Any = morris.analyze(
            problem(names),
            steps,
            blocks.ravel(),
            num_resamples=RESAMPLES,
            conf_level=CONFIDENCE,
            num_levels=levels,
            seed=BOOTSTRAP_SEED,
        )
    margin = student(len(blocks) - 1) / math.sqrt(len(blocks))
    rows: list[Index] = []
    for place, name in enumerate(names):
        sigma = float(found["sigma"][place])
        rows.append(_index(name, "", MU_STAR, found["mu_star"][place], found["mu_star_conf"][place]))
        rows.append(_index(name, "", MU, found["mu"][place], margin * sigma))
        rows.append(Index(name, "", SIGMA, sigma, math.nan, math.nan))
    return Indices("morris", outcome, tuple(rows), len(blocks), int((~there).sum()))


def _fits(sample: Numbers, levels: dict[str, Levels], names: list[str]) -> bool:
    """Return whether each step of the sample moves the value of its factor in the same direction, or not at all."""
    values = np.column_stack([levels[name].numbers for name in names])
    moved = np.sign(np.diff(values, axis=0)), np.sign(np.diff(sample, axis=0))
    return all(
        levels[name].numeric is False or bool((moved[0][:, place] * moved[1][:, place] >= 0).all())
        for place, name in enumerate(names)
    )


def _index(factor: str, other: str, measure: str, value: Any, margin: Any) -> Index:
    value, margin = float(value), float(margin)
    return Index(factor, other, measure, value, value - margin, value + margin)


def _ranks(levels: dict[str, Levels], means: Numbers, outcome: str) -> Indices:
    """Regress the ranks of the outcome on the ranks of all ordered factors, with bootstrap intervals over points."""
    from scipy.stats import rankdata

    there = ~np.isnan(means)
    names = [name for name, one in levels.items() if (one.numeric or len(one.values) == 2) and len(one.values) > 1]
    used, left_out = int(there.sum()), int((~there).sum())
    if not names or used < 2 * (len(names) + 1) or np.ptp(means[there]) == 0.0:
        return Indices("ranks", outcome, (), used, left_out)
    ranked = np.column_stack([rankdata(column[there]) for column in [*(levels[n].numbers for n in names), means]])
    if (ranked.std(axis=0) == 0.0).any():
        return Indices("ranks", outcome, (), used, left_out)
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    found = _regressed(ranked, np.ones(used))
    again = np.array(
        [_regressed(ranked, rng.multinomial(used, np.full(used, 1 / used)).astype(float)) for _ in range(RESAMPLES)]
    )
    margin = 100.0 * (1.0 - CONFIDENCE) / 2.0
    low, high = np.nanpercentile(again[:, :-1], (margin, 100.0 - margin), axis=0)
    rows = [Index(name, "", RANKS, float(found[at]), float(low[at]), float(high[at])) for at, name in enumerate(names)]
    return Indices("ranks", outcome, tuple(rows), used, left_out, float(found[-1]))


def _regressed(ranked: Numbers, weights: Numbers) -> Numbers:
    """Return the standardised coefficients, and the share of variance that they explain."""
    centred = ranked - np.average(ranked, axis=0, weights=weights)
    both = centred.T @ (weights[:, None] * centred)
    scale = np.sqrt(np.diag(both))
    scale[scale == 0.0] = np.inf
    correlations = both / np.outer(scale, scale)
    coefficients = np.linalg.lstsq(correlations[:-1, :-1], correlations[:-1, -1], rcond=None)[0]
    return np.append(coefficients, coefficients @ correlations[:-1, -1])
