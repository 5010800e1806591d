"""The links between schools in each half-term, stored in frames that are small enough to keep them all."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.maturity import STAGED, indices
from alliance_sim.declarations.outcomes import ALLIANCE_COLUMNS, NAMES
from alliance_sim.declarations.parameters import LEVELS
from alliance_sim.mesa_model.model import AllianceModel

MOST_BRIDGES = 90
"""The largest number of links across boundaries that are drawn, the busiest first."""
IN_USE = 0.5
"""The least help (decayed count) with which a link across a boundary is drawn."""
FULL = 250
"""The whole number that stands for a share of 1 in a frame."""
UNKNOWN = 255
"""The whole number that stands for an unknown share."""


class Frame(NamedTuple):
    """The state of a run after a half-term. Shares are whole numbers up to ``FULL``, or ``UNKNOWN``."""

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
    """Links across boundaries in use, busiest first, shape (bridges, 3): two rows of schools, and 100 × the help."""
    coordinators: NDArray[np.bool_]
    """Whether each alliance's post is filled."""
    alive: NDArray[np.bool_]
    """Whether each alliance exists; with governance on, alliances can end and be formed again."""
    maturity: NDArray[np.float32]
    """The index of each staged strand of each alliance, shape (alliances, strands); NaN in the initial state."""


class SchoolNetwork:
    """The links between the schools of a run; valid until ties or boundaries change.

    Attributes:
        links: the pairs of schools inside alliances that have ties, shape (links, 2).
    """

    def __init__(self, model: AllianceModel) -> None:
        world = model.world
        self._source = world.ties.partner, world.schools.alliance
        schools = world.schools.alliance
        many = len(schools)
        ties_each = np.diff(world.teachers.tie_offsets.astype(np.int64))
        holder = np.repeat(world.teachers.school.astype(np.int64), ties_each)
        partner = world.teachers.school.astype(np.int64)[world.ties.partner]
        inside = schools[holder] == schools[partner]
        once = holder < partner  # each pair of ties is counted from one end
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

    def updated(self, model: AllianceModel) -> SchoolNetwork:
        """Return this network if it is still valid for the model, else a new one."""
        now = model.world.ties.partner, model.world.schools.alliance
        same = all(old is new or np.array_equal(old, new) for old, new in zip(self._source, now, strict=True))
        return self if same else SchoolNetwork(model)

    def frame(self, model: AllianceModel) -> Frame:
        """Return the present state of a model."""
        ties, inner = model.world.ties, self._inner
        twin = self._twin[inner]
        trust = np.minimum(ties.trust[inner], ties.trust[twin])
        level = ties.level[inner].astype(np.int64)
        links = len(self.links)
        mean_trust = np.bincount(self._link_of, trust, links) / self._ties_a_link
        mean_level = np.bincount(self._link_of, level, links) / self._ties_a_link
        return Frame(
            half_term=round(model.time),
            alliance=self._source[1],
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


def share_of(stored: int) -> float:
    """Return the share that a frame's whole number stands for; NaN for ``UNKNOWN``."""
    return float("nan") if stored == UNKNOWN else stored / FULL
