"""Which schools of a list form an alliance, and what it is called."""

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
"""Groups that the list names, the one that counts first: a school in a trust and a federation is its trust's."""


@dataclass(frozen=True)
class Alliance:
    """Schools that belong together: what made them so, and who they are (places in the sorted list of schools)."""

    kind: str
    name: str
    members: tuple[int, ...]


def form_alliances(schools: Sequence[ListedSchool], about: int) -> tuple[list[Alliance], list[Joined]]:
    """Alliances of all schools, and the schools that were alone in a group and joined the rest.

    ``schools`` come in an order that does not depend on the file's. A trust or federation of two schools or more is an
    alliance; the rest form alliances of ``about`` schools by nearness. A school without coordinates counts as standing
    in the middle of the list's schools with its postcode district, or else its town; where there are none either,
    schools are grouped by postcode area or town, and those of no known place together. A single school that is left
    over joins the alliance of the nearest school. Alliances are in the order of their first members.
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
    """Trusts and federations of two schools or more, and the schools that are in none."""
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
    """Where schools stand, or are taken to stand for grouping: the middle of their postcode district or town."""
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
    """What tells where a school is, the nearest first: its postcode district, its town."""
    clues = [f"postcode {''.join(map(str, _district(school)))}"] if school.postcode else []
    return [*clues, f"town {school.town.casefold()}"] if school.town else clues


def _district(school: ListedSchool) -> tuple[str, int, str]:
    """A postcode's district so that it sorts well: ``("GU", 2, "")`` for GU2 7XH, ``("", 8001, "")`` for Zurich's."""
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
    """Groups of one postcode area or town; those who would be alone there stand together; and who is alone even so."""
    areas: defaultdict[str, list[int]] = defaultdict(list)
    for at in rest:
        areas[_district(schools[at])[0] or schools[at].town.casefold()].append(at)
    together = [members for _, members in sorted(areas.items()) if len(members) > 1]
    single = [at for _, members in sorted(areas.items()) if len(members) == 1 for at in members]
    if len(single) == 1:
        return _cut(schools, together, about), single
    return _cut(schools, [*together, single] if single else together, about), []


def _cut(schools: Sequence[ListedSchool], areas: Iterable[list[int]], about: int) -> list[tuple[int, ...]]:
    """Each area in groups of about this size, of postcodes that follow each other."""
    groups: list[tuple[int, ...]] = []
    for members in areas:
        ordered = sorted(members, key=lambda at: (_district(schools[at]), schools[at].town.casefold(), at))
        start = 0
        for size in balanced_sizes(len(ordered), about):
            groups.append(tuple(sorted(ordered[start : start + size])))
            start += size
    return groups


def _gathered(rest: Sequence[int], group: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """The members of each group."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for at, number in zip(rest, group.tolist(), strict=True):
        members[number].append(at)
    return [tuple(found) for found in members.values()]


def _nearest_alliance(at: int, alliances: Sequence[Alliance], spots: dict[int, tuple[float, float]]) -> int:
    """The alliance of the nearest school; where it is not known who is near, the smallest that no list names."""
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
    """Names for the groups that have none, each name once: ``around Dorking``, ``around Woking, near Ash Grange``."""
    wished = [alliance.name or _place_name(alliance, schools) for alliance in alliances]
    often = Counter(name.casefold() for name in wished)
    used: Counter[str] = Counter()
    named: list[Alliance] = []
    for alliance, wish in zip(alliances, wished, strict=True):
        name = wish
        if not alliance.name and (not wish or often[wish.casefold()] > 1):
            central = _central(alliance, spots)
            near = f"near {schools[central].name}" if central is not None else ""
            name = ", ".join(filter(None, (wish, near)))
        numbered = name
        while numbered.casefold() in used:
            used[name.casefold()] += 1
            numbered = f"{name} ({used[name.casefold()]})"
        used[numbered.casefold()] += 1
        named.append(replace(alliance, name=numbered))
    return named


def _place_name(alliance: Alliance, schools: Sequence[ListedSchool]) -> str:
    """``around`` the town where most members are, or their postcode area; empty where that is not known."""
    towns = Counter(schools[at].town for at in alliance.members if schools[at].town)
    if towns:
        return f"around {min(towns, key=lambda town: (-towns[town], town))}"
    if alliance.kind == "place":
        areas = {_district(schools[at])[0] for at in alliance.members}
        area = areas.pop() if len(areas) == 1 else ""
        return f"postcode area {area}" if area else "schools of unknown place"
    return ""


def _central(alliance: Alliance, spots: dict[int, tuple[float, float]]) -> int | None:
    """The member nearest to the middle of them all; None where none is known to stand anywhere."""
    known = [at for at in alliance.members if at in spots]
    if not known:
        return None
    points = np.array([spots[at] for at in known])
    away = np.round(np.hypot(*(points - points.mean(axis=0)).T), 6)
    return known[int(np.argmin(away))]


def _joined(
    schools: Sequence[ListedSchool], alliances: Sequence[Alliance], rest: set[int], lone: set[int]
) -> list[Joined]:
    """The schools that were alone in what the list names, or alone everywhere, and where they are now."""
    join_words: list[Joined] = []
    for alliance in alliances:
        for at in alliance.members:
            school = schools[at]
            alone_in = next((named(school) for _, named in NAMED_GROUPS if named(school)), "") if at in rest else ""
            if alone_in or at in lone:
                join_words.append(Joined(school.urn, school.name, alone_in or "no other school is left", alliance.name))
    return sorted(join_words, key=lambda school: (school.urn, school.name))
