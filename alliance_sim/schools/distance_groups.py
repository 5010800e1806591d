"""Form groups of schools near each other, none wider than a limit.

``near_groups`` gives groups of nearly equal size; what follows gives up equal sizes where that brings schools nearer:

1. schools that belong together (an infant and a junior school of one site) go to one group;
2. a group wider than the limit is divided by complete-linkage clustering, so that no two members are farther apart;
3. schools move, and small groups join, where the sum of squared distances from the groups' centres falls by more than
   departures from the size asked for cost: a gap is wide if it is wide compared with the other distances in the list;
4. a school left alone joins a group within the limit, or forms one with a school of a larger group.

The method is deterministic and needs no start at random; ties are broken by the order of schools.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from alliance_sim.schools.spatial_clustering import Points, near_groups

NEIGHBOURS = 10
"""Nearest schools whose groups a school may join."""

PASSES = 20
"""Passes over all schools at most; a handful is enough."""

LARGEST_SHARE = 1.5
"""Largest size of a group, as a multiple of the size asked for."""

PRICE_OF_SIZE = 2.0
"""Price of one school more or less than asked: this times the median squared distance from a centre."""

TOLERANCE = 1e-9


class Unit(NamedTuple):
    """Schools that stay together, with their number and the sums from which distances to a centre follow."""

    schools: tuple[int, ...]
    size: int
    east: float
    north: float
    squares: float


class Cluster(NamedTuple):
    """A group while it is formed: the numbers of its units, and the sums over its schools."""

    units: tuple[int, ...] = ()
    size: int = 0
    east: float = 0.0
    north: float = 0.0
    squares: float = 0.0

    def plus(self, number: int, unit: Unit) -> Cluster:
        """Return the group with a unit."""
        return Cluster(
            (*self.units, number),
            self.size + unit.size,
            self.east + unit.east,
            self.north + unit.north,
            self.squares + unit.squares,
        )

    def minus(self, number: int, unit: Unit) -> Cluster:
        """Return the group without a unit."""
        return Cluster(
            tuple(each for each in self.units if each != number),
            self.size - unit.size,
            self.east - unit.east,
            self.north - unit.north,
            self.squares - unit.squares,
        )

    def joined(self, other: Cluster) -> Cluster:
        """Return two groups as one."""
        return Cluster(
            self.units + other.units,
            self.size + other.size,
            self.east + other.east,
            self.north + other.north,
            self.squares + other.squares,
        )


class Partition:
    """A division of units into groups, improved step by step.

    Args:
        points: east and north in kilometres, shape (n, 2).
        units: schools that stay together; each school is in one unit.
        about: the size asked for.
        farthest: the greatest distance between two members, in kilometres.
    """

    def __init__(self, points: Points, units: Sequence[Sequence[int]], about: int, farthest: float) -> None:
        centred = points - points.mean(axis=0)
        self.points = [(east, north) for east, north in centred.tolist()]
        self.units = [self._unit(unit) for unit in units]
        self.about, self.farthest = about, farthest
        self.most = max(2, math.floor(LARGEST_SHARE * about))
        self.clusters: list[Cluster] = []
        self.home = [0] * len(self.units)
        self._start(near_groups(points, about).tolist())
        self._price = self._size_price()
        self._near = self._neighbours()

    def improve(self) -> list[list[int]]:
        """Return the groups; a school that no group can take is a group of its own."""
        changed = set(range(len(self.clusters)))
        for _ in range(PASSES):
            changed = self._move_all(changed) | self._merge_all()
            if not changed:
                break
        self._place_lone()
        return [sorted(self._schools(cluster)) for cluster in self.clusters if cluster.size]

    def _unit(self, schools: Sequence[int]) -> Unit:
        places = [self.points[at] for at in schools]
        east, north = sum(place[0] for place in places), sum(place[1] for place in places)
        return Unit(tuple(schools), len(places), east, north, sum(x * x + y * y for x, y in places))

    def _schools(self, cluster: Cluster) -> list[int]:
        return [at for number in cluster.units for at in self.units[number].schools]

    def _start(self, group: Sequence[int]) -> None:
        """Put the schools of a unit together, and divide groups that are too wide."""
        chosen: defaultdict[int, list[int]] = defaultdict(list)
        for number, unit in enumerate(self.units):
            places = [group[at] for at in unit.schools]
            chosen[min(places, key=lambda place: (-places.count(place), place))].append(number)
        for _, numbers in sorted(chosen.items()):
            for part in self._divided(numbers):
                cluster = Cluster()
                for number in part:
                    self.home[number] = len(self.clusters)
                    cluster = cluster.plus(number, self.units[number])
                self.clusters.append(cluster)

    def _divided(self, numbers: list[int]) -> list[list[int]]:
        """Divide units so that no two schools of a part are farther apart than the limit."""
        if len(numbers) < 2:
            return [numbers]
        apart = [self._farthest(one, other) for one, other in combinations(numbers, 2)]
        if max(apart) <= self.farthest:
            return [numbers]
        from scipy.cluster.hierarchy import fcluster, linkage

        label = fcluster(linkage(np.array(apart), method="complete"), t=self.farthest, criterion="distance").tolist()
        return [
            [number for number, its in zip(numbers, label, strict=True) if its == part] for part in sorted({*label})
        ]

    def _farthest(self, one: int, other: int) -> float:
        """Return the greatest distance between schools of two units."""
        return max(
            math.dist(self.points[a], self.points[b])
            for a in self.units[one].schools
            for b in self.units[other].schools
        )

    def _size_price(self) -> float:
        """Return the price of one school more or less than asked, in km²."""
        away = [
            (self.points[at][0] - cluster.east / cluster.size) ** 2
            + (self.points[at][1] - cluster.north / cluster.size) ** 2
            for cluster in self.clusters
            if cluster.size > 1
            for at in self._schools(cluster)
        ]
        return PRICE_OF_SIZE * float(np.median(away)) if away else 0.0

    def _neighbours(self) -> list[list[int]]:
        """Return for each unit the units nearest to it."""
        from scipy.spatial import KDTree

        centres = np.array([(unit.east / unit.size, unit.north / unit.size) for unit in self.units])
        most = min(len(centres), NEIGHBOURS + 1)
        near = KDTree(centres).query(centres, k=most)[1].reshape(len(centres), most)
        return [[other for other in row if other != at] for at, row in enumerate(near.tolist())]

    def _value(self, cluster: Cluster) -> float:
        """Return what a group costs: squared distances, and the price of its departure from the size asked for."""
        if not cluster.size:
            return 0.0
        spread = cluster.squares - (cluster.east**2 + cluster.north**2) / cluster.size
        return spread + self._price * (cluster.size - self.about) ** 2

    def _fits(self, units: Iterable[int], others: Sequence[int]) -> bool:
        """Return whether no school of one group is too far from one of the other."""
        return all(self._farthest(one, other) <= self.farthest for one in units for other in others)

    def _move_all(self, changed: set[int]) -> set[int]:
        """Move each unit to the group of a neighbour where that pays most.

        Args:
            changed: groups that the last pass changed; units that are near no such group are not looked at again.

        Returns:
            The groups that this pass changed.
        """
        now: set[int] = set()
        for number, unit in enumerate(self.units):
            home = self.home[number]
            if home not in changed and changed.isdisjoint(self.home[near] for near in self._near[number]):
                continue
            left = self.clusters[home].minus(number, unit)
            saved = self._value(self.clusters[home]) - self._value(left)
            best, target, joined = TOLERANCE, -1, left
            for place in dict.fromkeys(self.home[near] for near in self._near[number]):
                cluster = self.clusters[place]
                if place == home or cluster.size + unit.size > self.most:
                    continue
                new = cluster.plus(number, unit)
                gain = saved + self._value(cluster) - self._value(new)
                if gain > best and self._fits((number,), cluster.units):
                    best, target, joined = gain, place, new
            if target >= 0:
                self.clusters[home], self.clusters[target], self.home[number] = left, joined, target
                now |= {home, target}
                changed |= {home, target}
        return now

    def _merge_all(self) -> set[int]:
        """Merge groups below the size asked for with a neighbour where that pays; return the groups changed."""
        now: set[int] = set()
        for home in range(len(self.clusters)):
            cluster = self.clusters[home]
            if not 0 < cluster.size < self.about:
                continue
            best, target = TOLERANCE, -1
            for place in dict.fromkeys(self.home[near] for number in cluster.units for near in self._near[number]):
                other = self.clusters[place]
                if place == home or other.size + cluster.size > self.most:
                    continue
                gain = self._value(cluster) + self._value(other) - self._value(cluster.joined(other))
                if gain > best and self._fits(cluster.units, other.units):
                    best, target = gain, place
            if target >= 0:
                self._merge(home, target)
                now |= {home, target}
        return now

    def _merge(self, home: int, target: int) -> None:
        for number in self.clusters[home].units:
            self.home[number] = target
        self.clusters[target] = self.clusters[target].joined(self.clusters[home])
        self.clusters[home] = Cluster()

    def _place_lone(self) -> None:
        """Give each school that is alone a group within the limit, or a school of a larger group."""
        for number in range(len(self.units)):
            home = self.home[number]
            if self.clusters[home].size != 1:
                continue
            near = sorted(
                (away, other)
                for other in range(len(self.units))
                if other != number and (away := self._farthest(number, other)) <= self.farthest
            )
            hosts = dict.fromkeys(self.home[other] for _, other in near)
            host = next((place for place in hosts if self._fits((number,), self.clusters[place].units)), None)
            if host is not None:
                self._merge(home, host)
                continue
            for _, other in near:
                unit, place = self.units[other], self.home[other]
                if self.clusters[place].size - unit.size >= 2:
                    self.clusters[place] = self.clusters[place].minus(other, unit)
                    self.clusters[home] = self.clusters[home].plus(other, unit)
                    self.home[other] = home
                    break


def distance_groups(points: Points, pairs: Iterable[tuple[int, int]], about: int, farthest: float) -> list[list[int]]:
    """Form groups of about a size of schools near each other, in which no two are farther apart than a limit.

    Args:
        points: east and north in kilometres, shape (n, 2).
        pairs: schools that stay together where the limit allows.
        about: the size asked for; a group has at most half as many again, except where a school would be alone.
        farthest: the greatest distance between two members, in kilometres.

    Returns:
        The members of each group; a school without another within the limit is a group of its own.
    """
    if not len(points):
        return []
    together = [pair for pair in pairs if math.dist(points[pair[0]], points[pair[1]]) <= farthest]
    paired = {at for pair in together for at in pair}
    units = sorted([*map(list, together), *([at] for at in range(len(points)) if at not in paired)])
    return Partition(points, units, about, farthest).improve()
