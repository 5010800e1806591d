"""The core rules as plain Mesa: agents, lists and dicts, one Python object per tie.

Written from the model's description alone, never from the compiled code, so that it serves as two things: the speed
peer (``benchmarks.speed``) and an independent check (``tests/peer``). It takes the initial state (agents, ties,
trust and practice) and every random number from ``alliance_sim``; all rules are implemented independently.

Use it as any Mesa model::

    model = PlainAllianceModel("silicon_valley", rng=1)
    for _ in range(60):
        model.step()
    model.datacollector.get_model_vars_dataframe()
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations, permutations
from operator import attrgetter, sub
from pathlib import Path
from statistics import fmean, pstdev
from types import SimpleNamespace
from typing import Any

import mesa

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.engine import random_streams
from alliance_sim.engine.random_streams import exponential, hashed, normal, uniform
from alliance_sim.engine.state import World
from benchmarks.core_rules import refuse_more

HALF_TERMS_A_YEAR = 6
USEFUL = 0.05
"""Gap in practice above which a teacher asks for help."""
OWN_CONTACT, BROKERED, OFFERED_BACK = 0, 1, 2
"""The channels through which a request arises."""
COLLABORATION = 4
"""The highest level of a tie, at which joint practice development occurs."""

OUTCOMES = (
    "sharing", "jpd", "trust", "head_trust", "mutual_trust", "reciprocity", "practice", "practice_min", "practice_sd",
    "frontier", "level", "refusals", "betrayals", "one_wayness", "fatigue", "attainment", "attainment_gap",
    "donor_share", "alliances", "social_capital", "intellectual_capital", "uphill", "collaboration",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Tie:
    """One teacher's tie to another; the other's tie back is ``back``."""

    holder: Teacher
    partner: Teacher
    inside: bool
    leads: bool  # whether this side represents the pair where it is counted once
    trust: float
    owed: float  # what the partner owes the holder
    given: float  # decayed count of help given to the partner
    level: int  # the same on both sides
    back: Tie = field(init=False, repr=False)

    @property
    def lower_trust(self) -> float:
        """The lower trust of the two sides."""
        return min(self.trust, self.back.trust)

    def move_to(self, level: int) -> None:
        """Set the level of both sides."""
        self.level = self.back.level = level

    def honour(self, gain: float) -> None:
        """Raise trust after a kept promise, by this share of its distance from 1."""
        self.trust += gain * (1.0 - self.trust)

    def one_wayness(self, tolerance: float) -> float:
        """W: one-wayness of help beyond the tolerance."""
        mine, theirs = self.given, self.back.given
        skew = abs(mine - theirs) / (mine + theirs + 3.0)
        return max(0.0, skew - tolerance) / (1.0 - tolerance) if skew > tolerance else 0.0


@dataclass(slots=True)
class Request:
    """A request for help along the asker's tie."""

    tie: Tie
    channel: int
    occasion: int
    order: int


@dataclass(slots=True)
class Tally:
    """Counts of this half-term."""

    refused: int = 0
    betrayed: int = 0
    joint: int = 0
    uphill: int = 0


@dataclass(eq=False)
class Alliance:
    """An alliance of schools."""

    schools: list[School]
    coordinator: Coordinator
    requests: list[Request] = field(default_factory=list)

    def heads_meet(self) -> None:
        """Run the trust-building loop between heads, then align heads' and staff trust."""
        model, rules = self.schools[0].model, self.schools[0].model.rules
        heard = self.staff_opinions()
        for one, other in combinations(self.schools, 2):
            low, high = sorted((one.number, other.number))
            if (
                uniform(model.random_key, random_streams.HEADS_MEET, model.half_term, low, high, 0)
                < rules.trust.head_meeting
            ):
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


class School(mesa.Agent):
    """A school and its head."""

    model: PlainAllianceModel
    alliance: Alliance

    def __init__(self, model: PlainAllianceModel, number: int, intake: float, attainment: float, rank: float) -> None:
        super().__init__(model)
        self.number, self.intake, self.attainment, self.rank = number, intake, attainment, rank
        self.teachers: list[Teacher] = []
        self.trust_in: dict[School, float] = {}
        self.helps_given = 0

    @property
    def practice(self) -> float:
        """Mean practice of its teachers over all areas."""
        return fmean(fmean(teacher.practice) for teacher in self.teachers)

    def rivalry_with(self, other: School) -> float:
        """R: rivalry, strongest between neighbours in the league table."""
        return self.model.rules.policy.competition * (1.0 - abs(self.rank - other.rank))

    def betrayal_by(self, other: School, trust: float) -> float:
        """Probability of betrayal by a teacher there with this much trust."""
        outcome = self.model.rules.outcome
        chance_ = outcome.betrayal * (1.0 + outcome.betrayal_rivalry * self.rivalry_with(other)) * (1.0 - trust)
        return min(1.0, chance_)

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

    def sit_exams(self, noise: float) -> None:
        """Compute this year's attainment."""
        rules, model = self.model.rules, self.model
        progress = (self.practice - model.initial_practice) / rules.population.practice_sd
        self.attainment = self.intake + rules.attainment.effect * progress + rules.attainment.noise_sd * noise


class Teacher(mesa.Agent):
    """A teacher."""

    model: PlainAllianceModel

    def __init__(
        self, model: PlainAllianceModel, number: int, school: School, practice: list[float], fatigue: float
    ) -> None:
        super().__init__(model)
        self.number, self.school, self.practice, self.fatigue = number, school, practice, fatigue
        self.load = 0.0
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
        return max(0.0, *map(sub, other.practice, self.practice))

    # Seeking help

    def follow_head(self) -> None:
        """Move trust towards the head's inside the alliance, and towards the default across its boundary."""
        rules, trust_in = self.model.rules, self.school.trust_in
        pull, usual = rules.trust.staff_follow_heads, rules.trust.initial
        for tie in self.inside_ties:
            tie.trust += pull * (trust_in[tie.partner.school] - tie.trust)
        for tie in self.outside_ties:
            tie.trust += pull * (usual - tie.trust)

    @property
    def need(self) -> float:
        """Probability of seeking help at each contact."""
        rules = self.model.rules
        wish = rules.help.base_need + rules.help.competition_need * rules.policy.competition * self.school.rank
        return min(1.0, wish * math.exp(-self.tiredness) * (0.4 + 1.2 * rules.policy.funding))

    def seek_help(self) -> None:
        """If in need, ask a trusted partner who is ahead."""
        model, need, appeals = self.model, self.need, None
        for slot in range(model.rules.help.contacts):
            if uniform(model.random_key, random_streams.SEEKS_HELP, model.half_term, self.number, 0, slot) >= need:
                continue
            appeals = appeals or self.appeals()
            draw = uniform(model.random_key, random_streams.CHOOSES_PARTNER, model.half_term, self.number, 0, slot)
            tie = chosen(appeals, draw)
            if tie is not None and (model.can_develop(tie) or self.gap_to(tie.partner) > USEFUL):
                model.submit(tie, OWN_CONTACT, slot)

    def appeals(self) -> list[tuple[Tie, float]]:
        """Weight of each partner in the choice."""
        loyalty, porosity = self.model.rules.help.loyalty, self.model.rules.policy.porosity
        return [
            (tie, (1.0 if tie.inside else porosity) * math.exp(loyalty * tie.trust) * (self.gap_to(tie.partner) + 0.1))
            for tie in self.ties
        ]

    def offer_back(self) -> None:
        """A debtor with something to give may prompt the creditor to ask for help."""
        model, reciprocity = self.model, self.model.rules.reciprocity
        for tie in self.ties:
            debt = -tie.owed
            if debt <= 0.5:
                continue
            readiness = reciprocity.return_rate * model.felt(debt)
            draw = uniform(
                model.random_key, random_streams.OFFERS_BACK, model.half_term, self.number, tie.partner.number, 0
            )
            if draw < readiness and tie.partner.gap_to(self) > USEFUL:
                model.submit(tie.back, OFFERED_BACK, 0)

    # Help exchange

    def answer(self, request: Request) -> None:
        """Grant or refuse a request, and apply the consequences."""
        model, asked = self.model, request.tie
        asker, mine = asked.holder, asked.back
        coordinator = self.school.alliance.coordinator if asked.inside else None
        brokered = request.channel == BROKERED
        who = asker.number, self.number, request.occasion

        trust = mine.trust
        if brokered:
            trust += 0.3 * coordinator.credibility * (1.0 - trust)
        draw = uniform(model.random_key, random_streams.GRANTS, model.half_term, *who)
        if draw >= logistic(2.0 * self.willingness(mine, trust)):
            self.refuse(request)
            return
        obligation = model.obligation(mine)
        betrayed, honoured = self.outcome_of(asked, who)
        joint = model.can_develop(asked)
        self.load += model.rules.level.cost[asked.level - 1]
        if joint:
            asker.load += model.rules.level.cost[asked.level - 1]
            asker.develop_with(self, who)
            useful = True
        else:
            useful = asker.learn_from(self, model.rules.level.transfer[asked.level - 1]) > USEFUL

        self.settle_trust(mine, honoured, useful, obligation, coordinator)
        self.keep_books(mine, joint)
        self.resent_one_way_help(mine)
        settle_level(mine, honoured, model.rules.level)
        if brokered:
            coordinator.learn(honoured)
        self.school.helps_given += 1
        model.tally.joint += joint
        model.tally.betrayed += betrayed
        model.tally.uphill += self.school.attainment < asker.school.attainment

    def willingness(self, mine: Tie, trust: float) -> float:
        """U: utility of helping a partner with this much trust."""
        model, rules = self.model, self.model.rules
        stake, cost = rules.level.stake[mine.level - 1], rules.level.cost[mine.level - 1]
        return (
            rules.trust.help_value * trust
            - model.dread(1.0 - trust, stake, self.school.rivalry_with(mine.partner.school))
            + rules.reciprocity.obligation_weight * model.obligation(mine)
            - rules.reciprocity.grievance_weight * model.grievance(mine)
            - rules.trust.effort_weight * cost * (1.0 - 0.6 * rules.policy.funding)
            - rules.policy.secrecy
            - self.tiredness
        )

    def refuse(self, request: Request) -> None:
        """Reduce the asker's trust after a refusal, and possibly the level."""
        model, asked = self.model, request.tie
        level = model.rules.level
        asked.trust *= 1.0 - model.rules.help.refusal_loss
        who = asked.holder.number, self.number, request.occasion
        if asked.level > 1:
            draw = uniform(model.random_key, random_streams.DEMOTION, model.half_term, *who)
            if draw < level.refusal_demotion or trust_too_low(asked, level):
                asked.move_to(asked.level - 1)
        model.tally.refused += 1

    def outcome_of(self, asked: Tie, who: tuple[int, int, int]) -> tuple[bool, bool]:
        """Whether the giver is betrayed, and whether the promise is honoured (neither: honest misfortune)."""
        model = self.model
        betrayal = self.school.betrayal_by(asked.holder.school, asked.trust)
        draw = uniform(model.random_key, random_streams.OUTCOME, model.half_term, *who)
        return draw < betrayal, draw >= betrayal + model.rules.outcome.misfortune

    def learn_from(self, other: Teacher, share: float) -> float:
        """Close a share of the largest gap; return how large it was."""
        gaps = list(map(sub, other.practice, self.practice))
        gap = max(gaps)
        if gap <= 0.0:
            return 0.0
        self.practice[gaps.index(gap)] += share * gap
        return gap

    def develop_with(self, other: Teacher, who: tuple[int, int, int]) -> None:
        """Develop practice jointly in the area where the two are strongest, then coach in both directions."""
        model, rules, mine, theirs = self.model, self.model.rules, self.practice, other.practice
        share = rules.level.transfer[-1]
        sums = [one + another for one, another in zip(mine, theirs, strict=True)]
        area, my_best, their_best = best_area(sums), best_area(mine), best_area(theirs)
        diversity = fmean(abs(one - another) for one, another in zip(mine, theirs, strict=True))

        best = max(mine[area], theirs[area])
        spark = exponential(model.random_key, random_streams.JOINT_INNOVATION, model.half_term, *who)
        new = best + model.step_of(spark, best) * min(1.0, diversity / 0.25)
        mine[area] += share * (new - mine[area])
        theirs[area] += share * (new - theirs[area])
        theirs[my_best] += share * max(0.0, mine[my_best] - theirs[my_best])
        mine[their_best] += share * max(0.0, theirs[their_best] - mine[their_best])

    def settle_trust(
        self, mine: Tie, honoured: bool, useful: bool, obligation: float, coordinator: Coordinator | None
    ) -> None:
        """Update the trust of both by the outcome."""
        rules = self.model.rules
        gain = rules.trust.gain * rules.level.stake[mine.level - 1]
        if honoured:
            mine.honour(gain)
        else:
            softened = 1.0 - (coordinator.mediation if coordinator else 0.0)
            mine.trust *= 1.0 - rules.trust.loss_ratio * gain * softened
        if useful:
            mine.back.honour(min(1.0, gain * (1.0 + rules.reciprocity.gratitude * obligation)))

    def keep_books(self, mine: Tie, joint: bool) -> None:
        """Record the help given and the resulting debt."""
        mine.given += 1.0
        if joint:
            mine.back.given += 1.0
        else:
            mine.owed += 1.0
            mine.back.owed -= 1.0

    def resent_one_way_help(self, mine: Tie) -> None:
        """Reduce trust by one-wayness."""
        reciprocity = self.model.rules.reciprocity
        kept = 1.0 - reciprocity.one_way_loss * mine.one_wayness(reciprocity.one_way_tolerance)
        mine.trust *= kept
        mine.back.trust *= kept

    # Decay

    def grow_older(self) -> None:
        """Depreciate practice, innovate alone, update fatigue, decay debts, and demote levels without trust."""
        model, rules = self.model, self.model.rules
        kept = 1.0 - rules.practice.depreciation
        self.practice = [kept * skill for skill in self.practice]
        if (
            uniform(model.random_key, random_streams.SOLO_CHANCE, model.half_term, self.number, 0, 0)
            < rules.practice.solo_rate
        ):
            draw = uniform(model.random_key, random_streams.SOLO_AREA, model.half_term, self.number, 0, 0)
            area = int(draw * len(self.practice))
            spark = exponential(model.random_key, random_streams.SOLO_STEP, model.half_term, self.number, 0, 0)
            self.practice[area] += model.step_of(spark, self.practice[area])
        rate = rules.fatigue.rate
        self.fatigue = (1.0 - rate) * self.fatigue + rate * self.load / rules.level.capacity
        self.load = 0.0
        remembered = 1.0 - rules.reciprocity.decay
        for tie in self.ties:
            tie.owed = forgotten(remembered * tie.owed)
            tie.given = forgotten(remembered * tie.given)
            if tie.leads and tie.level > 1 and trust_too_low(tie, rules.level):
                tie.move_to(tie.level - 1)


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
        """Broker requests for the pairs with the highest perceived complementarity."""
        self.brokered = 0
        if not self.present or not self.capacity:
            return
        promising = sorted(self.pairs_seen(), key=lambda seen: seen[0], reverse=True)[: self.capacity]
        for _, tie in promising:
            to_learn, to_teach = tie.holder.gap_to(tie.partner), tie.partner.gap_to(tie.holder)
            self.model.submit(tie if to_learn >= to_teach else tie.back, BROKERED, 0)
        self.brokered = len(promising)

    def pairs_seen(self) -> Iterable[tuple[float, Tie]]:
        """Return the alliance's pairs with something to gain, and their perceived complementarity."""
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
                    draw = uniform(
                        model.random_key, random_streams.BROKERS, model.half_term, teacher.number, tie.partner.number, 0
                    )
                    yield complementarity + blur * (2.0 * draw - 1.0), tie

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


class PlainAllianceModel(mesa.Model):
    """A system of schools in alliances, simulated half-term by half-term.

    Args:
        scenario: a ``Scenario``, the name of a shipped config, or a path; the baseline where None.
        rng: a whole number that reproduces the run.
        dotted: parameters by dotted name, which override the scenario's.
    """

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
        self.create_agents(initial.world)
        self.outcomes = self.measured()
        reporters = {name: partial(self.latest, name) for name in OUTCOMES}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)
        self.datacollector.collect(self)

    def latest(self, name: str, _: mesa.Model | None = None) -> float:
        """The newest value of an outcome."""
        return self.outcomes[name]

    def create_agents(self, world: World) -> None:
        """Create the agents and their ties from the initial state."""
        schools, teachers, ties = world.schools, world.teachers, world.ties
        self.initial_practice = float(world.system.initial_practice[0])
        self.schools = [
            School(self, *values)
            for values in zip(
                *(column.tolist() for column in (schools.id, schools.intake, schools.attainment, schools.rank)),
                strict=True,
            )
        ]
        self.alliances = []
        for row in range(world.alliances.age.size):
            first, last = world.alliances.school_offsets[row : row + 2].tolist()
            coordinator = Coordinator(
                self,
                bool(world.coordinators.present[row]),
                int(world.coordinators.capacity[row]),
                float(world.coordinators.credibility[row]),
            )
            alliance = Alliance(self.schools[first:last], coordinator)
            coordinator.alliance = alliance
            head_ties = iter(world.head_ties.trust[int(world.alliances.head_tie_offsets[row]) :].tolist())
            for school in alliance.schools:
                school.alliance = alliance
                school.trust_in = {other: next(head_ties) for other in alliance.schools}
                del school.trust_in[school]
            self.alliances.append(alliance)

        staff = [
            Teacher(self, number, self.schools[school], practice, fatigue)
            for number, school, practice, fatigue in zip(
                *(column.tolist() for column in (teachers.id, teachers.school, teachers.practice, teachers.fatigue)),
                strict=True,
            )
        ]
        every_tie: list[Tie] = []
        columns = zip(
            *(column.tolist() for column in (ties.partner, ties.trust, ties.owed, ties.given, ties.level)), strict=True
        )
        for row, teacher in enumerate(staff):
            teacher.school.teachers.append(teacher)
            for place in range(int(teachers.tie_offsets[row]), int(teachers.tie_offsets[row + 1])):
                partner, trust, owed, given, level = next(columns)
                inside, leads = place < teachers.external_tie_start[row], teacher.number < staff[partner].number
                tie = Tie(teacher, staff[partner], inside, leads, trust, owed, given, level)
                (teacher.inside_ties if inside else teacher.outside_ties).append(tie)
                every_tie.append(tie)
        for tie, twin in zip(every_tie, ties.twin.tolist(), strict=True):
            tie.back = every_tie[twin]
        self.teachers = staff

    def step(self) -> None:
        """Simulate one half-term."""
        self.half_term = round(self.time)
        self.tally = Tally()
        for school in self.schools:
            school.helps_given = 0
        teachers, coordinators = self.agents_by_type[Teacher], self.agents_by_type[Coordinator]

        self.apply_events()
        if self.half_term > 1 and self.half_term % HALF_TERMS_A_YEAR == 1:
            self.publish_results()
        for alliance in self.alliances:
            alliance.heads_meet()
        teachers.do("follow_head")
        teachers.do("seek_help")
        coordinators.do("broker")
        if self.rules.reciprocity.enabled:
            teachers.do("offer_back")
        for alliance in self.alliances:
            self.answer_all(alliance.requests)
        self.answer_all(self.requests_across)
        coordinators.do("tire")
        teachers.do("grow_older")

        self.outcomes = self.measured()
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

    def publish_results(self) -> None:
        """Publish results and rank schools in the league table."""
        for school in self.schools:
            school.sit_exams(normal(self.random_key, random_streams.RESULTS_DAY, self.half_term, school.number, 0, 0))
        table = sorted(self.schools, key=attrgetter("attainment"), reverse=True)
        for place, school in enumerate(table):
            school.rank = place / (len(table) - 1)

    # Requests

    def submit(self, tie: Tie, channel: int, slot: int) -> None:
        """Append a request to the queue of its alliance, or to that across boundaries."""
        occasion = channel * 32 + slot
        order = hashed(
            self.random_key, random_streams.ORDER, self.half_term, tie.holder.number, tie.partner.number, occasion
        )
        queue = tie.holder.school.alliance.requests if tie.inside else self.requests_across
        queue.append(Request(tie, channel, occasion, order))

    def answer_all(self, requests: list[Request]) -> None:
        """Answer the queue, one request after another."""
        for request in sorted(requests, key=attrgetter("order")):
            request.tie.partner.answer(request)
        requests.clear()

    # Small rules that several agents share

    def can_develop(self, tie: Tie) -> bool:
        """Whether the tie's level allows joint practice development."""
        return tie.level == COLLABORATION and self.rules.practice.jpd

    def dread(self, distrust: float, stake: float, rivalry: float) -> float:
        """Perceived loss; competition scales it, or is added in the additive variant."""
        trust = self.rules.trust
        loss, threat = distrust * trust.loss_weight * (0.5 + stake), trust.rivalry_weight * rivalry
        return loss + threat if trust.competition_enters == "additive" else loss * (1.0 + threat)

    def felt(self, debt: float) -> float:
        """Saturating weight of a debt."""
        return debt / (self.rules.reciprocity.half_saturation + debt) if debt > 0.0 else 0.0

    def obligation(self, mine: Tie) -> float:
        """O: obligation from what the holder owes."""
        return self.felt(-mine.owed) if self.rules.reciprocity.enabled else 0.0

    def grievance(self, mine: Tie) -> float:
        """G: grievance from what the holder is owed."""
        return self.felt(mine.owed) if self.rules.reciprocity.enabled else 0.0

    def step_of(self, spark: float, practice: float) -> float:
        """Remaining distance to the ceiling of practice, as a share."""
        rules = self.rules.practice
        return rules.jpd_step * spark * max(0.0, 1.0 - practice / rules.ceiling)

    # Measures

    def measured(self) -> dict[str, float]:
        """Compute the outcomes of the last half-term, or of the initial state."""
        tolerance = self.rules.reciprocity.one_way_tolerance
        trust = level = reach = flow = skew = in_use = one_way = 0.0
        inside = mutual = collaborating = 0
        for teacher in self.teachers:
            best = teacher.practice
            for tie in teacher.inside_ties:
                inside += 1
                trust += tie.trust
                level += tie.level
                mutual += tie.trust > 0.55 and tie.back.trust > 0.55
                collaborating += tie.level == COLLABORATION
            for tie in teacher.ties:
                felt = tie.trust
                best = [max(own, felt * other) for own, other in zip(best, tie.partner.practice, strict=True)]
                both = tie.given + tie.back.given
                if both > 0.0:
                    flow += both
                    skew += abs(tie.given - tie.back.given)
                    if both >= 0.5:
                        in_use += 1
                        one_way += tie.one_wayness(tolerance)
            reach += fmean(best)

        people, helps = len(self.teachers), sum(school.helps_given for school in self.schools)
        practice = [school.practice for school in self.schools]
        results = sorted(school.attainment for school in self.schools)
        givers = sorted((school.helps_given for school in self.schools), reverse=True)
        fifth = max(1, int(len(self.schools) / 5 + 0.5))
        reciprocity = 1.0 - share(skew, flow)
        found = {
            "sharing": helps / people,
            "jpd": self.tally.joint / people,
            "trust": share(trust, inside),
            "head_trust": mean(trust for school in self.schools for trust in school.trust_in.values()),
            "mutual_trust": share(mutual, inside),
            "reciprocity": reciprocity,
            "practice": fmean(fmean(teacher.practice) for teacher in self.teachers),
            "practice_min": min(practice),
            "practice_sd": pstdev(practice),
            "frontier": fmean(map(max, zip(*(teacher.practice for teacher in self.teachers), strict=True))),
            "level": share(level, inside),
            "refusals": share(self.tally.refused, self.tally.refused + helps),
            "betrayals": share(self.tally.betrayed, helps),
            "one_wayness": share(one_way, in_use),
            "fatigue": fmean(teacher.fatigue for teacher in self.teachers),
            "attainment": fmean(results),
            "attainment_gap": fmean(results[-fifth:]) - fmean(results[:fifth]),
            "donor_share": share(sum(givers[:fifth]), helps),
            "alliances": len(self.alliances),
            "social_capital": share(trust, inside) * reciprocity,
            "intellectual_capital": reach / people,
            "uphill": share(self.tally.uphill, helps),
            "collaboration": share(collaborating, inside),
        }
        if self.half_term == 0:
            found |= {"sharing": math.nan, "jpd": math.nan}
        return found


def rules_of(scenario: Scenario) -> SimpleNamespace:
    """The parameters by dotted name: ``rules.trust.gain``."""
    rules = SimpleNamespace()
    for name, parameter in PARAMETERS.items():
        if not hasattr(rules, parameter.group):
            setattr(rules, parameter.group, SimpleNamespace())
        setattr(getattr(rules, parameter.group), parameter.key, scenario[name])
    return rules


def settle_level(tie: Tie, honoured: bool, level: SimpleNamespace) -> None:
    """Return the new level: up after a kept promise if trust allows, down after a broken one or if it does not."""
    before = tie.level
    if honoured and before < COLLABORATION and tie.lower_trust >= level.gate[before]:
        tie.move_to(before + 1)
    elif before > 1 and (not honoured or trust_too_low(tie, level)):
        tie.move_to(before - 1)


def trust_too_low(tie: Tie, level: SimpleNamespace) -> bool:
    """Whether trust is well below the level's gate."""
    return tie.lower_trust < level.gate[tie.level - 1] - level.hysteresis


def chosen(appeals: Sequence[tuple[Tie, float]], draw: float) -> Tie | None:
    """Choose one tie in proportion to its weight; None if all weights are zero."""
    total = sum(appeal for _, appeal in appeals)
    if total <= 0.0:
        return None
    running = 0.0
    for tie, appeal in appeals:
        running += appeal
        if draw * total < running:
            return tie
    return appeals[-1][0]


def between_levels(values: Sequence[float], level: float) -> float:
    """Interpolate a value given for each level."""
    low = min(int(level), len(values) - 1)
    return values[low - 1] + (level - low) * (values[low] - values[low - 1])


def best_area(practice: Sequence[float]) -> int:
    """Return the index of the largest value."""
    return practice.index(max(practice))


def logistic(x: float) -> float:
    """Logistic function."""
    return 1.0 / (1.0 + math.exp(-x))


def forgotten(x: float) -> float:
    """Return 0 for a value too small to keep, else the value."""
    return x if abs(x) >= 1e-6 else 0.0


def share(part: float, whole: float) -> float:
    """Return a ratio, or NaN if the denominator is 0."""
    return part / whole if whole else math.nan


def mean(values: Iterable[float]) -> float:
    """Return a mean, or NaN of an empty list."""
    kept = list(values)
    return fmean(kept) if kept else math.nan
