"""Form alliances of the schools of a list, and name them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from alliance_sim.schools.report import Joined
from alliance_sim.schools.rows import ListedSchool
from alliance_sim.schools.spatial_clustering import balanced_sizes, near_groups

NAMED_GROUPS: tuple[tuple[str, Callable[[ListedSchool], str]], ...] = (
    ("alliance", lambda school: school.alliance),
    ("trust", lambda school: school.trust),
    ("federation", lambda school: school.federation),
)
"""Groups that the list names, in order of precedence: a school in a trust and a federation counts for its trust."""


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


def form_alliances(schools: Sequence[ListedSchool], about: int) -> tuple[list[Alliance], list[Joined]]:
    """Form alliances of all schools.

    A trust or federation of two or more schools is an alliance; the other schools form alliances of about ``about``
    schools by distance. A school without coordinates is placed at the mean of the schools in its postcode district, or
    else in its town. Where there are none, schools are grouped by postcode area or town, and those with neither form a
    group. A single remaining school joins the alliance of the nearest school.

    Args:
        schools: the schools, in an order that does not depend on the file's.
        about: the size of alliances that are formed by distance.

    Returns:
        Alliances in the order of their first members, and the schools that were alone in a group and joined others.
    """
    alliances, rest = _named_alliances(schools)
    spots = _spots(schools)
    near, adrift = [at for at in rest if at in spots], [at for at in rest if at not in spots]
    if len(near) == 1 and adrift:
        near, adrift = [], sorted(near + adrift)
    lone: list[int] = []
    if len(near) > 1:
        points = np.array([spots[at] for at in near])
        alliances += [Alliance("nearness", "", members) for members in _gathered(near, near_groups(points, about))]
    else:
        lone += near
    places, alone = _by_place(schools, adrift, about)
    alliances += [Alliance("place", "", members) for members in places]
    lone += alone
    for at in lone:
        host = _nearest_alliance(at, alliances, spots)
        alliances[host] = replace(alliances[host], members=tuple(sorted((*alliances[host].members, at))))
    alliances.sort(key=lambda alliance: alliance.members[0])
    alliances = _with_names(alliances, schools, spots)
    return alliances, _joined(schools, alliances, set(rest), set(lone))


def _named_alliances(schools: Sequence[ListedSchool]) -> tuple[list[Alliance], list[int]]:
    """Return alliances of groups that the list names, and the schools that are in none."""
    alliances: list[Alliance] = []
    rest = list(range(len(schools)))
    for kind, named in NAMED_GROUPS:
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for at in rest:
            if name := named(schools[at]):
                groups[name.casefold()].append(at)
        found = [members for members in groups.values() if len(members) > 1]
        alliances += [Alliance(kind, named(schools[members[0]]), tuple(members)) for members in found]
        taken = {at for members in found for at in members}
        rest = [at for at in rest if at not in taken]
    return alliances, rest


def _spots(schools: Sequence[ListedSchool]) -> dict[int, tuple[float, float]]:
    """Return the positions of schools, or the mean of their postcode district or town, for grouping."""
    spots = {at: (school.east, school.north) for at, school in enumerate(schools) if school.placed}
    neighbours: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for at, spot in spots.items():
        for clue in _clues(schools[at]):
            neighbours[clue].append(spot)
    for at, school in enumerate(schools):
        if not school.placed and (known := [clue for clue in _clues(school) if clue in neighbours]):
            east, north = np.mean(neighbours[known[0]], axis=0)
            spots[at] = (float(east), float(north))
    return spots


def _clues(school: ListedSchool) -> list[str]:
    """Return the clues to a school's position, the most precise first: postcode district, town."""
    clues = [f"postcode {''.join(map(str, _district(school)))}"] if school.postcode else []
    return [*clues, f"town {school.town.casefold()}"] if school.town else clues


def _district(school: ListedSchool) -> tuple[str, int, str]:
    """Return a postcode's district as a sort key: ``("GU", 2, "")`` for GU2 7XH, ``("", 8001, "")`` for Zurich."""
    postcode = school.postcode
    if " " in postcode:
        outward = postcode.partition(" ")[0]
    else:
        outward = postcode[:-3] if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", postcode, re.ASCII) else postcode
    parts = re.match(r"([^\d]*)(\d{0,9})(.*)", outward, re.ASCII | re.DOTALL)
    letters, number, end = parts.groups() if parts else (outward, "", "")
    return letters, int(number or 0), end


def _by_place(
    schools: Sequence[ListedSchool], rest: Sequence[int], about: int
) -> tuple[list[tuple[int, ...]], list[int]]:
    """Return groups by postcode area or town, with schools that are alone there in one group, and a single one left."""
    areas: defaultdict[str, list[int]] = defaultdict(list)
    for at in rest:
        areas[_district(schools[at])[0] or schools[at].town.casefold()].append(at)
    together = [members for _, members in sorted(areas.items()) if len(members) > 1]
    single = [at for _, members in sorted(areas.items()) if len(members) == 1 for at in members]
    if len(single) == 1:
        return _cut(schools, together, about), single
    return _cut(schools, [*together, single] if single else together, about), []


def _cut(schools: Sequence[ListedSchool], areas: Iterable[list[int]], about: int) -> list[tuple[int, ...]]:
    """Divide each area into groups of about the given size, in the order of postcodes."""
    groups: list[tuple[int, ...]] = []
    for members in areas:
        ordered = sorted(members, key=lambda at: (_district(schools[at]), schools[at].town.casefold(), at))
        start = 0
        for size in balanced_sizes(len(ordered), about):
            groups.append(tuple(sorted(ordered[start : start + size])))
            start += size
    return groups


def _gathered(rest: Sequence[int], group: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """Return the members of each group."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for at, number in zip(rest, group.tolist(), strict=True):
        members[number].append(at)
    return [tuple(found) for found in members.values()]


def _nearest_alliance(at: int, alliances: Sequence[Alliance], spots: dict[int, tuple[float, float]]) -> int:
    """Return the alliance of the nearest school; without positions, the smallest that the list does not name."""
    if at in spots:
        distances = [
            (
                min(
                    (np.hypot(*np.subtract(spots[at], spots[by])) for by in each.members if by in spots), default=np.inf
                ),
                host,
            )
            for host, each in enumerate(alliances)
        ]
        if (nearest := min(distances))[0] < np.inf:
            return nearest[1]
    own = ("place", "nearness")
    return min(
        range(len(alliances)), key=lambda host: (alliances[host].kind not in own, len(alliances[host].members), host)
    )


def _with_names(
    alliances: Sequence[Alliance], schools: Sequence[ListedSchool], spots: dict[int, tuple[float, float]]
) -> list[Alliance]:
    """Give unique names to groups without one: ``around Dorking``, ``around Woking, near Ash Grange``."""
    preferred = [alliance.name or _place_name(alliance, schools) for alliance in alliances]
    counts = Counter(name.casefold() for name in preferred)
    used: Counter[str] = Counter()
    named: list[Alliance] = []
    for alliance, base in zip(alliances, preferred, strict=True):
        name = base
        if not alliance.name and (not base or counts[base.casefold()] > 1):
            central = _central(alliance, spots)
            near = f"near {schools[central].name}" if central is not None else ""
            name = ", ".join(filter(None, (base, near)))
        numbered = name
        while numbered.casefold() in used:
            used[name.casefold()] += 1
            numbered = f"{name} ({used[name.casefold()]})"
        used[numbered.casefold()] += 1
        named.append(replace(alliance, name=numbered))
    return named


def _place_name(alliance: Alliance, schools: Sequence[ListedSchool]) -> str:
    """Return ``around`` and the commonest town, or the postcode area; empty where neither is known."""
    towns = Counter(schools[at].town for at in alliance.members if schools[at].town)
    if towns:
        return f"around {min(towns, key=lambda town: (-towns[town], town))}"
    if alliance.kind == "place":
        areas = {_district(schools[at])[0] for at in alliance.members}
        area = areas.pop() if len(areas) == 1 else ""
        return f"postcode area {area}" if area else "schools of unknown place"
    return ""


def _central(alliance: Alliance, spots: dict[int, tuple[float, float]]) -> int | None:
    """Return the member nearest to the group's centre; None where no position is known."""
    known = [at for at in alliance.members if at in spots]
    if not known:
        return None
    points = np.array([spots[at] for at in known])
    away = np.round(np.hypot(*(points - points.mean(axis=0)).T), 6)
    return known[int(np.argmin(away))]


def _joined(
    schools: Sequence[ListedSchool], alliances: Sequence[Alliance], rest: set[int], lone: set[int]
) -> list[Joined]:
    """Return the schools that were alone in a named group, or without any, with their alliances."""
    joined: list[Joined] = []
    for alliance in alliances:
        for at in alliance.members:
            school = schools[at]
            alone_in = next((named(school) for _, named in NAMED_GROUPS if named(school)), "") if at in rest else ""
            if alone_in or at in lone:
                joined.append(Joined(school.urn, school.name, alone_in or "no other school is left", alliance.name))
    return sorted(joined, key=lambda school: (school.urn, school.name))
