"""Figures of THEORY.md that are neither patterns nor claims: ``python -m analysis findings``."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.models import start_model
from analysis.paired_runs import PairedRuns

SHOWN = ("sharing", "jpd", "trust", "practice", "level", "refusals")
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "baseline": ("baseline", {}),
    "Silicon Valley": ("silicon_valley", {}),
    "Route 128": ("route128", {}),
    "Route 128 without secrecy": ("route128", {"policy.secrecy": 0.0}),
    "Route 128, porous": ("route128", {"policy.porosity": 0.25}),
    "Route 128 with coordinator": ("route128", {"coordinator.present": True}),
    "baseline without reciprocity": ("baseline", {"reciprocity.enabled": False}),
    "the same, one-wayness harmless": ("baseline", {"reciprocity.enabled": False, "reciprocity.one_way_loss": 0.0}),
    "baseline, grievance alone": (
        "baseline",
        {"reciprocity.obligation_weight": 0.0, "reciprocity.return_rate": 0.0, "reciprocity.gratitude": 0.0},
    ),
    "baseline, heads never meet": ("baseline", {"trust.head_meeting": 0.0}),
    **{
        f"Silicon Valley, T0 {t}": ("silicon_valley", {"trust.initial": t}) for t in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    },
}
CEILINGS = (2.0, 2.5, 3.0, 4.0, 6.0)


def alliances_under_level_two(seed: int, config: str) -> float:
    """Return the share of alliances whose mean level after five years is under 2."""
    model = start_model(seed, config, record="alliance")
    model.run_for(30)
    rows = model.outcomes_by_alliance
    after_five_years = rows["half_term"].to_numpy() == 30
    return float((rows["level"].to_numpy()[after_five_years] < 2.0).mean())


def list_findings(runs: PairedRuns) -> list[str]:
    """Return one line per figure: late means of variants, alliances under level 2, and the gap at each ceiling."""
    lines = []
    for name, (config, changes) in VARIANTS.items():
        means = "  ".join(f"{outcome} {runs.late(outcome, config, changes).mean():.3f}" for outcome in SHOWN)
        lines.append(f"{name:32} {means}")
    for config in ("baseline", "competitive", "collaborative", "silicon_valley", "route128"):
        share = np.mean(runs.of(alliances_under_level_two, config))
        lines.append(f"alliances under level 2 after five years, {config}: {share:.2f}")
    for ceiling in CEILINGS:
        better, worse = (
            runs.late("attainment", config, {"practice.ceiling": ceiling})
            for config in ("collaborative", "competitive")
        )
        lines.append(f"ceiling {ceiling}: attainment, collaborative minus competitive {np.mean(better - worse):.3f}")
    return lines
