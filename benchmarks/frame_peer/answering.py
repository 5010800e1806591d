"""Answer requests in conflict-free batches: all requests neither of whose teachers is in an earlier pending request.

Each request is answered after all earlier requests of its two teachers, as in sequential processing. The exception is
the coordinator's credibility, which brokered requests change in the order of batches and not in the random order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from benchmarks.frame_peer.rules import (
    BROKERED,
    COLLABORATION,
    USEFUL,
    best_of,
    betrayal,
    dread,
    felt,
    logistic,
    of_level,
    one_wayness,
    rivalry,
    step_of,
    tiredness,
    trust_too_low,
    value_at,
)

if TYPE_CHECKING:
    from benchmarks.frame_peer import FramePeer


NO_ANSWERS = pl.DataFrame(
    schema={"givers_school": pl.Int64, "granted": bool, "joint": bool, "betrayed": bool, "uphill": bool}
)


def answer_all(model: FramePeer, requests: pl.DataFrame) -> pl.DataFrame:
    """Answer all requests; return a row per request with the helper and the outcome."""
    ties, teachers = model.ties.agents, model.teachers.agents
    requests = requests.with_columns(
        mine=ties["twin"].gather(requests["tie"]),
        asker=ties["holder"].gather(requests["tie"]),
        giver=ties["partner"].gather(requests["tie"]),
        inside=ties["inside"].gather(requests["tie"]),
        order=model.uniform(requests.height),
    ).sort("inside", "order", descending=[True, False])
    school = teachers["school"]
    requests = requests.with_columns(
        alliance=teachers["alliance"].gather(requests["giver"]),
        givers_school=school.gather(requests["giver"]),
        askers_school=school.gather(requests["asker"]),
    )
    return pl.concat([NO_ANSWERS, *(answer(model, batch) for batch in conflict_free_batches(requests))])


def conflict_free_batches(requests: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield batches of requests neither of whose teachers is in an earlier pending request."""
    waiting = requests.with_row_index("turn")
    while waiting.height:
        turns = pl.concat([waiting.select("turn", who="asker"), waiting.select("turn", who="giver")])
        first = turns.group_by("who").agg(first=pl.min("turn"))
        ahead = (
            waiting.join(first, left_on="asker", right_on="who", maintain_order="left")
            .join(first, left_on="giver", right_on="who", suffix="_of_giver", maintain_order="left")
            .select((pl.col("first") == pl.col("turn")) & (pl.col("first_of_giver") == pl.col("turn")))
            .to_series()
        )
        yield waiting.filter(ahead)
        waiting = waiting.filter(~ahead)


def answer(model: FramePeer, batch: pl.DataFrame) -> pl.DataFrame:
    """Grant or refuse requests, and apply the consequences."""
    rules = model.rules
    between = request_columns(model, batch)
    trust, level, rivals = pl.col("givers_trust"), pl.col("level"), pl.col("rivals")
    lent = trust + 0.3 * pl.col("credibility") * (1.0 - trust)
    trust = pl.when(pl.col("channel") == BROKERED).then(lent).otherwise(trust)
    utility = (
        rules.trust.help_value * trust
        - dread(trust, of_level(rules.level.stake, level), rivals, rules)
        + rules.reciprocity.obligation_weight * felt(-pl.col("owed"), rules)
        - rules.reciprocity.grievance_weight * felt(pl.col("owed"), rules)
        - rules.trust.effort_weight * of_level(rules.level.cost, level) * (1.0 - 0.6 * rules.policy.funding)
        - rules.policy.secrecy
        - tiredness(pl.col("fatigue"), rules)
    )
    draw = model.uniform(batch.height)
    misused = betrayal(rivals, pl.col("askers_trust"), rules)
    between = between.with_columns(
        granted=model.uniform(batch.height) < logistic(2.0 * utility),
        betrayed=draw < misused,
        honoured=draw >= misused + rules.outcome.misfortune,
        joint=(level == COLLABORATION) & rules.practice.jpd,
        obliged=felt(-pl.col("owed"), rules),
    )
    refuse(model, between.filter(~pl.col("granted")))
    grant(model, between.filter("granted"))
    return between.select("givers_school", "granted", "joint", "betrayed", "uphill")


def request_columns(model: FramePeer, batch: pl.DataFrame) -> pl.DataFrame:
    """Gather for each request the columns of its tie, schools and coordinator."""
    ties, fatigue, schools = model.ties.agents, model.teachers.agents["fatigue"], model.schools.agents
    tie, twin, givers, askers = (
        batch["tie"],
        batch["mine"],
        batch["givers_school"],
        batch["askers_school"],
    )
    present, credibility = (model.coordinators.agents[name] for name in ("present", "credibility"))
    standing = pl.when("inside").then((present.cast(float) * credibility).gather(batch["alliance"])).otherwise(0.0)
    rank, attainment = schools["rank"], schools["attainment"]
    return batch.with_columns(
        askers_trust=ties["trust"].gather(tie),
        givers_trust=ties["trust"].gather(twin),
        owed=ties["owed"].gather(twin),
        given=ties["given"].gather(twin),
        received=ties["given"].gather(tie),
        level=ties["level"].gather(tie),
        fatigue=fatigue.gather(batch["giver"]),
        rivals=rivalry(rank.gather(givers), rank.gather(askers), model.rules),
        uphill=attainment.gather(givers) < attainment.gather(askers),
        credibility=standing,
    )


def refuse(model: FramePeer, refused: pl.DataFrame) -> None:
    """Reduce the asker's trust after a refusal, and possibly the level."""
    rules, level = model.rules, pl.col("level")
    trust = pl.col("askers_trust") * (1.0 - rules.help.refusal_loss)
    too_low = trust_too_low(pl.min_horizontal(trust, "givers_trust"), level, rules)
    lost = (pl.lit(model.uniform(refused.height)) < rules.level.refusal_demotion) | too_low
    after = refused.select("tie", "mine", trust=trust, level=level - ((level > 1) & lost).cast(pl.Int64))
    write(model, after["tie"], trust=after["trust"])
    for side in ("tie", "mine"):
        write(model, after[side], level=after["level"])


def grant(model: FramePeer, granted: pl.DataFrame) -> None:
    """Transfer or develop practice, and update the trust of both."""
    rules, reciprocity = model.rules, model.rules.reciprocity
    useful = give_help(model, granted)
    level, joint, honoured = pl.col("level"), pl.col("joint"), pl.col("honoured")
    gain = rules.trust.gain * of_level(rules.level.stake, level)
    givers, askers = pl.col("givers_trust"), pl.col("askers_trust")
    softened = 1.0 - rules.coordinator.mediation * pl.col("credibility")
    thanked = (gain * (1.0 + reciprocity.gratitude * pl.col("obliged"))).clip(upper_bound=1.0)
    learnt = granted.with_columns(
        givers_trust=pl.when(honoured)
        .then(givers + gain * (1.0 - givers))
        .otherwise(givers * (1.0 - rules.trust.loss_ratio * gain * softened)),
        askers_trust=pl.when(pl.lit(useful)).then(askers + thanked * (1.0 - askers)).otherwise(askers),
        given=pl.col("given") + 1.0,
        received=pl.col("received") + joint.cast(float),
    )
    kept = 1.0 - reciprocity.one_way_loss * one_wayness(pl.col("given"), pl.col("received"), rules)
    learnt = learnt.with_columns(givers_trust=givers * kept, askers_trust=askers * kept)
    lower = pl.min_horizontal("givers_trust", "askers_trust")
    gate_above = of_level([*rules.level.gate[1:], 2.0], level)  # no tie rises above the highest level
    rises = honoured & (level < COLLABORATION) & (lower >= gate_above)
    falls = ~rises & (level > 1) & (~honoured | trust_too_low(lower, level, rules))
    after = learnt.with_columns(level=level + rises.cast(pl.Int64) - falls.cast(pl.Int64))
    both = [after["tie"], after["mine"]]
    owed = model.ties.agents["owed"].gather(after["tie"]) - (~after["joint"]).cast(float)
    more = after["owed"] + (~after["joint"]).cast(float)
    write(
        model,
        pl.concat(both),
        trust=pl.concat([after["askers_trust"], after["givers_trust"]]),
        level=pl.concat([after["level"]] * 2),
        given=pl.concat([after["received"], after["given"]]),
        owed=pl.concat([owed, more]),
    )
    coordinators_learn(model, after.filter(pl.col("channel") == BROKERED))


def give_help(model: FramePeer, granted: pl.DataFrame) -> pl.Series:
    """Transfer or develop practice and add load; return whether the askers found it useful."""
    rules, teachers = model.rules, model.teachers
    cost = granted.select(of_level(rules.level.cost, pl.col("level"))).to_series()
    effort = [(granted["giver"], cost), (granted["asker"].filter(granted["joint"]), cost.filter(granted["joint"]))]
    for who, more in effort:
        load = teachers.agents["load"]
        teachers.now(load=load.scatter(who, load.gather(who) + more))
    own = [f"own_{area}" for area in range(len(teachers.areas))]
    theirs = [f"theirs_{area}" for area in range(len(teachers.areas))]
    names = list(zip(teachers.areas, own, theirs, strict=True))
    known = granted.select("asker", "giver", "level", "joint").with_columns(
        *(teachers.agents[name].gather(granted["asker"]).alias(mine) for name, mine, _ in names),
        *(teachers.agents[name].gather(granted["giver"]).alias(other) for name, _, other in names),
    )
    moved = transferred(model, known.filter(~pl.col("joint")), own, theirs)
    made = developed(model, known.filter("joint"), own, theirs)
    for table, who, columns in ((moved, "asker", own), (made, "asker", own), (made, "giver", theirs)):
        teachers.now(
            **{
                name: teachers.agents[name].scatter(table[who], table[new])
                for name, new in zip(teachers.areas, columns, strict=True)
            }
        )
    gaps = known.select(
        pl.max_horizontal(pl.col(other) - pl.col(mine) for mine, other in zip(own, theirs, strict=True))
    )
    return granted["joint"] | (gaps.to_series() > USEFUL)


def transferred(model: FramePeer, known: pl.DataFrame, own: list[str], theirs: list[str]) -> pl.DataFrame:
    """Close a share of the asker's largest gap."""
    share = of_level(model.rules.level.transfer, pl.col("level"))
    gaps = [pl.col(other) - pl.col(mine) for mine, other in zip(own, theirs, strict=True)]
    known = known.with_columns(area=best_of(gaps))
    return known.with_columns(
        pl.when(pl.col("area") == area)
        .then(pl.col(mine) + share * gap.clip(lower_bound=0.0))
        .otherwise(pl.col(mine))
        .alias(mine)
        for area, (mine, gap) in enumerate(zip(own, gaps, strict=True))
    )


def developed(model: FramePeer, known: pl.DataFrame, own: list[str], theirs: list[str]) -> pl.DataFrame:
    """Develop practice where the two are strongest, then coach in both directions."""
    rules, share = model.rules, model.rules.level.transfer[-1]
    pairs = list(zip(own, theirs, strict=True))
    known = known.with_columns(
        area=best_of([pl.col(mine) + pl.col(other) for mine, other in pairs]),
        own_best=best_of([pl.col(name) for name in own]),
        their_best=best_of([pl.col(name) for name in theirs]),
        diversity=pl.mean_horizontal((pl.col(mine) - pl.col(other)).abs() for mine, other in pairs),
        spark=pl.Series(model.random.exponential(size=known.height)),
    )
    best = pl.max_horizontal(value_at(own, "area"), value_at(theirs, "area"))
    spread = (pl.col("diversity") / 0.25).clip(upper_bound=1.0)
    known = known.with_columns(new=best + step_of(pl.col("spark"), best, rules) * spread)
    for names in (own, theirs):
        known = moved_at(known, names, "area", share * (pl.col("new") - value_at(names, "area")))
    for names, others, place in ((own, theirs, "their_best"), (theirs, own, "own_best")):
        ahead = value_at(others, place) - value_at(names, place)
        known = moved_at(known, names, place, share * ahead.clip(lower_bound=0.0))
    return known


def moved_at(known: pl.DataFrame, names: list[str], place: str, by: pl.Expr) -> pl.DataFrame:
    """Add a value in the area that a column names."""
    known = known.with_columns(by=by)
    here = [pl.col(place) == area for area in range(len(names))]
    return known.with_columns(
        pl.when(there).then(pl.col(name) + pl.col("by")).otherwise(pl.col(name)).alias(name)
        for there, name in zip(here, names, strict=True)
    )


def coordinators_learn(model: FramePeer, brokered: pl.DataFrame) -> None:
    """Raise credibility after honoured brokerage, and reduce it otherwise."""
    if brokered.is_empty():
        return
    ended = brokered.group_by("alliance").agg(well=pl.sum("honoured"), badly=(~pl.col("honoured")).sum())
    standing = model.coordinators.agents["credibility"]
    now = standing.gather(ended["alliance"])
    grown = (1.0 - (1.0 - now) * 0.97 ** ended["well"]) * 0.95 ** ended["badly"]
    model.coordinators.now(credibility=standing.scatter(ended["alliance"], grown))


def write(model: FramePeer, rows: pl.Series, **columns: pl.Series) -> None:
    """Update some rows of the ties."""
    ties = model.ties.agents
    model.ties.now(**{name: ties[name].scatter(rows, values) for name, values in columns.items()})
