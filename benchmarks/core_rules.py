"""What the peers can live: the core rules, and not what comes on top of them."""

from __future__ import annotations

from alliance_sim import Scenario
from alliance_sim.engine.modules.registry import modules_of


def refuse_more(scenario: Scenario, peer: str, *, events: bool = False) -> None:
    """Refuse what a peer would leave out without a word.

    Args:
        scenario: what it is to live.
        peer: how it is called.
        events: whether it knows events.

    Raises:
        ValueError: if a switchable module is on, or there are events that the peer does not know.
    """
    if scenario.events and not events:
        raise ValueError(f"{peer} knows no events; take a scenario without [[events]]")
    if modules := modules_of(scenario.configuration):
        names = ", ".join(module.name for module in modules)
        raise ValueError(f"{peer} knows the core rules only; switch off {names}")
