"""What a new browser session opens with: its link, or what the command was given, or the first preset."""

from __future__ import annotations

from dataclasses import dataclass

from alliance_sim.app.session.permalinks import restored
from alliance_sim.app.session.presets import FIRST, PRESETS
from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import RefusedError, Schools, Setup, of_configs, of_preset
from alliance_sim.config import ConfigError
from alliance_sim.schools import SchoolListError


@dataclass
class Served:
    """What ``alliance-sim serve`` was given; ``solara run`` gives nothing."""

    configs: tuple[str, str] | None = None
    schools: Schools | None = None


SERVED = Served()
"""Of this process: set once, before the first session opens."""


def served_setup() -> Setup:
    """What this process was asked to show.

    Raises:
        ConfigError: with everything that is wrong with the configs.
    """
    if SERVED.configs is not None:
        return of_configs(*SERVED.configs, schools=SERVED.schools)
    return of_preset(PRESETS[FIRST], schools=SERVED.schools)


def begun(search: str) -> tuple[Session, str]:
    """A new session, and what its lecturer must be told of a link that could not be followed.

    Args:
        search: what stands after the question mark of the page's address.
    """
    told = ""
    try:
        session = restored(search, SERVED.schools)
        if session is not None:
            return session, ""
    except (RefusedError, ConfigError, SchoolListError) as refusal:
        told = str(refusal)
    return Session(served_setup()), told
