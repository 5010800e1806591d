"""A school and its head."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING

import mesa

from alliance_sim.engine import random_streams
from alliance_sim.engine.random_streams import normal, uniform
from benchmarks.plain_mesa.functions import between_levels, logistic

if TYPE_CHECKING:
    from benchmarks.plain_mesa.alliance import Alliance
    from benchmarks.plain_mesa.model import PlainAllianceModel
    from benchmarks.plain_mesa.teacher import Teacher
    from benchmarks.plain_mesa.ties import Request

PUPILS_A_COHORT = 7
"""School years among which the pupils on roll are divided."""


class School(mesa.Agent):
    """A school and its head.

    Args:
        model: the model.
        number: its stable number, which keys its random numbers.
        intake: lasting effect of its intake.
        pupils: pupils on roll.
        position: eastward and northward in km, NaN where unknown.
    """

    model: PlainAllianceModel
    alliance: Alliance

    def __init__(
        self, model: PlainAllianceModel, number: int, intake: float, pupils: int, position: tuple[float, float]
    ) -> None:
        super().__init__(model)
        self.number, self.intake, self.pupils, self.position = number, intake, pupils, position
        self.attainment = self.rank = 0.0
        self.teachers: list[Teacher] = []
        self.trust_in: dict[School, float] = {}
        self.home_requests: list[Request] = []
        self.helps_given = 0

    @property
    def practice(self) -> float:
        """Mean practice of its teachers over all areas."""
        return fmean(fmean(teacher.practice) for teacher in self.teachers)

    def rivalry_with(self, other: School) -> float:
        """R: rivalry, strongest between schools with similar places in their local tables."""
        rules = self.model.rules
        near = 1.0 if self.alliance is other.alliance else rules.trust.rivalry_across
        return near * rules.policy.competition * (1.0 - abs(self.rank - other.rank))

    def betrayal_by(self, other: School, trust: float) -> float:
        """Probability of betrayal by a teacher there with this much trust."""
        outcome = self.model.rules.outcome
        chance = outcome.betrayal * (1.0 + outcome.betrayal_rivalry * self.rivalry_with(other)) * (1.0 - trust)
        return min(1.0, chance)

    def consider_helping(self, other: School, staff_level: float, trusted: float) -> None:
        """Let the head help another head with this much trust, and update trust by the outcome."""
        model, rules = self.model, self.model.rules
        trust, stake = self.trust_in[other], between_levels(rules.level.stake, staff_level)
        utility = (
            rules.trust.help_value * trust
            - model.dread(1.0 - trust, stake, self.rivalry_with(other))
            - rules.trust.effort_weight * (1.0 - 0.6 * rules.policy.funding)
            - rules.policy.secrecy / 2.0
            + rules.trust.head_readiness
        )
        who = self.number, other.number
        if uniform(model.random_key, random_streams.HEAD_GRANTS, model.half_term, *who, 0) >= logistic(2.0 * utility):
            return
        bad = rules.outcome.misfortune + self.betrayal_by(other, trusted)
        if uniform(model.random_key, random_streams.HEAD_OUTCOME, model.half_term, *who, 0) < bad:
            loss = rules.trust.loss_ratio * rules.trust.gain * stake
            self.trust_in[other] *= 1.0 - loss * (1.0 - self.alliance.coordinator.mediation)
        else:
            self.trust_in[other] += rules.trust.gain * stake * (1.0 - trust)

    # Results

    def sit_exams(self) -> None:
        """Compute this year's attainment; results of small cohorts vary more."""
        rules, model = self.model.rules, self.model
        areas = math.sqrt(rules.population.practice_areas)
        progress = (self.practice - model.initial_practice) * areas / rules.population.practice_sd
        cohort = max(1.0, self.pupils / PUPILS_A_COHORT)
        spread = math.sqrt(rules.attainment.cohort_sd**2 + rules.attainment.pupil_sd**2 / cohort)
        noise = normal(model.random_key, random_streams.RESULTS_DAY, model.half_term, self.number, 0, 0)
        self.attainment = self.intake + rules.attainment.effect * progress + spread * noise

    @property
    def compared_with(self) -> list[School]:
        """The other schools of its local table: those within reach of a known position, else those of its alliance."""
        reach = self.model.rules.competition.reach
        near = [
            other
            for other in self.model.schools
            if other is not self and math.dist(self.position, other.position) <= reach
        ]  # empty where the position is unknown
        return near or [other for other in self.alliance.schools if other is not self]

    @property
    def local_place(self) -> float:
        """r: share of the schools compared with it that do better; of equal schools the first counts as better."""
        table = self.compared_with
        better = [
            other
            for other in table
            if other.attainment > self.attainment
            or (other.attainment == self.attainment and other.unique_id < self.unique_id)
        ]
        return len(better) / len(table) if table else 0.0

    def drift(self) -> None:
        """Change the intake by the place in the local table."""
        rules = self.model.rules
        self.intake += rules.competition.intake_drift * rules.policy.competition * (1.0 - 2.0 * self.rank)

    # Help at home

    def help_at_home(self) -> None:
        """Answer the requests between its teachers, one after another."""
        for request in self.model.in_order(self.home_requests):
            request.giver.answer_at_home(request)
