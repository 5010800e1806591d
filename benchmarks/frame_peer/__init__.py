"""Implement the core rules with mesa-frames, whose agents are rows of Polars data frames, without compiled code.

    python -m benchmarks.speed

Schools, pairs of heads, teachers, ties and coordinators are a set of agents each; a rule is an expression over columns.
The initial state is the project's; the random numbers are the engine's own (``model.random``), so outcomes agree within
sampling error only (``tests/peer/test_frame_peer.py``). Requests that share a teacher are answered in their order
(``answering.conflict_free_batches``). Switchable modules and events are not implemented.

mesa-frames 0.1.0a0 was the only release in November 2026. It requires NumPy 1.26, but runs with the version that Mesa
needs if it is installed without its dependencies. Its ``AgentSetPolars.set`` rebuilds and joins the frame at each call,
so columns are set on the frame itself.
"""

from __future__ import annotations

import polars as pl

from alliance_sim import AllianceModel, Scenario
from benchmarks.core_rules import refuse_more
from benchmarks.plain_mesa import rules_of

try:
    from mesa_frames import ModelDF
except ImportError as missing:
    raise ImportError("mesa-frames is not installed; make .venv/dev installs it") from missing

from benchmarks.frame_peer.answering import answer_all
from benchmarks.frame_peer.measures import measured
from benchmarks.frame_peer.sets import Coordinators, HeadTies, Schools, Teachers, Ties

HALF_TERMS_A_YEAR = 6


class FramePeer(ModelDF):
    """A system of schools in alliances, simulated half-term by half-term.

    Args:
        scenario: the scenario, without events and modules.
        seed: the seed of the initial state and of the random numbers.

    Raises:
        ValueError: if the scenario has events or modules.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        refuse_more(scenario, "the peer on data frames")
        super().__init__(seed=seed)
        world = AllianceModel(scenario, rng=seed, record="system").world
        self.rules = rules_of(scenario)
        self.half_term = 0
        self.initial_practice = float(world.system.initial_practice[0])
        self.schools = Schools(self, world)
        self.head_ties = HeadTies(self, world)
        self.teachers = Teachers(self, world)
        self.ties = Ties(self, world)
        self.coordinators = Coordinators(self, world)
        for agents in (self.schools, self.head_ties, self.teachers, self.ties, self.coordinators):
            self.agents += agents
        self.answered = pl.DataFrame()
        self.outcomes = [measured(self)]

    def uniform(self, many: int) -> pl.Series:
        """Return uniform random numbers from 0 to 1."""
        return pl.Series(self.random.random(many))

    def step(self) -> None:
        """Simulate one half-term."""
        self.half_term += 1
        if self.half_term > 1 and self.half_term % HALF_TERMS_A_YEAR == 1:
            self.schools.publish_results()
        self.head_ties.meet()
        self.ties.follow_heads()
        requests = [self.ties.sought(), self.coordinators.brokered_pairs()]
        if self.rules.reciprocity.enabled:
            requests.append(self.ties.offered_back())
        self.answered = answer_all(self, pl.concat(requests))
        self.coordinators.tire()
        self.teachers.decay()
        self.ties.fade()
        self.outcomes.append(measured(self))

    def run_for(self, half_terms: int) -> None:
        """Simulate several half-terms."""
        for _ in range(half_terms):
            self.step()
