"""One world as the page sees it: how it was lived, a frame of each half-term, and the way back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alliance_sim.app.session.interventions import Happening
from alliance_sim.app.session.network_data import Frame, Web
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.mesa_model.model import AllianceModel
from alliance_sim.mesa_model.scenario import Scenario


class History:
    """A world that is lived a half-term at a time and can be looked back on.

    What happened by hand is kept with its date; since the same seed gives the same world, any moment can be lived
    again exactly, so only small frames are kept, not worlds.

    Attributes:
        scenario: what it was opened with.
        seed: its luck.
        model: the world at the latest half-term lived.
        web: which schools are linked at the latest half-term lived.
        frames: one a half-term, the opening first.
        happenings: what was made to happen by hand, by date.
        said: what each of them did, in words, beside ``happenings``.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self.happenings: list[Happening] = []
        self.said: list[str] = []
        self._back: AllianceModel | None = None
        self._open()

    def _open(self) -> None:
        self.model = AllianceModel(self.scenario, rng=self.seed, incidents=True)
        self.web = Web(self.model)
        self.frames: list[Frame] = [self.web.frame(self.model)]
        self._rows: list[NDArray[np.float64]] = [self._row()]

    @property
    def lived(self) -> int:
        """How many half-terms have been lived."""
        return len(self.frames) - 1

    def simulate_one(self) -> None:
        """One half-term more."""
        self.model.step()
        self.frames.append(self._frame())
        self._rows.append(self._row())

    def _frame(self) -> Frame:
        self.web = self.web.of(self.model)
        return self.web.frame(self.model)

    def _row(self) -> NDArray[np.float64]:
        return np.array([self.model.newest(name)[0] for name in NAMES])

    def curve(self, outcome: str) -> list[float]:
        """An outcome of the system, one number a half-term lived, the opening first."""
        place = NAMES.index(outcome)
        return [float(row[place]) for row in self._rows]

    def happen(self, happening: Happening) -> str:
        """Make something happen now, and say what was done."""
        said = happening.act(self.model)
        self.happenings.append(happening)
        self.said.append(said)
        self.frames[-1] = self._frame()
        return said

    def go_back(self, half_term: int) -> None:
        """Make an earlier half-term the latest: what came after is forgotten, to be lived otherwise.

        What had been made to happen at that very moment stays.
        """
        if half_term >= self.lived:
            return
        kept = [(happening, said) for happening, said in zip(self.happenings, self.said, strict=True)
                if happening.half_term <= half_term]  # fmt: skip
        self.model = self._simulate_again(half_term)
        self._back = None
        del self.frames[half_term + 1 :]
        del self._rows[half_term + 1 :]
        self.happenings = [happening for happening, _ in kept]
        self.said = [said for _, said in kept]
        self.frames[-1] = self._frame()

    def at(self, half_term: int) -> AllianceModel:
        """The world as it stood after this many half-terms; an earlier one is lived again (and the last one kept)."""
        if half_term >= self.lived:
            return self.model
        if self._back is None or round(self._back.time) != half_term:
            self._back = self._simulate_again(half_term)
        return self._back

    def _simulate_again(self, half_term: int) -> AllianceModel:
        model = AllianceModel(self.scenario, rng=self.seed, incidents=True)
        for now in range(half_term + 1):
            for happening in self.happenings:
                if happening.half_term == now:
                    happening.act(model)
            if now < half_term:
                model.step()
        return model
