"""Parameters of the switchable modules: all off by default, so that the model is its core until somebody asks.

Each module is switched on by one of its parameters (``modules.py`` says which): while that is 0 or false, the others
mean nothing.
"""

from __future__ import annotations

from alliance_sim.declaring import Parameter, share, switch

HUB_PUSH = share("policy.hub_push", 0.0, "—", "chance that a teacher is sent to the alliance's largest school",
                 "A15, C29", "chance")  # fmt: skip
"""A lever of policy, so it stands in that table."""

TURNOVER = (
    Parameter("turnover.rate", 0.0, "—", "share a year", (0, 0.3), "teachers who leave the profession each year",
              "A24; DfE .08–.10", span=(0.08, 0.10)),
    Parameter("turnover.heads", 0.0, "—", "share a year", (0, 0.5), "heads who are replaced each year", "A24, C5"),
    Parameter("turnover.coordinators", 0.0, "—", "share a year", (0, 1), "coordinators who are replaced each year",
              "B15"),
    share("turnover.training_loss", 0.2, "—", "how far a newcomer's practice falls short of the school's mean", "A24"),
)  # fmt: skip

GOVERNANCE = (
    switch("governance.enabled", False, "—", "whether alliances can lose members, end, and be formed again", "C3, C34"),
    share("governance.hard_share", 1.0, "—", "alliances that are hard federations, which no school can leave", "C34"),
    Parameter("governance.hope", 0.8, "—", "helps a teacher and half-term", (0, 5), "help that members hope for", "C4"),
    Parameter("governance.hazard", 0.115, "—", "chance a year", (0, 1), "that a wholly disappointed alliance ends",
              "calibrated: THEORY.md; C3"),
    Parameter("governance.exit_rate", 0.25, "—", "chance a year", (0, 1), "that a wholly disappointed school leaves",
              "assumption; C34"),
    Parameter("governance.formation", 0.1, "—", "chance a year", (0, 1),
              "that neighbours whose heads trust wholly ally", "assumption; C4"),
    share("governance.formality", 0.0, "f", "how far rules are written down", "C13, D11", "utility"),
    share("governance.formality_cost", 0.4, "—", "lack of trust from which rules help more than they burden", "C13",
          "trust"),
)  # fmt: skip

MODULE_GROUPS: dict[str, tuple[str, tuple[Parameter, ...]]] = {
    "governance": ("How alliances are ruled, and how they end", GOVERNANCE),
    "turnover": ("Teachers, heads and coordinators who leave, and who comes after them", TURNOVER),
}
"""Each table of a config that belongs to a module: its title, and its parameters in order."""
