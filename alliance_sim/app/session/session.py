"""One browser session: two runs in step, the half-term shown, and interventions. It does not depend on Solara."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from alliance_sim.app.precompile import PREPARATION
from alliance_sim.app.session.history import History
from alliance_sim.app.session.interventions import INTERVENTION_KINDS, POLICY_CHANGE, Intervention, largest_school
from alliance_sim.app.session.session_config import RefusedError, Setup
from alliance_sim.config import changed
from alliance_sim.declarations.parameters import CHANGED_BY_EVENTS, HALF_TERMS_A_YEAR, Value
from alliance_sim.mesa_model.model import AllianceModel

HORIZON = 60
"""Half-terms that are played: ten years."""
SHOWN = ("trust", "sharing", "practice", "attainment")
"""The outcomes drawn as curves, in reading order."""
SPEEDS = (1.0, 2.0, 3.0, 6.0, 12.0)
"""The speeds to choose from, in half-terms per second."""
USUAL_SPEED = 6.0
MOST_INTERVENTIONS = 200
"""The most interventions in one session."""
BOTH, FIRST, SECOND = "both", "a", "b"
SIDES: dict[str, tuple[int, ...]] = {BOTH: (0, 1), FIRST: (0,), SECOND: (1,)}


class Session:
    """Two runs with the same schools and the same random numbers, simulated in step.

    Attributes:
        setup: the two systems.
        runs: the two runs.
        at: the half-term shown; 0 is the initial state.
        playing: whether the next half-term follows automatically.
        speed: half-terms per second while playing.
    """

    def __init__(self, setup: Setup) -> None:
        self.speed = USUAL_SPEED
        self.open(setup)

    def open(self, setup: Setup) -> None:
        """Start again with another setup; nothing changes if it is refused.

        Raises:
            SchoolListError: if its list of schools cannot be used.
            RefusedError: if a system is too large for the page.
        """
        first, second = setup.scenarios()
        runs = History(first, setup.seed), History(second, setup.seed)
        self.setup, self.runs = setup, runs
        self.at = 0
        self.playing = False

    def take(self, other: Session) -> None:
        """Take over the setup, runs and position of another session."""
        self.setup, self.runs, self.at = other.setup, other.runs, other.at
        self.playing = False

    @property
    def cost_of_going_back(self) -> float:
        """The approximate cost of an intervention at the half-term shown, in teachers times half-terms."""
        if self.at == self.simulated:
            return 0.0
        return sum(float(run.model.roster.teachers.sum()) for run in self.runs) * self.at

    def copy_here(self, progress: Callable[[float], None]) -> Session:
        """Return another session of the same systems, computed up to the half-term shown.

        Args:
            progress: called with the share that is done before each half-term; an error that it raises ends the
                computation.
        """
        other, until = Session(self.setup), self.at
        before = [[one for one in run.interventions if one.half_term <= until] for run in self.runs]
        for half_term in range(until + 1):
            for run, interventions in zip(other.runs, before, strict=True):
                for intervention in interventions:
                    if intervention.half_term == half_term:
                        run.intervene(intervention)
            if half_term < until:
                progress(half_term / until)
                other.step()
        return other

    @property
    def simulated(self) -> int:
        """The latest half-term simulated."""
        return self.runs[0].simulated

    @property
    def ended(self) -> bool:
        """Whether the last half-term is shown."""
        return self.at >= HORIZON

    @property
    def schools(self) -> int:
        """The number of schools of the first system."""
        return self.runs[0].model.roster.schools

    def step(self) -> bool:
        """Show the next half-term, and simulate it if necessary.

        Returns:
            Whether there was a next half-term; if not, playing stops.
        """
        if self.ended:
            self.playing = False
            return False
        if self.at == self.simulated:
            for run in self.runs:
                run.simulate_one()
        self.at += 1
        if self.ended:
            self.playing = False
        return True

    def play(self) -> None:
        """Start playing, from the initial state if the end is shown."""
        if self.ended:
            self.at = 0
        self.playing = True

    def pause(self) -> None:
        """Stop playing."""
        self.playing = False

    def reset(self) -> None:
        """Start the same two systems again, without interventions."""
        self.open(self.setup)

    def look_at(self, half_term: object) -> None:
        """Show a half-term, or the latest one simulated if that is earlier.

        Raises:
            RefusedError: if ``half_term`` is not a whole number from 0 to ``HORIZON``.
        """
        self.at = min(_whole("the half-term", half_term, 0, HORIZON), self.simulated)
        self.playing = False

    def set_speed(self, speed: object) -> None:
        """Set the speed.

        Args:
            speed: half-terms per second.

        Raises:
            RefusedError: if it is not one of ``SPEEDS``.
        """
        if speed not in SPEEDS:
            raise RefusedError(
                f"the speed must be one of {', '.join(f'{one:g}' for one in SPEEDS)} half-terms per second"
            )
        self.speed = float(speed)  # type: ignore[arg-type]

    def set_seed(self, seed: object) -> None:
        """Start the same two systems again with another seed.

        Raises:
            RefusedError: if it is not a seed.
        """
        self.open(self.with_seed(seed))

    def with_seed(self, seed: object) -> Setup:
        """Return the setup with another seed.

        Raises:
            RefusedError: if it is not a seed.
        """
        return replace(self.setup, seed=_whole("the seed", seed, 0, 2**53))

    def intervene(self, key: object, side: object = BOTH, school: object = None) -> list[str]:
        """Apply an intervention at the half-term shown; later half-terms are discarded.

        Args:
            key: the key of an ``InterventionKind``.
            side: ``a``, ``b`` or ``both``.
            school: the row of the school concerned; by default the largest school.

        Returns:
            Sentences about what it did.

        Raises:
            RefusedError: if there is no such intervention, side or school, or a module is still being compiled.
        """
        if not isinstance(key, str) or key not in INTERVENTION_KINDS:
            raise RefusedError(f"there is no such event; there are {', '.join(INTERVENTION_KINDS)}")
        if school is None:
            row = largest_school(self.runs[0].model)
        else:
            row = _whole("the school", school, 0, min(run.model.roster.schools for run in self.runs) - 1)
        return self._apply(Intervention(self.at, key, row), side)

    def set_policy(self, changes: Mapping[str, object], side: object = BOTH) -> list[str]:
        """Change policy from the half-term shown onwards; later half-terms are discarded.

        Args:
            changes: values by the name of the parameter.
            side: ``a``, ``b`` or ``both``.

        Returns:
            Sentences about what it did.

        Raises:
            RefusedError: if a parameter cannot change during a run, or there is no such side.
            ConfigError: if a value is out of bounds.
        """
        for name in changes:
            if name not in CHANGED_BY_EVENTS:
                raise RefusedError(f"{name} cannot change during a run; only {', '.join(CHANGED_BY_EVENTS)} can")
        values = changed(self.setup.first.configuration, changes, source="policy").values
        new: tuple[tuple[str, Value], ...] = tuple((name, values[name]) for name in changes)
        return self._apply(Intervention(self.at, POLICY_CHANGE, 0, new), side)

    def _apply(self, intervention: Intervention, side: object) -> list[str]:
        if not isinstance(side, str) or side not in SIDES:
            raise RefusedError(f"there is no system {side!r}; give a, b or both")
        if sum(len(run.interventions) for run in self.runs) >= MOST_INTERVENTIONS:
            raise RefusedError(f"there are {MOST_INTERVENTIONS} interventions already; reset to start again")
        for place in SIDES[side] if intervention.sets else ():
            policy = {**self.policy(place), **intervention.sets}
            if reason := PREPARATION.reason_to_wait(self.setup.systems[place].configuration, policy):
                raise RefusedError(reason)
        for run in self.runs:
            run.go_back(self.at)
        effects = [self.runs[place].intervene(intervention) for place in SIDES[side]]
        if len(effects) == 2 and effects[0] == effects[1]:
            return [f"In both systems {effects[0]}"]
        titles = [self.setup.systems[place].title for place in SIDES[side]]
        return [f"{title}: {effect}" for title, effect in zip(titles, effects, strict=True)]

    def policy(self, side: int) -> dict[str, Value]:
        """Return the policy of a run at the latest half-term simulated."""
        return self.runs[side].model.policy

    def model_at(self, side: int) -> AllianceModel:
        """Return the model of a run at the half-term shown."""
        return self.runs[side].at(self.at)

    @property
    def when(self) -> str:
        """The half-term shown, in words."""
        if self.at == 0:
            return "The start"
        year, half_term = divmod(self.at - 1, HALF_TERMS_A_YEAR)
        return f"Year {year + 1}, half-term {half_term + 1}"


def _whole(what: str, given: object, least: int, most: int) -> int:
    """Return a whole number within bounds; a browser may send anything."""
    if isinstance(given, str):
        try:
            given = float(given) if len(given) < 40 else math.nan
        except ValueError:
            given = math.nan
    ok = isinstance(given, (int, float)) and not isinstance(given, bool) and math.isfinite(given)
    if not ok or not least <= given <= most or given != int(given):  # type: ignore[operator]
        raise RefusedError(f"{what} must be a whole number from {least:,} to {most:,}")
    return int(given)  # type: ignore[call-overload]
