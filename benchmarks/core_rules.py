"""Check that a scenario uses only the core rules, which is all that the peers implement."""

from __future__ import annotations

from alliance_sim import Scenario
from alliance_sim.engine.modules.registry import modules_of


def refuse_more(scenario: Scenario, peer: str, *, events: bool = False) -> None:
    """Refuse a scenario with rules that a peer would silently ignore.

    Args:
        scenario: the scenario to simulate.
        peer: the peer's name for messages.
        events: whether the peer implements events.

    Raises:
        ValueError: if a switchable module is on, or there are events that the peer does not know.
    """
    if scenario.events and not events:
        raise ValueError(f"{peer} knows no events; take a scenario without [[events]]")
    if modules := modules_of(scenario.configuration):
        names = ", ".join(module.name for module in modules)
        raise ValueError(f"{peer} knows the core rules only; switch off {names}")
