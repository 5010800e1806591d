"""Replace names and numbers of schools, in the same way everywhere."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Sequence
from dataclasses import replace

from alliance_sim.schools.further import Further
from alliance_sim.schools.rows import ListedSchool


def anonymise_schools(schools: Sequence[ListedSchool], phrase: str = "") -> list[ListedSchool]:
    """Return the schools with numbers from 1 and the names ``School 1``, ``School 2`` and so on.

    Numbers are given in the order of a keyed digest of number and name, so that they depend neither on the alphabet nor
    on the register, and the same list gives the same ones. A person who has the list can repeat this, unless a phrase
    is given. Groups, towns, postcodes and dates are removed; the map is turned and moved, which keeps distances.

    Args:
        schools: the schools.
        phrase: a phrase of one's own, which changes the order.
    """
    key = f"alliance-sim {phrase}".encode()
    digests = [hmac.new(key, f"{each.urn} {each.name}".encode(), hashlib.sha256).digest() for each in schools]
    order = sorted(range(len(schools)), key=lambda at: (digests[at], at))
    number = {at: place for place, at in enumerate(order, start=1)}
    angle = 2 * math.pi * int.from_bytes(hmac.digest(key, b"".join(sorted(digests)), "sha256")[:4]) / 2**32
    placed = [each for each in schools if each.placed]
    middle = [sum(getattr(each, axis) for each in placed) / max(1, len(placed)) for axis in ("east", "north")]
    shown: list[ListedSchool] = []
    for at, school in enumerate(schools):
        east, north = school.east - middle[0], school.north - middle[1]
        shown.append(
            replace(
                school,
                urn=number[at],
                name=f"School {number[at]}",
                trust="",
                federation="",
                alliance="",
                town="",
                postcode="",
                gaps=tuple(replace(gap, urn="", name="", detail="") for gap in school.gaps),
                east=math.cos(angle) * east - math.sin(angle) * north,
                north=math.sin(angle) * east + math.cos(angle) * north,
                further=Further(fsm=school.further.fsm, ofsted=school.further.ofsted),
            )
        )
    return shown
