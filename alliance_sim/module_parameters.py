"""Parameters of the switchable modules: all off by default, so that the model is its core until somebody asks.

Each module is switched on by one of its parameters (``modules.py`` says which): while that is 0 or false, the others
mean nothing.
"""

from __future__ import annotations

from alliance_sim.declaring import Parameter, share

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

MODULE_GROUPS: dict[str, tuple[str, tuple[Parameter, ...]]] = {
    "turnover": ("Teachers, heads and coordinators who leave, and who comes after them", TURNOVER),
}
"""Each table of a config that belongs to a module: its title, and its parameters in order."""
