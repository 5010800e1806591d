"""After the reveal: the two systems again with one lever changed, simulated once for all phones that choose it."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.app.classroom.question import Pair, curves_to_json
from alliance_sim.app.language import _, mark
from alliance_sim.app.session.session_config import RefusedError
from alliance_sim.config import Configuration, changed
from alliance_sim.declarations.parameters import Value
from alliance_sim.declarations.roster import Roster
from alliance_sim.mesa_model.model import AllianceModel
from alliance_sim.mesa_model.scenario import Scenario

LOG = logging.getLogger("alliance_sim.app")


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
        return {"key": self.key, "title": _(self.title), "choices": [_(words) for words, _value in self.choices]}


LEVERS = (
    Lever(
        "coordinator", mark("Coordinators"), "coordinator.present", ((mark("none"), False), (mark("one each"), True))
    ),
    Lever(
        "secrecy", mark("Secrecy"), "policy.secrecy", ((mark("none"), 0.0), (mark("some"), 0.4), (mark("much"), 0.8))
    ),
    Lever(
        "doors",
        mark("Doors to other alliances"),
        "policy.porosity",
        ((mark("closed"), 0.0), (mark("ajar"), 0.15), (mark("open"), 0.3)),
    ),
    Lever(
        "money",
        mark("Time and money to meet"),
        "policy.funding",
        ((mark("none"), 0.0), (mark("some"), 0.5), (mark("plenty"), 1.0)),
    ),
    Lever(
        "competition",
        mark("Competition"),
        "policy.competition",
        ((mark("none"), 0.0), (mark("some"), 0.5), (mark("hard"), 1.0)),
    ),
)
"""The levers, in the order in which a phone lists them."""


NOT_COMPUTED = mark("These two systems could not be simulated.")


@dataclass(frozen=True)
class PairOfSystems:
    """Two systems as they can be simulated again.

    Attributes:
        configurations: their configurations.
        outcome: the outcome that the class has bet on.
        show: turns the values of a run, one for each half-term, into those that a class sees.
        seed: the seed of their random numbers.
        horizon: how many half-terms are simulated.
        rosters: the schools of each; ``None`` where they are sampled.
    """

    configurations: tuple[Configuration, Configuration]
    outcome: str
    show: Callable[[NDArray[np.float64]], tuple[float, ...]]
    seed: int = 1
    horizon: int = 60
    rosters: tuple[Roster | None, Roster | None] = (None, None)

    def with_change(self, parameter: str, value: Value) -> PairOfSystems:
        """Return the systems with one parameter changed in both.

        Args:
            parameter: its name.
            value: its value.
        """
        first, second = (changed(one, {parameter: value}, source="lever") for one in self.configurations)
        return replace(self, configurations=(first, second))

    def curves(self, is_cancelled: Callable[[], bool] = lambda: False) -> Pair:
        """Return the outcome of both systems, from the start to the horizon, as a class sees it.

        Args:
            is_cancelled: returns whether the result is not needed any more.

        Raises:
            RefusedError: if it is cancelled.
        """
        found: list[tuple[float, ...]] = []
        for configuration, roster in zip(self.configurations, self.rosters, strict=True):
            if is_cancelled():
                raise RefusedError(_("the question has ended"))
            model = AllianceModel(Scenario.of(configuration, roster=roster), rng=self.seed, record="system")
            model.run_for(self.horizon)
            found.append(self.show(model.outcomes[self.outcome].to_numpy(dtype=np.float64)))
        return found[0], found[1]


class OwnSystems:
    """Runs of both systems by lever and choice. One thread of low priority simulates them in the order of requests."""

    def __init__(self, systems: PairOfSystems) -> None:
        """Prepare the runs.

        Args:
            systems: the systems of the class.
        """
        self._systems = systems
        self._found: dict[tuple[str, int], dict[str, Any]] = {}
        self._waiting: queue.SimpleQueue[tuple[Lever, int] | None] = queue.SimpleQueue()
        self._asked: set[tuple[str, int]] = set()
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._work, name="own systems of a class", daemon=True)
        self._thread.start()

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
            raise RefusedError(_("There is no such lever."))
        if not 0 <= choice < len(lever.choices):
            raise RefusedError(_("There is no such choice."))
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
                systems = self._systems.with_change(lever.parameter, lever.choices[choice][1])
                curves = systems.curves(self._cancelled.is_set)
                found = {"ready": True, "curves": curves_to_json(curves)}
            except RefusedError:
                return  # the question has ended
            except Exception:  # a program of the user's, a mechanism, may fail in any way
                LOG.exception("a lever of a class could not be simulated")
                found = {"ready": True, "error": NOT_COMPUTED}
            with self._lock:
                self._found[lever.key, choice] = found
