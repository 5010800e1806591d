"""One run with its past: a frame of each half-term, and a way back to any of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alliance_sim.app.session.interventions import Intervention
from alliance_sim.app.session.network_data import Frame, SchoolNetwork
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.mesa_model.model import AllianceModel
from alliance_sim.mesa_model.scenario import Scenario


class History:
    """A run that is simulated one half-term at a time and can go back.

    Interventions are recorded with their dates. The same seed gives the same run, so any half-term can be simulated
    again exactly, and only small frames are kept instead of whole models.

    Attributes:
        scenario: the scenario of the run.
        seed: the seed of its random numbers.
        model: the model at the latest half-term simulated.
        network: the links between schools at the latest half-term simulated.
        frames: one per half-term, the initial state first.
        interventions: what the user changed, in order of time.
        effects: a sentence about what each intervention did, in the same order.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self.interventions: list[Intervention] = []
        self.effects: list[str] = []
        self._back: AllianceModel | None = None
        self._start()

    def _start(self) -> None:
        self.model = AllianceModel(self.scenario, rng=self.seed, incidents=True)
        self.network = SchoolNetwork(self.model)
        self.frames: list[Frame] = [self.network.frame(self.model)]
        self._rows: list[NDArray[np.float64]] = [self._row()]

    @property
    def simulated(self) -> int:
        """How many half-terms have been simulated."""
        return len(self.frames) - 1

    def simulate_one(self) -> None:
        """Simulate one more half-term."""
        self.model.step()
        self.frames.append(self._frame())
        self._rows.append(self._row())

    def _frame(self) -> Frame:
        self.network = self.network.updated(self.model)
        return self.network.frame(self.model)

    def _row(self) -> NDArray[np.float64]:
        return np.array([self.model.newest(name)[0] for name in NAMES])

    def curve(self, outcome: str) -> list[float]:
        """Return an outcome of the system for each half-term simulated, the initial state first."""
        column = NAMES.index(outcome)
        return [float(row[column]) for row in self._rows]

    def intervene(self, intervention: Intervention) -> str:
        """Apply an intervention now, and return a sentence about what it did."""
        effect = intervention.apply(self.model)
        self.interventions.append(intervention)
        self.effects.append(effect)
        self.frames[-1] = self._frame()
        return effect

    def go_back(self, half_term: int) -> None:
        """Make an earlier half-term the latest one; later half-terms are discarded.

        Interventions dated at that half-term stay.
        """
        if half_term >= self.simulated:
            return
        remaining = [
            (intervention, effect)
            for intervention, effect in zip(self.interventions, self.effects, strict=True)
            if intervention.half_term <= half_term
        ]
        self.model = self._simulate_again(half_term)
        self._back = None
        del self.frames[half_term + 1 :]
        del self._rows[half_term + 1 :]
        self.interventions = [intervention for intervention, _ in remaining]
        self.effects = [effect for _, effect in remaining]
        self.frames[-1] = self._frame()

    def at(self, half_term: int) -> AllianceModel:
        """Return the model after this many half-terms.

        An earlier half-term is simulated again; the last model that was requested is cached.
        """
        if half_term >= self.simulated:
            return self.model
        if self._back is None or round(self._back.time) != half_term:
            self._back = self._simulate_again(half_term)
        return self._back

    def _simulate_again(self, half_term: int) -> AllianceModel:
        model = AllianceModel(self.scenario, rng=self.seed, incidents=True)
        for now in range(half_term + 1):
            for intervention in self.interventions:
                if intervention.half_term == now:
                    intervention.apply(model)
            if now < half_term:
                model.step()
        return model
