"""Ablations: the checks of a pattern in runs without the mechanism that should produce it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.paired_runs import HALF_TERMS, PairedRuns


class AblatedRuns(PairedRuns):
    """Paired runs in which the ablation sets some parameters, whatever the config."""

    def __init__(self, runs: PairedRuns, cut: dict[str, Any]) -> None:
        """Share seeds, processes and simulated runs with ``runs``."""
        self.seeds, self.of, self._cut = runs.seeds, runs.of, cut

    def outcome(
        self, name: str, config: str, changes: dict[str, Any] | None = None, half_terms: int = HALF_TERMS
    ) -> NDArray[np.float64]:
        """Return one outcome over time with the ablation applied last."""
        return super().outcome(name, config, {**(changes or {}), **self._cut}, half_terms)


ABLATIONS: dict[int, tuple[str, dict[str, Any]]] = {
    1: ("no secrecy in either", {"policy.secrecy": 0.0}),
    2: (
        "rivalry neither scales losses nor causes betrayal",
        {"trust.rivalry_weight": 0.0, "outcome.betrayal_rivalry": 0.0},
    ),
    5: (
        "grievances alone: no obligation, return offer or gratitude",
        {"reciprocity.obligation_weight": 0.0, "reciprocity.return_rate": 0.0, "reciprocity.gratitude": 0.0},
    ),
    8: ("joint practice adds nothing", {"practice.jpd_step": 0.0}),
    10: (
        "a coordinator who neither brokers nor mediates",
        {"coordinator.capacity": 0, "coordinator.mediation": 0.0},
    ),
    11: ("heads never meet", {"trust.head_meeting": 0.0}),
    13: ("no gates between levels", {"level.gate": (0.0, 0.001, 0.002, 0.003)}),
    18: ("a broken promise costs only as much as a kept one adds", {"trust.loss_ratio": 1.0}),
}
"""Description and parameter changes of each ablation, by the pattern's number. Patterns 6, 7, 9, 15, 17, 21 to 27 have
their ablations among their own checks (a rate of 0, a link cut); 3, 4, 14, 16, 19 and 20 are about no single
mechanism."""
AMONG_THEIR_OWN = (6, 7, 9, 15, 17, 21, 22, 23, 24, 25, 26, 27)
