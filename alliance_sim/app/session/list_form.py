"""The form of the page with which a user chooses how a list of schools is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from alliance_sim.app.session.session_config import RefusedError, Schools
from alliance_sim.declarations.list_columns import LIST_COLUMNS
from alliance_sim.schools.choices import Choices, choices_of
from alliance_sim.schools.grouping import FARTHEST_KM

FIELDS = ("name", "number", "pupils", "teachers", "phase", "status", "town", "postcode")
"""Fields whose columns the form offers; the others can be chosen on the command line and in configs."""
UNREAD = "none"
LONGEST, MOST_CONDITIONS = 200, 10
"""Characters of a text, and conditions on rows, that the form takes."""


def form_of(schools: Schools) -> dict[str, Any]:
    """Return what the form shows: the titles of the list, and the present choices."""
    choices = schools.choices
    return {
        "list": schools.name,
        "titles": schools.titles(),
        "fields": [{"name": name, "label": _label(name)} for name in FIELDS],
        "columns": choices.titles,
        "where": "\n".join(choices.where),
        "phase": choices.phase,
        "groups": choices.groups,
        "farthest": "" if choices.farthest == FARTHEST_KM else f"{choices.farthest:g}",
        "anonymise": choices.anonymise,
        "usual_km": f"{FARTHEST_KM:g}",
    }


def _label(name: str) -> str:
    meaning = LIST_COLUMNS[name].partition(";")[0].partition(", which")[0]
    return f"{meaning[0].upper()}{meaning[1:]}"


def with_form(schools: Schools, given: object) -> Schools:
    """Return a list with the choices that the browser sent.

    Args:
        schools: the list.
        given: texts under ``where`` (a condition a line), ``phase``, ``groups`` and ``farthest``; ``anonymise``; and
            ``columns``, titles by field.

    Raises:
        RefusedError: if a choice is not allowed; the list keeps its choices.
    """
    message = cast("Mapping[str, object]", given) if isinstance(given, Mapping) else {}
    columns = message.get("columns", {})
    if not isinstance(columns, Mapping) or len(cast("Mapping[str, object]", columns)) > len(LIST_COLUMNS):
        raise RefusedError("the choices did not arrive; try again")
    titles = {str(name): _text(title, str(name)) for name, title in cast("Mapping[object, object]", columns).items()}
    conditions = [line.strip() for line in _text(message.get("where"), "rows").splitlines() if line.strip()]
    if len(conditions) > MOST_CONDITIONS:
        raise RefusedError(f"there are more than {MOST_CONDITIONS} conditions on rows; keep fewer")
    return replace(schools, choices=_checked(message, titles, conditions), _read={})


def _checked(message: Mapping[str, object], titles: Mapping[str, str], conditions: list[str]) -> Choices:
    farthest = _text(message.get("farthest"), "distance").strip().replace(",", ".")
    try:
        kilometres = float(farthest) if farthest else None
    except ValueError:
        raise RefusedError(f"the distance is “{farthest[:20]}”; give kilometres, such as 10") from None
    try:
        return choices_of(
            columns={name: title for name, title in titles.items() if title},
            where=conditions,
            phase=_text(message.get("phase"), "phase"),
            groups=_text(message.get("groups"), "groups") or None,
            farthest=kilometres,
            anonymise=message.get("anonymise") is True,
        )
    except ValueError as error:
        raise RefusedError(f"{error}") from None


def _text(given: object, name: str) -> str:
    text = "" if given is None else given
    if not isinstance(text, str) or len(text) > LONGEST * MOST_CONDITIONS:
        raise RefusedError(f"the choice of {name[:20]} did not arrive, or is too long; try again")
    return text
