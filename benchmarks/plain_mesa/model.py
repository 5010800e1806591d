"""The model: the agents, the order of a half-term, and the rules that several agents share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import mesa

from alliance_sim import AllianceModel, Scenario
from alliance_sim.engine import random_streams
from alliance_sim.engine.random_streams import hashed
from benchmarks.core_rules import refuse_more
from benchmarks.plain_mesa.alliance import Alliance
from benchmarks.plain_mesa.coordinator import Coordinator
from benchmarks.plain_mesa.functions import logistic, rules_of
from benchmarks.plain_mesa.initialization import create_agents
from benchmarks.plain_mesa.measures import OUTCOMES, outcomes_of
from benchmarks.plain_mesa.school import School
from benchmarks.plain_mesa.teacher import Teacher
from benchmarks.plain_mesa.ties import AT_HOME, COLLABORATION, Request, Tally, Tie

HALF_TERMS_A_YEAR = 6
SLOTS = 32
"""Slots per channel, so that the occasion of a request is channel · SLOTS + slot."""


class PlainAllianceModel(mesa.Model):
    """A system of schools in alliances, simulated half-term by half-term.

    Args:
        scenario: a ``Scenario``, the name of a shipped config, or a path; the baseline where None.
        rng: a whole number that reproduces the run.
        dotted: parameters by dotted name, which override the scenario's.
    """

    schools: list[School]
    alliances: list[Alliance]
    teachers: list[Teacher]
    initial_practice: float

    def __init__(self, scenario: Scenario | str | Path | None = None, *, rng: int | None = None, **dotted: Any) -> None:
        initial = AllianceModel(scenario, rng=rng, record="system", **dotted)
        refuse_more(initial.scenario, "the peer of plain Mesa agents", events=True)
        super().__init__(rng=initial.seed)
        self.random_key = initial.simulation.random_key
        self.events = initial.scenario.events
        self.rules = rules_of(initial.scenario)
        self.half_term = 0
        self.tally = Tally()
        self.requests_across: list[Request] = []
        self.expect_at_home()
        create_agents(self, initial.world)
        self.outcomes = outcomes_of(self)
        reporters = {name: partial(self.latest, name) for name in OUTCOMES}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)
        self.datacollector.collect(self)

    def latest(self, name: str, _: mesa.Model | None = None) -> float:
        """The newest value of an outcome."""
        return self.outcomes[name]

    def step(self) -> None:
        """Simulate one half-term."""
        self.half_term = round(self.time)
        self.tally = Tally()
        for school in self.schools:
            school.helps_given = 0
        schools, teachers = self.agents_by_type[School], self.agents_by_type[Teacher]
        coordinators, owing = self.agents_by_type[Coordinator], self.rules.reciprocity.enabled

        self.apply_events()
        if self.half_term > 1 and self.half_term % HALF_TERMS_A_YEAR == 1:
            self.publish_results()
            schools.do("drift")
        for alliance in self.alliances:
            alliance.heads_meet()
        teachers.do("follow_head")
        teachers.do("seek_help")
        if owing:
            teachers.do("offer_beyond")
        schools.do("help_at_home")
        coordinators.do("broker")
        if owing:
            teachers.do("offer_inside")
        for alliance in self.alliances:
            self.answer_all(alliance.requests)
        self.answer_all(self.requests_across)
        coordinators.do("tire")
        teachers.do("grow_older")

        self.outcomes = outcomes_of(self)
        self.datacollector.collect(self)

    def apply_events(self) -> None:
        """Apply the events of this half-term."""
        for event in self.events:
            if event.half_term == self.half_term - 1:
                for name, value in event.set.items():
                    group, _, key = name.partition(".")
                    setattr(getattr(self.rules, group), key, value)
                    if name == "coordinator.present":
                        self.agents_by_type[Coordinator].set("present", value)
                self.expect_at_home()

    def publish_results(self) -> None:
        """Publish results, and place each school in its local table."""
        for school in self.schools:
            school.sit_exams()
        for school in self.schools:
            school.rank = school.local_place

    # Requests

    def submit(self, tie: Tie, channel: int, slot: int) -> None:
        """Append a request to the queue of its alliance, or to that across boundaries."""
        queue = tie.holder.school.alliance.requests if tie.inside else self.requests_across
        queue.append(self.request(tie.holder, tie.partner, tie, channel, slot))

    def submit_at_home(self, asker: Teacher, giver: Teacher, slot: int) -> None:
        """Append a request to a colleague to the queue of the school."""
        asker.school.home_requests.append(self.request(asker, giver, None, AT_HOME, slot))

    def request(self, asker: Teacher, giver: Teacher, tie: Tie | None, channel: int, slot: int) -> Request:
        """Return a request with its place in the random order."""
        occasion = channel * SLOTS + slot
        order = hashed(self.random_key, random_streams.ORDER, self.half_term, asker.number, giver.number, occasion)
        return Request(asker, giver, tie, channel, occasion, order)

    def answer_all(self, requests: list[Request]) -> None:
        """Answer the queue, one request after another."""
        for request in self.in_order(requests):
            request.giver.answer(request)

    def in_order(self, requests: list[Request]) -> Iterable[Request]:
        """Return the queue in random order, and empty it."""
        ordered = sorted(requests, key=attrgetter("order"))
        requests.clear()
        return ordered

    # Small rules that several agents share

    def can_develop(self, tie: Tie) -> bool:
        """Whether the tie's level allows joint practice development."""
        return tie.level == COLLABORATION and self.rules.practice.jpd

    def dread(self, distrust: float, stake: float, rivalry: float) -> float:
        """Perceived loss; competition scales it, or is added in the additive variant."""
        trust = self.rules.trust
        loss, threat = distrust * trust.loss_weight * (0.5 + stake), trust.rivalry_weight * rivalry
        return loss + threat if trust.competition_enters == "additive" else loss * (1.0 + threat)

    def utility(self, asked: Tie, trust: float, level: int) -> float:
        """U_a without fatigue: utility of granting a request on the asker's tie, with this much trust in the asker."""
        rules = self.rules
        stake, cost = rules.level.stake[level - 1], rules.level.cost[level - 1]
        return (
            rules.trust.help_value * trust
            - self.dread(1.0 - trust, stake, asked.holder.school.rivalry_with(asked.partner.school))
            + rules.reciprocity.obligation_weight * self.obligation(asked)
            - rules.reciprocity.grievance_weight * self.grievance(asked)
            - rules.trust.effort_weight * cost * (1.0 - 0.6 * rules.policy.funding)
            - rules.policy.secrecy
        )

    def expected_yes(self, asked: Tie) -> float:
        """p̂: P(grant | 1) as the asker would decide in the partner's place, without fatigue."""
        return logistic(2.0 * self.utility(asked, asked.trust, 1))

    def expect_at_home(self) -> None:
        """Set the utility of helping a colleague, without fatigue, and p̂ at home."""
        rules = self.rules
        effort = rules.trust.effort_weight * rules.level.cost[0] * (1.0 - 0.6 * rules.policy.funding)
        loss = self.dread(1.0 - rules.home.trust, rules.level.stake[0], 0.0)
        self.utility_at_home = rules.trust.help_value * rules.home.trust - loss - effort
        self.expected_at_home = logistic(2.0 * self.utility_at_home)

    def felt(self, debt: float) -> float:
        """Saturating weight of a debt."""
        return debt / (self.rules.reciprocity.half_saturation + debt) if debt > 0.0 else 0.0

    def obligation(self, asked: Tie) -> float:
        """O: the partner's obligation, from what is owed to the asker."""
        return self.felt(asked.owed) if self.rules.reciprocity.enabled else 0.0

    def grievance(self, asked: Tie) -> float:
        """G: the partner's grievance, from what the asker owes."""
        return self.felt(-asked.owed) if self.rules.reciprocity.enabled else 0.0

    def headroom(self, practice: float) -> float:
        """Remaining distance to the ceiling of practice, as a share."""
        return max(0.0, 1.0 - practice / self.rules.practice.ceiling)
