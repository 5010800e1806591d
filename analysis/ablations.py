"""What is left of a pattern when the mechanism that should make it is cut: the same checks, in worlds without it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.worlds import HALF_TERMS, Worlds


class CutWorlds(Worlds):
    """Worlds in which some parameters are what the ablation says, whatever config they come from."""

    def __init__(self, worlds: Worlds, cut: dict[str, Any]) -> None:
        """Share seeds, processes and lived worlds with ``worlds``."""
        self.seeds, self.of, self._cut = worlds.seeds, worlds.of, cut

    def outcome(
        self, name: str, config: str, changes: dict[str, Any] | None = None, half_terms: int = HALF_TERMS
    ) -> NDArray[np.float64]:
        """As of any world, with the cut on top."""
        return super().outcome(name, config, {**(changes or {}), **self._cut}, half_terms)


ABLATIONS: dict[int, tuple[str, dict[str, Any]]] = {
    1: ("no secrecy in either", {"policy.secrecy": 0.0}),
    2: ("rivalry scales no loss and tempts nobody", {"trust.rivalry_weight": 0.0, "outcome.betrayal_rivalry": 0.0}),
    5: (
        "grievances alone: no obligation, return offer or gratitude",
        {"reciprocity.obligation_weight": 0.0, "reciprocity.return_rate": 0.0, "reciprocity.gratitude": 0.0},
    ),
    8: ("joint practice adds nothing", {"practice.jpd_step": 0.0}),
    10: (
        "a coordinator who brokers nothing and mediates nothing",
        {"coordinator.capacity": 0, "coordinator.mediation": 0.0},
    ),
    11: ("heads never meet", {"trust.head_meeting": 0.0}),
    13: ("no gates between levels", {"level.gate": (0.0, 0.001, 0.002, 0.003)}),
    18: ("nobody is let down in earnest: a broken promise costs what a kept one adds", {"trust.loss_ratio": 1.0}),
}
"""By number of the pattern: what is cut, in words, and how. Patterns 6, 7, 9, 15, 17, 21 and 22 have theirs among their
own checks (a rate of 0, a link cut); 3, 4, 14, 16, 19 and 20 are about no single mechanism."""
AMONG_THEIR_OWN = (6, 7, 9, 15, 17, 21, 22)
