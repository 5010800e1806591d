"""After the reveal: the two systems again with one lever changed, simulated once for all phones that choose the same."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from alliance_sim.app.classroom.question import Pair, curves_to_json
from alliance_sim.app.session.session import HORIZON
from alliance_sim.app.session.session_config import RefusedError, Setup
from alliance_sim.app.views.scales import SCALES
from alliance_sim.config import ConfigError
from alliance_sim.declarations.parameters import Value
from alliance_sim.mesa_model.model import AllianceModel
from alliance_sim.schools import SchoolListError


@dataclass(frozen=True)
class Lever:
    """A lever that a phone can change: a parameter with a few values in words.

    Attributes:
        key: its name in requests.
        title: its name on the phone.
        parameter: the parameter.
        choices: the words and the values.
    """

    key: str
    title: str
    parameter: str
    choices: tuple[tuple[str, Value], ...]

    def to_json(self) -> dict[str, Any]:
        """Return what a phone shows."""
        return {"key": self.key, "title": self.title, "choices": [words for words, _ in self.choices]}


LEVERS = (
    Lever("coordinator", "Coordinators", "coordinator.present", (("none", False), ("one each", True))),
    Lever("secrecy", "Secrecy", "policy.secrecy", (("none", 0.0), ("some", 0.4), ("much", 0.8))),
    Lever("doors", "Doors to other alliances", "policy.porosity", (("closed", 0.0), ("ajar", 0.15), ("open", 0.3))),
    Lever("money", "Time and money to meet", "policy.funding", (("none", 0.0), ("some", 0.5), ("plenty", 1.0))),
    Lever("competition", "Competition", "policy.competition", (("none", 0.0), ("some", 0.5), ("hard", 1.0))),
)
"""The levers, in the order in which a phone lists them."""

NOT_COMPUTED = "These two systems could not be simulated."
Simulate = Callable[[Setup, str, Callable[[], bool]], Pair]


def simulate_pair(setup: Setup, outcome: str, is_cancelled: Callable[[], bool]) -> Pair:
    """Return an outcome of both systems from the start to the horizon, in the unit of the class.

    Args:
        setup: the systems.
        outcome: its name.
        is_cancelled: returns whether the result is not needed any more.

    Raises:
        RefusedError: if the systems cannot be simulated, or the result is not needed.
    """
    curves: list[tuple[float, ...]] = []
    for scenario in setup.scenarios():
        if is_cancelled():
            raise RefusedError("the question has ended")
        model = AllianceModel(scenario, rng=setup.seed, record="system")
        model.run_for(HORIZON)
        curves.append(SCALES[outcome].shown(model.outcomes[outcome].tolist()))
    return curves[0], curves[1]


class OwnSystems:
    """Runs of both systems by lever and choice. One thread of low priority simulates them in the order of requests."""

    def __init__(self, setup: Setup, outcome: str, simulate: Simulate = simulate_pair) -> None:
        """Prepare the runs.

        Args:
            setup: the systems of the class.
            outcome: the outcome that the class has bet on.
            simulate: simulates both systems.
        """
        self._setup, self._outcome, self._simulate = setup, outcome, simulate
        self._found: dict[tuple[str, int], dict[str, Any]] = {}
        self._waiting: queue.SimpleQueue[tuple[Lever, int] | None] = queue.SimpleQueue()
        self._asked: set[tuple[str, int]] = set()
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        threading.Thread(target=self._work, name="own systems of a class", daemon=True).start()

    def ask_for(self, key: object, choice: object) -> dict[str, Any]:
        """Return the runs with a lever changed: ``ready``, and if they are ready ``curves`` or an ``error``.

        Args:
            key: the key of one of ``LEVERS``.
            choice: the place of one of its choices.

        Raises:
            RefusedError: if there is no such lever or choice.
        """
        lever = next((one for one in LEVERS if one.key == key), None)
        if lever is None or not isinstance(choice, int) or isinstance(choice, bool):
            raise RefusedError("There is no such lever.")
        if not 0 <= choice < len(lever.choices):
            raise RefusedError("There is no such choice.")
        place = lever.key, choice
        with self._lock:
            if place in self._found:
                return self._found[place]
            if place not in self._asked:
                self._asked.add(place)
                self._waiting.put((lever, choice))
        return {"ready": False}

    def cancel(self) -> None:
        """Simulate no further runs."""
        self._cancelled.set()
        self._waiting.put(None)

    def _work(self) -> None:
        with suppress(OSError, AttributeError):  # Linux has a priority for each thread
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        while (item := self._waiting.get()) is not None and not self._cancelled.is_set():
            lever, choice = item
            try:
                changes = {lever.parameter: lever.choices[choice][1]}
                first, second = (system.with_changes(changes) for system in self._setup.systems)
                setup = Setup(first, second, self._setup.seed, self._setup.schools)
                curves = self._simulate(setup, self._outcome, self._cancelled.is_set)
                found = {"ready": True, "curves": curves_to_json(curves)}
            except (RefusedError, ConfigError, SchoolListError):
                found = {"ready": True, "error": NOT_COMPUTED}
            with self._lock:
                self._found[lever.key, choice] = found
