"""Each kind of design, on a scale at which the points can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim.config import shipped_configs

TWO = """
"policy.competition" = { from = 0.2, to = 0.6 }
"coordinator.capacity" = { from = 0, to = 3 }
"""


def values(study):
    return [point.values for point in study.points]


def test_three_by_two_makes_six_points_and_the_last_parameter_changes_fastest(study):
    grid = study('[design]\n"policy.competition" = { from = 0, to = 1, steps = 3 }\n"trust.initial" = [0.25, 0.7]\n')
    assert [tuple(each.values()) for each in values(grid)] == [
        (0.0, 0.25), (0.0, 0.7), (0.5, 0.25), (0.5, 0.7), (1.0, 0.25), (1.0, 0.7),
    ]  # fmt: skip
    assert [point.number for point in grid.points] == [0, 1, 2, 3, 4, 5]


def test_eleven_steps_hold_three_tenths_and_not_a_hair_more(study):
    eleven = study('[design]\n"policy.competition" = { steps = 11 }\n')
    assert [each["policy.competition"] for each in values(eleven)] == [k / 10 for k in range(11)]


def test_words_switches_counts_and_levels_can_be_varied(study):
    loaded = study(
        """
[design]
"trust.competition_enters" = ["loss", "additive"]
"practice.jpd" = [true, false]
"coordinator.capacity" = { from = 4, to = 12, steps = 2 }
"level.gate" = [[0.1, 0.35, 0.55, 0.7], [0.2, 0.4, 0.6, 0.8]]
"""
    )
    assert len(loaded.points) == 16
    assert loaded.points[0].values == {
        "trust.competition_enters": "loss", "practice.jpd": True, "coordinator.capacity": 4,
        "level.gate": (0.1, 0.35, 0.55, 0.7),
    }  # fmt: skip
    assert loaded.points[15].scenario.values["level.gate"] == (0.2, 0.4, 0.6, 0.8)
    assert type(loaded.points[0].values["coordinator.capacity"]) is int


def test_names_may_stand_as_tables(study):
    loaded = study("[design.policy]\ncompetition = [0.1, 0.9]\n[design.trust]\ninitial = [0.3]\n")
    assert values(loaded) == [
        {"policy.competition": 0.1, "trust.initial": 0.3},
        {"policy.competition": 0.9, "trust.initial": 0.3},
    ]


def test_a_latin_hypercube_has_one_point_in_each_stratum(study):
    cube = study(f'[design]\nkind = "latin_hypercube"\nn = 20\n{TWO}')
    competition = [each["policy.competition"] for each in values(cube)]
    capacity = [each["coordinator.capacity"] for each in values(cube)]
    assert sorted(int((value - 0.2) / 0.4 * 20) for value in competition) == list(range(20))
    assert sorted(capacity) == [0] * 5 + [1] * 5 + [2] * 5 + [3] * 5


def test_a_sobol_sequence_fills_every_quarter_alike(study):
    loaded = study(f'[design]\nkind = "sobol_sequence"\nn = 16\n{TWO}')
    quarters = [(each["policy.competition"] >= 0.4, each["coordinator.capacity"] >= 2) for each in values(loaded)]
    assert {quarter: quarters.count(quarter) for quarter in quarters} == dict.fromkeys(
        [(False, False), (False, True), (True, False), (True, True)], 4
    )


@pytest.mark.parametrize(("second_order", "points"), [("false", 8 * 4), ("true", 8 * 6)])
def test_a_sample_for_sobols_indices_swaps_one_parameter_at_a_time(study, second_order, points):
    loaded = study(
        f'[design]\nkind = "sobol"\nn = 8\nsecond_order = {second_order}\nexplore = ["policy.funding"]\n'
        '"policy.competition" = { from = 0.2, to = 0.6 }\n'
    )
    assert len(loaded.points) == points
    rows = np.array([list(each.values()) for each in values(loaded)])
    block = rows[:4] if second_order == "false" else rows[:6]
    assert (np.count_nonzero(block[1:3] != block[0], axis=1) == 1).all()


def test_morris_takes_a_step_in_one_parameter_at_a_time(study):
    loaded = study(f'[design]\nkind = "morris"\nn = 3\nexplore = ["practice.jpd"]\n{TWO}')
    assert len(loaded.points) == 3 * (3 + 1)
    rows = values(loaded)
    for begin in range(0, 12, 4):
        changed = [
            [name for name in rows[at] if rows[at][name] != rows[at + 1][name]] for at in range(begin, begin + 3)
        ]
        assert sorted(names[0] for names in changed) == ["coordinator.capacity", "policy.competition", "practice.jpd"]
        assert all(len(names) == 1 for names in changed)
    assert {round(each["policy.competition"], 3) for each in rows} <= {0.2, 0.333, 0.467, 0.6}


@pytest.mark.parametrize(("kind", "n"), [("latin_hypercube", 9), ("sobol_sequence", 8), ("sobol", 4), ("morris", 3)])
def test_a_sample_comes_again_with_its_seed_and_not_with_another(study, kind, n):
    def drawn(seed):
        return values(study(f'[design]\nkind = "{kind}"\nn = {n}\nseed = {seed}\n{TWO}'))

    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)


def test_explore_takes_the_range_worth_exploring_and_whole_tables(study):
    loaded = study('[design]\nkind = "latin_hypercube"\nn = 400\nexplore = ["reciprocity", "trust.help_value"]\n')
    names = loaded.points.design.names
    assert len(names) == 11
    assert names[-1] == "trust.help_value"
    found = [each["trust.help_value"] for each in values(loaded)]
    assert 1.0 <= min(found) < 1.01  # half of 2, and half as much again, though its bounds begin at 0
    assert 2.99 < max(found) <= 3.0


def test_points_come_from_a_csv(study, write):
    write(
        "trust.initial,practice.jpd,trust.competition_enters,level.gate,help.contacts\n"
        '0.3,true,loss,"[0.1, 0.2, 0.3, 0.4]",2\n'
        "\n"
        '1,false,additive,"[0.2, 0.3, 0.4, 0.5]",3\n',
        "folder/points.csv",
    )
    loaded = study('[design]\nfile = "points.csv"\n', "folder/mystudy.toml")
    assert values(loaded) == [
        {
            "trust.initial": 0.3, "practice.jpd": True, "trust.competition_enters": "loss",
            "level.gate": (0.1, 0.2, 0.3, 0.4), "help.contacts": 2,
        },
        {
            "trust.initial": 1.0, "practice.jpd": False, "trust.competition_enters": "additive",
            "level.gate": (0.2, 0.3, 0.4, 0.5), "help.contacts": 3,
        },
    ]  # fmt: skip


def test_variants_stand_side_by_side_at_every_point(study):
    loaded = study(
        """
variants = ["silicon_valley", "route128"]
[set]
"trust.initial" = 0.4
[design]
"policy.competition" = [0.1, 0.9]
"""
    )
    frame = loaded.points.frame()
    assert list(frame["point"]) == [0, 1, 2, 3]
    assert frame["variant"] == ["silicon_valley", "silicon_valley", "route128", "route128"]
    assert list(frame["policy.competition"]) == [0.1, 0.9, 0.1, 0.9]
    assert [point.scenario.values["policy.secrecy"] for point in loaded.points] == [0.0, 0.0, 0.8, 0.8]
    assert {point.scenario.values["trust.initial"] for point in loaded.points} == {0.4}


def test_variants_may_set_parameters_and_have_events_of_their_own(study):
    loaded = study(
        """
[[events]]
year = 1
set = { "policy.funding" = 0.9 }

[variants.kept]
base = "collaborative"

[variants.cut]
base = "collaborative"
set = { "trust.initial" = 0.2 }

[[variants.cut.events]]
year = 3
set = { "policy.funding" = 0.0 }
"""
    )
    kept, cut = loaded.points
    assert (kept.variant, cut.variant) == ("kept", "cut")
    assert [event.half_term for event in kept.scenario.events] == [6]
    assert [event.half_term for event in cut.scenario.events] == [6, 18]
    assert (kept.scenario.values["trust.initial"], cut.scenario.values["trust.initial"]) == (0.45, 0.2)
    assert kept.scenario.values["policy.funding"] == 0.7


def test_nothing_varied_is_one_point_of_the_baseline(study):
    loaded = study("")
    assert (len(loaded.points), loaded.runs, loaded.half_terms, loaded.at, loaded.random_numbers) == (
        1,
        30,
        60,
        "every half-term",
        "common",
    )
    assert loaded.points[0].scenario.chain == (shipped_configs()["baseline"],)
    with pytest.raises(IndexError, match="there is no point 1"):
        loaded.points[1]


def test_a_study_extends_another(study, write):
    write(
        'question = "First?"\nvariants = ["route128", "isolated"]\nseeds = 7\n[set]\n"trust.gain" = 0.1\n'
        '"trust.initial" = 0.3\n[design]\n"policy.funding" = [0.1, 0.2]\n',
        "first.toml",
    )
    loaded = study('extends = "first.toml"\nbase = "silicon_valley"\n[set]\n"trust.initial" = 0.6\n')
    assert loaded.question == "What if?"
    assert loaded.seeds == 7
    assert len(loaded.points) == 2
    scenario = loaded.points[0].scenario
    assert scenario.name == "silicon_valley"
    assert (scenario.values["trust.gain"], scenario.values["trust.initial"]) == (0.1, 0.6)
    assert [path.name for path in loaded.chain] == ["mystudy.toml", "first.toml"]


def test_limits_are_seconds_and_bytes(study):
    limits = study('[limits]\nseconds_a_run = 2\nmemory_a_run = "1.5 GB"\n').limits
    assert (limits.seconds_a_run, limits.memory_a_run) == (2.0, 1_500_000_000)
