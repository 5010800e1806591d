"""What a new browser session opens with: what the command was given, or a link, or the first preset."""

from __future__ import annotations

from dataclasses import dataclass

from alliance_sim.app.presets import FIRST, PRESETS
from alliance_sim.app.setup import Schools, Setup, of_configs, of_preset


@dataclass
class Served:
    """What ``alliance-sim serve`` was given; ``solara run`` gives nothing."""

    configs: tuple[str, str] | None = None
    schools: Schools | None = None


SERVED = Served()
"""Of this process: set once, before the first session opens."""


def first_setup(search: str) -> Setup:
    """The setup of a new session; ``search`` is what stands after the question mark of its address."""
    if SERVED.configs is not None:
        return of_configs(*SERVED.configs, schools=SERVED.schools)
    return of_preset(PRESETS[FIRST], schools=SERVED.schools)
