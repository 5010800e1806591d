"""The named experiments, one file each: question, design and expectations (``python -m experiments`` lists them)."""

from __future__ import annotations

from importlib import import_module

from experiments.experiment import Experiment

NAMES = (
    "regimes_equal_start",
    "four_corners",
    "regime_factorial",
    "competition_by_social_capital",
    "regime_switch",
    "funding_end",
    "policy_churn",
    "coordinator",
    "dominance",
    "alliance_size",
    "betrayal_shock",
    "jpd_or_sharing",
    "strategic_or_grassroots",
    "mobility",
    "hub_network",
    "spawning",
    "time_horizon",
    "challenge",
    "federations",
)
"""In the order of the model's description (MODEL 9)."""


def experiment(name: str) -> Experiment:
    """Return the experiment of this name.

    Raises:
        KeyError: if there is none.
    """
    if name not in NAMES:
        raise KeyError(name)
    return import_module(f"experiments.{name}").EXPERIMENT
