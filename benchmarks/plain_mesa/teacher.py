"""A teacher: seeks help, answers requests, learns and tires."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from alliance_sim.engine import random_streams
from alliance_sim.engine.random_streams import exponential, uniform
from benchmarks.plain_mesa.exchange import Exchange
from benchmarks.plain_mesa.functions import USEFUL, forgotten, largest_gap, logistic, place_in, widest_area
from benchmarks.plain_mesa.joint_practice import develop_jointly
from benchmarks.plain_mesa.ties import BROKERED, COLLABORATION, OFFERED, OWN_CONTACT, Request, Tie

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.plain_mesa.model import PlainAllianceModel
    from benchmarks.plain_mesa.school import School

IN_USE = 0.5
"""Help on a tie from which trust across alliances is kept."""


class Teacher(mesa.Agent):
    """A teacher.

    Args:
        model: the model.
        number: the stable number, which keys the teacher's random numbers.
        school: the school.
        practice: skill in each area.
    """

    model: PlainAllianceModel

    def __init__(self, model: PlainAllianceModel, number: int, school: School, practice: list[float]) -> None:
        super().__init__(model)
        self.number, self.school, self.practice = number, school, practice
        self.fatigue = self.load = 0.0
        self.colleagues: list[Teacher] = []
        self.inside_ties: list[Tie] = []
        self.outside_ties: list[Tie] = []

    @property
    def ties(self) -> list[Tie]:
        """All ties: first those inside the alliance."""
        return self.inside_ties + self.outside_ties

    @property
    def tiredness(self) -> float:
        """Loss of willingness through fatigue above capacity."""
        return self.model.rules.fatigue.weight * (self.fatigue - 1.0) if self.fatigue > 1.0 else 0.0

    def gap_to(self, other: Teacher) -> float:
        """The largest gap over areas by which the other is ahead."""
        return largest_gap(self.practice, other.practice)

    # Seeking help

    def follow_head(self) -> None:
        """Move trust towards the head's inside the alliance, and unused trust across its boundary to the default."""
        rules, trust_in = self.model.rules, self.school.trust_in
        pull, usual = rules.trust.staff_follow_heads, rules.trust.initial
        for tie in self.inside_ties:
            tie.trust += pull * (trust_in[tie.partner.school] - tie.trust)
        for tie in self.outside_ties:
            if tie.flow < IN_USE:
                tie.trust += pull * (usual - tie.trust)

    @property
    def need(self) -> float:
        """Probability of seeking help at each contact."""
        rules = self.model.rules
        wish = rules.help.base_need + rules.help.competition_need * rules.policy.competition * self.school.rank
        return min(1.0, wish * math.exp(-self.tiredness) * (0.4 + 1.2 * rules.policy.funding))

    def seek_help(self) -> None:
        """At each contact at which there is a need, choose a partner and ask if a yes is expected."""
        model, need, weights = self.model, self.need, None
        partners = [*self.colleagues, *self.ties]
        for slot in range(model.rules.help.contacts):
            if self.draw(random_streams.SEEKS_HELP, slot) >= need:
                continue
            weights = weights or self.weights()
            place = place_in(weights, self.draw(random_streams.CHOOSES_PARTNER, slot))
            if place is not None:
                self.consider_asking(partners[place], slot)

    def draw(self, purpose: int, slot: int) -> float:
        """Return the uniform random number of a contact."""
        return uniform(self.model.random_key, purpose, self.model.half_term, self.number, 0, slot)

    def weights(self) -> list[float]:
        """Weight in the choice of each colleague, of each partner in the alliance, and of each partner beyond."""
        model, rules = self.model, self.model.rules
        passed, loyalty = math.sqrt(rules.policy.porosity), rules.help.loyalty
        at_home = math.exp(loyalty * rules.home.trust) * model.expected_at_home
        found = [
            (1.0 - passed) / len(self.colleagues) * at_home * (self.gap_to(colleague) + 0.1)
            for colleague in self.colleagues
        ]
        for ring, ties in (
            (passed - rules.policy.porosity, self.inside_ties),
            (rules.policy.porosity, self.outside_ties),
        ):
            found += [
                ring
                / len(ties)
                * math.exp(loyalty * tie.trust)
                * (self.gap_to(tie.partner) + 0.1)
                * model.expected_yes(tie)
                for tie in ties
            ]
        return found

    def consider_asking(self, partner: Teacher | Tie, slot: int) -> None:
        """Ask a colleague, or the partner on a tie, with the probability that a yes is expected."""
        model = self.model
        draw = self.draw(random_streams.ASKS, slot)
        if isinstance(partner, Teacher):
            able = model.rules.practice.jpd and model.rules.home.jpd > 0.0
            if (able or self.gap_to(partner) > USEFUL) and draw < model.expected_at_home:
                model.submit_at_home(self, partner, slot)
        elif (model.can_develop(partner) or self.gap_to(partner.partner) > USEFUL) and draw < model.expected_yes(
            partner
        ):
            model.tally.asked += 1
            model.submit(partner, OWN_CONTACT, slot)

    # Offers

    def offer_beyond(self) -> None:
        """Offer help to creditors in other alliances."""
        self.offer_back(self.outside_ties)

    def offer_inside(self) -> None:
        """Offer help to creditors in the alliance."""
        self.offer_back(self.inside_ties)

    def offer_back(self, ties: Iterable[Tie]) -> None:
        """A debtor with something useful to give may offer it to the creditor, who then asks for it."""
        model, reciprocity = self.model, self.model.rules.reciprocity
        for tie in ties:
            debt = -tie.owed
            if debt <= 0.5 or tie.partner.gap_to(self) <= USEFUL:
                continue
            readiness = reciprocity.return_rate * model.felt(debt) * self.chance_to_grant(tie.back, tie.trust, 1)
            draw = uniform(
                model.random_key, random_streams.OFFERS_BACK, model.half_term, self.number, tie.partner.number, 0
            )
            if draw < readiness:
                model.submit(tie.back, OFFERED, 0)

    # Answers

    def chance_to_grant(self, asked: Tie, trust: float, level: int) -> float:
        """P(grant | level) of a request on the asker's tie, with this much trust in the asker."""
        return logistic(2.0 * (self.model.utility(asked, trust, level) - self.tiredness))

    def granted_level(self, request: Request) -> int:
        """The highest level at which the request is granted; 0 where it is refused."""
        model, asked = self.model, request.tie
        trust = asked.back.trust
        if request.channel == BROKERED:
            trust += 0.3 * self.school.alliance.coordinator.credibility * (1.0 - trust)
        draw = uniform(model.random_key, random_streams.GRANTS, model.half_term, *request.key)
        if request.channel == OFFERED:
            draw *= self.chance_to_grant(asked, trust, 1)
        return next(
            (level for level in range(asked.level, 0, -1) if draw < self.chance_to_grant(asked, trust, level)), 0
        )

    def answer(self, request: Request) -> None:
        """Grant or refuse a request from another school, and apply the consequences."""
        level = self.granted_level(request)
        exchange = Exchange(self.model, request, level)
        if level:
            exchange.help()
        else:
            exchange.refuse()

    def answer_at_home(self, request: Request) -> None:
        """Grant or refuse a colleague's request."""
        model, asker = self.model, request.asker
        draw = uniform(model.random_key, random_streams.GRANTS, model.half_term, *request.key)
        if draw >= logistic(2.0 * (model.utility_at_home - self.tiredness)):
            return
        draw = uniform(model.random_key, random_streams.HOME_JOINT, model.half_term, *request.key)
        joint = model.rules.practice.jpd and draw < model.rules.home.jpd
        asker.benefit(request, COLLABORATION if joint else 1, joint)
        model.tally.home += 1
        model.tally.home_joint += joint

    # Practice

    def benefit(self, request: Request, level: int, joint: bool) -> bool:
        """Develop practice with the giver, or learn from the giver; return whether this was useful."""
        giver, cost = request.giver, self.model.rules.level.cost[level - 1]
        giver.load += cost
        if joint:
            self.load += cost
            develop_jointly(self.model, request)
            return True
        transfer = self.model.rules.level.transfer[level - 1]
        gap = self.learn_from(giver, transfer)
        if self.model.rules.practice.helper_gain > 0.0:
            giver.learn_from(self, self.model.rules.practice.helper_gain * transfer)
        return gap > USEFUL

    def learn_from(self, other: Teacher, share: float) -> float:
        """Close a share of the largest gap; return how large it was."""
        area, gap = widest_area(self.practice, other.practice)
        self.practice[area] += share * gap
        return gap

    # Decay

    def grow_older(self) -> None:
        """Depreciate practice, innovate alone, update fatigue, decay debts, and demote levels without trust."""
        model, rules = self.model, self.model.rules
        kept = 1.0 - rules.practice.depreciation
        self.practice = [kept * skill for skill in self.practice]
        if self.draw(random_streams.SOLO_CHANCE, 0) < rules.practice.solo_rate:
            area = int(self.draw(random_streams.SOLO_AREA, 0) * len(self.practice))
            spark = exponential(model.random_key, random_streams.SOLO_STEP, model.half_term, self.number, 0, 0)
            self.practice[area] += rules.practice.solo_step * spark * model.headroom(self.practice[area])
        rate = rules.fatigue.rate
        self.fatigue = (1.0 - rate) * self.fatigue + rate * self.load / rules.level.capacity
        self.load = 0.0
        remembered = 1.0 - rules.reciprocity.decay
        for tie in self.ties:
            tie.owed = forgotten(remembered * tie.owed)
            tie.given = forgotten(remembered * tie.given)
            if tie.leads and tie.level > 1 and tie.trust_too_low(rules.level):
                tie.move_to(tie.level - 1)
