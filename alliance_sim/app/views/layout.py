"""Positions of schools in the picture: on a map if coordinates are known, otherwise in one ring per alliance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.roster import Roster

WIDTH, HEIGHT = 1000.0, 900.0
MARGIN = 60.0
MAPPED = 0.8
"""The least share of schools with coordinates for which the map is drawn."""
GAP = 3.0
"""The least distance between the circles of two schools."""


@dataclass(frozen=True)
class Layout:
    """Positions in a picture of ``WIDTH`` × ``HEIGHT``.

    Attributes:
        x, y, radius: the circle of each school.
        centre_x, centre_y: the position of each alliance's coordinator.
        reach: the distance from there to the alliance's farthest school.
        on_map: whether positions follow the schools' coordinates.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    radius: NDArray[np.float64]
    centre_x: NDArray[np.float64]
    centre_y: NDArray[np.float64]
    reach: NDArray[np.float64]
    on_map: bool


def layout(roster: Roster) -> Layout:
    """Return the layout of a roster; equal rosters have the same layout."""
    return _layout(_ByDigest(roster, roster.digest))


@dataclass(frozen=True, eq=False)
class _ByDigest:
    roster: Roster
    digest: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByDigest) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@lru_cache(maxsize=8)
def _layout(known: _ByDigest) -> Layout:
    roster = known.roster
    located = np.isfinite(roster.east) & np.isfinite(roster.north)
    if located.mean() >= MAPPED and np.ptp(roster.east[located]) + np.ptp(roster.north[located]) > 0:
        return _map(roster, located)
    return _rings(roster)


def _rings(roster: Roster) -> Layout:
    """Place alliances on a grid, and the schools of each around its coordinator."""
    many = roster.alliances
    columns = math.ceil(math.sqrt(many * WIDTH / HEIGHT)) if many > 2 else many
    columns = min(columns, 2) if many <= 4 else columns
    lines = math.ceil(many / columns)
    cell = np.array([WIDTH / columns, HEIGHT / lines])
    place = np.arange(many)
    in_last = many - (lines - 1) * columns
    shift = np.where(place // columns == lines - 1, (columns - in_last) / 2, 0.0)  # a short last line is centred
    centre_x = (place % columns + 0.5 + shift) * cell[0]
    centre_y = (place // columns + 0.5) * cell[1]

    members = np.bincount(roster.alliance, minlength=many)
    within = np.arange(roster.schools) - np.searchsorted(roster.alliance, roster.alliance)
    angle = 2 * math.pi * within / members[roster.alliance] - math.pi / 2
    reach = np.full(many, 0.35 * cell.min())
    spacing = 2 * math.pi * reach / members.clip(3)  # distance along the ring between two schools
    radius = _sizes(roster, largest=float(min(0.45 * spacing.min(), 0.13 * cell.min())))
    x = centre_x[roster.alliance] + reach[roster.alliance] * np.cos(angle)
    y = centre_y[roster.alliance] + reach[roster.alliance] * np.sin(angle)
    return Layout(x, y, radius, centre_x, centre_y, reach, on_map=False)


def _map(roster: Roster, located: NDArray[Any]) -> Layout:
    east, north = roster.east.astype(np.float64), roster.north.astype(np.float64)
    for alliance in range(roster.alliances):  # schools without coordinates are placed at their alliance's centre
        members = roster.alliance == alliance
        known = members & located
        for axis in (east, north):
            axis[members & ~located] = axis[known].mean() if known.any() else axis[located].mean()
    span = max(np.ptp(east) / (WIDTH - 2 * MARGIN), np.ptp(north) / (HEIGHT - 2 * MARGIN))
    x = WIDTH / 2 + (east - (east.min() + east.max()) / 2) / span
    y = HEIGHT / 2 - (north - (north.min() + north.max()) / 2) / span
    radius = _sizes(roster, largest=min(30.0, 260.0 / math.sqrt(roster.schools)))
    separate(x, y, radius)
    centre_x = np.array([x[roster.alliance == alliance].mean() for alliance in range(roster.alliances)])
    centre_y = np.array([y[roster.alliance == alliance].mean() for alliance in range(roster.alliances)])
    away = np.hypot(x - centre_x[roster.alliance], y - centre_y[roster.alliance])
    reach = np.array([away[roster.alliance == alliance].max() for alliance in range(roster.alliances)])
    return Layout(x, y, radius, centre_x, centre_y, reach, on_map=True)


def _sizes(roster: Roster, largest: float) -> NDArray[np.float64]:
    """Return radii with areas proportional to teachers; the smallest can still be tapped."""
    sizes = largest * np.sqrt(roster.teachers / roster.teachers.max())
    return np.maximum(sizes, 0.35 * largest)


def separate(x: NDArray[np.float64], y: NDArray[np.float64], radius: NDArray[np.float64], rounds: int = 60) -> None:
    """Separate circles that overlap, in small steps.

    Args:
        x: the centres, changed in place.
        y: the same in the other direction.
        radius: the radii.
        rounds: the most steps.
    """
    need = radius[:, np.newaxis] + radius + GAP
    np.fill_diagonal(need, 0.0)
    # Schools at the same position are separated in directions that depend only on their rows.
    turn = np.arange(len(x)) * 2.399963
    x += 0.01 * np.cos(turn)
    y += 0.01 * np.sin(turn)
    for _ in range(rounds):
        dx, dy = x[:, np.newaxis] - x, y[:, np.newaxis] - y
        distance = np.hypot(dx, dy)
        np.fill_diagonal(distance, 1.0)
        push = np.clip(need - distance, 0.0, None) / distance / 2
        if not push.any():
            break
        x += (push * dx).sum(axis=1).clip(-30, 30)
        y += (push * dy).sum(axis=1).clip(-30, 30)
        np.clip(x, radius + GAP, WIDTH - radius - GAP, out=x)
        np.clip(y, radius + GAP, HEIGHT - radius - GAP, out=y)
