"""Two teachers and the trust between them, changed by the rules of the model one act at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from alliance_sim.config import Configuration
from alliance_sim.engine.processes.trust import (
    trust_after_promise_broken,
    trust_after_promise_kept,
    trust_after_refusal,
    trust_after_useful_help,
)
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.simulation.simulation import Simulation


@dataclass(frozen=True)
class Pair:
    """Two teachers of one subject at two schools of an alliance: one asks, the other gives.

    Attributes:
        schools: the names of their schools, the asker's first.
        asker: how far the asker trusts the giver.
        giver: how far the giver trusts the asker.
        level: the level at which they work together, 1 to 4.
        settings: the parameters of the run.
    """

    schools: tuple[str, str]
    asker: float
    giver: float
    level: int
    settings: Settings

    def helped(self) -> Pair:
        """Return the pair after the giver has helped, and before the giver knows what comes back."""
        trust = trust_after_useful_help(self.asker, self._gain, self._stake, 0.0, 0.0)
        return replace(self, asker=float(trust))

    def refused(self) -> Pair:
        """Return the pair after a refusal."""
        loss = float(self.settings["help"]["refusal_loss"])
        return replace(self, asker=float(trust_after_refusal(self.asker, loss)))

    def kept(self) -> Pair:
        """Return the pair after the asker has kept a promise."""
        giver = float(trust_after_promise_kept(self.giver, self._gain, self._stake))
        asker = self.helped().asker
        level = self._level_after_success(asker, giver)
        return replace(self, asker=asker, giver=giver, level=level)

    def broken(self) -> Pair:
        """Return the pair after the asker has broken a promise; no coordinator mediates."""
        ratio = float(self.settings["trust"]["loss_ratio"])
        giver = float(trust_after_promise_broken(self.giver, self._gain, ratio, self._stake, 0.0))
        return replace(self, giver=giver, level=max(1, self.level - 1))

    def after(self, promises: Sequence[bool]) -> list[Pair]:
        """Return the pair before the first promise and after each.

        Args:
            promises: whether each promise was kept.
        """
        found: list[Pair] = [self]
        for kept in promises:
            found.append(found[-1].kept() if kept else found[-1].broken())
        return found

    @property
    def _gain(self) -> float:
        return float(self.settings["trust"]["gain"])

    @property
    def _stake(self) -> float:
        return float(self.settings["level"]["stake"][self.level - 1])

    def _level_after_success(self, asker: float, giver: float) -> int:
        gates = [float(gate) for gate in self.settings["level"]["gate"]]
        reachable = self.level < len(gates) and min(asker, giver) >= gates[self.level]
        return self.level + 1 if reachable else self.level


def typical_pair(configuration: Configuration, seed: int) -> Pair:
    """Return the pair of an initial state whose trust is closest to the mean.

    Args:
        configuration: the configuration of the system.
        seed: the seed of its initial state.
    """
    simulation = Simulation(configuration, seed)
    world = simulation.world
    teachers, ties = world.teachers, world.ties
    holder = np.repeat(np.arange(len(teachers.id)), np.diff(teachers.tie_offsets.astype(np.int64)))
    inside = np.flatnonzero(np.arange(len(holder)) < teachers.external_tie_start[holder])
    trust, back = ties.trust[inside], ties.trust[ties.twin[inside]]
    mean = trust.mean()
    tie = int(inside[np.argmin(np.abs(trust - mean) + np.abs(back - mean))])
    twin = int(ties.twin[tie])
    names = simulation.roster.name
    schools = (names[int(teachers.school[holder[tie]])], names[int(teachers.school[ties.partner[tie]])])
    trusts = float(ties.trust[tie]), float(ties.trust[twin])
    return Pair(schools, *trusts, int(ties.level[tie]), simulation.settings)
