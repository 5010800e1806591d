"""The public names of the package, ``simulate``, and names that are deprecated."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest

import alliance_sim
from alliance_sim import AllianceModel, Scenario, simulate
from alliance_sim.config import ConfigError

PUBLIC = {"AllianceModel", "Scenario", "compare", "read_schools", "Study", "Results", "simulate"}


def test_the_public_names_are_those_of_the_interface():
    assert set(alliance_sim.__all__) == PUBLIC
    assert set(dir(alliance_sim)) > PUBLIC
    for name in (*PUBLIC, "Teacher", "School", "Coordinator", "__version__"):
        assert getattr(alliance_sim, name) is not None


def test_importing_the_package_imports_nothing_heavy():
    program = "import sys, alliance_sim; print([name for name in ('mesa', 'numba', 'pandas') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_simulate_returns_the_outcomes_of_the_model(small):
    scenario = Scenario(**small)
    outcomes = simulate(scenario, seed=3, half_terms=4)
    model = AllianceModel(scenario, rng=3)
    model.run_for(4)
    pd.testing.assert_frame_equal(outcomes, model.outcomes, check_exact=True)


def test_simulate_takes_a_path(small, tmp_path):
    scenario = Scenario(**small)
    path = tmp_path / "config.toml"
    path.write_text(scenario.to_toml(), encoding="utf-8")
    pd.testing.assert_frame_equal(simulate(path, 1, 2), simulate(scenario, 1, 2))


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (("baseline", -1, 1), ValueError, "seed is -1, but must be a whole number, 0 to "),
        (("baseline", None, 1), TypeError, "seed is None, but must be a whole number"),
        (("baseline", 1, 1.5), ValueError, "half_terms is 1.5, but must be a whole number, 0 or more"),
        (("nowhere", 1, 1), ConfigError, "there is no config or file"),
    ],
)
def test_simulate_refuses_bad_arguments(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        simulate(*arguments)


def test_let_happen_is_deprecated_and_calls_trigger(model_of):
    old, new = model_of(), model_of()
    with pytest.warns(DeprecationWarning, match="let_happen is now called trigger"):
        old.let_happen("betrayal", row=2)
    new.trigger("betrayal", row=2)
    old.run_for(2)
    new.run_for(2)
    assert old.outcomes.equals(new.outcomes)
