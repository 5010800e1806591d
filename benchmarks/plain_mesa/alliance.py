"""An alliance of schools, and the loop of trust between their heads and staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from alliance_sim.engine import random_streams
from alliance_sim.engine.random_streams import uniform

if TYPE_CHECKING:
    from benchmarks.plain_mesa.coordinator import Coordinator
    from benchmarks.plain_mesa.school import School
    from benchmarks.plain_mesa.ties import Request


@dataclass(slots=True)
class Opinion:
    """Sums over the ties of one school's staff to another's."""

    trust: float = 0.0
    level: int = 0
    ties: int = 0

    @property
    def mean_trust(self) -> float:
        """Their mean trust."""
        return self.trust / self.ties

    @property
    def mean_level(self) -> float:
        """Their mean level; the lowest level if there are no ties."""
        return self.level / self.ties if self.ties else 1.0


@dataclass(eq=False)
class Alliance:
    """An alliance of schools."""

    schools: list[School]
    coordinator: Coordinator
    requests: list[Request] = field(default_factory=list)

    def heads_meet(self) -> None:
        """Run the trust-building loop between heads, then let heads hear their staff."""
        model, rules = self.schools[0].model, self.schools[0].model.rules
        heard = self.staff_opinions()
        for one, other in combinations(self.schools, 2):
            low, high = sorted((one.number, other.number))
            draw = uniform(model.random_key, random_streams.HEADS_MEET, model.half_term, low, high, 0)
            if draw < rules.trust.head_meeting:
                ones, others = one.trust_in[other], other.trust_in[one]
                one.consider_helping(other, heard[one, other].mean_level, others)
                other.consider_helping(one, heard[other, one].mean_level, ones)
        for (one, other), opinion in heard.items():
            if opinion.ties:
                one.trust_in[other] += rules.trust.heads_hear_staff * (opinion.mean_trust - one.trust_in[other])

    def staff_opinions(self) -> dict[tuple[School, School], Opinion]:
        """Sum the ties of each school's staff to each other school."""
        opinions = {pair: Opinion() for pair in permutations(self.schools, 2)}
        for school in self.schools:
            for teacher in school.teachers:
                for tie in teacher.inside_ties:
                    opinion = opinions[school, tie.partner.school]
                    opinion.trust += tie.trust
                    opinion.level += tie.level
                    opinion.ties += 1
        return opinions
