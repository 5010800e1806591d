"""The incident log: critical incidents of a run, one sentence each.

The log compares the state before and after each half-term and changes nothing, so results are the same with and without
it. It keeps the most severe incidents of each kind per alliance and half-term, up to ``MOST`` in all, and counts those
left out. It is off by default because it takes time.
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
"""Incidents of one kind recorded per alliance and half-term, the most severe first."""
MOST = 4_000
"""Incidents recorded in all."""
BROKEN = 0.88
"""Trust falls below this share of its value when a promise is broken at the highest level, however well mediated."""
LONG_HELP = 2.5
"""Decayed acts of help that one teacher has given more than the other, from which a lower level is an ingratitude."""
CLEARLY_NEW = 0.08
"""Median change of a head's trust in a half-term that shows a change of head."""

KINDS = {
    "broken_promise": "a promise between collaborating teachers is broken",
    "collaboration": "teachers of two schools begin to collaborate",
    "first_joint_practice": "an alliance develops practice jointly for the first time",
    "withdrawal": "two schools stop collaborating",
    "ingratitude": "a tie falls to a lower level although one teacher has long helped the other",
    "new_head": "a school has a new head",
    "coordinator_gone": "a coordinator leaves",
    "coordinator_came": "an alliance has a coordinator again",
    "dissolution": "an alliance is dissolved",
    "formation": "an alliance is formed again",
    "departure": "a school leaves its alliance",
    "spawning": "a mature alliance takes on another alliance",
    "event": "a dated event or an intervention affects a school",
}
"""Kinds of incidents, by key, with their meaning."""


@dataclass(frozen=True)
class Incident:
    """One incident.

    Attributes:
        half_term: the half-term in which it happened.
        kind: a key of ``KINDS``.
        alliance: the row of the alliance.
        school: the row of the school concerned, -1 where it is the whole alliance.
        other: the row of the other school, -1 where there is none.
        sentence: what happened, and why.
    """

    half_term: int
    kind: str
    alliance: int
    school: int
    other: int
    sentence: str


@dataclass(frozen=True)
class _Snapshot:
    """The part of the state that incidents are found from."""

    trust: NDArray[Any]
    level: NDArray[Any]
    heads: NDArray[Any]
    present: NDArray[Any]
    alive: NDArray[Any]
    member: NDArray[Any] | None
    spawned: NDArray[Any] | None


class IncidentLog:
    """The incidents of one simulation, which it observes.

    Attributes:
        incidents: the incidents recorded so far.
        left_out: the number of incidents not recorded.
        roster: the schools.
    """

    roster: Roster
    _before: _Snapshot

    def __init__(self) -> None:
        self.incidents: list[Incident] = []
        self.left_out = 0
        self._developed: set[int] = set()
        self._together: set[tuple[int, int]] = set()
        self._seen: World | None = None

    def half_term_starts(self, simulation: Simulation) -> None:
        """Copy the state before a half-term."""
        self.roster = simulation.roster
        self._find_ties(simulation.world)
        self._before = self._snapshot(simulation.world, simulation.modules.states)

    def events_applied(self, simulation: Simulation) -> None:
        """Copy the state again if an event has restructured alliances, which moves rows."""
        if self._seen is not simulation.world and self._find_ties(simulation.world):
            self._before = self._snapshot(simulation.world, simulation.modules.states)

    def half_term_ended(self, simulation: Simulation) -> None:
        """Record the incidents of a half-term."""
        self._record(self._before, simulation.world, simulation.modules.states, simulation.half_term)

    def event_triggered(self, simulation: Simulation, what: str, schools: list[int]) -> None:
        """Record an event for each school that it affects."""
        self.roster = simulation.roster
        for school in schools:
            text = EVENT_KINDS[what].message.format(self.roster.name[school])
            sentence = f"{text[0].upper()}{text[1:]}."
            alliance = int(self.roster.alliance[school])
            self._append([Incident(simulation.half_term + 1, "event", alliance, school, -1, sentence)])

    def _find_ties(self, world: World) -> bool:
        """Index the ties inside alliances if the table of ties is a new one; return whether it is."""
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

    def _snapshot(self, world: World, states: Mapping[str, Any]) -> _Snapshot:
        governance, spawning = states.get("governance"), states.get("spawning")
        return _Snapshot(
            world.ties.trust[self._ties].copy(), world.ties.level[self._ties].copy(), world.head_ties.trust.copy(),
            world.coordinators.present.copy(), world.alliances.alive.copy(),
            None if governance is None else governance.member.copy(),
            None if spawning is None else spawning.spawned.copy(),
        )  # fmt: skip

    def _record(self, before: _Snapshot, world: World, states: Mapping[str, Any], half_term: int) -> None:
        found = [
            *self._between_teachers(before, world, half_term),
            *self._of_heads(before, world, half_term),
            *self._of_alliances(before, world, states, half_term),
        ]
        for alliance in range(self.roster.alliances):
            for kind in KINDS:
                most_severe_first = sorted(
                    (one for one in found if (one[1].alliance, one[1].kind) == (alliance, kind)), key=_severity
                )
                self._append(incident for _, incident in most_severe_first[:MOST_OF_A_KIND])
                self.left_out += max(0, len(most_severe_first) - MOST_OF_A_KIND)

    def _append(self, incidents: Iterable[Incident]) -> None:
        for incident in incidents:
            if len(self.incidents) < MOST:
                self.incidents.append(incident)
            else:
                self.left_out += 1

    def _between_teachers(self, before: _Snapshot, world: World, half_term: int) -> Iterator[tuple[float, Incident]]:
        """Yield incidents between teachers, each with its severity: the lower, the more severe."""
        trust, level = world.ties.trust[self._ties], world.ties.level[self._ties]
        ties, given = self._ties, world.ties.given
        lead = given[ties] - given[world.ties.twin[ties]]
        close = before.level == COLLABORATION
        for place in np.flatnonzero(close & (level < COLLABORATION) & (trust < BROKEN * before.trust)).tolist():
            one, other = int(self._holders[place]), int(self._partners[place])
            fell = f"trust fell from {before.trust[place]:.2f} to {trust[place]:.2f}"
            softened = ", softened by the coordinator" if world.coordinators.present[self.roster.alliance[one]] else ""
            text = (
                f"A teacher at {self._name(other)} broke a promise to a close partner at {self._name(one)}: "
                f"{fell}{softened}."
            )
            yield trust[place] - before.trust[place], self._incident(half_term, "broken_promise", one, other, text)
        cooled = (level < before.level) & (lead > LONG_HELP)
        for place in np.flatnonzero(cooled).tolist():
            one, other = int(self._holders[place]), int(self._partners[place])
            text = (
                f"A teacher at {self._name(one)} has helped one at {self._name(other)} {lead[place]:.1f} times more "
                "often than the reverse, and the two now work together less closely."
            )
            yield -float(lead[place]), self._incident(half_term, "ingratitude", one, other, text)
        yield from self._of_pairs(before.level, level, half_term)

    def _of_pairs(self, before: Any, level: Any, half_term: int) -> Iterator[tuple[float, Incident]]:
        now = set(self._pairs(level == COLLABORATION))
        for one, other in sorted(now - self._together):
            self._together.add((one, other))
            names = f"{self._name(one)} and {self._name(other)}"
            text = f"Teachers of {names} trust each other enough to develop practice jointly."
            yield 0.0, self._incident(half_term, "collaboration", one, other, text)
        for one, other in sorted(set(self._pairs(before == COLLABORATION)) - now):
            text = f"Teachers of {self._name(one)} and {self._name(other)} no longer collaborate."
            self._together.discard((one, other))
            yield 0.0, self._incident(half_term, "withdrawal", one, other, text)

    def _pairs(self, chosen: Any) -> Iterator[tuple[int, int]]:
        for one, other in zip(self._holders[chosen].tolist(), self._partners[chosen].tolist(), strict=True):
            if one < other:
                yield one, other

    def _of_heads(self, before: _Snapshot, world: World, half_term: int) -> Iterator[tuple[float, Incident]]:
        """Yield changes of head: all trust from and to a new head changes in one half-term."""
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
                    text = f"{self._name(row)} has a new head, whom the other heads do not know yet."
                    yield 0.0, self._incident(half_term, "new_head", row, -1, text)

    def _of_alliances(
        self, before: _Snapshot, world: World, states: Mapping[str, Any], half_term: int
    ) -> Iterator[tuple[float, Incident]]:
        schools = self.roster.alliance
        for alliance in range(self.roster.alliances):
            name = self._alliance_name(alliance)
            if alliance not in self._developed and world.schools.developed[schools == alliance].any():
                self._developed.add(alliance)
                text = f"{name} develops practice jointly for the first time."
                yield 0.0, Incident(half_term, "first_joint_practice", alliance, -1, -1, text)
            for kind, was, now, text in (
                ("coordinator_gone", before.present[alliance], not world.coordinators.present[alliance],
                 f"{name} no longer has a coordinator."),
                ("coordinator_came", not before.present[alliance], world.coordinators.present[alliance],
                 f"{name} has a coordinator again."),
                ("dissolution", before.alive[alliance], not world.alliances.alive[alliance],
                 f"{name} was dissolved: its members gained less from it than they expected."),
                ("formation", not before.alive[alliance], world.alliances.alive[alliance],
                 f"{name} was formed again by its schools."),
            ):  # fmt: skip
                if was and now:
                    yield 0.0, Incident(half_term, kind, alliance, -1, -1, text)
        if before.member is not None:
            gone = before.member & ~states["governance"].member & world.alliances.alive[schools]
            for school in np.flatnonzero(gone).tolist():
                text = f"{self._name(school)} left its alliance, which had disappointed it."
                yield 0.0, self._incident(half_term, "departure", school, -1, text)
        if before.spawned is not None:
            for alliance in np.flatnonzero(states["spawning"].spawned & ~before.spawned).tolist():
                text = f"{self._alliance_name(alliance)} was taken on by a mature alliance, whose trust it shares."
                yield 0.0, Incident(half_term, "spawning", alliance, -1, -1, text)

    def _incident(self, half_term: int, kind: str, one: int, other: int, sentence: str) -> Incident:
        return Incident(half_term, kind, int(self.roster.alliance[one]), one, other, sentence)

    def _alliance_name(self, alliance: int) -> str:
        name = self.roster.alliance_name[alliance]
        return name if name.startswith("Alliance") else f"The alliance {name}"

    def _name(self, school: int) -> str:
        return self.roster.name[school]

    def frame(self) -> pd.DataFrame:
        """Return one row per incident: ``half_term``, ``kind``, ``alliance``, ``school``, ``other``, ``sentence``."""
        import pandas as pd

        names = ("half_term", "kind", "alliance", "school", "other", "sentence")
        return pd.DataFrame([[getattr(one, name) for name in names] for one in self.incidents], columns=list(names))


def _severity(found: tuple[float, Incident]) -> tuple[float, int, int]:
    return found[0], found[1].school, found[1].other
