"""The simulated cases: every shipped config but two very large ones, each module alone, all modules, and events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from alliance_sim import AllianceModel, Scenario

HERE = Path(__file__).parent
CONFIGS = HERE.parents[1] / "configs"
TOO_LARGE = ("england", "the_world")
"""430,000 and 85 million teachers; every other config has 628."""
HALF_TERMS = 12
SEEDS = (1, 2)
THREADS = (1, 4)
SHORT_FORM = ((1, 1), (2, 4))
"""Seed and threads of the runs in the short form: each seed and each number of threads once."""
FULL_FORM = tuple((seed, threads) for seed in SEEDS for threads in THREADS)

MODULE_SETTINGS: dict[str, dict[str, object]] = {
    "reputation": {"reputation.weight": 0.4},
    "governance": {"governance.enabled": True, "governance.hard_share": 0.5, "governance.hope": 5.0,
                   "governance.hazard": 0.6, "governance.exit_rate": 0.6, "governance.formation": 1.0,
                   "governance.formality": 0.4},
    "succession": {"succession.rate": 0.4},
    "turnover": {"turnover.rate": 0.2, "turnover.heads": 0.3, "turnover.coordinators": 0.4},
    "mobility": {"mobility.rate": 0.3},
    "embedding": {"embedding.rate": 0.3},
    "churn": {"churn.frequency": 0.4},
    "boundary_push": {"policy.boundary_push": 0.4},
    "hub_push": {"policy.hub_push": 0.4},
    "power": {"power.purse": 0.4, "power.veto": 0.4},
    "predicament": {"predicament.capture": 0.4, "predicament.isolation": 0.4, "predicament.newsletter": 0.4},
    "topics": {"topics.enabled": True},
    "expertise": {"expertise.misjudgement": 0.4, "expertise.directory": 0.3},
    "system_leadership": {"system_leadership.reach": 0.4},
    "time_horizon": {"time_horizon.shortness": 0.4},
    "internal_trust": {"internal_trust.overestimate": 0.4, "internal_trust.audits": 0.4, "internal_trust.cap": True},
    "trust_elements": {"trust_elements.enabled": True},
    "challenge": {"challenge.rate": 0.4},
    "complacency": {"complacency.strength": 0.4},
    "spawning": {"spawning.rate": 1.0, "spawning.leaders": 3.0, "spawning.fast_lane": 0.5},
}  # fmt: skip
"""What turns each module on, strongly enough to act within twelve half-terms."""
SWITCHES: dict[str, dict[str, object]] = {
    "without help at home": {"home.enabled": False},
    "frozen trust": {"trust.frozen": True},
    "own rates of innovation": {"practice.stationary": False, "practice.solo_rate": 0.1, "practice.solo_step": 0.2},
    "a hub that leads and drifting intakes": {"population.hub_lead": 0.4, "competition.intake_drift": 0.02,
                                              "practice.helper_gain": 0.3, "trust.rivalry_across": 0.5},
}  # fmt: skip
"""What changes rules of the core."""
NEEDS = {"embedding": HERE / "funding_ends.toml"}
"""The config that a module needs in place of the baseline to act at all."""


@dataclass(frozen=True)
class Case:
    """A scenario to simulate.

    Attributes:
        group: the stored file that it belongs to.
        name: its name there, unique within the group.
        config: a config's name or path.
        settings: parameters by dotted name that override the config's.
    """

    group: str
    name: str
    config: str | Path
    settings: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.group}: {self.name}"

    def model(self, seed: int) -> AllianceModel:
        """A model of this case at its initial state."""
        return AllianceModel(Scenario.load(self.config, dict(self.settings)), rng=seed, record="school")


def _cases() -> list[Case]:
    configs = sorted(path.stem for path in CONFIGS.glob("*.toml") if path.stem not in TOO_LARGE)
    everything = {name: value for settings in MODULE_SETTINGS.values() for name, value in settings.items()}
    return [
        *(Case("configs", name, name) for name in configs),
        *(Case("modules", name, NEEDS.get(name, "baseline"), settings) for name, settings in MODULE_SETTINGS.items()),
        *(Case("switches", name, "baseline", settings) for name, settings in SWITCHES.items()),
        Case("together", "all modules", "baseline", everything),
        Case("together", "events", HERE / "events.toml"),
        Case("together", "events and all modules", HERE / "events.toml", everything),
    ]


CASES = tuple(_cases())
GROUPS = tuple(dict.fromkeys(case.group for case in CASES))
