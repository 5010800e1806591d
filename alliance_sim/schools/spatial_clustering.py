"""Group schools that are near each other into groups of nearly equal size.

The area is halved recursively across its principal axis, and each half receives its share of groups. Schools are then
exchanged between groups, among up to ``EXCHANGED_AMONG`` schools, until distances to the groups' centres no longer fall
(k-means with fixed sizes, whose assignment problem is solved exactly in each round). Sizes differ by at most one, the
method is deterministic, and its cost grows as n log n. Forming groups one after another around a school would be
simpler, but would scatter the last groups over the whole area.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Rows = NDArray[np.int64]

EXCHANGED_AMONG = 300
"""Schools exchanged together at most; the exact assignment of n schools costs n³."""

ROUNDS = 50
"""Rounds of exchange at most."""
MILLIMETRE = 6
"""Decimals of a kilometre; smaller differences count as ties, so that rounding errors decide nothing."""


def balanced_sizes(schools: int, about: int) -> list[int]:
    """Return sizes of groups near ``about`` that differ by at most one, and are two or more where possible."""
    groups = max(1, min(schools // 2, math.floor(schools / about + 0.5)))
    size, larger = divmod(schools, groups)
    return [size + (group < larger) for group in range(groups)]


def near_groups(points: Points, about: int) -> NDArray[np.int64]:
    """Group points that are near each other.

    Ties are broken by the order of points; sorted points give the same groups whatever their original order.

    Args:
        points: east and north in kilometres, shape (n, 2).
        about: the size of groups, as in ``balanced_sizes``.

    Returns:
        The group of each point, shape (n,).
    """
    group = np.zeros(len(points), dtype=np.int64)
    if len(points):
        centred = np.round(points - points.mean(axis=0), MILLIMETRE)
        _halve(centred, np.arange(len(points)), balanced_sizes(len(points), about), 0, group)
    return group


def spread(points: Points, group: NDArray[np.int64]) -> float:
    """Return the mean squared distance of points from the centre of their group."""
    centres = _centres(points, group, int(group.max()) + 1)
    return float(np.mean(np.sum((points - centres[group]) ** 2, axis=1)))


def _halve(points: Points, rows: Rows, sizes: list[int], first: int, group: NDArray[np.int64]) -> None:
    """Assign ``rows`` to groups of the given sizes, numbered from ``first``."""
    if len(sizes) == 1:
        group[rows] = first
        return
    left, right = sizes[::2], sizes[1::2]  # larger sizes come first, so each side gets its share of them
    order = rows[np.argsort(_along_principal_axis(points[rows]), kind="stable")]
    cut = sum(left)
    _halve(points, order[:cut], left, first, group)
    _halve(points, order[cut:], right, first + len(left), group)
    if len(rows) <= EXCHANGED_AMONG:
        ordered = np.sort(rows)
        group[ordered] = first + _exchange(points[ordered], group[ordered] - first, len(sizes))


def _along_principal_axis(points: Points) -> NDArray[np.float64]:
    """Return the coordinates of points along their principal axis."""
    east, north = (points - points.mean(axis=0)).T
    angle = 0.5 * math.atan2(2 * float(east @ north), float(east @ east - north @ north))
    return np.round(east * math.cos(angle) + north * math.sin(angle), MILLIMETRE)


def _centres(points: Points, group: NDArray[np.int64], groups: int) -> Points:
    """Return the mean position of each group."""
    sums = np.zeros((groups, 2))
    np.add.at(sums, group, points)
    return sums / np.bincount(group, minlength=groups)[:, None]


def _exchange(points: Points, group: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    """Exchange points between groups for as long as the distances to their centres fall."""
    from scipy.optimize import linear_sum_assignment

    places = np.repeat(np.arange(groups), np.bincount(group, minlength=groups))
    best = spread(points, group)
    for _ in range(ROUNDS):
        away = points[:, None, :] - _centres(points, group, groups)[None, :, :]
        _, place = linear_sum_assignment(np.sum(away**2, axis=2)[:, places])
        moved = places[place]
        now = spread(points, moved)
        if now >= best - 10.0**-MILLIMETRE:
            break
        best, group = now, moved
    return group
