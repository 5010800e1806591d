"""Files that the user opens in the page: a config for one of the systems, or a list of schools for both."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NoReturn, cast

from alliance_sim.app.session.session_config import RefusedError, Schools, Setup, of_text, safe_name
from alliance_sim.limits import LARGEST_CONFIG_IN_PAGE, LARGEST_LIST_IN_PAGE
from alliance_sim.schools import SchoolListError

SCHOOLS = "schools"
SIDES = ("a", "b")
ON_COMMAND_LINE = re.compile(r",? or say which column it is with --columns [^;]*")
"""A remedy of the command line, for which the page has a form."""


def setup_with_file(setup: Setup, given: object) -> tuple[Setup, str]:
    """Return a setup with a file that the browser sent, and a message about it.

    Args:
        setup: the present setup.
        given: ``name``, ``what`` (``a``, ``b`` or ``schools``) and ``content`` (base64).

    Raises:
        RefusedError: if the file did not arrive whole, or is too large.
        ConfigError: if a config is invalid, with all its problems.
        SchoolListError: if a list cannot be used.
    """
    name, what, content = _decode(given)
    if what == SCHOOLS:
        return setup_with_list(setup, Schools(name, content=content))
    system = of_text(content, name)
    other = setup.second if what == "a" else setup.first
    if system.title == other.title:
        system = replace(system, title=f"{system.title} (opened)")
    question = system.configuration.question
    changed = replace(setup, preset="", question=question)
    changed = replace(changed, first=system) if what == "a" else replace(changed, second=system)
    return changed, f"{name} is system {what.upper()} now: {question}"


def list_in(given: object) -> Schools | None:
    """Return the list of schools that the browser sent; None if it sent something else.

    Args:
        given: as for ``setup_with_file``.

    Raises:
        RefusedError: as for ``setup_with_file``.
    """
    name, what, content = _decode(given)
    return Schools(name, content=content) if what == SCHOOLS else None


def setup_with_list(setup: Setup, schools: Schools) -> tuple[Setup, str]:
    """Return a setup with a list of schools, and a message about it.

    Args:
        setup: the present setup.
        schools: the list.

    Raises:
        RefusedError: if a choice about it is not allowed.
        SchoolListError: if it cannot be used.
    """
    try:
        report = schools.as_grouped_by(setup.first.configuration).report
    except SchoolListError as error:
        if schools.path is not None:
            raise
        trouble = ON_COMMAND_LINE.sub("", error.trouble)
        trouble = f"{trouble}; or choose in the form “How {schools.name} is read”"
        raise SchoolListError(error.path, trouble, error.line, error.column) from None
    skipped = report.rows - report.taken
    counts = f"{report.taken:,} schools with {report.teachers:,} teachers in {len(report.groups):,} alliances"
    ending = f"; {skipped:,} rows were left out." if skipped else "."
    return replace(setup, schools=schools), f"{schools.shown_name}: {counts}{ending}{_warned(report.warnings)}"


def _warned(warnings: Sequence[str]) -> str:
    """Return the first warning for a message, and how many more there are."""
    if not warnings:
        return ""
    more = f" (and {len(warnings) - 1} more)" if len(warnings) > 1 else ""
    return f" Warning: {warnings[0]}{more}."


def _decode(given: object) -> tuple[str, str, bytes]:
    """Return the name, the purpose and the content of a file that the browser sent."""
    message = cast("Mapping[str, object]", given) if isinstance(given, Mapping) else {}
    what, text = message.get("what"), message.get("content")
    if what not in (*SIDES, SCHOOLS) or not isinstance(text, str):
        raise RefusedError("the file did not arrive; try again")
    what = str(what)
    if len(text) > _most(what) * 4 / 3 + 8:
        refuse_too_large(given)
    name = _name(message)
    try:
        return name, what, base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(f"{name} did not arrive whole; try again") from None


def refuse_too_large(given: object) -> NoReturn:
    """Refuse a file that is too large; the browser checks the size before it sends a file.

    Args:
        given: ``name`` and ``what`` of the file.

    Raises:
        RefusedError: always.
    """
    message = cast("Mapping[str, object]", given) if isinstance(given, Mapping) else {}
    listed = message.get("what") == SCHOOLS
    more = "; longer lists can be given to the command: alliance-sim serve --schools FILE" if listed else ""
    most = f"{_most(str(message.get('what'))) / 1e6:g} MB"
    raise RefusedError(
        f"{_name(message)} is larger than {most}, the most that the page opens{more}; nothing was changed"
    )


def _name(message: Mapping[str, object]) -> str:
    return safe_name(str(message.get("name", "")), "schools.csv" if message.get("what") == SCHOOLS else "config.toml")


def _most(what: str) -> int:
    return LARGEST_LIST_IN_PAGE if what == SCHOOLS else LARGEST_CONFIG_IN_PAGE
