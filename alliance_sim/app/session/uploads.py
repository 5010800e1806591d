"""Files that are opened in the page: a config for one of the worlds, or a list of schools for both."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn, cast

from alliance_sim.app.session.session_config import RefusedError, Schools, Setup, of_text, safe_name
from alliance_sim.limits import LARGEST_CONFIG_IN_PAGE, LARGEST_LIST_IN_PAGE

SCHOOLS = "schools"
WORLDS = {"a": "first", "b": "second"}


def started_with(setup: Setup, given: object) -> tuple[Setup, str]:
    """The setup with a file that the browser sent, and what to tell of it.

    Args:
        setup: what is open now.
        given: ``name``, ``what`` (``a``, ``b`` or ``schools``) and ``content`` (base64).

    Raises:
        RefusedError: if it did not arrive whole, or is too large.
        ConfigError: with everything that is wrong with a config.
        SchoolListError: if a list cannot be used.
    """
    name, what, content = _received(given)
    if what == SCHOOLS:
        return _with_list(setup, Schools(name, content=content))
    world = of_text(content, name)
    other = setup.second if what == "a" else setup.first
    if world.title == other.title:
        world = replace(world, title=f"{world.title} (opened)")
    question = world.configuration.question
    changed = replace(setup, preset="", question=question)
    changed = replace(changed, first=world) if what == "a" else replace(changed, second=world)
    return changed, f"{name} is world {what.upper()} now: {question}"


def _with_list(setup: Setup, schools: Schools) -> tuple[Setup, str]:
    report = schools.as_grouped_by(setup.first.configuration).report
    left = report.rows - report.taken
    many = f"{report.taken:,} schools with {report.teachers:,} teachers in {len(report.groups):,} alliances"
    told = f"{schools.name}: {many}"
    return replace(setup, schools=schools), f"{told}; {left:,} rows were left out." if left else f"{told}."


def _received(given: object) -> tuple[str, str, bytes]:
    """Name, purpose and content of a file as the browser sends it."""
    asked = cast("Mapping[str, object]", given) if isinstance(given, Mapping) else {}
    what, text = asked.get("what"), asked.get("content")
    if what not in (*WORLDS, SCHOOLS) or not isinstance(text, str):
        raise RefusedError("the file did not arrive; try again")
    what = str(what)
    if len(text) > _most(what) * 4 / 3 + 8:
        refuse_too_large(given)
    name = _name(asked)
    try:
        return name, what, base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(f"{name} did not arrive whole; try again") from None


def refuse_too_large(given: object) -> NoReturn:
    """Say so of a file that the browser did not even send.

    Raises:
        RefusedError: always.
    """
    asked = cast("Mapping[str, object]", given) if isinstance(given, Mapping) else {}
    listed = asked.get("what") == SCHOOLS
    more = "; longer lists can be given to the command: alliance-sim serve --schools FILE" if listed else ""
    most = f"{_most(str(asked.get('what'))) / 1e6:g} MB"
    raise RefusedError(f"{_name(asked)} is larger than {most}, the most that the page opens{more}; nothing was changed")


def _name(asked: Mapping[str, object]) -> str:
    return safe_name(str(asked.get("name", "")), "schools.csv" if asked.get("what") == SCHOOLS else "config.toml")


def _most(what: str) -> int:
    return LARGEST_LIST_IN_PAGE if what == SCHOOLS else LARGEST_CONFIG_IN_PAGE
