"""What is known about attainment is where schools start; the rest is sampled as before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alliance_sim.config import load_configuration
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.simulation.simulate import simulate
from alliance_sim.engine.simulation.simulation import Simulation

SMALL = {"population.schools": 12, "population.alliance_size": 6, "population.teachers_median": 5}
CONFIG = load_configuration("baseline", SMALL)


@pytest.fixture(scope="module")
def plain() -> Roster:
    return Simulation(CONFIG, 1).roster


def known(plain: Roster, intake, intake_sd, results) -> Roster:
    columns = {"intake": intake, "intake_sd": intake_sd, "results": results}
    return replace(plain, **{name: np.array(values, np.float32) for name, values in columns.items()})


NAN = [float("nan")] * 12


def test_a_roster_without_anything_known_gives_the_same_run_to_the_byte(plain):
    first, second = simulate(CONFIG, 1, 6), simulate(CONFIG, 1, 6, roster=known(plain, NAN, NAN, NAN))
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() == simulate(CONFIG, 1, 6, roster=plain).tobytes()


def test_known_results_are_the_first_results_and_set_the_order(plain):
    results = np.linspace(0.5, -0.6, 12)
    schools = Simulation(CONFIG, 1, known(plain, results * 0.6, [0.1] * 12, results)).world.schools
    assert schools.attainment == pytest.approx(results)
    for alliance in range(2):
        assert np.all(np.diff(schools.rank[schools.alliance == alliance]) >= 0)


def test_an_exact_intake_is_kept_and_an_uncertain_one_sampled_around_it(plain):
    exact = known(plain, [0.3] * 6 + NAN[:6], [0.0] * 6 + NAN[:6], NAN)
    unknown = Simulation(CONFIG, 1, plain).world.schools.intake
    intake = Simulation(CONFIG, 1, exact).world.schools.intake
    assert intake[:6] == pytest.approx(0.3)
    assert intake[6:].tolist() == unknown[6:].tolist()
    uncertain = known(plain, [0.3] * 12, [0.2] * 12, NAN)
    drawn = np.concatenate([Simulation(CONFIG, seed, uncertain).world.schools.intake for seed in range(40)])
    assert drawn.mean() == pytest.approx(0.3, abs=0.04)
    assert drawn.std() == pytest.approx(0.2, abs=0.03)


def test_later_results_follow_the_model_and_not_the_published_ones(plain):
    results = np.linspace(2.0, -2.0, 12)
    simulation = Simulation(CONFIG, 1, known(plain, [0.0] * 12, [0.0] * 12, results)).run(7)
    assert np.abs(simulation.world.schools.attainment).max() < 1.5


def test_what_is_known_changes_the_digest_and_nothing_known_does_not(plain):
    assert known(plain, NAN, NAN, NAN).digest != plain.digest
    assert replace(plain, labels={"phase": ("Primary",) * 12}).digest == plain.digest


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"intake": np.zeros(12, np.float32)}, "belong together"),
        ({"intake": np.zeros(3, np.float32), "intake_sd": np.zeros(12, np.float32)}, "intake has 3 entries"),
        ({"intake": np.zeros(12, np.float32), "intake_sd": -np.ones(12, np.float32)}, "intake_sd holds"),
        ({"results": np.full(12, np.inf, np.float32)}, "results holds"),
        ({"labels": {"phase": ("Primary",)}}, "labels"),
    ],
)
def test_columns_that_do_not_fit_are_refused(plain, changes, message):
    with pytest.raises(ValueError, match=message):
        replace(plain, **changes)
