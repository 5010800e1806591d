"""Effects, interactions, indices and the number of seeds, for runs whose outcomes are a formula."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from alliance_sim.statistics.planning import plan_power, plan_precision
from alliance_sim.study import Results
from alliance_sim.study.errors import StudyError
from alliance_sim.study.storage.store import open_store

TWO = 'seeds = 4\nhalf_terms = 2\nkeep = ["trust", "practice"]\n'
FACTORIAL = TWO + '[design]\n"trust.initial" = [0.3, 0.5]\n"policy.competition" = [0.0, 0.5, 1.0]\n'


def formula(values, seed):
    """Trust follows first trust; competition costs 2 a unit, and first trust halves the cost. Seeds are shared."""
    first, competition = values.get("trust.initial", 0.4), values.get("policy.competition", 0.0)
    return {"trust": first + 0.1 * seed, "practice": -2.0 * competition + 2.0 * competition * first + seed}


def test_paired_effects_exclude_variation_that_runs_of_a_seed_share(study, written):
    effect = written(study(FACTORIAL), formula).effect("policy.competition", on="practice")
    assert effect.how == "paired"
    half, full = effect.contrasts
    # mean over first trust of (-2 + 2 × first) is -1.2; seeds differ by whole units and leave no trace
    assert (half.level, half.against, half.seeds) == (0.5, 0.0, 4)
    assert [half.difference, half.low, half.high] == pytest.approx([-0.6] * 3)
    assert [full.difference, full.low, full.high] == pytest.approx([-1.2] * 3)
    assert {full.method, half.method} == {"all values equal"}
    # four equal differences among several may be due to chance (a sign test), so more seeds are needed to be clear
    assert full.direction == 0
    ten = written(study(FACTORIAL.replace("seeds = 4", "seeds = 10")), formula, "ten")
    assert ten.effect("policy.competition", on="practice").contrasts[1].direction == -1


def test_the_frame_of_an_effect_has_the_columns_of_the_interface(study, written):
    effect = written(study(FACTORIAL), formula).effect("policy.competition", on="practice")
    frame = effect.frame()
    assert list(frame) == [
        "level", "against", "difference", "low", "high", "low_simultaneous", "high_simultaneous", "n", "method",
    ]  # fmt: skip
    assert list(frame["n"]) == [4, 4]


def test_an_interaction_is_a_difference_of_differences(study, written):
    found = written(study(FACTORIAL), formula).interaction("policy.competition", "trust.initial", on="practice")
    half, full = found.contrasts
    # what competition does at first trust .5 (-1 × C) less what it does at .3 (-1.4 × C)
    assert (full.level, full.against, full.other_level, full.other_against) == (1.0, 0.0, 0.5, 0.3)
    assert [half.difference, full.difference] == pytest.approx([0.2, 0.4])
    assert [full.low, full.high] == pytest.approx([0.4, 0.4])
    alike = written(study(FACTORIAL), formula, "again").interaction("policy.competition", "trust.initial", on="trust")
    assert alike.contrasts[1].direction == 0
    assert alike.contrasts[1].difference == pytest.approx(0.0)


def test_independent_random_numbers_widen_the_interval(study, written):
    results = written(
        study('random_numbers = "independent"\n' + FACTORIAL), lambda values, seed: {"trust": 0.1, "practice": seed}
    )
    effect = results.effect("trust.initial", on="practice")
    assert effect.how == "unpaired"
    (contrast,) = effect.contrasts
    # seed k of point p is 1 + p + 6 k, so that more seeds change none of these; the second half is 3 further on
    assert contrast.difference == pytest.approx(3.0)
    error = math.sqrt(6 * 60.0 / 4 / 9)  # six cells of four that are 6 apart (variance 60), each weighing a third
    assert contrast.high - contrast.low == pytest.approx(2 * 2.1009 * error, rel=1e-3)  # 18 degrees of freedom
    assert contrast.seeds == 24
    joint = results.interaction("policy.competition", "trust.initial", on="practice")
    assert joint.how == "unpaired"
    assert joint.contrasts[0].low < 0.0 < joint.contrasts[0].high


def test_one_seed_gives_a_difference_and_no_interval(study, written):
    (contrast,) = (
        written(study(FACTORIAL.replace("seeds = 4", "seeds = 1")), formula)
        .effect("trust.initial", on="trust")
        .contrasts
    )
    assert contrast.difference == pytest.approx(0.2)
    assert math.isnan(contrast.low)
    assert math.isnan(contrast.high)
    assert contrast.direction == 0


def test_switches_choices_levels_and_variants_are_factors_too(study, written):
    asked = TWO + (
        '[variants.open]\n[variants.shut]\nset = { "policy.porosity" = 0.0 }\n'
        '[design]\n"practice.jpd" = [true, false]\n'
        '"trust.competition_enters" = ["loss", "additive"]\n'
        '"level.gate" = [[0.1, 0.35, 0.55, 0.7], [0.2, 0.4, 0.6, 0.8]]\n'
    )

    def formula(values, seed):
        jpd, loss = values["practice.jpd"], values["trust.competition_enters"] == "loss"
        return {
            "trust": 1.0 * (values["variant"] == "shut") + values["level.gate"][0],
            "practice": 3.0 * jpd + 5.0 * loss,
        }

    results = written(study(asked), formula)
    assert results.factors == ["variant", "practice.jpd", "trust.competition_enters", "level.gate"]
    found = {factor: results.effect(factor, on="practice").contrasts[0] for factor in results.factors}
    assert [found[name].difference for name in results.factors] == pytest.approx([0.0, -3.0, -5.0, 0.0])
    assert (found["practice.jpd"].level, found["practice.jpd"].against) == (False, True)  # as the study lists them
    shut = results.effect("variant", on="trust").contrasts[0]
    assert (shut.level, shut.against, shut.difference) == ("shut", "open", pytest.approx(1.0))
    gate = results.effect("level.gate", on="trust").contrasts[0]
    assert (gate.level, gate.difference) == ((0.2, 0.4, 0.6, 0.8), pytest.approx(0.1))


def test_missing_runs_and_undefined_values_are_counted_and_do_not_bias_effects(study, written):
    def with_gaps(values, seed):
        if values["trust.initial"] == 0.3 and seed == 2:
            return None
        practice = math.nan if seed == 3 and values["policy.competition"] == 1.0 else formula(values, seed)["practice"]
        return {"trust": 10.0 * values["policy.competition"] + values["trust.initial"], "practice": practice}

    results = written(study(FACTORIAL), with_gaps)
    effect = results.effect("trust.initial", on="practice")
    assert (effect.missing, effect.undefined) == (3, 2)
    # at competition 0, .5 and 1 the difference is 0, .2 and .4 in every pair that is left; each counts a third
    assert effect.contrasts[0].difference == pytest.approx(0.2)
    assert effect.contrasts[0].seeds == 3
    assert effect.contrasts[0].low == pytest.approx(0.2)


def test_the_fifths_of_a_sample_are_compared(study, written):
    asked = TWO + '[design]\nkind = "latin_hypercube"\nn = 50\n"trust.initial" = {}\n"practice.jpd" = [true, false]\n'
    results = written(study(asked), lambda values, seed: {"trust": values["trust.initial"], "practice": 1.0 * seed})
    effect = results.effect("trust.initial", on="trust")
    assert effect.how == "between points"
    assert len(effect.contrasts) == 4
    # fifths of a hypercube over 0 to 1 have their middles a fifth apart
    assert [each.difference for each in effect.contrasts] == pytest.approx([0.2, 0.4, 0.6, 0.8], abs=0.02)
    assert effect.contrasts[-1].low - 0.02 < 0.8 < effect.contrasts[-1].high + 0.02
    assert effect.contrasts[0].n == 50  # all points enter the regression
    low, high = effect.contrasts[-1].level
    assert 0.79 < low < high < 1.0
    nothing = results.effect("practice.jpd", on="trust").contrasts[0]
    assert nothing.direction == 0
    joint = results.interaction("trust.initial", "practice.jpd", on="trust")
    assert joint.how == "between points"
    assert len(joint.contrasts) == 1


def test_regression_on_ranks_finds_the_factors_that_matter_in_a_hypercube(study, written):
    asked = TWO + '[design]\nkind = "latin_hypercube"\nn = 60\nexplore = ["policy"]\n'
    results = written(
        study(asked), lambda values, seed: {"trust": 1.0, "practice": math.exp(3 * values["policy.competition"])}
    )
    found = results.indices(on="practice")
    assert (found.kind, found.used, found.left_out) == ("ranks", 60, 0)
    ranks = found.of("SRRC")
    assert ranks["policy.competition"].value == pytest.approx(1.0, abs=1e-6)
    assert abs(ranks["policy.secrecy"].value) < 1e-6
    assert found.explained == pytest.approx(1.0)
    assert results.indices(on="trust").rows == ()  # an outcome that never moves follows nothing


def test_sobols_indices_of_a_sum_are_its_shares(study, written):
    asked = TWO + (
        '[design]\nkind = "sobol"\nn = 256\nsecond_order = true\n'
        '"policy.competition" = {}\n"policy.funding" = {}\n"policy.secrecy" = {}\n'
    )

    def total(values, seed):
        competition, funding = values["policy.competition"], values["policy.funding"]
        return {"trust": 2 * competition + funding, "practice": (competition - 0.5) * (funding - 0.5)}

    results = written(study(asked), total)
    found = results.indices(on="trust")
    # variances 4/12 and 1/12: shares .8 and .2, and nothing together
    assert found.of("S1")["policy.competition"].value == pytest.approx(0.8, abs=0.03)
    assert found.of("ST")["policy.funding"].value == pytest.approx(0.2, abs=0.03)
    assert found.of("ST")["policy.secrecy"].value == pytest.approx(0.0, abs=1e-9)
    index = found.of("S1")["policy.competition"]
    assert index.low < 0.8 < index.high
    product = results.indices(on="practice")
    pair = {(row.factor, row.other): row for row in product.rows if row.measure == "S2"}
    assert pair["policy.competition", "policy.funding"].value == pytest.approx(1.0, abs=0.1)
    assert product.of("S1")["policy.competition"].value == pytest.approx(0.0, abs=0.05)


def test_morris_effects_of_a_plane_are_its_slopes(study, written):
    asked = TWO + (
        '[design]\nkind = "morris"\nn = 6\n"policy.competition" = { from = 0.0, to = 0.5 }\n"policy.funding" = {}\n'
        '"help.contacts" = { from = 1, to = 3 }\n'
    )
    results = written(
        study(asked),
        lambda values, seed: {"trust": 4 * values["policy.competition"] - values["policy.funding"], "practice": 1.0},
    )
    found = results.indices(on="trust")
    assert (found.kind, found.used) == ("morris", 6)
    # a step through the whole range: half a unit of competition makes 2, funding -1
    assert found.of("mu_star")["policy.competition"].value == pytest.approx(2.0)
    assert found.of("mu")["policy.funding"].value == pytest.approx(-1.0)
    assert found.of("mu")["policy.funding"].low == pytest.approx(-1.0)
    assert found.of("sigma")["policy.funding"].value == pytest.approx(0.0, abs=1e-9)
    assert found.of("mu_star")["help.contacts"].value == 0.0


def test_blocks_that_are_not_whole_are_left_out_and_counted(study, write_part):
    loaded = study(TWO + '[design]\nkind = "morris"\nn = 4\n"policy.competition" = {}\n"policy.funding" = {}\n')
    with open_store(Path("out"), loaded):
        pass
    write_part(Path("out"), loaded, 1, [(point, loaded.seeds_at(point)[0]) for point in range(9)], formula)
    found = Results.open("out").indices(on="practice")
    assert (found.used, found.left_out) == (3, 1)
    with open_store(Path("few"), loaded):
        pass
    write_part(Path("few"), loaded, 1, [(point, loaded.seeds_at(point)[0]) for point in range(4)], formula)
    with pytest.raises(StudyError, match="only 1 of 4 trajectories are complete, but 2 are needed"):
        Results.open("few").indices(on="practice")


def test_indices_are_refused_where_there_is_no_sample(study, written):
    with pytest.raises(StudyError, match="full factorial design, which has no indices; use effects instead"):
        written(study(FACTORIAL), formula).indices(on="trust")


def test_points_by_hand_that_are_crossed_are_paired(study, write, written):
    write("trust.initial,policy.competition\n0.3,0\n0.3,1\n0.5,0\n0.5,1\n", "points.csv")
    effect = written(study(TWO + '[design]\nfile = "points.csv"\n'), formula).effect(
        "policy.competition", on="practice"
    )
    assert effect.how == "paired"
    assert effect.contrasts[0].difference == pytest.approx(-1.2)
    write("trust.initial,policy.competition\n0.3,0\n0.5,1\n0.6,1\n", "points.csv")
    effect = written(study(TWO + '[design]\nfile = "points.csv"\n'), formula, "b").effect(
        "policy.competition", on="trust"
    )
    assert effect.how == "between points"
    assert math.isnan(effect.contrasts[0].low)  # one point has no spread


def test_the_sample_size_for_a_given_precision(study, written):
    def noisy(values, seed):
        return {"trust": values["trust.initial"] * (1 if seed % 2 else 3), "practice": 0.0}

    results = written(study(FACTORIAL), noisy)
    (found,) = results.sample_size("trust.initial", on="trust")
    # gaps of .2 and .6 by turns: their standard deviation is .2309
    assert found.difference == pytest.approx(0.4)
    assert (found.seeds, found.of, found.clear) == (4, "seeds", True)
    assert found.power is None  # the study states no smallest effect of interest
    (asked,) = results.sample_size("trust.initial", on="trust", within=0.05)
    assert asked.precision == plan_precision([0.2, 0.6, 0.2, 0.6], 0.05)
    assert asked.to_be_within == asked.precision.n > 85  # what has even odds of being narrow enough
    assert asked.precision.low < asked.precision.n < asked.precision.high
    (loose,) = results.sample_size("trust.initial", on="trust", within=1.0)
    assert loose.to_be_within == 4
    with pytest.raises(StudyError, match="within is 0, but must be above zero"):
        results.sample_size("trust.initial", on="trust", within=0)
    with pytest.warns(DeprecationWarning, match=r"Results\.enough is now Results\.sample_size"):
        assert results.enough("trust.initial", on="trust", within=0.05) == [asked]


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda results: results.interaction("trust.initial", "trust.initial", on="trust"), "is there twice"),
        (lambda results: results.interaction("trust.initial", "trust.gain", on="trust"), "does not vary trust.gain"),
        (lambda results: results.effect("trust.initial", on="trust", last=0), "last is 0, but must be 1 to 2"),
        (lambda results: results.effect("trust.initial", on="trust", last=3), "last is 3, but must be 1 to 2"),
        (lambda results: results.indices(on="trusst"), "did you mean trust"),
    ],
)
def test_what_cannot_be_asked_is_refused(study, written, ask, said):
    with pytest.raises(StudyError, match=said):
        ask(written(study(FACTORIAL), formula))


def test_a_stated_smallest_effect_is_planned_for_and_judged(study, written):
    asked = study("matters = { trust = 0.05 }\n" + FACTORIAL.replace("seeds = 4", "seeds = 10"))
    results = written(asked, lambda values, seed: {"trust": values["trust.initial"] * (1 + seed % 2), "practice": 0.0})
    (found,) = results.sample_size("trust.initial", on="trust")
    assert found.power == plan_power([0.4, 0.2] * 5, 0.05)
    assert list(results.effect("trust.initial", on="trust").frame()["matters"]) == ["holds"]
    assert list(results.effect("policy.competition", on="trust").frame()["matters"]) == ["does not hold"] * 2
    assert "matters" not in results.effect("trust.initial", on="practice").frame()


def test_all_levels_of_a_factor_are_looked_at(study, written):
    asked = study(TWO.replace("4", "10") + '[design]\n"policy.competition" = [0.0, 0.5, 1.0]\n')

    def hump(values, seed):
        return {"trust": 1.0 * (values["policy.competition"] == 0.5) + 0.01 * math.sin(seed), "practice": 0.0}

    middle, last = written(asked, hump).effect("policy.competition", on="trust").contrasts
    assert (middle.level, middle.direction, last.direction) == (0.5, 1, 0)


def test_the_first_defined_level_is_the_reference(study, written):
    asked = study(TWO.replace("4", "10") + '[design]\n"policy.competition" = [0.0, 0.5, 1.0]\n')

    def partly(values, seed):
        competition = values["policy.competition"]
        return {"trust": math.nan if competition == 0.0 else competition + 0.01 * math.sin(seed), "practice": 0.0}

    effect = written(asked, partly).effect("policy.competition", on="trust")
    assert (effect.reference, effect.undefined_levels) == (0.5, (0.0,))
    undefined, last = effect.contrasts
    assert (undefined.level, undefined.n, last.level, last.against, last.direction) == (0.0, 0, 1.0, 0.5, 1)


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_samples_for_indices_have_no_contrasts_of_levels(study, written, kind):
    asked = study(TWO + f'[design]\nkind = "{kind}"\nn = 4\n"policy.competition" = {{}}\n"trust.initial" = {{}}\n')
    results = written(asked, formula)
    with pytest.raises(StudyError, match=f"a {kind} design has indices and no contrasts of levels"):
        results.effect("policy.competition", on="trust")
    with pytest.raises(StudyError, match=f"a {kind} design has indices and no contrasts of levels"):
        results.interaction("policy.competition", "trust.initial", on="trust")
    assert "need 64" in results.indices(on="trust").few or "need 10" in results.indices(on="trust").few


def test_variants_in_a_sample_are_compared_at_each_point(study, written):
    asked = study(
        TWO + 'variants = ["route128", "silicon_valley"]\n[design]\nkind = "latin_hypercube"\nn = 20\n'
        '"policy.competition" = {}\n'
    )
    assert asked.random_numbers == "independent"
    assert asked.seeds_at(3) == asked.seeds_at(23) != asked.seeds_at(4)

    def of_point(values, seed):  # seeds are large numbers that differ between points, and cancel between variants
        return {"trust": 100.0 * seed + (values["variant"] == "silicon_valley"), "practice": 0.0}

    effect = written(asked, of_point).effect("variant", on="trust")
    (one,) = effect.contrasts
    assert (effect.how, one.n, one.difference, one.direction) == ("between points", 20, pytest.approx(1.0), 1)


@pytest.mark.parametrize("shared", [True, False])
def test_one_factor_leads_only_if_it_is_clearly_above_the_others(study, written, shared):
    how = "common" if shared else "independent"
    asked = study(
        f'random_numbers = "{how}"\n' + TWO + '[design]\nkind = "sobol"\nn = 128\n'
        '"policy.competition" = {}\n"policy.funding" = {}\n"policy.secrecy" = {}\n'
    )

    def two_alike(values, seed):
        noise = 0.02 * math.sin(12.9898 * seed)
        both = values["policy.competition"] + values["policy.funding"] + noise
        return {"trust": both, "practice": values["policy.competition"] + noise}

    results = written(asked, two_alike)
    alike, alone = results.indices(on="trust"), results.indices(on="practice")
    assert set(alike.leading.names) == {"policy.competition", "policy.funding"}
    assert alone.leading.names == ("policy.competition",)
    assert alone.few == ""
    assert alone.noise_floor == 0.0 if shared else 0.0 < alone.noise_floor < 0.05
    for found in (alike, alone):
        for row in found.rows:
            assert row.low <= row.value <= row.high
        assert all(found.of("S1")[name].value <= one.value for name, one in found.of("ST").items())
