"""Effects in designs: factorials over seeds, independent groups, and samples of points (slopes and bands)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alliance_sim.statistics.intervals import (
    CONFIDENCE,
    LEAST_UNITS,
    ROUNDING,
    Intervals,
    Numbers,
    from_contributions,
    mean_of,
    no_coincidence,
)
from alliance_sim.statistics.skewness import CORRECTION, skewness_error, trigger

WELCH, POINTS, TWO_WAY = "Welch's t", "t over points (HC2)", "t over points and seeds"
POINTS_A_TERM = 3
"""Least number of points for each term of a regression with squares."""


def factorial_contrasts(cells: ArrayLike, *, confidence: float = CONFIDENCE) -> Intervals:
    """Compare every level of a factor with every other over seeds, given the points (common random numbers).

    Args:
        cells: outcomes, shape (…, groups, levels, seeds); a group has one value of every other factor.
        confidence: nominal coverage.

    Returns:
        Intervals of shape (…, pairs of levels), in the order of ``level_pairs``: the later level minus the earlier.
    """
    from alliance_sim.statistics.pairs import grouped_differences, paired_gaps

    cells = np.asarray(cells, np.float64)
    pairs = level_pairs(cells.shape[-2])
    gaps = [paired_gaps(cells[..., here, :], cells[..., there, :]) for here, there in pairs]
    constant = no_coincidence(cells).all(axis=-2)
    fixed = np.stack([constant[..., here] & constant[..., there] for here, there in pairs], axis=-1)
    return grouped_differences(np.stack(gaps, axis=-3), fixed=fixed, confidence=confidence)


def level_pairs(levels: int) -> list[tuple[int, int]]:
    """Return all pairs of levels, earlier first: against the first level, then against the second, and so on."""
    return [(here, there) for here in range(levels) for there in range(here + 1, levels)]


def independent_contrast(weighted: Sequence[tuple[float, ArrayLike]], *, confidence: float = CONFIDENCE) -> Intervals:
    """Compute a weighted sum of means of independent groups (Welch–Satterthwaite).

    Args:
        weighted: for each group its weight and its values, shape (…, runs); 1 and -1 give the difference of two.
        confidence: nominal coverage.
    """
    parts: list[Numbers] = []
    squares: list[Numbers] = []
    shares: list[Numbers] = []
    cubes: list[Numbers] = []
    chance: list[Numbers] = []
    numbers: list[NDArray[np.int64]] = []
    for weight, given in weighted:
        values = np.asarray(given, np.float64)
        there = ~np.isnan(values)
        count = np.asarray(there.sum(axis=-1), np.int64)
        n = count.astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(there, values, 0.0).sum(axis=-1) / n
            deviations = np.where(there, values - mean[..., None], 0.0)
            spread = np.sqrt((deviations**2).sum(axis=-1) / (n - 1.0))
            spread = np.where(spread <= ROUNDING * np.abs(mean), 0.0, spread)
            variance = np.where(count >= 2, (weight * spread) ** 2 / n, np.nan)
            third = (deviations**3).sum(axis=-1) / ((n - 1.0) * np.maximum(n - 2.0, 0.0) / n)
            cube = weight**3 * third / n / n**2
            chance.append(variance**3 / n * (trigger(n) * skewness_error(n)) ** 2)
            shares.append(variance**2 / (n - 1.0))
        parts.append(weight * mean)
        squares.append(variance)
        cubes.append(cube)
        numbers.append(count)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.sum(squares, axis=0)
        error = np.sqrt(variance)
        freedom = variance**2 / np.sum(shares, axis=0)
        asymmetry = np.sum(cubes, axis=0) / error**3
        clear = np.abs(asymmetry) > np.sqrt(np.sum(chance, axis=0)) / error**3
    least = np.min(numbers, axis=0)
    total = np.where(least >= 2, np.sum(numbers, axis=0), least)
    asymmetry = np.where(clear & (least >= LEAST_UNITS) & (error > 0.0), CORRECTION * asymmetry, 0.0)
    estimate = np.asarray(np.sum(parts, axis=0))
    freedom = np.where(error == 0.0, np.maximum(total - 1.0, 1.0), freedom)
    found = Intervals(estimate, error, freedom, np.nan_to_num(asymmetry), total, estimate, estimate, confidence, WELCH)
    return found.at(confidence)


def linear_effects(
    design: ArrayLike, combinations: ArrayLike, values: ArrayLike, *, shared_seeds: bool, confidence: float = CONFIDENCE
) -> Intervals:
    """Estimate combinations of regression coefficients in a sample of points.

    With independent random numbers the points are the independent units, and the error of each point's mean includes
    random variation (HC2). With shared seeds there are two sources of variation, points and seeds: the variance is
    that of the coefficients computed seed by seed, plus that over points beyond the interaction of both.

    Args:
        design: the regressors of each point, shape (points, regressors), a column of ones included.
        combinations: one row per estimate, shape (estimates, regressors).
        values: outcomes, shape (…, points, seeds); points with an undefined mean are left out.
        shared_seeds: whether a seed gives the same random numbers at all points.
        confidence: nominal coverage.

    Returns:
        Intervals of shape (…, estimates).

    Raises:
        ValueError: if there are no more points than regressors, or regressors depend on each other.

    References:
        MacKinnon and White (1985), J. Econometrics 29:305–325 (HC2); Cameron, Gelbach and Miller (2011), Robust
        inference with multiway clustering, J. Business & Economic Statistics 29:238–249.
    """
    design, combinations = np.asarray(design, np.float64), np.asarray(combinations, np.float64)
    values = np.asarray(values, np.float64)
    points, regressors = design.shape
    if points <= regressors or np.linalg.matrix_rank(design) < regressors:
        raise ValueError(f"{points} points cannot determine {regressors} coefficients; take more points or fewer terms")
    means = mean_of(values, -1)
    if np.isnan(means).any():
        if means.ndim > 1:
            return _stacked(design, combinations, values, shared_seeds, confidence)
        kept = ~np.isnan(means)
        return linear_effects(
            design[kept], combinations, values[kept], shared_seeds=shared_seeds, confidence=confidence
        )
    solve = np.linalg.pinv(design)
    weights = combinations @ solve
    leverage = np.einsum("pk,kp->p", design, solve)
    coefficients = means @ solve.T
    estimate = coefficients @ combinations.T
    residual = (means - coefficients @ design.T) / np.sqrt(np.maximum(1.0 - leverage, 1e-9))
    away = points * weights * residual[..., None, :]
    freedom = np.full(estimate.shape, float(points - regressors))
    by_points = from_contributions(
        estimate,
        estimate[..., None] + away * np.sqrt((points - 1.0) / points),
        freedom=freedom,
        confidence=confidence,
        kind=POINTS,
    )
    found = by_points if not shared_seeds else _two_way(by_points, weights, values, design @ solve)
    alone = leverage > 1.0 - 1e-9  # a point that determines a coefficient alone shows no spread
    unknown = (np.abs(weights[:, alone]) > 1e-9).any(axis=1)
    return replace(found, n=np.where(unknown, 1, found.n)).at(confidence) if unknown.any() else found


def _stacked(
    design: Numbers, combinations: Numbers, values: Numbers, shared_seeds: bool, confidence: float
) -> Intervals:
    """Solve problems one by one, because different points are undefined in each."""
    flat = values.reshape(-1, *values.shape[-2:])
    found = [
        linear_effects(design, combinations, one, shared_seeds=shared_seeds, confidence=confidence) for one in flat
    ]
    shape = (*values.shape[:-2], len(combinations))

    def together(parts: list[Numbers]) -> Numbers:
        return np.stack(parts).reshape(shape)

    return Intervals(
        together([one.estimate for one in found]),
        together([one.error for one in found]),
        together([one.freedom for one in found]),
        together([one.asymmetry for one in found]),
        np.stack([one.n for one in found]).reshape(shape),
        together([one.low for one in found]),
        together([one.high for one in found]),
        confidence,
        TWO_WAY if shared_seeds else POINTS,
    )


def _two_way(by_points: Intervals, weights: Numbers, values: Numbers, projection: Numbers) -> Intervals:
    """Add the variance over shared seeds to that over points."""
    there = ~np.isnan(values)
    filled = np.where(there, values, mean_of(values, -1)[..., None])  # a missing run moves its seed's figure little
    seeds = values.shape[-1]
    by_seed = np.einsum("ep,...ps->...es", weights, filled)
    over_seeds = from_contributions(by_seed.mean(axis=-1), by_seed)
    inner = filled - np.einsum("pq,...qs->...ps", projection, filled)
    inner = inner - inner.mean(axis=-1, keepdims=True)
    freedom = weights.shape[-1] - np.trace(projection)
    share = (seeds - 1.0) * seeds * freedom / weights.shape[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        both = np.einsum("ep,...ps->...e", weights**2, inner**2) / share
        beyond = np.maximum(by_points.error**2 - both, 0.0)
        variance = over_seeds.error**2 + beyond
        parts = over_seeds.error**4 / (seeds - 1.0) + beyond**2 / by_points.freedom
        found = np.where(variance > 0.0, variance**2 / parts, seeds - 1.0)
    estimate = by_points.estimate
    n = np.full(estimate.shape, seeds)
    done = Intervals(
        estimate,
        np.sqrt(variance),
        found,
        over_seeds.asymmetry * (over_seeds.error**2 >= beyond),
        n,
        estimate,
        estimate,
        by_points.confidence,
        TWO_WAY,
    )
    return done.at(by_points.confidence)


def slopes(factors: ArrayLike, values: ArrayLike, *, shared_seeds: bool, confidence: float = CONFIDENCE) -> Intervals:
    """Estimate the change in the outcome across each factor's range in a sample, the others held fixed.

    The regression has a linear term for each factor and, if there are enough points, its square, so that curvature does
    not count as random variation. The slope is then the average over the points.

    Args:
        factors: the factors at each point, shape (points, factors).
        values: outcomes, shape (…, points, seeds).
        shared_seeds: whether a seed gives the same random numbers at all points.
        confidence: nominal coverage.

    Returns:
        Intervals of shape (…, factors): the slope times the factor's range.
    """
    factors = np.asarray(factors, np.float64)
    scaled = (factors - factors.mean(axis=0)) / np.ptp(factors, axis=0)
    linear = np.column_stack([np.ones(len(factors)), scaled])
    design = with_covariates(linear, scaled**2)
    wanted = np.eye(design.shape[1])[1 : linear.shape[1]]
    return linear_effects(design, wanted, values, shared_seeds=shared_seeds, confidence=confidence)


def band_contrasts(
    bands: ArrayLike, factors: ArrayLike, values: ArrayLike, *, shared_seeds: bool, confidence: float = CONFIDENCE
) -> Intervals:
    """Compare bands of one factor in a sample, the other factors held fixed.

    The regression has a mean for each band, a linear term for each other factor and, if there are enough points, the
    squares of these and a quadratic trend within bands, so that neither counts as random variation.

    Args:
        bands: the band of each point, shape (points,), numbered from zero.
        factors: all factors at each point, shape (points, factors), the one cut into bands first.
        values: outcomes, shape (…, points, seeds).
        shared_seeds: whether a seed gives the same random numbers at all points.
        confidence: nominal coverage.

    Returns:
        Intervals of shape (…, pairs of bands), in the order of ``level_pairs``.
    """
    bands, factors = np.asarray(bands, np.int64), np.asarray(factors, np.float64)
    several = int(bands.max()) + 1
    scaled = factors - factors.mean(axis=0)
    linear = np.column_stack([bands[:, None] == np.arange(several), scaled[:, 1:]]).astype(np.float64)
    trend = np.column_stack([scaled[:, 0], scaled[:, 0] ** 2])
    centres = np.array([trend[bands == band].mean(axis=0) for band in range(several)])
    design = with_covariates(linear, np.column_stack([trend - centres[bands], scaled[:, 1:] ** 2]))
    pairs = level_pairs(several)
    wanted = np.zeros((len(pairs), design.shape[1]))
    for row, (here, there) in enumerate(pairs):
        wanted[row, here], wanted[row, there] = -1.0, 1.0
    return linear_effects(design, wanted, values, shared_seeds=shared_seeds, confidence=confidence)


def with_covariates(design: Numbers, covariates: Numbers) -> Numbers:
    """Add covariates that do not depend on the other terms, if there are enough points for all of them."""
    together = design
    for column in covariates.T:
        longer = np.column_stack([together, column])
        if np.linalg.matrix_rank(longer) == longer.shape[1]:
            together = longer
    return together if len(design) >= POINTS_A_TERM * together.shape[1] else design


def sample_means(values: ArrayLike, *, shared_seeds: bool, confidence: float = CONFIDENCE) -> Intervals:
    """Compute the mean over the points of a sample, such as the difference of two variants at each point.

    Args:
        values: shape (…, points, seeds).
        shared_seeds: whether a seed gives the same random numbers at all points.
        confidence: nominal coverage.
    """
    values = np.asarray(values, np.float64)
    ones = np.ones((values.shape[-2], 1))
    found = linear_effects(ones, np.eye(1), values, shared_seeds=shared_seeds, confidence=confidence)
    return found[..., 0]
