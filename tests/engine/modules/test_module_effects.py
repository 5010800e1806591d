"""Each optional module: its rules by hand, and its effect in a small simulation."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim import AllianceModel
from alliance_sim.engine.modules import (
    boundary_pressure,
    challenge,
    complacency,
    coordinator_pressures,
    embedding,
    expertise,
    initiative_churn,
    internal_trust,
    mobility,
    power,
    reputation,
    spawning,
    succession,
    system_leadership,
    time_horizon,
    topics,
    trust_elements,
)
from alliance_sim.engine.processes.help_exchange import BETRAYED, HONOURED, LET_DOWN


def last(model: AllianceModel, outcome: str) -> float:
    """Return the latest value of an outcome."""
    return float(model.outcomes[outcome].iloc[-1])


def simulate(small_model, half_terms: int = 18, rng: int = 1, **dotted: object) -> AllianceModel:
    """Return a small model after so many half-terms."""
    model = small_model(rng, **dotted)
    model.run_for(half_terms)
    return model


def ties_inside(model: AllianceModel) -> np.ndarray:
    """Return the rows of ties inside alliances."""
    first, outside = model.world.teachers.tie_offsets[:-1], model.world.teachers.external_tie_start
    return np.concatenate([np.arange(a, b) for a, b in zip(first, outside, strict=False)]).astype(int)


# Embedding


def test_used_time_becomes_routine_by_hand():
    # a half-term with .8 protected and half an act of help per teacher, at rate .1: .2 + .1 × .8 × .5 × .8 = .232
    assert embedding.routine_after.py_func(0.2, 0.1, 0.8, 0.5) == pytest.approx(0.232)
    assert embedding.routine_after.py_func(0.2, 0.1, 0.8, 9.0) == pytest.approx(0.264)  # at most one act of help counts
    assert embedding.retained_time.py_func(0.0, 0.8, 0.25) == pytest.approx(0.2)
    assert embedding.retained_time.py_func(0.8, 0.8, 0.25) == 0.8


def test_routine_outlasts_funding(small_model):
    def after_the_end(rate: float) -> float:
        model = small_model(1, **{"policy.funding": 0.8, "embedding.rate": rate})
        model.run_for(24)
        model.change_policy({"policy.funding": 0.0})
        model.run_for(24)
        return float(model.outcomes["sharing"].iloc[-12:].mean())

    assert after_the_end(0.2) > 1.2 * after_the_end(0.0)


def test_unfunded_time_adds_no_routine(small_model):
    """If retained time added routine, every school once funded would in time be as if funded for ever."""
    model = simulate(small_model, 24, **{"policy.funding": 0.8, "embedding.rate": 0.2})
    model.change_policy({"policy.funding": 0.0})
    at_the_end = last(model, "routine")
    model.run_for(24)
    assert 0.3 < at_the_end == last(model, "routine") < 1.0


# Churn


def test_a_credible_coordinator_keeps_initiatives_away_by_hand():
    assert initiative_churn.arrival_chance.py_func(0.6, 0.5, 0.4) == pytest.approx(0.48)
    assert initiative_churn.arrival_chance.py_func(0.6, 0.5, 0.0) == 0.6


def test_an_initiative_costs_pairs_a_level_and_raises_need(small_model):
    quiet = {"help.contacts": 0, "reciprocity.return_rate": 0.0, "coordinator.present": False}  # no requests
    model = small_model(1, **quiet | {"churn.frequency": 1.0, "churn.reset": 1.0})
    model.world.ties.level[:] = 3
    model.world.ties.trust[:] = 0.6
    model.run_for(1)
    assert last(model, "initiatives") == 1.0
    assert model.world.modifiers.need_factor == pytest.approx(1.3)
    assert model.world.modifiers.transfer_factor == pytest.approx(0.5)
    outside = np.setdiff1d(np.arange(len(model.world.ties.level)), ties_inside(model))
    assert (model.world.ties.level[ties_inside(model)] == 2).all()
    assert (model.world.ties.level[outside] == 3).all()


# Mobility


def test_a_mover_brings_trust_to_new_colleagues_by_hand():
    assert mobility.carried_trust.py_func(0.45, 0.85, 0.5) == pytest.approx(0.65)


def test_movers_take_their_practice_along_and_posts_stay(small_model):
    model = small_model(1, **{"mobility.rate": 0.3})
    ids, practice = model.world.teachers.id.copy(), model.world.teachers.practice.copy()
    model.run_for(6)
    before = dict(zip(model.world.teachers.id.tolist(), model.world.teachers.practice.tolist(), strict=True))
    assert (model.world.teachers.id == ids).all()
    model.run_for(1)
    moved = np.flatnonzero(model.world.teachers.id != ids)
    assert len(moved) == round(last(model, "moved") * len(ids)) > 0
    assert sorted(model.world.teachers.id.tolist()) == sorted(ids.tolist())
    assert practice.shape == model.world.teachers.practice.shape
    for row in moved.tolist():
        person = int(model.world.teachers.id[row])
        # one half-term has passed since, in which practice moves a little and never far
        assert model.world.teachers.practice[row] == pytest.approx(before[person], abs=0.6)


def test_trust_and_debts_between_two_movers_move_with_them(small_model):
    """After the exchange of posts, trust, debts and counted help are on the twin of their tie."""
    model = small_model(1, **{"mobility.rate": 0.3})
    model.run_for(6)
    teachers, ties = model.world.teachers, model.world.ties
    rows = np.arange(len(ties.twin))
    ties.owed[:] = np.where(rows < ties.twin, 2.0, -2.0)
    ties.given[:] = rows % 7
    persons, owed, given, trust = (column.copy() for column in (teachers.id, ties.owed, ties.given, ties.trust))
    mobility.move_teachers(
        model.world,
        model.simulation.modules.states["mobility"],
        model.simulation.context._replace(half_term=7),
    )
    moved = np.flatnonzero(teachers.id != persons).tolist()
    assert moved
    for row in moved:
        (from_post,) = np.flatnonzero(persons == teachers.id[row])
        held = np.arange(teachers.tie_offsets[row], teachers.tie_offsets[row + 1])
        (tie,) = held[ties.partner[held] == from_post]
        assert ties.owed[tie] == owed[ties.twin[tie]] == -owed[tie]
        assert ties.given[tie] == given[ties.twin[tie]]
        assert ties.trust[tie] >= trust[ties.twin[tie]]
        others = held[held != tie]
        assert (ties.owed[others] == 0).all()


# Challenge


def test_challenge_by_hand():
    assert challenge.chance_of_challenge.py_func(0.4, 0.0) == pytest.approx(0.1)
    assert challenge.chance_of_challenge.py_func(0.4, 1.0) == pytest.approx(0.4)
    assert challenge.practice_after_challenge.py_func(1.5, 0.1, 3.0) == pytest.approx(1.55)
    assert challenge.trust_after_affront.py_func(0.4, 0.05) == pytest.approx(0.38)


@pytest.mark.parametrize(("trust", "better"), [(0.9, True), (0.2, False)])
def test_a_challenge_helps_above_the_gate_of_trust_and_hurts_below_it(small_model, trust, better):
    settings = {"policy.competition": 1.0, "trust.initial": trust, "challenge.rate": 1.0, "challenge.offence": 0.3}
    with_it, without = (
        simulate(small_model, 6, **settings),
        simulate(small_model, 6, **settings | {"challenge.rate": 0.0}),
    )
    assert (last(with_it, "practice") > last(without, "practice")) is better
    if not better:
        assert last(with_it, "trust") < last(without, "trust")


# System leadership


def test_concern_begins_above_the_gate_by_hand():
    assert system_leadership.concern.py_func(0.8, 0.5, 0.55) == 0.0
    assert system_leadership.concern.py_func(0.8, 1.0, 0.55) == pytest.approx(0.8)


def test_heads_who_trust_perceive_less_rivalry_and_their_teachers_refuse_less(small_model):
    fierce = {"policy.competition": 1.0, "trust.initial": 0.7}
    concerned, unconcerned = (
        simulate(small_model, **fierce | {"system_leadership.reach": 1.0}),
        simulate(small_model, **fierce),
    )
    assert last(concerned, "concern") > 0.1
    assert concerned.outcomes["refusals"].mean() < unconcerned.outcomes["refusals"].mean()


def test_schools_of_an_alliance_that_has_ended_have_no_concern(small_model):
    model = small_model(1, **{"policy.competition": 1.0, "trust.initial": 0.9, "system_leadership.reach": 1.0})
    model.world.alliances.alive[0] = False
    model.step()
    discount = model.world.modifiers.rivalry_discount
    ended = model.world.schools.alliance == 0
    assert (discount[ended] == 0.0).all()
    assert (discount[~ended] > 0.1).all()


# Topics


def test_a_mix_of_topics_has_the_largest_effect_by_hand():
    need, transfer = topics.engagement.py_func, topics.quality.py_func
    assert need(1.0, 0.4) == pytest.approx(0.6)
    assert transfer(0.0, 0.4) == pytest.approx(0.6)
    assert need(0.5, 0.4) * transfer(0.5, 0.4) > need(1.0, 0.4) * transfer(1.0, 0.4)
    assert need(0.5, 0.4) * transfer(0.5, 0.4) > need(0.0, 0.4) * transfer(0.0, 0.4)


def test_steering_costs_engagement(small_model):
    steered = simulate(small_model, **{"topics.enabled": True, "topics.steered": 1.0})
    left = simulate(small_model, **{"topics.enabled": True, "topics.steered": 0.0})
    asked = [model.outcomes["sharing"].mean() for model in (steered, left)]
    assert asked[0] < asked[1]


# Expertise


def test_a_directory_helps_coordinators_more_than_teachers_by_hand():
    assert expertise.judgement_error.py_func(0.5, 1.0, 0.6, 0.0) == pytest.approx(0.2)
    assert expertise.judgement_error.py_func(0.5, 1.0, 0.6, 1.0) == pytest.approx(0.17)
    assert expertise.broker_noise.py_func(0.5, 0.0) == 2.5
    assert expertise.broker_noise.py_func(0.5, 1.0) == 1.0


def test_trusted_partners_are_judged_more_accurately(small_model):
    model = simulate(small_model, 1, **{"expertise.misjudgement": 0.5})
    error = np.abs(model.world.modifiers.perception_error / model.simulation.modules.states["expertise"].impression)
    first = small_model(1).world.ties.trust
    assert error == pytest.approx(0.5 * (1 - first), rel=1e-4)


# Power


def test_control_costs_trust_by_hand():
    assert power.trust_under_control.py_func(0.5, 0.04, 0.5) == pytest.approx(0.49)


def test_a_controlling_school_is_trusted_less(small_model):
    skewed, even = (simulate(small_model, **{"power.purse": purse, "power.resentment": 0.1}) for purse in (1.0, 0.0))
    hub = int(np.argmax([len(school.teachers) for school in skewed.schools[:2]]))
    other = 1 - hub
    assert skewed.schools[other].trust_in(skewed.schools[hub]) < 0.5 * even.schools[other].trust_in(even.schools[hub])


# Pressures on coordinators


def test_pressures_on_coordinators_by_hand():
    assert coordinator_pressures.isolation_noise.py_func(0.5) == 2.0
    assert coordinator_pressures.credibility_suspected.py_func(0.4, 1.0) == pytest.approx(0.38)
    assert coordinator_pressures.credibility_after_newsletter.py_func(0.4, 1.0, True) == pytest.approx(0.43)
    assert coordinator_pressures.credibility_after_newsletter.py_func(0.4, 1.0, False) == pytest.approx(0.36)
    assert coordinator_pressures.help_expected.py_func(0.6, 0.3) == pytest.approx(0.5)


def test_a_captured_coordinator_loses_credibility(small_model):
    captured, free = (simulate(small_model, **{"predicament.capture": capture}) for capture in (1.0, 0.0))
    assert captured.world.coordinators.credibility.mean() < free.world.coordinators.credibility.mean()


def test_a_newsletter_must_be_supported_by_results(small_model):
    """There are no expectations in the first half-term; in the next, help has grown in one run and fallen in the other.

    No pairs are brokered, so nothing else changes credibility from .4. In both states each alliance gives some help.
    """

    def credibility(praise: float, first: dict[str, float], then: dict[str, float]) -> float:
        many = {"population.schools": 12, "population.alliance_size": 6, "home.enabled": False, "help.base_need": 0.8}
        model = small_model(1, **many | {"predicament.newsletter": praise, "coordinator.capacity": 0} | first)
        model.run_for(1)
        model.change_policy(then)
        model.run_for(1)
        return float(model.world.coordinators.credibility.mean())

    shut, open_ = {"policy.secrecy": 0.5, "policy.funding": 0.0}, {"policy.secrecy": 0.0, "policy.funding": 1.0}
    assert credibility(1.0, open_, shut) == pytest.approx(0.36)
    assert credibility(1.0, shut, open_) == pytest.approx(0.43)
    assert credibility(0.0, open_, shut) == pytest.approx(0.4)


def test_an_empty_post_is_not_judged(small_model):
    settings = {"predicament.capture": 1.0, "predicament.newsletter": 1.0, "coordinator.present": False}
    model = simulate(small_model, 6, **settings)
    assert model.world.coordinators.credibility == pytest.approx(0.4)


# Boundary pressure


def test_pressure_raises_strong_trust_and_lowers_weak_trust_by_hand():
    assert boundary_pressure.trust_under_pressure.py_func(0.6, 0.5, True) == pytest.approx(0.616)
    assert boundary_pressure.trust_under_pressure.py_func(0.5, 0.5, False) == pytest.approx(0.48)


@pytest.mark.parametrize(("trust", "unites"), [(0.8, True), (0.3, False)])
def test_pressure_unites_strong_alliances_and_divides_weak_ones(small_model, trust, unites):
    pushed, left = (
        simulate(small_model, 6, **{"trust.initial": trust, "policy.boundary_push": push}) for push in (1.0, 0.0)
    )
    assert (last(pushed, "trust") > last(left, "trust")) is unites


QUIET = {"help.contacts": 0, "reciprocity.return_rate": 0.0, "coordinator.present": False}
"""No requests, offers or brokerage."""


def end_all_alliances(model: AllianceModel) -> None:
    """End all alliances as the module governance does."""
    model.world.alliances.alive[:] = False
    model.simulation.modules.states["governance"].member[:] = False


def test_pressure_has_no_effect_where_an_alliance_has_ended(small_model):
    """Heads do not meet and there are no requests, so nothing else raises trust."""
    settings = QUIET | {"governance.enabled": True, "trust.initial": 0.8, "policy.boundary_push": 1.0}

    def gained(ended: bool) -> float:
        model = small_model(1, **settings)
        if ended:
            end_all_alliances(model)
        before = model.world.ties.trust[ties_inside(model)].mean()
        model.run_for(1)
        return float(model.world.ties.trust[ties_inside(model)].mean() - before)

    assert gained(ended=True) < 0.0 < gained(ended=False)


def test_hub_push_and_power_have_no_effect_where_an_alliance_has_ended(small_model):
    pushed = small_model(1, **QUIET | {"governance.enabled": True, "policy.hub_push": 1.0})
    end_all_alliances(pushed)
    pushed.run_for(1)
    assert last(pushed, "sharing") == 0.0

    ruled, free = (
        small_model(1, **QUIET | {"governance.enabled": True, "power.purse": purse, "power.resentment": 0.2})
        for purse in (1.0, 0.0)
    )
    for model in (ruled, free):
        end_all_alliances(model)
        model.run_for(1)
    assert ruled.world.ties.trust.tobytes() == free.world.ties.trust.tobytes()
    assert ruled.world.head_ties.trust.tobytes() == free.world.head_ties.trust.tobytes()


def test_an_alliance_that_has_ended_mentors_no_other(small_model):
    """Of two alliances one is mature: it mentors the other unless it has ended."""

    def mentored(ended: bool) -> float:
        model = small_model(1, **{"governance.enabled": True, "governance.formation": 0.0, "spawning.rate": 1.0})
        model.run_for(6)
        of_first = np.flatnonzero(
            model.world.schools.alliance[model.world.teachers.school[model.world.ties.partner]] == 0
        )
        model.world.ties.level[:] = 1
        model.world.ties.level[of_first] = 4
        model.world.ties.level[model.world.ties.twin[of_first]] = 4
        model.simulation.modules.states["spawning"].leaders[:] = 1.0
        model.world.alliances.alive[:] = [not ended, True]
        model.run_for(1)
        return float(model.simulation.modules.states["spawning"].spawned.sum())

    assert (mentored(ended=False), mentored(ended=True)) == (1.0, 0.0)


# Time horizon


def test_the_return_of_help_is_discounted_by_hand():
    assert time_horizon.return_discounted.py_func(0.5, 2.0, 0.6) == pytest.approx(-0.3)


def test_a_short_time_horizon_raises_refusals_and_lowers_trust(small_model):
    short, far = (simulate(small_model, **{"time_horizon.shortness": shortness}) for shortness in (1.0, 0.0))
    assert short.outcomes["refusals"].mean() > far.outcomes["refusals"].mean()
    assert last(short, "trust") < last(far, "trust")


# Reputation


def test_initial_trust_from_reputation_by_hand():
    assert reputation.first_expectation.py_func(0.45, 0.8, 0.0) == pytest.approx(0.65)
    assert reputation.first_expectation.py_func(0.45, 0.8, 1.0) == pytest.approx(0.25)


def test_the_effect_of_reputation_declines(small_model):
    def spread(half_terms: int) -> float:
        gap = []
        for rng in range(1, 7):
            known, plain = (simulate(small_model, half_terms, rng, **{"reputation.weight": w}) for w in (1.0, 0.0))
            gap.append(np.abs(known.world.ties.trust - plain.world.ties.trust).mean())
        return float(np.mean(gap))

    assert spread(60) < 0.6 * spread(0)


# Internal trust


def test_what_heads_believe_by_hand():
    assert internal_trust.believed.py_func(0.5, 0.3, False) == pytest.approx(0.8)
    assert internal_trust.believed.py_func(0.5, 0.3, True) == 0.5
    assert internal_trust.internal_trust_after.py_func(0.5, 0.8, 0.7, 0.2) == 0.5
    assert internal_trust.internal_trust_after.py_func(0.5, 0.5, 0.7, 0.2) == pytest.approx(0.6)


def test_audits_raise_the_level_of_collaboration(small_model):
    blind = {"internal_trust.overestimate": 0.4, "internal_trust.cap": True, "home.trust": 0.5}
    audited, not_audited = (
        simulate(small_model, 48, **blind | {"internal_trust.audits": share}) for share in (1.0, 0.0)
    )
    assert last(audited, "internal_trust") > last(not_audited, "internal_trust")
    assert last(audited, "level") > last(not_audited, "level")


def test_low_internal_trust_limits_the_level_where_the_cap_is_on(small_model):
    """The cap and the bias of heads do not need each other (D4, C30)."""
    for cap, overestimate, highest in ((True, 0.0, 2), (True, 0.4, 2), (False, 0.4, 4)):
        changes = {"internal_trust.cap": cap, "internal_trust.overestimate": overestimate, "trust.initial": 0.9}
        model = small_model(1, **changes | {"internal_trust.effort": 0.0})
        # below the gate of co-operation minus hysteresis
        model.simulation.modules.states["internal_trust"].trust[:] = 0.3
        model.run_for(18)
        assert model.world.ties.level.max() == highest


def test_internal_trust_is_the_trust_between_colleagues_of_a_school(small_model):
    """Teachers of a school without trust among them neither ask nor help each other; those of another school do."""
    model = small_model(1, **{"internal_trust.overestimate": 0.2, "internal_trust.effort": 0.0})
    internal = model.simulation.modules.states["internal_trust"].trust
    internal[:] = (0.05, 0.95, 0.05, 0.95)
    model.run_for(3)
    np.testing.assert_allclose(model.world.modifiers.home_trust, internal, rtol=1e-6)
    given = np.zeros(4)
    for _ in range(9):
        model.run_for(1)
        given += model.world.schools.home_given
    assert given[[1, 3]].sum() > 5 * given[[0, 2]].sum()


def test_internal_trust_starts_around_the_trust_at_home(small_model):
    """Its spread between schools is that of trust between alliances, .10."""
    model = small_model(1, **{"internal_trust.overestimate": 0.2, "population.schools": 400, "home.trust": 0.6})
    trust = model.simulation.modules.states["internal_trust"].trust
    assert trust.mean() == pytest.approx(0.6, abs=0.02)
    assert trust.std() == pytest.approx(0.10, abs=0.015)


# Complacency


def test_what_satisfies_a_school_by_hand():
    """Used to .1, its best neighbour at .5: without competition .1 is enough, at C .5 it takes .1 + .5 · .4 = .3."""
    assert complacency.is_content.py_func(0.1, 0.1, 0.5, 0.0)
    assert not complacency.is_content.py_func(0.29, 0.1, 0.5, 0.5)
    assert complacency.is_content.py_func(0.31, 0.1, 0.5, 0.5)
    assert complacency.is_content.py_func(0.1, 0.1, -0.5, 1.0)  # no neighbour does better
    assert not complacency.is_content.py_func(0.05, 0.1, -0.5, 0.0)


def test_a_school_gets_used_to_its_results_by_hand():
    assert complacency.usual_after.py_func(0.1, 0.5) == pytest.approx(0.3)


def test_teachers_of_content_schools_seek_and_invent_less(small_model):
    """With strength .4 need and innovation are .6 of what they are elsewhere."""
    model = small_model(1, **{"complacency.strength": 0.4})
    model.run_for(6)
    assert last(model, "content") == 0.0  # no results have been compared yet
    model.world.schools.intake[:] = (3.0, -3.0, 3.0, -3.0)
    model.run_for(1)
    content = model.simulation.modules.states["complacency"].content
    assert content.tolist() == [True, False, True, False]
    assert last(model, "content") == 0.5
    of_content = content[model.world.teachers.school]
    for factor in (model.world.modifiers.need_factor, model.world.modifiers.innovation_factor):
        assert factor == pytest.approx(np.where(of_content, 0.6, 1.0))


def test_competition_prevents_complacency(small_model):
    """Results are equal but for noise: without competition half the schools are content, with it only the best."""
    content = {}
    for competition in (0.0, 1.0):
        changes = {"complacency.strength": 1e-9, "policy.competition": competition, "population.schools": 60}
        model = small_model(1, **changes | {"population.alliance_size": 6})
        model.run_for(37)
        content[competition] = float(model.outcomes["content"].iloc[7:].mean())
    assert content[1.0] < 0.6 * content[0.0]


# Elements of trust


def test_elements_are_learnt_in_order_by_hand():
    after = trust_elements.elements_after.py_func
    assert after(1.0, 2, HONOURED) == 1.5
    assert after(1.0, 2, LET_DOWN) == 1.0
    assert after(0.5, 2, BETRAYED) == 0.0
    assert [trust_elements.level_for.py_func(learnt) for learnt in (0.0, 0.9, 1.0, 2.5, 4.0)] == [1, 1, 2, 3, 4]


def test_pairs_do_not_collaborate_before_competence_is_known(small_model):
    slow, plain = (
        simulate(small_model, 12, **{"trust.initial": 0.85, "trust_elements.enabled": on}) for on in (True, False)
    )
    assert plain.world.ties.level[ties_inside(plain)].max() == 4
    learnt = slow.simulation.modules.states["trust_elements"].learnt
    inside = ties_inside(slow)
    assert (slow.world.ties.level[inside] <= 1 + np.ceil(learnt[inside])).all()
    assert last(slow, "level") < last(plain, "level")


def test_a_newcomer_starts_without_elements_of_trust(small_model):
    """A newcomer has not learnt what the previous teacher had."""
    model = small_model(1, **{"trust_elements.enabled": True, "turnover.rate": 0.3})
    model.run_for(6)
    learnt = model.simulation.modules.states["trust_elements"].learnt
    learnt[:] = 4.0
    model.world.ties.given[:] = 1.0
    model.run_for(1)  # the turn of the year, at which some leave
    new = np.flatnonzero(model.world.teachers.years == 0)
    assert 0 < len(new) < len(model.world.teachers.id)
    one_help = 1.0 / model.scenario["trust_elements.lessons"]
    for row in new.tolist():
        first, last_ = model.world.teachers.tie_offsets[row : row + 2]
        assert learnt[first:last_].max(initial=0.0) <= 2 * one_help
        assert np.array_equal(learnt[first:last_], learnt[model.world.ties.twin[first:last_]])
    assert (learnt >= 3.0).any()


# Spawning


def test_mentors_transmit_trust_by_hand():
    assert spawning.trust_of_mentored.py_func(0.4, 0.8) == pytest.approx(0.6)
    assert spawning.trust_of_mentored.py_func(0.9, 0.8) == 0.9
    assert spawning.leaders_after.py_func(0.5, 0.6, 4.0) == pytest.approx(1.1)


def test_a_mature_alliance_with_a_leader_mentors_another(small_model):
    model = small_model(1, **{"spawning.rate": 1.0})
    of_mentor = np.flatnonzero(model.world.schools.alliance[model.world.teachers.school[model.world.ties.partner]] == 0)
    model.run_for(6)
    model.world.ties.level[:] = 1
    model.world.ties.level[of_mentor] = 4
    model.world.ties.level[model.world.ties.twin[of_mentor]] = 4
    model.world.head_ties.trust[:] = [1.0, 0.9, 0.9, 1.0, 1.0, 0.3, 0.3, 1.0]  # the diagonal is unused
    model.simulation.modules.states["spawning"].leaders[:] = 1.0
    model.run_for(1)
    assert last(model, "spawned") == 0.5  # one of two
    assert model.simulation.modules.states["spawning"].spawned.tolist() == [False, True]
    # .3 + ½ × (.9 − .3), then changed by the half-term that follows
    assert model.schools[2].trust_in(model.schools[3]) == pytest.approx(0.6, abs=0.12)


def test_hubs_refuse_each_other_less(small_model):
    lane, plain = (simulate(small_model, **{"spawning.fast_lane": fast, "policy.porosity": 1.0}) for fast in (3.0, 0.0))
    assert lane.outcomes["refusals"].mean() < plain.outcomes["refusals"].mean()


# Succession


def test_trust_in_a_successor_by_hand():
    assert succession.trust_in_successor.py_func(0.4, 0.8) == pytest.approx(0.6)
    assert succession.leaders_after_joint_practice.py_func(0.0, 5.0, 0.1) == pytest.approx(0.5)


def test_a_successor_from_within_is_trusted_more_than_a_stranger(small_model):
    def after(leaders: float) -> AllianceModel:
        model = small_model(1, **{"turnover.heads": 0.5, "succession.rate": 1.0})
        model.run_for(6)
        model.world.head_ties.trust[:] = 0.95
        model.simulation.modules.states["succession"].leaders[:] = leaders
        model.run_for(1)
        return model

    within, outside = after(2.0), after(0.0)
    assert last(within, "filled_within") == 1.0
    assert last(outside, "filled_within") == 0.0
    assert last(within, "head_trust") > last(outside, "head_trust")


def test_an_alliance_that_has_ended_fills_no_posts(small_model):
    model = small_model(1, **{"turnover.heads": 0.5, "succession.rate": 1.0})
    model.run_for(6)
    model.simulation.modules.states["succession"].leaders[:] = 2.0
    model.world.alliances.alive[:] = False
    model.run_for(1)
    state = model.simulation.modules.states["succession"]
    assert state.vacancies[0] > 0
    assert state.within[0] == 0
