"""Names for groups that a list does not name: ``around Dorking``, ``around Woking, near Ash Grange``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from alliance_sim.schools.positions import district
from alliance_sim.schools.rows import ListedSchool
from alliance_sim.schools.stages import Spots

type Unnamed = tuple[str, str, tuple[int, ...]]
"""Kind, name or nothing, and members."""


def with_names(groups: Sequence[Unnamed], schools: Sequence[ListedSchool], spots: Spots) -> list[str]:
    """Return a name for each group that no other has; given names stay where they are unique."""
    preferred = [name or _place_name(kind, members, schools) for kind, name, members in groups]
    counts = Counter(name.casefold() for name in preferred)
    used: Counter[str] = Counter()
    named: list[str] = []
    for (_, given, members), base in zip(groups, preferred, strict=True):
        name = base
        if not given and (not base or counts[base.casefold()] > 1):
            central = _central(members, spots)
            near = f"near {schools[central].name}" if central is not None else ""
            name = ", ".join(filter(None, (base, near))) or "schools of unknown place"
        numbered = name
        while numbered.casefold() in used:
            used[name.casefold()] += 1
            numbered = f"{name} ({used[name.casefold()]})"
        used[numbered.casefold()] += 1
        named.append(numbered)
    return named


def _place_name(kind: str, members: Sequence[int], schools: Sequence[ListedSchool]) -> str:
    """Return ``around`` and the commonest town, or the postcode area; empty where neither is known."""
    if kind == "alone":
        return f"{schools[members[0]].name} (on its own)"
    towns = Counter(schools[at].town for at in members if schools[at].town)
    if towns:
        return f"around {min(towns, key=lambda town: (-towns[town], town))}"
    if kind in ("place", "unknown"):
        areas = {district(schools[at])[0] for at in members}
        area = areas.pop() if len(areas) == 1 else ""
        return f"postcode area {area}" if area else "schools of unknown place"
    return ""


def _central(members: Sequence[int], spots: Spots) -> int | None:
    """Return the member nearest to the group's centre; None where no position is known."""
    known = [at for at in members if at in spots]
    if not known:
        return None
    points = np.array([spots[at] for at in known])
    away = np.round(np.hypot(*(points - points.mean(axis=0)).T), 6)
    return known[int(np.argmin(away))]
