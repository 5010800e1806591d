"""The six sliders for policy: what a lecturer changes during a run, with the present values in words."""

from __future__ import annotations

from typing import Any, cast

from alliance_sim.app.session.session import Session
from alliance_sim.app.views.differences import value_words
from alliance_sim.declarations.parameters import PARAMETERS

TITLES = {
    "policy.secrecy": "Secrecy",
    "policy.porosity": "Doors to other alliances",
    "policy.funding": "Time and money to meet",
    "policy.competition": "Competition",
    "policy.hub_push": "Teachers sent to one school",
    "coordinator.present": "Coordinators",
}
"""The title of each lever. Every other parameter is under All assumptions."""


def levers(session: Session) -> list[dict[str, Any]]:
    """Return the levers in order, with their present position and words in each system.

    Args:
        session: the runs.
    """
    policies = [session.policy(side) for side in (0, 1)]
    return [
        {
            "name": name,
            "title": title,
            "meaning": PARAMETERS[name].meaning,
            "kind": PARAMETERS[name].kind,
            "positions": [float(cast("float", policy[name])) for policy in policies],
            "words": [value_words(name, policy[name]) for policy in policies],
        }
        for name, title in TITLES.items()
    ]
