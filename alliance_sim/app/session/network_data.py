"""The web of ties between schools, half-term by half-term: small enough to keep a frame of each for looking back."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.maturity import STAGED, indices
from alliance_sim.declarations.outcomes import ALLIANCE_COLUMNS, NAMES
from alliance_sim.declarations.parameters import LEVELS
from alliance_sim.mesa_model.model import AllianceModel

MOST_BRIDGES = 90
"""Links across boundaries that are drawn, the busiest first."""
IN_USE = 0.5
"""Less decayed help than this, and a link across a boundary is not drawn."""
FULL = 250
"""A share of 1 in the small whole numbers that a frame keeps."""
UNKNOWN = 255


class Frame(NamedTuple):
    """What a world looked like after a half-term. Shares are whole numbers up to ``FULL``, or ``UNKNOWN``."""

    half_term: int
    alliance: NDArray[np.int32]
    """The alliance that each school belongs to."""
    links: NDArray[np.int32]
    """The pairs of schools inside alliances that have ties, shape (links, 2), rows of schools."""
    trust: NDArray[np.uint8]
    """Mean trust of each school's teachers in their counterparts."""
    link_trust: NDArray[np.uint8]
    """Mutual trust on each link between two schools of an alliance: the mean of the lower of the two trusts."""
    link_level: NDArray[np.uint8]
    """Mean level there, hundredths less one: 0 for networking, 250 for collaboration."""
    bridges: NDArray[np.int32]
    """Links across boundaries in use, busiest first, shape (bridges, 3): two school rows and hundredths of helps."""
    coordinators: NDArray[np.bool_]
    """Whether each alliance's post is filled."""
    alive: NDArray[np.bool_]
    """Whether each alliance still stands: with governance on they can end, and be formed again."""
    maturity: NDArray[np.float32]
    """The index of each staged strand of each alliance, shape (alliances, strands); NaN at the opening."""


class Web:
    """Which schools of a world are linked, and how strongly now; another once boundaries are redrawn."""

    def __init__(self, model: AllianceModel) -> None:
        world = model.world
        self._drawn_for = world.ties.partner, world.schools.alliance
        schools = world.schools.alliance
        many = len(schools)
        ties_each = np.diff(world.teachers.tie_offsets.astype(np.int64))
        holder = np.repeat(world.teachers.school.astype(np.int64), ties_each)
        partner = world.teachers.school.astype(np.int64)[world.ties.partner]
        inside = schools[holder] == schools[partner]
        once = holder < partner  # each pair of ties is looked at from one end
        self._twin = world.ties.twin.astype(np.int64)

        self._inner = np.flatnonzero(inside & once)
        pair = holder[self._inner] * many + partner[self._inner]
        pairs, self._link_of = np.unique(pair, return_inverse=True)
        self.links = np.column_stack(np.divmod(pairs, many)).astype(np.int32)
        self._ties_a_link = np.bincount(self._link_of, minlength=len(pairs)).clip(1)

        self._outer = np.flatnonzero(~inside & once)
        pair = holder[self._outer] * many + partner[self._outer]
        pairs, self._bridge_of = np.unique(pair, return_inverse=True)
        self._bridges = np.column_stack(np.divmod(pairs, many)).astype(np.int32)

    def of(self, model: AllianceModel) -> Web:
        """This web if it is still that of the world, else the world's new one."""
        now = model.world.ties.partner, model.world.schools.alliance
        same = all(mine is its or np.array_equal(mine, its) for mine, its in zip(self._drawn_for, now, strict=True))
        return self if same else Web(model)

    def frame(self, model: AllianceModel) -> Frame:
        """The world as it stands."""
        ties, inner = model.world.ties, self._inner
        twin = self._twin[inner]
        trust = np.minimum(ties.trust[inner], ties.trust[twin])
        level = ties.level[inner].astype(np.int64)
        links = len(self.links)
        mean_trust = np.bincount(self._link_of, trust, links) / self._ties_a_link
        mean_level = np.bincount(self._link_of, level, links) / self._ties_a_link
        return Frame(
            half_term=round(model.time),
            alliance=self._drawn_for[1],
            links=self.links,
            trust=_small(model.newest("trust", "school")),
            link_trust=_small(mean_trust),
            link_level=_small((mean_level - 1) / (LEVELS - 1)),
            bridges=self._busiest_bridges(ties),
            coordinators=model.world.coordinators.present.astype(np.bool_),
            alive=model.world.alliances.alive.astype(np.bool_),
            maturity=_maturity(model),
        )

    def _busiest_bridges(self, ties: Any) -> NDArray[np.int32]:
        outer = self._outer
        help_given = ties.given[outer] + ties.given[self._twin[outer]]
        flow = np.bincount(self._bridge_of, help_given, len(self._bridges))
        busiest = np.argsort(-flow, kind="stable")[:MOST_BRIDGES]
        busiest = busiest[flow[busiest] >= IN_USE]
        hundredths = np.round(100 * flow[busiest]).astype(np.int32)
        return np.column_stack([self._bridges[busiest], hundredths]).astype(np.int32)


def _maturity(model: AllianceModel) -> NDArray[np.float32]:
    found = indices({NAMES[place]: model.newest(NAMES[place], "alliance") for place in ALLIANCE_COLUMNS})
    return np.stack([found[strand.name] for strand in STAGED], axis=1).astype(np.float32)


def _small(shares: NDArray[Any]) -> NDArray[np.uint8]:
    known = np.isfinite(shares)
    return np.where(known, np.round(FULL * np.where(known, shares, 0.0)), UNKNOWN).astype(np.uint8)


def share_of(small: int) -> float:
    """A frame's small whole number as the share it stands for; NaN for ``UNKNOWN``."""
    return float("nan") if small == UNKNOWN else small / FULL
