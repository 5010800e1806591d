"""One browser session: two worlds in step, the position looked at, and what was made to happen. It knows no Solara."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from alliance_sim.app.precompile import PREPARATION
from alliance_sim.app.session.history import History
from alliance_sim.app.session.interventions import HAND_EVENTS, LEVER, Happening, largest_school
from alliance_sim.app.session.session_config import RefusedError, Setup
from alliance_sim.config import changed
from alliance_sim.declarations.parameters import CHANGED_BY_EVENTS, HALF_TERMS_A_YEAR, Value
from alliance_sim.mesa_model.model import AllianceModel

HORIZON = 60
"""Half-terms that a lecture plays: ten years."""
SHOWN = ("trust", "sharing", "practice", "attainment")
"""The four outcomes drawn as curves, in reading order."""
SPEEDS = (1.0, 2.0, 3.0, 6.0, 12.0)
"""Half-terms a second that can be chosen."""
USUAL_SPEED = 6.0
MOST_HAPPENINGS = 200
"""Things made to happen by hand in one session."""
BOTH, FIRST, SECOND = "both", "a", "b"
SIDES: dict[str, tuple[int, ...]] = {BOTH: (0, 1), FIRST: (0,), SECOND: (1,)}


class Session:
    """Two worlds that open with the same schools and luck, and are lived in step.

    Attributes:
        setup: what they were opened with.
        worlds: the two.
        at: the half-term that is looked at, 0 the opening.
        playing: whether the next half-term follows by itself.
        speed: half-terms a second while playing.
    """

    def __init__(self, setup: Setup) -> None:
        self.speed = USUAL_SPEED
        self.open(setup)

    def open(self, setup: Setup) -> None:
        """Begin anew with this setup; nothing changes if it cannot be opened.

        Raises:
            SchoolListError: if its list of schools cannot be used.
            RefusedError: if a world would be too large for a page.
        """
        first, second = setup.scenarios()
        worlds = History(first, setup.seed), History(second, setup.seed)
        self.setup, self.worlds = setup, worlds
        self.at = 0
        self.playing = False

    def take(self, other: Session) -> None:
        """Show what another session computed, at the half-term that it looks at."""
        self.setup, self.worlds, self.at = other.setup, other.worlds, other.at
        self.playing = False

    @property
    def cost_of_going_back(self) -> float:
        """About how much must be computed before something can happen here, in teachers times half-terms."""
        if self.at == self.lived:
            return 0.0
        return sum(float(world.model.roster.teachers.sum()) for world in self.worlds) * self.at

    def copy_here(self, progress: Callable[[float], None]) -> Session:
        """Another session of the same systems, computed up to the half-term that this one looks at.

        Args:
            progress: called with the share that is done before each half-term; what it raises ends the computation.
        """
        other, until = Session(self.setup), self.at
        before = [[one for one in world.happenings if one.half_term <= until] for world in self.worlds]
        for half_term in range(until + 1):
            for world, happenings in zip(other.worlds, before, strict=True):
                for happening in happenings:
                    if happening.half_term == half_term:
                        world.happen(happening)
            if half_term < until:
                progress(half_term / until)
                other.step()
        return other

    @property
    def lived(self) -> int:
        """The latest half-term lived."""
        return self.worlds[0].lived

    @property
    def ended(self) -> bool:
        """Whether the last half-term of the lecture is shown."""
        return self.at >= HORIZON

    @property
    def schools(self) -> int:
        """How many schools the first world has."""
        return self.worlds[0].model.roster.schools

    def step(self) -> bool:
        """Show the next half-term: one that was lived already, or a new one. False at the end, where playing stops."""
        if self.ended:
            self.playing = False
            return False
        if self.at == self.lived:
            for world in self.worlds:
                world.simulate_one()
        self.at += 1
        if self.ended:
            self.playing = False
        return True

    def play(self) -> None:
        """Let the half-terms follow by themselves; from the opening again where the end is shown."""
        if self.ended:
            self.at = 0
        self.playing = True

    def pause(self) -> None:
        """Stop where we are."""
        self.playing = False

    def reset(self) -> None:
        """The same two worlds from their opening; what was made to happen by hand is forgotten."""
        self.open(self.setup)

    def look_at(self, half_term: object) -> None:
        """Look at a half-term that was lived.

        Raises:
            RefusedError: if it is none.
        """
        self.at = min(_whole("the half-term", half_term, 0, HORIZON), self.lived)
        self.playing = False

    def set_speed(self, speed: object) -> None:
        """Half-terms a second.

        Raises:
            RefusedError: if it is not one of ``SPEEDS``.
        """
        if speed not in SPEEDS:
            raise RefusedError(
                f"the speed must be one of {', '.join(f'{one:g}' for one in SPEEDS)} half-terms a second"
            )
        self.speed = float(speed)  # type: ignore[arg-type]

    def set_seed(self, seed: object) -> None:
        """The same two configs with other luck, from the opening.

        Raises:
            RefusedError: if it is no seed.
        """
        self.open(self.with_seed(seed))

    def with_seed(self, seed: object) -> Setup:
        """The setup with another seed.

        Raises:
            RefusedError: if it is no seed.
        """
        return replace(self.setup, seed=_whole("the seed", seed, 0, 2**53))

    def happen(self, key: object, side: object = BOTH, school: object = None) -> list[str]:
        """Make a hand event happen now, in one world or both, and say what it did there.

        What was lived after the half-term that is looked at is lived otherwise from here.

        Raises:
            RefusedError: if there is no such event or side, or what it needs is still being prepared.
        """
        if not isinstance(key, str) or key not in HAND_EVENTS:
            raise RefusedError(f"there is no such event; there are {', '.join(HAND_EVENTS)}")
        if school is None:
            row = largest_school(self.worlds[0].model)
        else:
            row = _whole("the school", school, 0, min(world.model.roster.schools for world in self.worlds) - 1)
        return self._make_happen(Happening(self.at, key, row), side)

    def set_policy(self, changes: Mapping[str, object], side: object = BOTH) -> list[str]:
        """Set policy from now on, in one world or both.

        Raises:
            RefusedError: for a parameter that cannot change while a world runs, or a side that there is not.
            ConfigError: for a value out of bounds.
        """
        for name in changes:
            if name not in CHANGED_BY_EVENTS:
                raise RefusedError(f"{name} cannot change while a world runs; only {', '.join(CHANGED_BY_EVENTS)} can")
        values = changed(self.setup.first.configuration, changes, source="policy").values
        kept: tuple[tuple[str, Value], ...] = tuple((name, values[name]) for name in changes)
        return self._make_happen(Happening(self.at, LEVER, 0, kept), side)

    def _make_happen(self, happening: Happening, side: object) -> list[str]:
        if not isinstance(side, str) or side not in SIDES:
            raise RefusedError(f"there is no world {side!r}; say a, b or both")
        if sum(len(world.happenings) for world in self.worlds) >= MOST_HAPPENINGS:
            raise RefusedError(f"{MOST_HAPPENINGS} things were made to happen already; reset to begin anew")
        for place in SIDES[side] if happening.sets else ():
            policy = {**self.policy(place), **happening.sets}
            if trouble := PREPARATION.why_not_yet(self.setup.worlds[place].configuration, policy):
                raise RefusedError(trouble)
        for world in self.worlds:
            world.go_back(self.at)
        told = [self.worlds[place].happen(happening) for place in SIDES[side]]
        if len(told) == 2 and told[0] == told[1]:
            return [f"In both worlds {told[0]}"]
        return [f"{self.setup.worlds[place].title}: {said}" for place, said in zip(SIDES[side], told, strict=True)]

    def policy(self, side: int) -> dict[str, Value]:
        """What policy is in a world at the latest half-term lived."""
        return self.worlds[side].model.policy

    def world_at(self, side: int) -> AllianceModel:
        """A world as it stood at the half-term that is looked at."""
        return self.worlds[side].at(self.at)

    @property
    def when(self) -> str:
        """The half-term that is looked at, in words."""
        if self.at == 0:
            return "The opening"
        year, half_term = divmod(self.at - 1, HALF_TERMS_A_YEAR)
        return f"Year {year + 1}, half-term {half_term + 1}"


def _whole(what: str, given: object, least: int, most: int) -> int:
    """A whole number within bounds; a browser may send anything."""
    if isinstance(given, str):
        try:
            given = float(given) if len(given) < 40 else math.nan
        except ValueError:
            given = math.nan
    ok = isinstance(given, (int, float)) and not isinstance(given, bool) and math.isfinite(given)
    if not ok or not least <= given <= most or given != int(given):  # type: ignore[operator]
        raise RefusedError(f"{what} must be a whole number from {least:,} to {most:,}")
    return int(given)  # type: ignore[call-overload]
