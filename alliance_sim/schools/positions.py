"""Positions of schools: coordinates, latitude and longitude, or the middle of the postcode district or town."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from alliance_sim.schools.map_projection import project
from alliance_sim.schools.rows import ListedSchool


def place_by_degrees(schools: Sequence[ListedSchool]) -> list[ListedSchool]:
    """Return the schools with kilometres from latitude and longitude, where no school has other coordinates."""
    placed = [
        (at, school.further.latitude, school.further.longitude)
        for at, school in enumerate(schools)
        if school.further.latitude is not None and school.further.longitude is not None
    ]
    if not placed or any(school.placed for school in schools):
        return list(schools)
    rows, latitude, longitude = zip(*placed, strict=True)
    found = project(np.array(latitude, float), np.array(longitude, float))
    moved = list(schools)
    for at, (east, north) in zip(rows, found.tolist(), strict=True):
        moved[at] = replace(moved[at], east=east, north=north)
    return moved


def find_spots(schools: Sequence[ListedSchool]) -> dict[int, tuple[float, float]]:
    """Return the positions of schools, or the mean of their postcode district or town, for grouping.

    Returns:
        Kilometres east and north by place in the list; schools of unknown place are left out.
    """
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
    """Return the clues to a school's position, the most precise first: postcode, its district, town."""
    clues = [f"unit {school.postcode}", f"postcode {''.join(map(str, district(school)))}"] if school.postcode else []
    return [*clues, f"town {school.town.casefold()}"] if school.town else clues


def district(school: ListedSchool) -> tuple[str, int, str]:
    """Return a postcode's district as a sort key: ``("GU", 2, "")`` for GU2 7XH, ``("", 8001, "")`` for Zurich."""
    postcode = school.postcode
    if " " in postcode:
        outward = postcode.partition(" ")[0]
    else:
        outward = postcode[:-3] if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", postcode, re.ASCII) else postcode
    parts = re.match(r"([^\d]*)(\d{0,9})(.*)", outward, re.ASCII | re.DOTALL)
    letters, number, end = parts.groups() if parts else (outward, "", "")
    return letters, int(number or 0), end


def width_of(schools: Sequence[ListedSchool]) -> float | None:
    """Return the greatest distance between two schools in kilometres; None where fewer than two have coordinates."""
    points = np.array([(school.east, school.north) for school in schools if school.placed])
    if len(points) < 2:
        return None
    east, north = (points[:, None, :] - points[None, :, :]).transpose(2, 0, 1)
    return round(float(np.hypot(east, north).max()), 3)
