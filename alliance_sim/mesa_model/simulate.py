"""``simulate``: one run of a config as a data frame, without agents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alliance_sim.engine.seeds import LARGEST_SEED
from alliance_sim.engine.simulation.simulation import Simulation
from alliance_sim.mesa_model.frames import system_frame
from alliance_sim.mesa_model.scenario import Scenario
from alliance_sim.validation import whole_number

if TYPE_CHECKING:
    import pandas as pd


def simulate(config: Scenario | str | Path, seed: int, half_terms: int) -> pd.DataFrame:
    """Simulate one run and return its outcomes.

    The values equal ``AllianceModel(config, rng=seed).outcomes`` after ``run_for(half_terms)``. Use the model for
    access to agents, policy and incidents during a run.

    Args:
        config: a scenario, the name of a shipped config, or the path of a config file.
        seed: a whole number from 0 to 2**64 - 1; the same seed gives the same random numbers.
        half_terms: length of the run in half-terms, six a year.

    Returns:
        One row per half-term, index ``half_term``, row 0 the initial state; one column per outcome.

    Raises:
        ConfigError: if the config is refused, or its parameters do not fit its schools.
        TypeError: if the seed or the length is not a number.
        ValueError: if the seed or the length is out of bounds or has a fraction.

    Example:
        >>> from alliance_sim import simulate
        >>> outcomes = simulate("route128", seed=1, half_terms=6)
        >>> outcomes.shape[0]
        7
    """
    seed = whole_number("seed", seed, 0, LARGEST_SEED)
    half_terms = whole_number("half_terms", half_terms, 0)
    scenario = config if isinstance(config, Scenario) else Scenario.load(config)
    simulation = Simulation(scenario.configuration, seed, scenario.roster)
    return system_frame(simulation.run(half_terms).recorder)
