"""Schools that stand near each other become groups of much the same size.

Picking each group around a school in turn is simple and leaves the last groups with what nobody wanted, scattered over
the county. Here the area is halved again and again, across its longest stretch, with each half owed its share of
groups; where few enough schools are left, they are then exchanged between groups until no exchange brings them nearer
to their groups' middles (k-means with fixed sizes, each round an assignment problem solved exactly). Sizes differ by
one at most, nothing is drawn by chance, and the cost grows as n log n.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Rows = NDArray[np.int64]

EXCHANGED_AMONG = 300
"""So many schools are settled together at most: an exact assignment of n schools costs n³."""

ROUNDS = 50
MILLIMETRE = 6
"""Digits of a kilometre; what is nearer counts as level, so that no computer's last bit decides."""


def balanced_sizes(schools: int, about: int) -> list[int]:
    """Sizes of the groups, about ``about`` each, differing by one at most, none under two if there are two schools."""
    groups = max(1, min(schools // 2, math.floor(schools / about + 0.5)))
    size, larger = divmod(schools, groups)
    return [size + (group < larger) for group in range(groups)]


def near_groups(points: Points, about: int) -> NDArray[np.int64]:
    """The group of each point: as many as ``balanced_sizes`` says, near each other.

    Points that are level are told apart by their order, so a caller who sorts them gets the same groups whatever order
    they came in.
    """
    group = np.zeros(len(points), dtype=np.int64)
    if len(points):
        centred = np.round(points - points.mean(axis=0), MILLIMETRE)
        _halve(centred, np.arange(len(points)), balanced_sizes(len(points), about), 0, group)
    return group


def spread(points: Points, group: NDArray[np.int64]) -> float:
    """How far, in the mean of squares, points are from the middle of their group."""
    middles = _middles(points, group, int(group.max()) + 1)
    return float(np.mean(np.sum((points - middles[group]) ** 2, axis=1)))


def _halve(points: Points, rows: Rows, sizes: list[int], first: int, group: NDArray[np.int64]) -> None:
    """Gives ``rows`` to the groups from ``first`` on, which have these sizes."""
    if len(sizes) == 1:
        group[rows] = first
        return
    left, right = sizes[::2], sizes[1::2]  # larger sizes come first, so each side gets its share of them
    order = rows[np.argsort(_along_longest_stretch(points[rows]), kind="stable")]
    cut = sum(left)
    _halve(points, order[:cut], left, first, group)
    _halve(points, order[cut:], right, first + len(left), group)
    if len(rows) <= EXCHANGED_AMONG:
        ordered = np.sort(rows)
        group[ordered] = first + _exchanged(points[ordered], group[ordered] - first, len(sizes))


def _along_longest_stretch(points: Points) -> NDArray[np.float64]:
    """How far along the direction in which they are spread most (their principal axis) points lie."""
    east, north = (points - points.mean(axis=0)).T
    angle = 0.5 * math.atan2(2 * float(east @ north), float(east @ east - north @ north))
    return np.round(east * math.cos(angle) + north * math.sin(angle), MILLIMETRE)


def _middles(points: Points, group: NDArray[np.int64], groups: int) -> Points:
    """The mean place of each group."""
    sums = np.zeros((groups, 2))
    np.add.at(sums, group, points)
    return sums / np.bincount(group, minlength=groups)[:, None]


def _exchanged(points: Points, group: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    """The groups after schools changed places for as long as that brought them nearer to their middles."""
    from scipy.optimize import linear_sum_assignment

    places = np.repeat(np.arange(groups), np.bincount(group, minlength=groups))
    best = spread(points, group)
    for _ in range(ROUNDS):
        away = points[:, None, :] - _middles(points, group, groups)[None, :, :]
        _, place = linear_sum_assignment(np.sum(away**2, axis=2)[:, places])
        moved = places[place]
        now = spread(points, moved)
        if now >= best - 10.0**-MILLIMETRE:
            break
        best, group = now, moved
    return group
