"""Critical incidents: what happened to whom, in sentences; off unless somebody asks, for looking takes time.

The chronicle compares the world before and after a half-term. It writes nothing into the world, so a world that is
watched lives as it would have lived unwatched. Of each kind it keeps the gravest few an alliance and half-term, and a
few thousand in all; what was left out is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.processes.trust import COLLABORATION
from alliance_sim.engine.simulation.events import EVENT_KINDS
from alliance_sim.engine.simulation.simulation import Simulation
from alliance_sim.engine.state import World

if TYPE_CHECKING:
    import pandas as pd

MOST_OF_A_KIND = 2
"""Incidents of one kind that are told of an alliance in one half-term, the gravest first."""
MOST = 4_000
"""Incidents that are kept in all."""
BROKEN = 0.88
"""Trust falls below this share of itself when a promise is broken at the highest stake, however well it is mediated."""
LONG_HELP = 2.5
"""Helps, decayed, that one has given more than the other, from which a cooling is an ingratitude."""
CLEARLY_NEW = 0.08
"""By which trust between heads jumps, on average, when there is somebody new."""

KINDS = {
    "broken_promise": "a promise is broken between two who collaborated",
    "collaboration": "teachers of two schools begin to collaborate",
    "first_joint_practice": "an alliance develops practice jointly for the first time",
    "withdrawal": "two schools that collaborated do so no more",
    "ingratitude": "a pair cools off though one has long helped the other",
    "new_head": "a school has a new head",
    "coordinator_gone": "a coordinator is gone",
    "coordinator_came": "there is a coordinator again",
    "dissolution": "an alliance ends",
    "formation": "an alliance is formed again",
    "departure": "a school leaves its alliance",
    "spawning": "an alliance is taken on by a mature one",
    "happening": "something was made to happen",
}


@dataclass(frozen=True)
class Incident:
    """One thing that happened.

    Attributes:
        half_term: in which.
        kind: one of ``KINDS``.
        alliance: its row.
        school: the school concerned, -1 where it is the whole alliance.
        other: the other school, -1 where there is none.
        sentence: what happened, and why.
    """

    half_term: int
    kind: str
    alliance: int
    school: int
    other: int
    sentence: str


@dataclass(frozen=True)
class _Before:
    trust: NDArray[Any]
    level: NDArray[Any]
    heads: NDArray[Any]
    present: NDArray[Any]
    alive: NDArray[Any]
    member: NDArray[Any] | None
    spawned: NDArray[Any] | None


class IncidentLog:
    """Keeps the incidents of one simulation, as its ``Observer``."""

    roster: Roster
    _before: _Before

    def __init__(self) -> None:
        self.incidents: list[Incident] = []
        self.left_out = 0
        self._developed: set[int] = set()
        self._together: set[tuple[int, int]] = set()
        self._seen: World | None = None

    def half_term_starts(self, simulation: Simulation) -> None:
        """Keep what has to be known of the state before the half-term."""
        self.roster = simulation.roster
        self._find_ties(simulation.world)
        self._before = self.before(simulation.world, simulation.modules.states)

    def events_applied(self, simulation: Simulation) -> None:
        """After redrawn boundaries rows lie elsewhere, so the state is kept again."""
        if self._seen is not simulation.world and self._find_ties(simulation.world):
            self._before = self.before(simulation.world, simulation.modules.states)

    def half_term_ended(self, simulation: Simulation) -> None:
        """Note what happened in the half-term."""
        self.note(self._before, simulation.world, simulation.modules.states, simulation.half_term)

    def event_triggered(self, simulation: Simulation, what: str, schools: list[int]) -> None:
        """Note an event that happened to schools."""
        self.roster = simulation.roster
        for school in schools:
            text = EVENT_KINDS[what].said.format(self.roster.name[school])
            self.tell(simulation.half_term + 1, school, f"{text[0].upper()}{text[1:]}.")

    def _find_ties(self, world: World) -> bool:
        """Look up which ties lie inside alliances, where the ties are others; tell whether they are."""
        if self._seen is not None and self._seen.ties is world.ties:
            self._seen = world
            return False
        self._seen = world
        teachers = world.teachers
        holder = np.repeat(np.arange(len(teachers.id)), np.diff(teachers.tie_offsets))
        inside = np.arange(len(world.ties.trust)) < teachers.external_tie_start[holder]
        self._ties = np.flatnonzero(inside)
        self._holders = teachers.school[holder[self._ties]]
        self._partners = teachers.school[world.ties.partner[self._ties]]
        return True

    def before(self, world: World, states: Mapping[str, Any]) -> _Before:
        """What has to be known of the world before a half-term."""
        governance, spawning = states.get("governance"), states.get("spawning")
        return _Before(
            world.ties.trust[self._ties].copy(), world.ties.level[self._ties].copy(), world.head_ties.trust.copy(),
            world.coordinators.present.copy(), world.alliances.alive.copy(),
            None if governance is None else governance.member.copy(),
            None if spawning is None else spawning.spawned.copy(),
        )  # fmt: skip

    def note(self, before: _Before, world: World, states: Mapping[str, Any], half_term: int) -> None:
        """Look what happened in the half-term just lived."""
        found = [
            *self._between_teachers(before, world, half_term),
            *self._of_heads(before, world, half_term),
            *self._of_alliances(before, world, states, half_term),
        ]
        for alliance in range(self.roster.alliances):
            for kind in KINDS:
                grave = sorted(
                    (one for one in found if (one[1].alliance, one[1].kind) == (alliance, kind)), key=_severity
                )
                self._keep(incident for _, incident in grave[:MOST_OF_A_KIND])
                self.left_out += max(0, len(grave) - MOST_OF_A_KIND)

    def tell(self, half_term: int, school: int, sentence: str) -> None:
        """Note what was made to happen to a school before a half-term."""
        self._keep([Incident(half_term, "happening", int(self.roster.alliance[school]), school, -1, sentence)])

    def _keep(self, incidents: Iterable[Incident]) -> None:
        for incident in incidents:
            if len(self.incidents) < MOST:
                self.incidents.append(incident)
            else:
                self.left_out += 1

    def _between_teachers(self, before: _Before, world: World, half_term: int) -> Iterator[tuple[float, Incident]]:
        trust, level = world.ties.trust[self._ties], world.ties.level[self._ties]
        ties, given = self._ties, world.ties.given
        lead = given[ties] - given[world.ties.twin[ties]]
        close = before.level == COLLABORATION
        for place in np.flatnonzero(close & (level < COLLABORATION) & (trust < BROKEN * before.trust)).tolist():
            one, other = int(self._holders[place]), int(self._partners[place])
            fell = f"trust fell from {before.trust[place]:.2f} to {trust[place]:.2f}"
            softened = ", softened by the coordinator" if world.coordinators.present[self.roster.alliance[one]] else ""
            said = f"Somebody at {self._name(other)} let a close partner at {self._name(one)} down: {fell}{softened}."
            yield trust[place] - before.trust[place], self._incident(half_term, "broken_promise", one, other, said)
        cooled = (level < before.level) & (lead > LONG_HELP)
        for place in np.flatnonzero(cooled).tolist():
            one, other = int(self._holders[place]), int(self._partners[place])
            said = (
                f"A teacher at {self._name(one)} has given one at {self._name(other)} {lead[place]:.1f} helps more "
                "than came back, and works with them less closely now."
            )
            yield -float(lead[place]), self._incident(half_term, "ingratitude", one, other, said)
        yield from self._of_pairs(before.level, level, half_term)

    def _of_pairs(self, before: Any, level: Any, half_term: int) -> Iterator[tuple[float, Incident]]:
        now = set(self._pairs(level == COLLABORATION))
        for one, other in sorted(now - self._together):
            self._together.add((one, other))
            names = f"{self._name(one)} and {self._name(other)}"
            said = f"Teachers of {names} trust each other enough to develop practice jointly."
            yield 0.0, self._incident(half_term, "collaboration", one, other, said)
        for one, other in sorted(set(self._pairs(before == COLLABORATION)) - now):
            said = f"Nobody at {self._name(one)} and {self._name(other)} collaborates across the two any more."
            self._together.discard((one, other))
            yield 0.0, self._incident(half_term, "withdrawal", one, other, said)

    def _pairs(self, chosen: Any) -> Iterator[tuple[int, int]]:
        for one, other in zip(self._holders[chosen].tolist(), self._partners[chosen].tolist(), strict=True):
            if one < other:
                yield one, other

    def _of_heads(self, before: _Before, world: World, half_term: int) -> Iterator[tuple[float, Incident]]:
        """All trust from and to a head moves at once when there is somebody new."""
        if half_term % 6 != 1 or half_term == 1:
            return
        for alliance in range(self.roster.alliances):
            begin, after = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
            block, members = world.alliances.head_tie_offsets[alliance], int(after - begin)
            if members < 3:
                continue
            moved = np.abs(world.head_ties.trust - before.heads)[block : block + members * members]
            moved = moved.reshape(members, members)
            for school in range(members):
                own = np.delete(np.r_[moved[school], moved[:, school]], [school, members + school])
                if np.median(own) > CLEARLY_NEW:
                    row = int(begin) + school
                    said = f"{self._name(row)} has a new head, whom the others have to get to know."
                    yield 0.0, self._incident(half_term, "new_head", row, -1, said)

    def _of_alliances(
        self, before: _Before, world: World, states: Mapping[str, Any], half_term: int
    ) -> Iterator[tuple[float, Incident]]:
        schools = self.roster.alliance
        for alliance in range(self.roster.alliances):
            name = self._called(alliance)
            if alliance not in self._developed and world.schools.developed[schools == alliance].any():
                self._developed.add(alliance)
                yield (
                    0.0,
                    Incident(
                        half_term,
                        "first_joint_practice",
                        alliance,
                        -1,
                        -1,
                        f"{name} develops practice jointly for the first time.",
                    ),
                )
            for kind, was, now, said in (
                ("coordinator_gone", before.present[alliance], not world.coordinators.present[alliance],
                 f"{name} has no coordinator any more."),
                ("coordinator_came", not before.present[alliance], world.coordinators.present[alliance],
                 f"{name} has a coordinator again."),
                ("dissolution", before.alive[alliance], not world.alliances.alive[alliance],
                 f"{name} ended: it gave its members less than they had hoped for."),
                ("formation", not before.alive[alliance], world.alliances.alive[alliance],
                 f"{name} was formed again by its schools."),
            ):  # fmt: skip
                if was and now:
                    yield 0.0, Incident(half_term, kind, alliance, -1, -1, said)
        if before.member is not None:
            gone = before.member & ~states["governance"].member & world.alliances.alive[schools]
            for school in np.flatnonzero(gone).tolist():
                said = f"{self._name(school)} left its alliance, disappointed."
                yield 0.0, self._incident(half_term, "departure", school, -1, said)
        if before.spawned is not None:
            for alliance in np.flatnonzero(states["spawning"].spawned & ~before.spawned).tolist():
                said = f"{self._called(alliance)} was taken on by a mature alliance, whose trust it shares."
                yield 0.0, Incident(half_term, "spawning", alliance, -1, -1, said)

    def _incident(self, half_term: int, kind: str, one: int, other: int, sentence: str) -> Incident:
        return Incident(half_term, kind, int(self.roster.alliance[one]), one, other, sentence)

    def _called(self, alliance: int) -> str:
        name = self.roster.alliance_name[alliance]
        return name if name.startswith("Alliance") else f"The alliance {name}"

    def _name(self, school: int) -> str:
        return self.roster.name[school]

    def frame(self) -> pd.DataFrame:
        """One row an incident: ``half_term``, ``kind``, ``alliance``, ``school``, ``other``, ``sentence``."""
        import pandas as pd

        names = ("half_term", "kind", "alliance", "school", "other", "sentence")
        return pd.DataFrame([[getattr(one, name) for name in names] for one in self.incidents], columns=list(names))


def _severity(found: tuple[float, Incident]) -> tuple[float, int, int]:
    return found[0], found[1].school, found[1].other
