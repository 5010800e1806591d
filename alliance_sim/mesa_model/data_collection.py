"""Mesa's data collector over outcomes that the recorder keeps anyway."""

from __future__ import annotations

from functools import partial
from typing import Any

from mesa.datacollection import DataCollector

from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.engine.simulation.recorder import Recorder


class OutcomeCollector(DataCollector):
    """A data collector of the system's outcomes.

    # perf: collecting notes only the half-term. Calling and copying each outcome each half-term took as long as
    # simulating a small system.

    Args:
        recorder: the outcomes so far.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder, self._collected = recorder, list[int]()
        super().__init__(model_reporters={name: partial(_latest, place) for place, name in enumerate(NAMES)})

    def collect(self, model: Any) -> None:
        """Note that the outcomes of the current half-term are collected."""
        self._collection_steps.append(model.time)
        self._collected.append(self._recorder.rows - 1)

    @property
    def model_vars(self) -> dict[str, list[float]]:
        """The values collected, by outcome."""
        columns = self._recorder.table[self._collected].T
        return {name: column.tolist() for name, column in zip(NAMES, columns, strict=True)}

    @model_vars.setter
    def model_vars(self, empty: dict[str, list[float]]) -> None:
        """Ignore the empty lists with which Mesa starts."""


def _latest(outcome: int, model: Any) -> float:
    return model.simulation.recorder.latest(outcome)
