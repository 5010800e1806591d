"""Small worlds in which a reader can follow what one half-term does to everybody.

In two schools of one teacher each, teacher 0 holds tie 0 and teacher 1 holds tie 1, each the other's twin. Unless said
otherwise nothing happens but what the story sets in motion.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim import AllianceModel

TIMES = 4000
EAGER = {"help.base_need": 0.8, "policy.funding": 1.0}
"""Need: .8 · (.4 + 1.2) is over 1, so who could learn something asks."""
ONE_ASKS = {"policy.competition": 1.0, "policy.funding": 1.0, "help.competition_need": 0.8}
"""With ranks 1 and 0: the first needs help for certain, the second never, and they are no rivals at all."""
ILL_USED = {"policy.competition": 1.0, "outcome.betrayal": 0.2, "outcome.betrayal_rivalry": 4.0}
"""A rival of the same rank without any trust ill-uses what is given with chance .2 · 5 = 1."""


def two_teachers(
    model: AllianceModel, trust: tuple[float, float], *practice: tuple[float, float], level: int = 1
) -> AllianceModel:
    """Write the trust of each in the other, both practices, and their level; the schools rank the same."""
    model.world.ties.trust[:] = trust
    model.world.ties.level[:] = level
    model.world.teachers.practice[:] = practice
    model.world.schools.rank[:] = 0.5
    return model


def first_where(make: Callable[[int], AllianceModel], wanted: Callable[[AllianceModel], bool]) -> AllianceModel:
    """Of the worlds of seeds 1, 2, …, the first in which one half-term's luck falls as the story wants."""
    for seed in range(1, 400):
        model = make(seed)
        model.step()
        if wanted(model):
            return model
    raise AssertionError("no seed has that luck")


def many_times(
    world: Callable[..., AllianceModel],
    changes: dict[str, object],
    trust: tuple[float, ...],
    *practice: tuple[float, float],
    level: int = 1,
) -> AllianceModel:
    """The same small alliance ``TIMES`` over in one world, each with its own luck; trust tie by tie."""
    members = len(practice)
    model = world([1] * (members * TIMES), changes, alliance=np.repeat(np.arange(TIMES), members).tolist())
    model.world.ties.trust[:] = np.tile(trust, TIMES)
    model.world.ties.level[:] = level
    model.world.teachers.practice[:] = np.tile(practice, (TIMES, 1))
    model.world.schools.rank[:] = 0.5
    return model


def assert_share(found: int, expected: float) -> None:
    """So many of ``TIMES`` is what this chance would give, within four standard errors."""
    assert found / TIMES == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / TIMES))


def granted(model: AllianceModel) -> bool:
    return model.world.schools.given.sum() == 1


def refused(model: AllianceModel) -> bool:
    return model.world.schools.refused.sum() == 1


def test_in_a_still_world_nothing_happens(still_world_of, fingerprint):
    model = still_world_of((3, 4, 2), alliance=(0, 0, 0))
    before = [column.copy() for table in (model.world.ties, model.world.head_ties) for column in table]
    practice = model.world.teachers.practice.copy()
    model.run_for(12)
    after = [column for table in (model.world.ties, model.world.head_ties) for column in table]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert np.array_equal(practice, model.world.teachers.practice)
    assert model.outcomes["sharing"].iloc[1:].eq(0).all()


def test_help_is_asked_for_given_and_honoured(still_world_of):
    """Teacher 1 is ahead by .5 in the second area. At level 1: stake .2, so λv = .024; γ = .08; cost .5."""

    def opening(seed: int) -> AllianceModel:
        return two_teachers(still_world_of((1, 1), EAGER, seed=seed), (0.8, 0.6), (1.0, 1.0), (1.0, 1.5))

    model = first_where(opening, granted)
    ties, teachers = model.world.ties, model.world.teachers
    assert teachers.practice.tolist() == [[1.0, pytest.approx(1.0 + 0.08 * 0.5)], [1.0, 1.5]]
    assert ties.trust[1] == pytest.approx(0.6 + 0.024 * 0.4)  # the giver's promise was kept
    assert ties.trust[0] == pytest.approx(0.8 + 0.024 * 0.2)  # the asker found it useful
    assert ties.level.tolist() == [2, 2]  # both over .35
    assert ties.owed.tolist() == [pytest.approx(-0.92), pytest.approx(0.92)]  # one help, faded by .08
    assert ties.given.tolist() == [0.0, pytest.approx(0.92)]
    assert teachers.fatigue.tolist() == [0.0, pytest.approx(0.3 * 0.5 / 2.0)]
    assert teachers.load.tolist() == [0.0, 0.0]
    assert model.world.schools.given.tolist() == [0, 1]
    assert model.outcomes.loc[1, "sharing"] == 0.5
    assert model.outcomes.loc[1, "refusals"] == 0.0


def test_nobody_asks_who_has_nothing_to_learn(still_world_of):
    """A gap of .04 is no use (.05 is the least), even to the eager."""
    model = two_teachers(still_world_of((1, 1), EAGER), (0.9, 0.9), (1.0, 1.0), (1.0, 1.04))
    model.run_for(6)
    assert model.outcomes["sharing"].iloc[1:].sum() == 0
    assert model.outcomes["refusals"].iloc[1:].isna().all()


def test_a_refused_request_costs_trust(still_world_of):
    """The asker's trust ·= .97; level 1 cannot be lost; nothing else moves."""

    def opening(seed: int) -> AllianceModel:
        return two_teachers(still_world_of((1, 1), EAGER, seed=seed), (0.8, 0.1), (1.0, 1.0), (1.0, 1.5))

    model = first_where(opening, refused)
    ties = model.world.ties
    assert ties.trust.tolist() == [pytest.approx(0.8 * 0.97), pytest.approx(0.1)]
    assert model.world.teachers.practice.tolist() == [[1.0, 1.0], [1.0, 1.5]]
    assert ties.level.tolist() == [1, 1]
    assert ties.owed.tolist() == [0.0, 0.0]
    assert model.outcomes.loc[1, "refusals"] == 1.0


@pytest.mark.parametrize(("chance", "level"), [(1.0, 2), (0.0, 3)])
def test_a_refusal_may_cost_a_level(still_world_of, chance, level):
    """Trust of .9 and .5 bears level 3 (gate .55 less .10): only the refusal can take it."""
    changes = EAGER | {"level.refusal_demotion": chance, "policy.secrecy": 1.0}

    def opening(seed: int) -> AllianceModel:
        return two_teachers(still_world_of((1, 1), changes, seed=seed), (0.9, 0.5), (1.0, 1.0), (1.0, 1.5), level=3)

    assert first_where(opening, refused).world.ties.level.tolist() == [level, level]


def test_a_betrayal_demotes_and_takes_trust(still_world_of):
    """Level 2: stake .4, rλv = .192. The giver's .5 falls to .404, which still bears level 1 only after the loss."""
    changes = EAGER | ILL_USED | {"trust.loss_weight": 0.0}

    def opening(seed: int) -> AllianceModel:
        return two_teachers(still_world_of((1, 1), changes, seed=seed), (0.5, 0.5), (1.0, 1.0), (1.0, 1.5), level=2)

    model = first_where(opening, lambda model: model.world.schools.betrayed.sum() == 1)
    ties = model.world.ties
    assert ties.level.tolist() == [1, 1]
    assert ties.trust[1] == pytest.approx(0.5 * (1 - 4 * 0.12 * 0.4))
    assert ties.trust[0] == pytest.approx(0.5 + 0.12 * 0.4 * 0.5)  # the help itself was useful all the same
    assert model.world.teachers.practice[0, 1] == pytest.approx(1.0 + 0.16 * 0.5)
    assert model.outcomes.loc[1, "betrayals"] == 1.0
    assert model.outcomes.loc[1, "sharing"] == 0.5


def test_who_has_no_trust_at_all_ill_uses_a_rival_for_certain(still_world_of):
    """The asker's trust is 0 and they are full rivals: every help is betrayed, whatever the seed."""
    changes = EAGER | ILL_USED | {"trust.loss_weight": 0.0}
    helps = 0
    for seed in range(1, 40):
        model = two_teachers(still_world_of((1, 1), changes, seed=seed), (0.0, 0.9), (1.0, 1.0), (1.0, 1.5))
        model.step()
        helps += model.world.schools.given.sum()
        assert model.world.schools.betrayed.sum() == model.world.schools.given.sum()
    assert helps > 20


def test_no_level_is_won_by_a_promise_that_misfortune_broke(still_world_of):
    """Trust would be enough for level 2 by far, but the outcome was bad: still level 1."""

    def opening(seed: int) -> AllianceModel:
        model = still_world_of((1, 1), EAGER | {"outcome.misfortune": 0.2}, seed=seed)
        return two_teachers(model, (0.9, 0.9), (1.0, 1.0), (1.0, 1.5))

    let_down = first_where(opening, lambda model: granted(model) and model.world.ties.trust[1] < 0.9)
    assert let_down.world.ties.trust[1] == pytest.approx(0.9 * (1 - 0.48 * 0.2))
    assert let_down.world.ties.level.tolist() == [1, 1]
    assert let_down.world.schools.betrayed.sum() == 0  # nobody ill-used anybody
    honoured = first_where(opening, lambda model: granted(model) and model.world.ties.trust[1] > 0.9)
    assert honoured.world.ties.level.tolist() == [2, 2]


def test_a_level_whose_trust_has_drained_is_lost_though_nobody_met(still_world_of):
    """Level 4 needs .70, holds down to .60; at .5 one level a half-term goes until the trust bears it."""
    model = two_teachers(still_world_of((1, 1)), (0.9, 0.2), (1.0, 1.0), (1.0, 1.0), level=4)
    levels = []
    for _ in range(5):
        model.step()
        levels.append(model.world.ties.level.tolist())
    assert levels == [[3, 3], [2, 2], [1, 1], [1, 1], [1, 1]]


def test_a_debtor_offers_help_back_and_is_thanked_for_it(still_world_of):
    """Teacher 0 owes two helps: O = 2/(2 + 2) = .5, so an offer comes with chance .5 · .5, and is met at U + b_O/2.

    Taken up and honoured, it repays one help (owed 2 → 1, faded to .92), and the creditor's trust gains
    λv(1 + 3 · .5) = .06 of what is missing.
    """

    def opening(seed: int) -> AllianceModel:
        model = still_world_of((1, 1), {"reciprocity.return_rate": 0.5}, seed=seed)
        two_teachers(model, (0.7, 0.6), (1.5, 1.0), (1.0, 1.0))
        model.world.ties.owed[:] = (-2.0, 2.0)
        return model

    model = first_where(opening, granted)
    ties = model.world.ties
    assert model.world.schools.given.tolist() == [1, 0]
    assert model.world.teachers.practice[1].tolist() == [pytest.approx(1.04), 1.0]
    assert ties.owed.tolist() == [pytest.approx(-0.92), pytest.approx(0.92)]
    assert ties.trust[1] == pytest.approx(0.6 + 0.06 * 0.4)
    assert ties.trust[0] == pytest.approx(0.7 + 0.024 * 0.3)


def test_offers_come_as_often_as_the_debt_says(still_world_of):
    """Two helps: .5 · 2/4. One: .5 · 1/3. Half a help or less is not felt as a debt."""
    for debt, expected in ((2.0, 0.25), (1.0, 0.5 / 3), (0.4, 0.0)):
        changes = {"reciprocity.return_rate": 0.5}
        model = many_times(still_world_of, changes, (0.7, 0.6), (1.5, 1.0), (1.0, 1.0))
        model.world.ties.owed[:] = np.tile((-debt, debt), TIMES)
        model.step()
        assert_share(model.world.schools.given.sum() + model.world.schools.refused.sum(), expected)


def test_without_reciprocity_nobody_offers_and_nobody_is_obliged(still_world_of):
    changes = {"reciprocity.return_rate": 0.5, "reciprocity.enabled": False}
    for seed in range(1, 40):
        model = two_teachers(still_world_of((1, 1), changes, seed=seed), (0.7, 0.6), (1.5, 1.0), (1.0, 1.0))
        model.world.ties.owed[:] = (-50.0, 50.0)
        model.step()
        assert model.world.schools.given.sum() + model.world.schools.refused.sum() == 0


@pytest.mark.parametrize(
    ("owed_to_the_giver", "pull"), [(0.0, 0.0), (3.0, -1.5 * 0.6), (-3.0, 1.0 * 0.6)], ids=["even", "owed", "owing"]
)
def test_grants_come_as_often_as_risk_and_ledger_say(still_world_of, owed_to_the_giver, pull):
    """T .6 at level 1: 2 · .6 − .4 · 1.5 · .7 − .3 · .5 · .4 (Φ 1) = .72; three helps weigh 3/(3 + 2) = .6."""
    model = many_times(still_world_of, EAGER, (0.6, 0.6), (1.0, 1.0), (1.0, 1.5))
    model.world.ties.owed[:] = np.tile((-owed_to_the_giver, owed_to_the_giver), TIMES)
    model.step()
    assert model.world.schools.given.sum() + model.world.schools.refused.sum() == TIMES
    assert_share(model.world.schools.given.sum(), 1 / (1 + math.exp(-2 * (0.72 + pull))))


def test_joint_practice_development(still_world_of):
    """At level 4 both learn: (1.5, 1.0) and (1.3, 2.0) are strongest together in area 1, whose best is 2.0.

    Mean difference (.2 + 1.0)/2 is diverse enough, the step shrinks by 1 − 2/2.5 = .2; then the first coaches the
    second in area 0, where it is best itself: .4 of .2; and the second, best in area 1, coaches the first there.
    """

    def opening(seed: int) -> AllianceModel:
        model = still_world_of((1, 1), ONE_ASKS, seed=seed)
        two_teachers(model, (0.95, 0.9), (1.5, 1.0), (1.3, 2.0), level=4)
        model.world.schools.rank[:] = (1.0, 0.0)
        return model

    model = first_where(opening, granted)
    practice, ties = model.world.teachers.practice.astype(float), model.world.ties
    made = practice[1, 1] - 2.0  # .4 of ξ: the second moves .4 of the way from 2.0 to 2.0 + ξ
    assert made > 0
    assert practice[1, 0] == pytest.approx(1.3 + 0.4 * 0.2)
    assert practice[0, 0] == pytest.approx(1.5)
    first = 1.0 + 0.4 * (1.0 + made / 0.4)
    assert practice[0, 1] == pytest.approx(first + 0.4 * (practice[1, 1] - first), abs=1e-6)
    assert model.world.schools.developed.sum() == 1
    assert ties.owed.tolist() == [0.0, 0.0]  # what is made together is owed for by nobody
    assert ties.given.tolist() == [pytest.approx(0.92), pytest.approx(0.92)]
    assert model.world.teachers.fatigue.tolist() == [pytest.approx(0.3), pytest.approx(0.3)]  # .3 · 2/2 for both
    assert model.outcomes.loc[1, "jpd"] == 0.5


def test_what_two_invent_is_exponential_with_the_mean_step(still_world_of):
    """Each world's invention over .35 · .2 is a draw of Exp(1): mean 1, and e^(−1) of them over 1."""
    model = many_times(still_world_of, ONE_ASKS, (1.0, 1.0), (1.5, 1.0), (1.3, 2.0), level=4)
    model.world.schools.rank[:] = np.tile((1.0, 0.0), TIMES)
    model.step()
    made = model.world.teachers.practice[1::2, 1].astype(float) - 2.0
    steps = made[model.world.schools.developed[1::2] == 1] / 0.4 / (0.35 * 0.2)
    assert len(steps) > 0.9 * TIMES
    assert steps.mean() == pytest.approx(1.0, abs=4 / math.sqrt(len(steps)))
    assert (steps > 1).mean() == pytest.approx(math.exp(-1), abs=4 * 0.48 / math.sqrt(len(steps)))


def test_without_joint_practice_level_four_only_shares(still_world_of):
    """γ at level 4 is .4: 1.0 + .4 · 1.0; nobody passes the best there was."""
    changes = EAGER | {"practice.jpd": False}

    def opening(seed: int) -> AllianceModel:
        return two_teachers(still_world_of((1, 1), changes, seed=seed), (0.95, 0.9), (1.5, 1.0), (1.5, 2.0), level=4)

    model = first_where(opening, granted)
    assert model.world.teachers.practice.tolist() == [[1.5, pytest.approx(1.4)], [1.5, 2.0]]
    assert model.world.schools.developed.sum() == 0
    assert model.world.ties.owed[1] == pytest.approx(0.92)


def test_help_that_is_all_one_way_corrodes_both_trusts(still_world_of):
    """Five helps before and one now: 6/9 − .4 over .6 = .444; both trusts ·= 1 − .2 · .444 after the rest."""

    def opening(seed: int) -> AllianceModel:
        model = two_teachers(still_world_of((1, 1), EAGER, seed=seed), (0.8, 0.6), (1.0, 1.0), (1.0, 1.5))
        model.world.ties.given[:] = (0.0, 5.0)
        return model

    model = first_where(opening, granted)
    kept = 1 - 0.2 * (6 / 9 - 0.4) / 0.6
    assert model.world.ties.trust[0] == pytest.approx((0.8 + 0.024 * 0.2) * kept)
    assert model.world.ties.trust[1] == pytest.approx((0.6 + 0.024 * 0.4) * kept)


def test_the_coordinator_brokers_the_most_complementary_pair(still_world_of):
    """Of three teachers, 0 and 1 have 1.0 and .7 for each other; teacher 2 has little for either.

    With time for one pair and no fog (c = 1) these two are brought together, and teacher 1, with more to learn, asks.
    """
    changes = {"coordinator.present": True, "coordinator.capacity": 1, "coordinator.credibility": 1.0}

    def opening(seed: int) -> AllianceModel:
        model = still_world_of((1, 1, 1), changes, seed=seed)
        model.world.ties.trust[:] = 0.8
        model.world.teachers.practice[:] = ((2.0, 1.0), (1.0, 1.7), (1.2, 1.2))
        return model

    model = first_where(opening, granted)
    assert model.world.coordinators.brokered.tolist() == [1]
    assert model.world.schools.given.tolist() == [1, 0, 0]
    assert model.world.teachers.practice[1].tolist() == [pytest.approx(1.08), pytest.approx(1.7)]
    assert model.world.coordinators.strain[0] == pytest.approx(0.3)
    one, other = model.teachers[0].tie_to(1), model.teachers[1].tie_to(0)
    assert (one.level, other.level) == (2, 2)
    assert model.teachers[2].tie_to(0).level == 1


def test_the_coordinator_brings_together_no_more_pairs_than_there_is_time_for(still_world_of):
    for capacity, brokered in ((0, 0), (1, 1), (2, 2), (3, 3), (40, 3)):
        changes = {"coordinator.present": True, "coordinator.capacity": capacity}
        model = still_world_of((1, 1, 1), changes)
        model.world.teachers.practice[:] = ((2.0, 1.0), (1.0, 2.0), (1.5, 1.5))
        model.step()
        assert model.world.coordinators.brokered.tolist() == [brokered]
        assert model.world.schools.given.sum() + model.world.schools.refused.sum() == brokered


def test_pairs_with_nothing_for_each_other_are_left_alone(still_world_of):
    """Teacher 0 is ahead everywhere: useful one way only, so there is nothing to broker."""
    model = still_world_of((1, 1), {"coordinator.present": True})
    model.world.teachers.practice[:] = ((2.0, 2.0), (1.0, 1.0))
    model.run_for(6)
    assert model.outcomes["sharing"].iloc[1:].sum() == 0


@pytest.mark.parametrize(("misfortune", "then"), [(0.0, 0.5 + 0.03 * 0.5), (0.2, 0.5 * 0.95)])
def test_credibility_hangs_on_how_brokered_help_ends(still_world_of, misfortune, then):
    changes = {"coordinator.present": True, "coordinator.credibility": 0.5, "outcome.misfortune": misfortune}

    def opening(seed: int) -> AllianceModel:
        return two_teachers(still_world_of((1, 1), changes, seed=seed), (0.8, 0.8), (2.0, 1.0), (1.0, 2.0))

    def ended_so(model: AllianceModel) -> bool:
        giver_lost = model.world.ties.trust.min() < 0.8
        return granted(model) and giver_lost == (misfortune > 0)

    assert first_where(opening, ended_so).world.coordinators.credibility[0] == pytest.approx(then)


def test_a_refusal_costs_the_coordinator_nothing(still_world_of):
    changes = {"coordinator.present": True, "coordinator.credibility": 0.5, "policy.secrecy": 1.0}

    def opening(seed: int) -> AllianceModel:
        return two_teachers(still_world_of((1, 1), changes, seed=seed), (0.3, 0.3), (2.0, 1.0), (1.0, 2.0))

    assert first_where(opening, refused).world.coordinators.credibility[0] == 0.5


def test_brokered_requests_are_met_with_lent_trust(still_world_of):
    """T .3, c 1: .3 + .3 · .7 = .51. U = 2 · .51 − .49 · 1.05 − .105 (Φ .5) = .4005; unlent, −.24."""
    changes = {"coordinator.present": True, "coordinator.credibility": 1.0}
    model = many_times(still_world_of, changes, (0.3, 0.3), (2.0, 1.0), (1.0, 2.0))
    model.step()
    assert model.world.coordinators.brokered.tolist() == [1] * TIMES
    assert_share(model.world.schools.given.sum(), 1 / (1 + math.exp(-2 * 0.4005)))


def test_a_mediated_breach_hurts_less(still_world_of):
    """Inside the alliance the coordinator's c = 1 spares μ = .6 of the loss: rλv = .096 becomes .0384."""
    changes = {"outcome.misfortune": 0.2, "coordinator.present": True, "coordinator.credibility": 1.0}

    def opening(seed: int) -> AllianceModel:
        return two_teachers(still_world_of((1, 1), changes, seed=seed), (0.8, 0.8), (2.0, 1.0), (1.0, 2.0))

    model = first_where(opening, lambda model: granted(model) and model.world.ties.trust.min() < 0.8)
    assert model.world.ties.trust.min() == pytest.approx(0.8 * (1 - 0.096 * 0.4))


def test_two_heads_meet_and_keep_their_word(still_world_of):
    """Always meeting, both granting (the first seed in which they do): .8 and .6 gain λv = .024 of what is missing."""

    def opening(seed: int) -> AllianceModel:
        model = two_teachers(still_world_of((1, 1), {"trust.head_meeting": 1.0}, seed=seed), (0.5, 0.5), (1, 1), (1, 1))
        model.schools[0].set_trust_in(1, 0.8)
        model.schools[1].set_trust_in(0, 0.6)
        return model

    def both_moved(model: AllianceModel) -> bool:
        return model.schools[0].trust_in(1) != np.float32(0.8) and model.schools[1].trust_in(0) != np.float32(0.6)

    model = first_where(opening, both_moved)
    assert model.schools[0].trust_in(1) == pytest.approx(0.8 + 0.024 * 0.2)
    assert model.schools[1].trust_in(0) == pytest.approx(0.6 + 0.024 * 0.4)
    assert model.world.ties.trust.tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("credibility", "spared"), [(0.0, 0.0), (1.0, 0.6)])
def test_a_head_let_down_loses_less_where_a_coordinator_mediates(still_world_of, credibility, spared):
    """Their staff work at level 2, so the stake is .4: of .8 goes rλv = .192, less the μ·c that is spared."""
    changes = {
        "trust.head_meeting": 1.0,
        "outcome.misfortune": 0.2,
        "coordinator.present": True,
        "coordinator.credibility": credibility,
    }

    def opening(seed: int) -> AllianceModel:
        model = two_teachers(still_world_of((1, 1), changes, seed=seed), (0.6, 0.6), (1, 1), (1, 1), level=2)
        model.schools[0].set_trust_in(1, 0.8)
        return model

    model = first_where(opening, lambda model: model.schools[0].trust_in(1) < 0.79)
    assert model.schools[0].trust_in(1) == pytest.approx(0.8 * (1 - 0.192 * (1 - spared)))


def test_heads_hear_their_staff_and_then_staff_follow_their_heads(still_world_of):
    """Head .8 hears staff at .4: .8 + .05 · (.4 − .8) = .78; then staff .4 + .04 · (.78 − .4)."""
    changes = {"trust.heads_hear_staff": 0.05, "trust.staff_follow_heads": 0.04}
    model = two_teachers(still_world_of((1, 1), changes), (0.4, 0.4), (1.0, 1.0), (1.0, 1.0))
    model.schools[0].set_trust_in(1, 0.8)
    model.schools[1].set_trust_in(0, 0.4)
    model.step()
    assert model.schools[0].trust_in(1) == pytest.approx(0.78)
    assert model.schools[1].trust_in(0) == pytest.approx(0.4)
    assert model.world.ties.trust.tolist() == [pytest.approx(0.4 + 0.04 * 0.38), pytest.approx(0.4)]


def test_across_a_boundary_trust_drifts_back_to_where_it_began(still_world_of):
    """.9 + .04 · (.45 − .9) = .882, for no heads meet there."""
    changes = {"trust.staff_follow_heads": 0.04, "population.boundary_ties": 1}
    model = two_teachers(still_world_of((1, 1), changes, alliance=(0, 1)), (0.9, 0.2), (1.0, 1.0), (1.0, 1.0))
    model.step()
    assert model.world.ties.trust.tolist() == [pytest.approx(0.882), pytest.approx(0.2 + 0.04 * 0.25)]


def test_a_closed_boundary_is_not_crossed_and_an_open_one_is(still_world_of):
    for porosity, crossed in ((0.0, False), (1.0, True)):
        changes = EAGER | {"policy.porosity": porosity, "population.boundary_ties": 1}
        model = two_teachers(still_world_of((1, 1), changes, alliance=(0, 1)), (0.9, 0.9), (1.0, 1.0), (1.0, 1.5))
        model.run_for(4)
        assert model.outcomes["refusals"].notna().any() == crossed
        assert model.outcomes["trust"].isna().all()  # nobody is in an alliance with anybody


def test_nobody_mediates_across_a_boundary(still_world_of):
    """Both alliances have a coordinator of full standing, and still the whole of rλv = .096 is lost."""
    changes = EAGER | {
        "policy.porosity": 1.0,
        "population.boundary_ties": 1,
        "outcome.misfortune": 0.2,
        "coordinator.present": True,
        "coordinator.credibility": 1.0,
    }

    def opening(seed: int) -> AllianceModel:
        model = still_world_of((1, 1), changes, alliance=(0, 1), seed=seed)
        return two_teachers(model, (0.8, 0.8), (1.0, 1.0), (1.0, 1.5))

    model = first_where(opening, lambda model: granted(model) and model.world.ties.trust[1] < 0.8)
    assert model.world.ties.trust[1] == pytest.approx(0.8 * (1 - 0.096))


def test_partners_are_chosen_by_trust_and_by_what_can_be_learned(still_world_of):
    """Teacher 0 trusts 1 with .5 and 2 with .25, who are ahead by .2 and .5: e^2 · .3 against e^1 · .6."""
    trust = (0.5, 0.25, 0.0, 0.0, 0.0, 0.0)
    changes = EAGER | {"policy.secrecy": 1.0}
    model = many_times(still_world_of, changes, trust, (1.0, 1.0), (1.2, 0.4), (1.5, 0.4))
    model.step()
    asked = model.world.teachers.asks[::3, 0]
    assert (asked >= 0).all()
    chose_1 = model.world.ties.partner[asked] == np.arange(0, 3 * TIMES, 3) + 1
    assert_share(chose_1.sum(), math.exp(2.0) * 0.3 / (math.exp(2.0) * 0.3 + math.exp(1.0) * 0.6))


def test_the_lower_ranked_seek_help_more_often(still_world_of):
    """C 1, Φ .5: needs .35 for the best ranked, .7 for the lowest."""
    changes = {"policy.competition": 1.0, "help.base_need": 0.35, "help.competition_need": 0.35, "policy.funding": 0.5}
    model = many_times(still_world_of, changes, (0.5, 0.5), (2.0, 1.0), (1.0, 2.0))
    model.world.schools.rank[:] = np.tile((0.0, 1.0), TIMES)
    model.step()
    asked = model.world.teachers.asks[:, 0] >= 0
    assert_share(asked[::2].sum(), 0.35)
    assert_share(asked[1::2].sum(), 0.7)


def test_practice_goes_stale(still_world_of):
    """A year at .008 a half-term."""
    model = two_teachers(still_world_of((1, 1), {"practice.depreciation": 0.008}), (0.5, 0.5), (1.0, 2.0), (1.5, 0.5))
    model.run_for(6)
    expected = np.array(((1.0, 2.0), (1.5, 0.5))) * 0.992**6
    np.testing.assert_allclose(model.world.teachers.practice, expected, rtol=1e-6)


def test_inventing_alone_betters_one_area_and_never_what_is_at_the_ceiling(still_world_of):
    model = two_teachers(still_world_of((1, 1), {"practice.solo_rate": 1.0}), (0.5, 0.5), (1.0, 1.0), (2.5, 2.5))
    model.step()
    bettered = model.world.teachers.practice > np.array(((1.0, 1.0), (2.5, 2.5)))
    assert bettered[0].sum() == 1
    assert not bettered[1].any()


def test_results_come_out_once_a_year_and_rank_follows(still_world_of):
    """School 1's practice is 1, school 0's .4: after six half-terms, and not before, it leads by .06 · .6/.3 = .12."""
    model = two_teachers(still_world_of((1, 1)), (0.5, 0.5), (0.4, 0.4), (1.0, 1.0))
    opening = model.world.schools.attainment.copy()
    model.run_for(6)
    assert np.array_equal(model.world.schools.attainment, opening)
    assert model.world.schools.rank.tolist() == [0.5, 0.5]
    model.step()
    found = model.world.schools.attainment
    assert found[1] - found[0] == pytest.approx(0.12)
    assert found[1] == pytest.approx(0.06 * (1.0 - model.world.system.opening_practice[0]) / 0.3)
    assert model.world.schools.rank.tolist() == [1.0, 0.0]
    years = model.world.teachers.years.copy()
    model.run_for(6)
    assert np.array_equal(model.world.teachers.years, years + 1)


def test_tired_teachers_ask_and_grant_less(still_world_of):
    """At a load of ten capacities, e^(−1.5 · 9) of the need is left and U falls by 13.5."""
    model = two_teachers(still_world_of((1, 1), {"fatigue.rate": 0.0} | EAGER), (0.9, 0.9), (2.0, 1.0), (1.0, 2.0))
    model.world.teachers.fatigue[:] = 10.0
    model.run_for(12)
    assert model.outcomes["sharing"].iloc[1:].sum() == 0


def test_help_uphill_is_counted_by_results(still_world_of):
    """Help flows uphill when the giver's school has the lower results."""
    for results, uphill in (((0.0, -0.1), 1), ((0.0, 0.1), 0)):

        def opening(seed: int, results: tuple[float, float] = results) -> AllianceModel:
            model = two_teachers(still_world_of((1, 1), EAGER, seed=seed), (0.9, 0.9), (1.0, 1.0), (1.0, 1.5))
            model.world.schools.attainment[:] = results
            return model

        assert first_where(opening, granted).world.schools.uphill.tolist() == [0, uphill]
