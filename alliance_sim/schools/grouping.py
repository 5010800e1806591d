"""Form alliances of the schools of a list: given groups first, the rest by distance within stated limits."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from alliance_sim.schools.distance_groups import distance_groups
from alliance_sim.schools.group_keys import Written, alike, gather_groups
from alliance_sim.schools.group_names import with_names
from alliance_sim.schools.group_notes import Joined
from alliance_sim.schools.positions import district, find_spots
from alliance_sim.schools.rows import ListedSchool
from alliance_sim.schools.spatial_clustering import balanced_sizes
from alliance_sim.schools.stages import Spots, find_pairs, phases_apart

FARTHEST_KM = 15.0
"""Greatest distance between two schools of a group formed by distance: 15 km in a straight line are about 20 km by road
or half an hour by car, so that teachers can meet after school (assumption; set it with ``--farthest``)."""

FILE, OWN, NEARNESS, PLACE, UNKNOWN, ALONE = "file", "alliance", "nearness", "place", "unknown", "alone"

NAMED_GROUPS: tuple[tuple[str, Callable[[ListedSchool], Written]], ...] = (
    (OWN, lambda school: Written(school.alliance, school.further.alliance_code)),
    ("trust", lambda school: Written(school.trust, school.further.trust_code)),
    ("federation", lambda school: Written(school.federation, school.further.federation_code)),
)
"""Groups that the list names, in order of precedence: a school in a trust and a federation counts for its trust."""


@dataclass(frozen=True)
class GroupingRules:
    """How the schools that no given group holds are grouped.

    Attributes:
        about: the size of alliances that are formed by distance.
        farthest: the greatest distance between two of their schools, in kilometres.
        mix_phases: whether primary, secondary and special schools may form one alliance.
        given: alliances by place in the list, from a file of groups; they precede all others.
    """

    about: int
    farthest: float = FARTHEST_KM
    mix_phases: bool = False
    given: Mapping[int, str] = field(default_factory=dict[int, str])


@dataclass(frozen=True)
class Alliance:
    """An alliance of a list.

    Attributes:
        kind: the basis of the group, a key of ``report.KINDS``.
        name: its name.
        members: positions in the sorted list of schools.
    """

    kind: str
    name: str
    members: tuple[int, ...]


@dataclass(frozen=True)
class Grouping:
    """The alliances of a list, and what the report shows about them.

    Attributes:
        alliances: the alliances, in the order of their first members.
        joined: schools that were alone in a named group, or near no other, and joined an alliance.
        pairs: infant and junior schools that share a site or a name, as positions in the list.
        mixed: schools that joined an alliance of another phase because none of their own is near.
        joined_at: positions of the schools in ``joined``.
    """

    alliances: tuple[Alliance, ...]
    joined: tuple[Joined, ...]
    pairs: tuple[tuple[int, int], ...]
    mixed: tuple[int, ...]
    joined_at: tuple[int, ...]


def form_alliances(schools: Sequence[ListedSchool], rules: GroupingRules) -> Grouping:
    """Form alliances of all schools.

    Groups of a file come first, then the list's own alliances, trusts and federations of two or more schools. The
    other schools form alliances by distance: an infant and a junior school of one site or name stay together, phases
    stay apart, and no two members are farther apart than the limit. A school without coordinates is placed at the mean
    of the schools in its postcode district, or else in its town; where there are none, schools are grouped by postcode
    area or town, and those with neither form a group. A school with no other of its phase within the limit joins
    schools of another phase, else an alliance that the list names, else it stays on its own. Trusts and federations
    take no school that is not theirs.

    Args:
        schools: the schools, in an order that does not depend on the file's.
        rules: the size, the limits, and groups given in a file.
    """
    spots = find_spots(schools)
    pairs = find_pairs(schools, spots)
    alliances, rest = _given_alliances(schools, rules.given)
    phase = [""] * len(schools) if rules.mix_phases else phases_apart(schools)
    near, adrift = [at for at in rest if at in spots], [at for at in rest if at not in spots]
    formed, lone = _near_alliances(near, spots, pairs, phase, rules)
    alliances += formed
    places, unplaced = _by_place(schools, adrift, phase, pairs, rules.about)
    alliances += places
    mixed: list[int] = []
    if len(lone) > 1:
        formed, lone = _near_alliances(lone, spots, pairs, [""] * len(schools), rules)
        alliances += formed
        mixed += [at for group in formed if len({phase[at] for at in group.members}) > 1 for at in group.members]
    joined: list[int] = []
    if len(unplaced) == 1 and lone:
        alliances.append(Alliance(UNKNOWN, "", tuple(sorted([*unplaced, *lone]))))
        joined, lone, unplaced = [*unplaced, *lone], [], []
    for at in [*lone, *unplaced]:
        host = _host(at, alliances, spots, rules.farthest)
        if host is None:
            alliances.append(Alliance(ALONE, "", (at,)))
            continue
        joined.append(at)
        if alliances[host].kind == NEARNESS and any(phase[by] != phase[at] for by in alliances[host].members):
            mixed.append(at)
        alliances[host] = replace(alliances[host], members=tuple(sorted((*alliances[host].members, at))))
    alliances.sort(key=lambda alliance: alliance.members[0])
    names = with_names([(each.kind, each.name, each.members) for each in alliances], schools, spots)
    alliances = [replace(each, name=name) for each, name in zip(alliances, names, strict=True)]
    found = _joined(schools, alliances, set(rest), set(joined))
    return Grouping(
        tuple(alliances),
        tuple(each for _, each in found),
        tuple(pairs),
        tuple(sorted(mixed)),
        tuple(at for at, _ in found),
    )


def _given_alliances(schools: Sequence[ListedSchool], given: Mapping[int, str]) -> tuple[list[Alliance], list[int]]:
    """Return alliances of a file and of groups that the list names, and the schools that are in none."""
    of_file: defaultdict[str, list[int]] = defaultdict(list)
    for at, name in sorted(given.items()):
        of_file[alike(name) or name].append(at)
    alliances: list[Alliance] = []
    rest = [at for at in range(len(schools)) if at not in given]
    for kind, named in NAMED_GROUPS:
        taken: set[int] = set()
        for name, places in gather_groups([named(schools[at]) for at in rest]):
            members = [rest[place] for place in places]
            if alike(name) in of_file:  # the file adds schools to a group of the list
                of_file[alike(name)] += members
            elif len(members) > 1:
                alliances.append(Alliance(kind, name, tuple(members)))
            else:
                continue
            taken.update(members)
        rest = [at for at in rest if at not in taken]
    alliances += [Alliance(FILE, given[members[0]], tuple(sorted(members))) for members in of_file.values()]
    return alliances, rest


def _near_alliances(
    near: Sequence[int], spots: Spots, pairs: Iterable[tuple[int, int]], phase: Sequence[str], rules: GroupingRules
) -> tuple[list[Alliance], list[int]]:
    """Return alliances by distance for each phase, and the schools with no other of their phase within the limit."""
    alliances: list[Alliance] = []
    lone: list[int] = []
    for kept_apart in sorted({phase[at] for at in near}):
        rows = [at for at in near if phase[at] == kept_apart]
        place = {at: number for number, at in enumerate(rows)}
        together = [(place[one], place[other]) for one, other in pairs if one in place and other in place]
        points = np.array([spots[at] for at in rows])
        for members in distance_groups(points, together, rules.about, rules.farthest):
            if len(members) > 1:
                alliances.append(Alliance(NEARNESS, "", tuple(rows[at] for at in members)))
            else:
                lone.append(rows[members[0]])
    return alliances, sorted(lone)


def _by_place(
    schools: Sequence[ListedSchool],
    rest: Sequence[int],
    phase: Sequence[str],
    pairs: Iterable[tuple[int, int]],
    about: int,
) -> tuple[list[Alliance], list[int]]:
    """Return groups by postcode area or town, with schools that are alone there in one group, and a single one left."""
    areas: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at in rest:
        areas[district(schools[at])[0] or schools[at].town.casefold(), phase[at]].append(at)
    together = [(bool(area), members) for (area, _), members in sorted(areas.items()) if len(members) > 1]
    single = [at for _, members in sorted(areas.items()) if len(members) == 1 for at in members]
    if len(single) > 1:
        together.append((any(district(schools[at])[0] or schools[at].town for at in single), single))
    partner = {one: other for pair in pairs for one, other in (pair, pair[::-1])}
    alliances = [
        Alliance(PLACE if known else UNKNOWN, "", members)
        for known, area in together
        for members in _cut(schools, area, partner, about)
    ]
    return alliances, single if len(single) == 1 else []


def _cut(
    schools: Sequence[ListedSchool], area: Sequence[int], partner: Mapping[int, int], about: int
) -> list[tuple[int, ...]]:
    """Divide an area into groups of about the given size, in the order of postcodes, pairs side by side."""

    def order(at: int) -> tuple[tuple[str, int, str], str, int]:
        return district(schools[at]), schools[at].town.casefold(), at

    def beside_partner(at: int) -> tuple[tuple[tuple[str, int, str], str, int], int]:
        return min(order(one) for one in (at, partner.get(at, at)) if one in members), at

    members = set(area)
    ordered = sorted(area, key=beside_partner)
    ends = np.cumsum(balanced_sizes(len(ordered), about)).tolist()
    groups: list[tuple[int, ...]] = []
    start = 0
    for end in ends:
        if end < len(ordered) and partner.get(ordered[end - 1]) == ordered[end] and end - start > 2:
            end -= 1  # noqa: PLW2901 - the pair goes to the next group
        groups.append(tuple(sorted(ordered[start:end])))
        start = end
    return groups


def _host(at: int, alliances: Sequence[Alliance], spots: Spots, farthest: float) -> int | None:
    """Return the alliance that a school without a group joins, or None.

    It is the alliance formed by distance all of whose members are within the limit and whose nearest member is nearest,
    else the alliance named in the list with the nearest school within the limit, else the smallest group of unknown
    place. Trusts, federations and groups of a file never take a school that is not theirs. A school of unknown place
    joins the smallest group formed here, else the smallest alliance named in the list.
    """
    formed = (PLACE, NEARNESS, UNKNOWN)
    if at not in spots:
        hosts = [
            (each.kind not in formed, len(each.members), host)
            for host, each in enumerate(alliances)
            if each.kind in (*formed, OWN)
        ]
        return min(hosts)[2] if hosts else None
    fitting: list[tuple[bool, float, int]] = []
    for host, each in enumerate(alliances):
        if each.kind in (NEARNESS, OWN):
            away = [math.dist(spots[at], spots[by]) for by in each.members if by in spots]
            if away and (max(away) if each.kind == NEARNESS else min(away)) <= farthest:
                fitting.append((each.kind == OWN, min(away), host))
    if fitting:
        return min(fitting)[2]
    unknown = [(len(each.members), host) for host, each in enumerate(alliances) if each.kind in (PLACE, UNKNOWN)]
    return min(unknown)[1] if unknown else None


def _joined(
    schools: Sequence[ListedSchool], alliances: Sequence[Alliance], rest: set[int], lone: set[int]
) -> list[tuple[int, Joined]]:
    """Return the schools that were alone in a named group, or without any, with their alliances."""
    joined: list[tuple[int, Joined]] = []
    for alliance in alliances:
        for at in alliance.members:
            school = schools[at]
            alone_in = next((named(school).name for _, named in NAMED_GROUPS if named(school).name), "")
            alone_in = alone_in if at in rest else ""
            if alliance.kind != ALONE and (alone_in or at in lone):
                alone_in = alone_in or "no other school is left"
                joined.append((at, Joined(school.urn, school.name, alone_in, alliance.name)))
    return sorted(joined, key=lambda found: (found[1].urn, found[1].name))
