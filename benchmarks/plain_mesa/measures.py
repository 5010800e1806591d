"""The outcomes of a half-term."""

from __future__ import annotations

import math
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

from benchmarks.plain_mesa.functions import mean, share
from benchmarks.plain_mesa.ties import COLLABORATION

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainAllianceModel

OUTCOMES = (
    "sharing", "jpd", "trust", "head_trust", "mutual_trust", "reciprocity", "practice", "practice_min", "practice_sd",
    "frontier", "level", "refusals", "betrayals", "one_wayness", "fatigue", "attainment", "attainment_gap",
    "donor_share", "alliances", "social_capital", "intellectual_capital", "uphill", "collaboration", "asked",
    "home_sharing", "home_jpd",
)  # fmt: skip


def outcomes_of(model: PlainAllianceModel) -> dict[str, float]:
    """Compute the outcomes of the last half-term, or of the initial state."""
    trust = level = reach = flow = skew = in_use = one_way = 0.0
    inside = mutual = collaborating = 0
    for teacher in model.teachers:
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
            both = tie.flow
            if both > 0.0:
                flow += both
                skew += abs(tie.given - tie.back.given)
                if both >= 0.5:
                    in_use += 1
                    one_way += tie.one_wayness(model.rules.reciprocity)
        reach += fmean(best)

    people, helps = len(model.teachers), sum(school.helps_given for school in model.schools)
    practice = [school.practice for school in model.schools]
    results = sorted(school.attainment for school in model.schools)
    givers = sorted((school.helps_given for school in model.schools), reverse=True)
    fifth = max(1, int(len(model.schools) / 5 + 0.5))
    reciprocity, tally = 1.0 - share(skew, flow), model.tally
    found = {
        "sharing": helps / people,
        "jpd": tally.joint / people,
        "trust": share(trust, inside),
        "head_trust": mean(trust for school in model.schools for trust in school.trust_in.values()),
        "mutual_trust": share(mutual, inside),
        "reciprocity": reciprocity,
        "practice": fmean(fmean(teacher.practice) for teacher in model.teachers),
        "practice_min": min(practice),
        "practice_sd": pstdev(practice),
        "frontier": fmean(map(max, zip(*(teacher.practice for teacher in model.teachers), strict=True))),
        "level": share(level, inside),
        "refusals": share(tally.refused, tally.refused + helps),
        "betrayals": share(tally.betrayed, helps),
        "one_wayness": share(one_way, in_use),
        "fatigue": fmean(teacher.fatigue for teacher in model.teachers),
        "attainment": fmean(results),
        "attainment_gap": fmean(results[-fifth:]) - fmean(results[:fifth]),
        "donor_share": share(sum(givers[:fifth]), helps),
        "alliances": len(model.alliances),
        "social_capital": share(trust, inside) * reciprocity,
        "intellectual_capital": reach / people,
        "uphill": share(tally.uphill, helps),
        "collaboration": share(collaborating, inside),
        "asked": tally.asked / people,
        "home_sharing": tally.home / people,
        "home_jpd": tally.home_joint / people,
    }
    if model.half_term == 0:
        found |= dict.fromkeys(("sharing", "jpd", "asked", "home_sharing", "home_jpd"), math.nan)
    return found
