"""A link that brings the same two worlds back: configs, luck, what was made to happen, and where we were.

``?a=silicon_valley&b=route128&seed=1&at=24&do=18.b.funding_ends`` names shipped configs; what differs from the
baseline is written out where a config is not shipped. Everything is checked when it is read: anybody may write a link.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any
from urllib.parse import parse_qsl, urlencode

import tomli_w

from alliance_sim.app.session.interventions import LEVER, Happening
from alliance_sim.app.session.presets import PRESETS
from alliance_sim.app.session.session import BOTH, FIRST, HORIZON, SECOND, Session
from alliance_sim.app.session.session_config import RefusedError, Schools, Setup, WorldSetup, of_preset, of_text
from alliance_sim.app.session.settings_form import read, written
from alliance_sim.config import load_configuration, parse_overrides, shipped_configs
from alliance_sim.config.files import list_names
from alliance_sim.config.resources import expected_teachers
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.limits import LONGEST_LINK
from alliance_sim.text import title as config_title


def link(session: Session) -> str:
    """What stands after the question mark."""
    setup = session.setup
    parts: list[tuple[str, str]] = []
    if setup.preset:
        parts.append(("preset", setup.preset))
    else:
        for side, world in zip((FIRST, SECOND), setup.worlds, strict=True):
            parts += _world(side, world)
    parts.append(("seed", str(setup.seed)))
    if setup.schools is not None:
        parts.append(("schools", setup.schools.name))
    for happening, side in happened(session):
        parts.append(("do", _said(happening, side)))
    if session.at:
        parts.append(("at", str(session.at)))
    return urlencode(parts)


def happened(session: Session) -> list[tuple[Happening, str]]:
    """What was made to happen, in order, each with ``a``, ``b`` or ``both``."""
    first, second = ([(one, place) for place, one in enumerate(world.happenings)] for world in session.worlds)
    told: list[tuple[Happening, str]] = []
    left = [one for one, _ in second]
    for one, _ in first:
        if one in left:
            left.remove(one)
            told.append((one, BOTH))
        else:
            told.append((one, FIRST))
    told += [(one, SECOND) for one in left]
    return sorted(told, key=lambda pair: pair[0].half_term)


def _world(side: str, world: WorldSetup) -> list[tuple[str, str]]:
    configuration = world.configuration
    shipped = shipped_configs()
    parts: list[tuple[str, str]] = []
    if configuration.name in shipped and load_configuration(configuration.name).hash == configuration.hash:
        parts.append((side, configuration.name))
    else:
        parts.append((side, "baseline"))
        for name, value in configuration.values.items():
            if value != PARAMETERS[name].default:
                parts.append((f"{side}.{name}", written(value)))
        for event in configuration.events:
            set_to = ";".join(f"{name}={written(value)}" for name, value in event.set.items())
            what = f"~{event.happens}~{event.school}" if event.happens else ""
            parts.append((f"{side}.event", f"{event.year:g}:{set_to}{what}"))
    if world.title != config_title(parts[0][1]):
        parts.append((f"{side}.title", world.title))
    return parts


def _said(happening: Happening, side: str) -> str:
    start = f"{happening.half_term}.{side}."
    if happening.key == LEVER:
        return start + ";".join(f"{name}={written(value)}" for name, value in happening.changes)
    return f"{start}{happening.key}:{happening.school}"


@dataclass(frozen=True)
class Replay:
    """What a link describes, before it is computed.

    Attributes:
        setup: the two systems.
        said: what was made to happen by hand, as the link writes it.
        until: the half-term that was looked at.
    """

    setup: Setup
    said: tuple[str, ...]
    until: int

    @property
    def half_terms(self) -> int:
        """How many half-terms have to be computed."""
        return max([self.until, *(_half_term(one) for one in self.said)])

    @property
    def cost(self) -> float:
        """About how much there is to compute, in teachers times half-terms of both systems."""
        if self.setup.schools is not None:
            return math.inf  # its rows are not read yet
        teachers = sum(expected_teachers(world.configuration.values) for world in self.setup.worlds)
        return teachers * (self.half_terms + _COST_OF_INITIALIZATION)

    def session(self, progress: Callable[[float], None] = lambda _: None) -> Session:
        """The session that the link describes.

        Args:
            progress: called with the share that is done before each half-term; what it raises ends the computation.

        Raises:
            RefusedError, ConfigError, SchoolListError: if something that the link says cannot be done.
        """
        session = Session(self.setup)
        share = 1.0 / (self.half_terms + 1)
        for one in self.said:
            _step_until(session, _half_term(one), share, progress)
            _repeat(session, one)
        _step_until(session, self.until, share, progress)
        session.look_at(min(self.until, session.lived) if self.until else session.at)
        return session


_COST_OF_INITIALIZATION = 20
"""Setting up a system takes about as long as so many half-terms."""


def replay_of(search: str, schools: Schools | None = None) -> Replay | None:
    """What a link describes, checked as far as can be without computing it; None where it names no systems.

    Args:
        search: what stands after the question mark.
        schools: the list of schools that is at hand; used if the link names it.

    Raises:
        RefusedError: if it is not a link of this page.
        ConfigError: with what is wrong with its parameters.
    """
    if len(search) > LONGEST_LINK:
        raise RefusedError(
            "the link is longer than any that this page makes; the first pair of worlds is shown instead"
        )
    search = search.encode("utf-8", "replace").decode("utf-8")  # a message of the browser may hold half of a letter
    try:
        parts = parse_qsl(search.lstrip("?"))
    except ValueError:
        raise RefusedError("the link is not one of this page; the first pair of worlds is shown instead") from None
    known = dict(parts)
    if not {"preset", FIRST, SECOND} & set(known):
        return None
    setup = _setup(parts, known)
    wanted = known.get("schools")
    if wanted is not None:
        if schools is None or schools.name != wanted:
            raise RefusedError(
                f"the link needs the list of schools “{PurePath(wanted).name[:60]}”; open that list here"
            )
        setup = replace(setup, schools=schools)
    at = known.get("at", "0")
    until = min(int(at), HORIZON) if at.isdecimal() and len(at) < 4 else 0
    replay = Replay(setup, tuple(value for name, value in parts if name == "do"), until)
    _ = replay.half_terms  # refuses what is dated at no half-term before anything is computed
    return replay


def restored(search: str, schools: Schools | None = None) -> Session | None:
    """The session of a link, played to where it was; None where the link names no worlds.

    Args:
        search: what stands after the question mark.
        schools: the list of schools that is at hand; used if the link names it.

    Raises:
        RefusedError: if it is not a link of this page.
        ConfigError: with what is wrong with its parameters.
    """
    replay = replay_of(search, schools)
    return None if replay is None else replay.session()


def _setup(parts: Sequence[tuple[str, str]], known: dict[str, str]) -> Setup:
    seed = known.get("seed", "1")
    if not seed.isdecimal() or len(seed) > 16:
        raise RefusedError("the link's seed is not a whole number; the first pair of worlds is shown instead")
    if "preset" in known:
        if known["preset"] not in PRESETS:
            raise RefusedError("the link names a pair of worlds that there is not; the first pair is shown instead")
        return of_preset(PRESETS[known["preset"]], int(seed))
    first, second = (_read_world(side, parts) for side in (FIRST, SECOND))
    return Setup(first, second, int(seed), question=first.configuration.question)


def _read_world(side: str, parts: Sequence[tuple[str, str]]) -> WorldSetup:
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
    world = of_text(tomli_w.dumps(document), f"{base}.toml").with_changes(read(texts))
    return replace(world, title=known.get(f"{side}.title", config_title(base))[:60])


def _read_event(text: str) -> dict[str, Any]:
    year, _, changes = text.partition(":")
    try:
        dated = float(year)
    except ValueError:
        raise RefusedError("the link has an event without a year; the first pair of worlds is shown instead") from None
    set_to, *happens = changes.split("~", 2)
    document: dict[str, Any] = {"year": dated}
    if set_to:
        document["set"] = parse_overrides(set_to.split(";"))
    return document | dict(zip(("happens", "school"), happens, strict=False))


def _half_term(said: str) -> int:
    """When something was made to happen.

    Raises:
        RefusedError: if it is dated at no half-term.
    """
    written = said.partition(".")[0]
    if not written.isdecimal() or len(written) > 3 or int(written) > HORIZON:
        raise RefusedError("the link says that something happened at no half-term; the worlds are shown without it")
    return int(written)


def _step_until(session: Session, half_term: int, share: float, progress: Callable[[float], None]) -> None:
    while session.at < half_term:
        progress(share * (session.at + 1))
        session.step()


def _repeat(session: Session, said: str) -> None:
    """Make happen what the link says, at the half-term that is reached."""
    side, _, what = said.partition(".")[2].partition(".")
    if "=" in what:
        session.set_policy(parse_overrides(what.split(";")), side)
    else:
        key, _, school = what.partition(":")
        session.happen(key, side, school or None)
