"""The coordinator of an alliance."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import mesa

from alliance_sim.engine import random_streams
from alliance_sim.engine.random_streams import uniform
from benchmarks.plain_mesa.functions import USEFUL
from benchmarks.plain_mesa.ties import BROKERED

if TYPE_CHECKING:
    from benchmarks.plain_mesa.alliance import Alliance
    from benchmarks.plain_mesa.model import PlainAllianceModel
    from benchmarks.plain_mesa.ties import Tie


class Coordinator(mesa.Agent):
    """The coordinator of an alliance."""

    model: PlainAllianceModel
    alliance: Alliance

    def __init__(self, model: PlainAllianceModel, present: bool, capacity: int, credibility: float) -> None:
        super().__init__(model)
        self.present, self.capacity, self.credibility = present, capacity, credibility
        self.strain, self.brokered = 0.0, 0

    @property
    def mediation(self) -> float:
        """μ: the share by which a loss of trust is mediated."""
        return self.model.rules.coordinator.mediation * self.credibility if self.present else 0.0

    def broker(self) -> None:
        """Broker requests for the pairs that are perceived as the best match."""
        self.brokered = 0
        if not self.present or not self.capacity:
            return
        promising = sorted(self.pairs_seen(), key=lambda seen: seen[0], reverse=True)[: self.capacity]
        for _, tie in promising:
            to_learn, to_teach = tie.holder.gap_to(tie.partner), tie.partner.gap_to(tie.holder)
            self.model.submit(tie if to_learn >= to_teach else tie.back, BROKERED, 0)
        self.brokered = len(promising)

    def pairs_seen(self) -> Iterable[tuple[float, Tie]]:
        """Return the alliance's pairs with something to gain, and their perceived match."""
        model = self.model
        blur = 0.3 * (1.0 - self.credibility) * math.sqrt(3.0)
        for school in self.alliance.schools:
            for teacher in school.teachers:
                for tie in teacher.inside_ties:
                    if not tie.leads:
                        continue
                    complementarity = min(teacher.gap_to(tie.partner), tie.partner.gap_to(teacher))
                    if complementarity <= USEFUL and not model.can_develop(tie):
                        continue
                    match = complementarity * math.sqrt(model.expected_yes(tie) * model.expected_yes(tie.back))
                    draw = uniform(
                        model.random_key, random_streams.BROKERS, model.half_term, teacher.number, tie.partner.number, 0
                    )
                    yield match + blur * (2.0 * draw - 1.0), tie

    def learn(self, honoured: bool) -> None:
        """Raise credibility after honoured brokerage, and reduce it otherwise."""
        if honoured:
            self.credibility += 0.03 * (1.0 - self.credibility)
        else:
            self.credibility *= 0.95

    def tire(self) -> None:
        """Update strain by the share of capacity used."""
        rate = self.model.rules.fatigue.rate
        used = self.brokered / self.capacity if self.capacity else 0.0
        self.strain = (1.0 - rate) * self.strain + rate * used
