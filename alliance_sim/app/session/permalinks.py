"""Links that contain a whole session: configs, seed, interventions with their dates, and the half-term shown.

``?a=silicon_valley&b=route128&seed=1&at=24&do=18.b.funding_ends`` names shipped configs. For other configs, the link
lists every parameter that differs from the baseline. Links are untrusted input and are checked when they are read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any
from urllib.parse import parse_qsl, urlencode

import tomli_w

from alliance_sim.app.session.interventions import POLICY_CHANGE, Intervention
from alliance_sim.app.session.presets import PRESETS
from alliance_sim.app.session.session import BOTH, FIRST, HORIZON, SECOND, Session
from alliance_sim.app.session.session_config import RefusedError, Schools, Setup, SystemSetup, of_preset, of_text
from alliance_sim.app.session.settings_form import format_field, parse_fields
from alliance_sim.config import load_configuration, parse_overrides, shipped_configs
from alliance_sim.config.files import list_names
from alliance_sim.config.resources import expected_teachers
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.limits import LONGEST_LINK
from alliance_sim.text import title as config_title

INSTEAD = "the first pair of systems is shown instead"


def link(session: Session) -> str:
    """Return the part of the page's address after the question mark."""
    setup = session.setup
    parts: list[tuple[str, str]] = []
    if setup.preset:
        parts.append(("preset", setup.preset))
    else:
        for side, system in zip((FIRST, SECOND), setup.systems, strict=True):
            parts += _format_system(side, system)
    parts.append(("seed", str(setup.seed)))
    if setup.schools is not None:
        parts.append(("schools", setup.schools.shown_name))
    for intervention, side in interventions_by_side(session):
        parts.append(("do", _format_action(intervention, side)))
    if session.at:
        parts.append(("at", str(session.at)))
    return urlencode(parts)


def interventions_by_side(session: Session) -> list[tuple[Intervention, str]]:
    """Return the interventions in order of time, each with ``a``, ``b`` or ``both``."""
    first, second = (run.interventions for run in session.runs)
    pairs: list[tuple[Intervention, str]] = []
    remaining = list(second)
    for one in first:
        if one in remaining:
            remaining.remove(one)
            pairs.append((one, BOTH))
        else:
            pairs.append((one, FIRST))
    pairs += [(one, SECOND) for one in remaining]
    return sorted(pairs, key=lambda pair: pair[0].half_term)


def _format_system(side: str, system: SystemSetup) -> list[tuple[str, str]]:
    configuration = system.configuration
    shipped = shipped_configs()
    parts: list[tuple[str, str]] = []
    if configuration.name in shipped and load_configuration(configuration.name).hash == configuration.hash:
        parts.append((side, configuration.name))
    else:
        parts.append((side, "baseline"))
        for name, value in configuration.values.items():
            if value != PARAMETERS[name].default:
                parts.append((f"{side}.{name}", format_field(value)))
        for event in configuration.events:
            set_to = ";".join(f"{name}={format_field(value)}" for name, value in event.set.items())
            what = f"~{event.kind}~{event.school}" if event.kind else ""
            parts.append((f"{side}.event", f"{event.year:g}:{set_to}{what}"))
    if system.title != config_title(parts[0][1]):
        parts.append((f"{side}.title", system.title))
    return parts


def _format_action(intervention: Intervention, side: str) -> str:
    start = f"{intervention.half_term}.{side}."
    if intervention.key == POLICY_CHANGE:
        return start + ";".join(f"{name}={format_field(value)}" for name, value in intervention.changes)
    return f"{start}{intervention.key}:{intervention.school}"


@dataclass(frozen=True)
class Replay:
    """The session that a link describes, before it is computed.

    Attributes:
        setup: the two systems.
        actions: the interventions, as the link writes them.
        until: the half-term that was shown.
    """

    setup: Setup
    actions: tuple[str, ...]
    until: int

    @property
    def half_terms(self) -> int:
        """The number of half-terms to compute."""
        return max([self.until, *(_half_term(one) for one in self.actions)])

    @property
    def cost(self) -> float:
        """The approximate cost, in teachers times half-terms of both systems."""
        if self.setup.schools is not None:
            return math.inf  # the list has not been read yet
        teachers = sum(expected_teachers(system.configuration.values) for system in self.setup.systems)
        return teachers * (self.half_terms + _COST_OF_INITIALIZATION)

    def session(self, progress: Callable[[float], None] = lambda _: None) -> Session:
        """Compute the session that the link describes.

        Args:
            progress: called with the share that is done before each half-term; an error that it raises ends the
                computation.

        Raises:
            RefusedError, ConfigError, SchoolListError: if the link asks for something that cannot be done.
        """
        session = Session(self.setup)
        share = 1.0 / (self.half_terms + 1)
        for one in self.actions:
            _step_until(session, _half_term(one), share, progress)
            _repeat(session, one)
        _step_until(session, self.until, share, progress)
        session.look_at(min(self.until, session.simulated) if self.until else session.at)
        return session


_COST_OF_INITIALIZATION = 20
"""Half-terms that can be simulated in the time that setting up a system takes."""


def replay_of(search: str, schools: Schools | None = None) -> Replay | None:
    """Read a link and check it as far as possible without computing it.

    Args:
        search: the part of the address after the question mark.
        schools: the list of schools at hand; used if the link names it.

    Returns:
        The session to compute, or ``None`` if the link names no systems.

    Raises:
        RefusedError: if it is not a link of this page.
        ConfigError: if its parameters are invalid, with all their problems.
    """
    if len(search) > LONGEST_LINK:
        raise RefusedError(f"the link is longer than any that this page makes; {INSTEAD}")
    search = search.encode("utf-8", "replace").decode("utf-8")  # a browser may send half of a surrogate pair
    try:
        parts = parse_qsl(search.lstrip("?"))
    except ValueError:
        raise RefusedError(f"the link is not one of this page; {INSTEAD}") from None
    known = dict(parts)
    if not {"preset", FIRST, SECOND} & set(known):
        return None
    setup = _setup(parts, known)
    wanted = known.get("schools")
    if wanted is not None:
        if schools is None or schools.shown_name != wanted:
            raise RefusedError(
                f"the link needs the list of schools “{PurePath(wanted).name[:60]}”; open that list here"
            )
        setup = replace(setup, schools=schools)
    at = known.get("at", "0")
    until = min(int(at), HORIZON) if at.isdecimal() and len(at) < 4 else 0
    replay = Replay(setup, tuple(value for name, value in parts if name == "do"), until)
    _ = replay.half_terms  # refuses actions with invalid dates before anything is computed
    return replay


def restore_session(search: str, schools: Schools | None = None) -> Session | None:
    """Compute the session of a link; return ``None`` if the link names no systems.

    Args:
        search: the part of the address after the question mark.
        schools: the list of schools at hand; used if the link names it.

    Raises:
        RefusedError: if it is not a link of this page.
        ConfigError: if its parameters are invalid, with all their problems.
    """
    replay = replay_of(search, schools)
    return None if replay is None else replay.session()


def _setup(parts: Sequence[tuple[str, str]], known: dict[str, str]) -> Setup:
    seed = known.get("seed", "1")
    if not seed.isdecimal() or len(seed) > 16:
        raise RefusedError(f"the link's seed is not a whole number; {INSTEAD}")
    if "preset" in known:
        if known["preset"] not in PRESETS:
            raise RefusedError(f"the link names a pair of systems that does not exist; {INSTEAD}")
        return of_preset(PRESETS[known["preset"]], int(seed))
    first, second = (_read_system(side, parts) for side in (FIRST, SECOND))
    return Setup(first, second, int(seed), question=first.configuration.question)


def _read_system(side: str, parts: Sequence[tuple[str, str]]) -> SystemSetup:
    known = dict(parts)
    base = known.get(side, "baseline")
    if base not in shipped_configs():
        raise RefusedError(f"the link names a config that is not shipped; there are {list_names(shipped_configs())}")
    texts = {name.partition(".")[2]: value for name, value in parts
             if name.startswith(f"{side}.") and name.partition(".")[2] in PARAMETERS}  # fmt: skip
    dated = [value for name, value in parts if name == f"{side}.event"]
    document: dict[str, Any] = {"question": load_configuration(base).question, "extends": base}
    if dated:
        document["events"] = [_read_event(one) for one in dated]
    system = of_text(tomli_w.dumps(document), f"{base}.toml").with_changes(parse_fields(texts))
    return replace(system, title=known.get(f"{side}.title", config_title(base))[:60])


def _read_event(text: str) -> dict[str, Any]:
    year, _, changes = text.partition(":")
    try:
        dated = float(year)
    except ValueError:
        raise RefusedError(f"the link has an event without a year; {INSTEAD}") from None
    set_to, *happens = changes.split("~", 2)
    document: dict[str, Any] = {"year": dated}
    if set_to:
        document["set"] = parse_overrides(set_to.split(";"))
    return document | dict(zip(("event", "school"), happens, strict=False))


def _half_term(action: str) -> int:
    """Return the date of an action.

    Raises:
        RefusedError: if its date is not a half-term.
    """
    date = action.partition(".")[0]
    if not date.isdecimal() or len(date) > 3 or int(date) > HORIZON:
        raise RefusedError(f"the date of an intervention in the link is no half-term from 0 to {HORIZON}; {INSTEAD}")
    return int(date)


def _step_until(session: Session, half_term: int, share: float, progress: Callable[[float], None]) -> None:
    while session.at < half_term:
        progress(share * (session.at + 1))
        session.step()


def _repeat(session: Session, action: str) -> None:
    """Apply an action of the link at the present half-term."""
    side, _, what = action.partition(".")[2].partition(".")
    if "=" in what:
        session.set_policy(parse_overrides(what.split(";")), side)
    else:
        key, _, school = what.partition(":")
        session.intervene(key, side, school or None)
