"""The systems that a new browser session starts with: from its address, the command line or the first preset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from alliance_sim.app.classroom.classroom import Classroom
from alliance_sim.app.session.permalinks import restore_session
from alliance_sim.app.session.presets import FIRST, PRESETS
from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import RefusedError, Schools, Setup, of_configs, of_preset
from alliance_sim.config import ConfigError
from alliance_sim.limits import LONGEST_LINK
from alliance_sim.schools import SchoolListError


@dataclass
class Served:
    """The arguments of ``alliance-sim serve``; empty under ``solara run``.

    Attributes:
        configs: the names or paths of two configs.
        schools: the list of schools that both systems use.
        classroom: the class that takes part; ``None`` without ``--class``.
        join_address: returns the address at which phones join, for a code.
        bets_address: the path at which the lecturer's page asks for the bets.
    """

    configs: tuple[str, str] | None = None
    schools: Schools | None = None
    classroom: Classroom | None = None
    join_address: Callable[[str], str] = str
    bets_address: str = "/class/bets"


SERVED = Served()
"""The arguments of this process, set once before the first session starts."""


def served_setup() -> Setup:
    """Return the setup that this process was started with.

    Raises:
        ConfigError: if a config is invalid, with all its problems.
    """
    if SERVED.configs is not None:
        return of_configs(*SERVED.configs, schools=SERVED.schools)
    return of_preset(PRESETS[FIRST], schools=SERVED.schools)


def opens_lesson(search: str) -> bool:
    """Return whether an address opens the lesson; if not, it opens the sandbox.

    A link that names systems opens the sandbox, and so does an address without a mode if this process was started with
    systems or schools.

    Args:
        search: the part of the address after the question mark.
    """
    if len(search) > LONGEST_LINK:
        return False  # the sandbox reports the problem
    try:
        given = dict(parse_qsl(search.lstrip("?")))
    except ValueError:
        return False
    if "mode" in given:
        return given["mode"] != "sandbox"
    return not SERVED.configs and not SERVED.schools and not {"preset", "a", "b"} & set(given)


def start_session(search: str) -> tuple[Session, str]:
    """Start a session from the address of the page.

    Args:
        search: the part of the address after the question mark.

    Returns:
        The session, and why the address could not be followed (empty if it could).
    """
    problem = ""
    try:
        session = restore_session(search, SERVED.schools)
        if session is not None:
            return session, ""
    except (RefusedError, ConfigError, SchoolListError) as refusal:
        problem = str(refusal)
    return Session(served_setup()), problem


begun = start_session  # the name that cli/commands/serve.py still imports
