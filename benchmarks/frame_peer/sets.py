"""The agent sets: one per kind, one row per agent; references to other rows are columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars

from alliance_sim.engine.state import World
from benchmarks.frame_peer.rules import (
    BROKERED,
    COLLABORATION,
    OFFERED_BACK,
    OWN_CONTACT,
    USEFUL,
    betrayal,
    between_levels,
    dread,
    felt,
    logistic,
    rivalry,
    step_of,
    tiredness,
    trust_too_low,
)

if TYPE_CHECKING:
    from benchmarks.frame_peer import FramePeer

TOO_LITTLE = 1e-6
"""Counts below this are set to 0."""


class Rows(AgentSetPolars):
    """A set of agents whose rows keep their positions."""

    model: FramePeer

    def __init__(self, model: FramePeer, columns: dict[str, Any]) -> None:
        super().__init__(model)
        frame = pl.DataFrame(columns)
        first, model.current_id = model.current_id, model.current_id + frame.height
        self.agents = frame.with_columns(unique_id=pl.int_range(first, model.current_id, dtype=pl.Int64))
        self.select()

    def step(self) -> None:
        """Do nothing: the model calls its sets in order."""

    def now(self, **columns: pl.Expr | pl.Series) -> None:
        """Replace the values of columns."""
        self.agents = self.agents.with_columns(**columns)


class Schools(Rows):
    """Schools, with attainment and rank."""

    def __init__(self, model: FramePeer, world: World) -> None:
        schools = world.schools
        columns = {name: getattr(schools, name).astype(float) for name in ("intake", "attainment", "rank")}
        super().__init__(model, columns | {"alliance": schools.alliance.astype(np.int64)})

    def practice(self) -> pl.Series:
        """Return the mean practice of each school's teachers over all areas."""
        teachers = self.model.teachers
        means = teachers.agents.group_by("school").agg(practice=pl.mean_horizontal(teachers.areas).mean())
        return means.sort("school")["practice"]

    def publish_results(self) -> None:
        """Publish results and rank schools in the league table."""
        model, rules = self.model, self.model.rules
        progress = (self.practice() - model.initial_practice) / rules.population.practice_sd
        noise = pl.Series(model.random.standard_normal(len(self)))
        self.now(attainment=pl.col("intake") + rules.attainment.effect * progress + rules.attainment.noise_sd * noise)
        self.now(rank=(pl.col("attainment").rank("ordinal", descending=True) - 1) / (len(self) - 1))


class HeadTies(Rows):
    """Ties between heads of an alliance."""

    def __init__(self, model: FramePeer, world: World) -> None:
        one, other, trust = [], [], []
        for alliance in range(world.alliances.age.size):
            first, last = world.alliances.school_offsets[alliance : alliance + 2].tolist()
            block = world.head_ties.trust[world.alliances.head_tie_offsets[alliance] :][: (last - first) ** 2]
            ones, others = np.divmod(np.arange((last - first) ** 2), last - first)
            kept = ones != others
            one.append(first + ones[kept])
            other.append(first + others[kept])
            trust.append(block[kept].astype(float))
        super().__init__(
            model, dict(zip(("one", "other", "trust"), map(np.concatenate, (one, other, trust)), strict=True))
        )
        twins = self.agents.with_row_index("twin").select(pl.col("twin").cast(pl.Int64), one="other", other="one")
        self.agents = self.agents.join(twins, on=["one", "other"], how="left", maintain_order="left")

    def meet(self) -> None:
        """Run the trust-building loop between heads, then move their trust towards that of their staff."""
        model, rules = self.model, self.model.rules
        ranks = model.schools.agents["rank"]
        present, credibility = (model.coordinators.agents[name] for name in ("present", "credibility"))
        alliance = model.schools.agents["alliance"].gather(self.agents["one"])
        softened = rules.coordinator.mediation * (present.cast(float) * credibility).gather(alliance)
        pairs = self.agents.join(model.ties.opinions(), on=["one", "other"], how="left", maintain_order="left")
        random = model.uniform(len(self))
        trust, stake = pl.col("trust"), between_levels(rules.level.stake, pl.col("mean_level").fill_null(1.0))
        rivals = rivalry(ranks.gather(pairs["one"]), ranks.gather(pairs["other"]), rules)
        utility = (
            rules.trust.help_value * trust
            - dread(trust, stake, rivals, rules)
            - rules.trust.effort_weight * (1.0 - 0.6 * rules.policy.funding)
            - rules.policy.secrecy / 2.0
            + rules.trust.head_readiness
        )
        bad = rules.outcome.misfortune + betrayal(rivals, trust.gather(pl.col("twin")), rules)
        lower = pl.min_horizontal(pl.int_range(pl.len()), pl.col("twin"))
        meet = pl.lit(random).gather(lower) < rules.trust.head_meeting
        loss = rules.trust.loss_ratio * rules.trust.gain * stake * (1.0 - softened)
        after_meeting = (
            pl.when(~meet | (model.uniform(len(self)) >= logistic(2.0 * utility)))
            .then(trust)
            .when(model.uniform(len(self)) < bad)
            .then(trust * (1.0 - loss))
            .otherwise(trust + rules.trust.gain * stake * (1.0 - trust))
        )
        heard = rules.trust.heads_hear_staff * (pl.col("mean_trust") - trust)
        self.now(trust=pairs.with_columns(trust=after_meeting).select(trust + heard.fill_null(0.0)).to_series())


class Teachers(Rows):
    """Teachers, with their practice in each area."""

    def __init__(self, model: FramePeer, world: World) -> None:
        teachers = world.teachers
        self.areas = [f"practice_{area}" for area in range(teachers.practice.shape[1])]
        practice = dict(zip(self.areas, teachers.practice.T.astype(float), strict=True))
        school = teachers.school.astype(np.int64)
        alliance = world.schools.alliance[school].astype(np.int64)
        still = np.zeros(school.size)
        super().__init__(
            model, {"school": school, "alliance": alliance, "fatigue": still, "load": still} | practice
        )  # fmt: skip

    def need(self) -> pl.Series:
        """Return the probability of seeking help at each contact."""
        rules = self.model.rules
        rank = self.model.schools.agents["rank"].gather(self.agents["school"])
        wish = rules.help.base_need + rules.help.competition_need * rules.policy.competition * rank
        need = wish * (-tiredness(pl.col("fatigue"), rules)).exp() * (0.4 + 1.2 * rules.policy.funding)
        return self.agents.select(need.clip(upper_bound=1.0)).to_series()

    def decay(self) -> None:
        """Depreciate practice, innovate alone, and update fatigue."""
        model, rules = self.model, self.model.rules
        many, rate = len(self), rules.fatigue.rate
        inspired = pl.lit(model.uniform(many)) < rules.practice.solo_rate
        area = pl.lit(pl.Series(model.random.integers(len(self.areas), size=many)))
        spark = pl.lit(pl.Series(model.random.exponential(size=many)))
        aged = {name: pl.col(name) * (1.0 - rules.practice.depreciation) for name in self.areas}
        self.now(
            fatigue=(1.0 - rate) * pl.col("fatigue") + rate * pl.col("load") / rules.level.capacity,
            load=pl.lit(0.0),
            **{
                name: pl.when(inspired & (area == number)).then(own + step_of(spark, own, rules)).otherwise(own)
                for number, (name, own) in enumerate(aged.items())
            },
        )


class Ties(Rows):
    """Ties between teachers."""

    def __init__(self, model: FramePeer, world: World) -> None:
        teachers, ties = world.teachers, world.ties
        many = np.diff(teachers.tie_offsets)
        holder = np.repeat(np.arange(many.size), many)
        partner = ties.partner.astype(np.int64)
        inside = np.arange(holder.size) < teachers.external_tie_start[holder]
        super().__init__(
            model,
            {
                "holder": holder,
                "partner": partner,
                "twin": ties.twin.astype(np.int64),
                "one": teachers.school[holder].astype(np.int64),
                "other": teachers.school[partner].astype(np.int64),
                "alliance": world.schools.alliance[teachers.school[holder]].astype(np.int64),
                "inside": inside,
                "leads": teachers.id[holder] < teachers.id[partner],
                "trust": ties.trust.astype(float),
                "owed": ties.owed.astype(float),
                "given": ties.given.astype(float),
                "level": ties.level.astype(np.int64),
            },
        )
        pairs = model.head_ties.agents.with_row_index("pair").select(pl.col("pair").cast(pl.Int64), "one", "other")
        self.agents = self.agents.join(pairs, on=["one", "other"], how="left", maintain_order="left")

    def gaps(self) -> pl.Series:
        """Return the largest gap over areas by which the partner is ahead."""
        teachers = self.model.teachers
        practice = teachers.agents.select(teachers.areas)
        theirs, own = practice[self.agents["partner"]], practice[self.agents["holder"]]
        return pl.select(pl.max_horizontal(0.0, *(theirs[area] - own[area] for area in teachers.areas))).to_series()

    def can_develop(self) -> pl.Expr:
        """Whether the tie's level allows joint practice development."""
        return (pl.col("level") == COLLABORATION) & self.model.rules.practice.jpd

    def opinions(self) -> pl.DataFrame:
        """Return mean trust and level of each school's staff towards each other school of the alliance."""
        inside = self.agents.lazy().filter("inside")
        means = inside.group_by("one", "other").agg(mean_trust=pl.mean("trust"), mean_level=pl.mean("level"))
        return means.collect()

    def follow_heads(self) -> None:
        """Move trust towards the head's inside the alliance, and towards the default across its boundary."""
        rules, heads = self.model.rules, self.model.head_ties.agents["trust"]
        towards = heads.gather(self.agents["pair"].fill_null(0))
        usual = pl.when("inside").then(towards).otherwise(rules.trust.initial)
        self.now(trust=pl.col("trust") + rules.trust.staff_follow_heads * (usual - pl.col("trust")))

    def sought(self) -> pl.DataFrame:
        """Let teachers in need choose partners to ask, with probability proportional to appeal."""
        model, rules = self.model, self.model.rules
        gaps, need = self.gaps(), model.teachers.need()
        appeal = (rules.help.loyalty * pl.col("trust")).exp() * (gaps + 0.1)
        open_to = pl.when("inside").then(1.0).otherwise(rules.policy.porosity)
        running = self.agents.select("holder", appeal=open_to * appeal, running=(open_to * appeal).cum_sum())
        whole = (
            running.group_by("holder")
            .agg(before=pl.first("running") - pl.first("appeal"), total=pl.sum("appeal"))
            .sort("holder")
            .filter(pl.col("total") > 0.0)
        )
        contacts = rules.help.contacts
        seekers = pl.concat([whole.clear(), *[whole] * contacts]).with_columns(
            random=model.uniform(whole.height * contacts)
        )
        seekers = seekers.filter(model.uniform(seekers.height) < need.gather(seekers["holder"]))
        aims = seekers.select(pl.col("before") + pl.col("random") * pl.col("total")).to_series()
        tie = running["running"].search_sorted(aims, side="right").cast(pl.Int64).clip(upper_bound=len(self) - 1)
        worth = self.agents.select(self.can_develop() | (gaps > USEFUL)).to_series()
        return pl.DataFrame({"tie": tie}).filter(worth.gather(tie)).with_columns(channel=pl.lit(OWN_CONTACT, pl.Int64))

    def offered_back(self) -> pl.DataFrame:
        """A debtor with something to give may prompt the creditor to ask for help."""
        rules, debt = self.model.rules, -pl.col("owed")
        gaps = self.gaps()
        readiness = rules.reciprocity.return_rate * felt(debt, rules)
        theirs = gaps.gather(self.agents["twin"])
        offers = (debt > 0.5) & (pl.lit(self.model.uniform(len(self))) < readiness) & (pl.lit(theirs) > USEFUL)
        return self.agents.filter(offers).select(tie="twin", channel=pl.lit(OFFERED_BACK, pl.Int64))

    def fade(self) -> None:
        """Decay debts, and demote levels without trust."""
        rules = self.model.rules
        for name in ("owed", "given"):
            left = (1.0 - rules.reciprocity.decay) * pl.col(name)
            self.now(**{name: pl.when(left.abs() >= TOO_LITTLE).then(left).otherwise(0.0)})
        lower = pl.min_horizontal("trust", pl.col("trust").gather(pl.col("twin")))
        level = pl.col("level")
        self.now(level=level - ((level > 1) & trust_too_low(lower, level, rules)).cast(pl.Int64))


class Coordinators(Rows):
    """The coordinator of each alliance."""

    def __init__(self, model: FramePeer, world: World) -> None:
        coordinators = world.coordinators
        capacity = coordinators.capacity.astype(np.int64)
        super().__init__(
            model,
            {
                "present": coordinators.present.copy(),
                "capacity": capacity,
                "credibility": coordinators.credibility.astype(float),
                "strain": np.zeros(capacity.size),
                "brokered": np.zeros(capacity.size, np.int64),
            },
        )

    def brokered_pairs(self) -> pl.DataFrame:
        """Broker requests for the pairs with the highest perceived complementarity; the one with more to learn asks."""
        model, ties = self.model, self.model.ties
        own = self.agents.with_row_index("alliance").select(
            pl.col("alliance").cast(pl.Int64), "credibility", places=pl.col("capacity") * pl.col("present")
        )
        gaps = ties.gaps()
        seen = (
            ties.agents.select("twin", "alliance", "inside", "leads", "level", to_learn=gaps)
            .with_row_index("tie")
            .with_columns(pl.col("tie").cast(pl.Int64), to_teach=gaps.gather(ties.agents["twin"]))
            .filter(pl.col("inside") & pl.col("leads"))
            .with_columns(complementarity=pl.min_horizontal("to_learn", "to_teach"))
            .filter((pl.col("complementarity") > USEFUL) | ties.can_develop())
            .join(own, on="alliance", how="left", maintain_order="left")
        )
        blur = 0.3 * (1.0 - pl.col("credibility")) * 3.0**0.5 * (2.0 * pl.lit(model.uniform(seen.height)) - 1.0)
        seen = seen.with_columns(seems=pl.col("complementarity") + blur)
        place = pl.col("seems").rank("ordinal", descending=True).over("alliance")
        chosen = seen.filter(place <= pl.col("places"))
        many = chosen.group_by("alliance").agg(brokered=pl.len().cast(pl.Int64))
        self.now(brokered=own.join(many, on="alliance", how="left", maintain_order="left")["brokered"].fill_null(0))
        tie = pl.when(pl.col("to_learn") >= pl.col("to_teach")).then("tie").otherwise("twin")
        return chosen.select(tie=tie, channel=pl.lit(BROKERED, pl.Int64))

    def tire(self) -> None:
        """Update strain by the share of capacity used."""
        rate = self.model.rules.fatigue.rate
        used = pl.when(pl.col("capacity") > 0).then(pl.col("brokered") / pl.col("capacity")).otherwise(0.0)
        self.now(strain=(1.0 - rate) * pl.col("strain") + rate * used)
