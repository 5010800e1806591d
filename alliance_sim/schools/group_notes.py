"""Notes on the groups of a list: what they are based on, how wide they are, and which schools joined them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alliance_sim.schools.wording import named, plural

KINDS = {
    "trust": ("trust", "trusts"),
    "federation": ("federation", "federations"),
    "alliance": ("alliance named in the list", "alliances named in the list"),
    "file": ("alliance of the file of groups", "alliances of the file of groups"),
    "nearness": ("group of schools near each other", "groups of schools near each other"),
    "place": ("group by postcode or town", "groups by postcode or town"),
    "unknown": ("group of schools of unknown place", "groups of schools of unknown place"),
    "alone": ("school on its own", "schools on their own"),
}
"""Kinds of alliances, singular and plural, in the order of the report."""

INVENTED = ("nearness", "place", "unknown")
"""Kinds of groups that are formed here."""


@dataclass(frozen=True)
class Group:
    """One alliance of a list.

    Attributes:
        name: its name.
        kind: the basis of the group, a key of ``KINDS``.
        schools: number of schools.
        teachers: number of teachers.
        members: names of its schools.
        width_km: the greatest distance between two of its schools; None where fewer than two have coordinates.
        invented: whether the group was formed here, and is not in the list or in a file of groups.
    """

    name: str
    kind: str
    schools: int
    teachers: int
    members: tuple[str, ...] = ()
    width_km: float | None = None
    invented: bool = False


@dataclass(frozen=True)
class Joined:
    """A school that was alone in its trust or federation, or has no group, and joined an alliance.

    Attributes:
        urn: its number.
        name: its name.
        alone_in: the group in which it was alone.
        alliance: the name of its alliance.
    """

    urn: int
    name: str
    alone_in: str
    alliance: str


@dataclass(frozen=True)
class GroupingNotes:
    """How groups were formed.

    Attributes:
        farthest_km: the limit on the distance between two schools of a group formed by distance.
        mix_phases: whether primary, secondary and special schools may form one group.
        pairs: infant and junior schools that share a site or a name, and are in one group.
        pairs_apart: such pairs that given groups or the limit keep apart.
        mixed: schools that are grouped with another phase because none of their own is near.
        ungiven: schools that a file of groups does not name.
        unmatched: rows of that file that name no school of the list.
    """

    farthest_km: float = 0.0
    mix_phases: bool = False
    pairs: tuple[tuple[str, str], ...] = ()
    pairs_apart: tuple[tuple[str, str], ...] = ()
    mixed: tuple[str, ...] = ()
    ungiven: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()

    def sentences(self, groups: Sequence[Group]) -> list[str]:
        """Return the sentences on how the groups were formed, and on how wide they are."""
        sentences: list[str] = []
        invented = [group for group in groups if group.invented]
        if invented:
            sentences.append(
                f"{plural(len(invented), 'group')} of {plural(sum(each.schools for each in invented), 'school')} "
                f"{'is' if len(invented) == 1 else 'are'} invented here: no such alliance is in the list."
            )
        limit = f"; no two schools may be farther apart than {self.farthest_km:g} km"
        for which, chosen, end in (
            ("formed by distance", [each for each in groups if each.kind == "nearness"], limit),
            ("given", [each for each in groups if not each.invented and each.kind != "alone"], ""),
        ):
            widths = [(each.width_km, each.name) for each in chosen if each.width_km is not None]
            if widths:
                width, name = max(widths)
                sentences.append(f"The widest group {which} is “{name}”, {width:,.1f} km across{end}.")
        alone = [group.members[0] for group in groups if group.kind == "alone" and group.members]
        if alone:
            sentences.append(
                f"On their own, because no other school that could be grouped with them is within "
                f"{self.farthest_km:g} km: {named(alone)}."
            )
        if self.pairs:
            sentences.append(f"Kept together: {plural(len(self.pairs), 'pair')} of infant and junior schools.")
        if self.pairs_apart:
            apart = [" and ".join(pair) for pair in self.pairs_apart]
            sentences.append(f"Infant and junior schools that given groups keep apart: {named(apart)}.")
        if self.mixed:
            sentences.append(f"Grouped with another phase, because none of their own is near: {named(self.mixed)}.")
        if self.ungiven:
            sentences.append(f"Not in the file of groups, so grouped like any other school: {named(self.ungiven)}.")
        if self.unmatched:
            sentences.append(f"In the file of groups, but not a school used here: {named(self.unmatched)}.")
        return sentences


def sized(kind: str, sizes: Sequence[int]) -> str:
    """Format the alliances of one kind: ``4 trusts (2 to 9 schools)``."""
    word = KINDS[kind][len(sizes) != 1]
    small, large = min(sizes), max(sizes)
    return (
        f"{len(sizes):,} {word} ({small} schools)"
        if small == large
        else (f"{len(sizes):,} {word} ({small} to {large} schools)")
    )
