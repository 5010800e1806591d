"""Sentences for errors in a lesson file: what is wrong, where, and the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from alliance_sim.app.language import languages
from alliance_sim.app.lesson import schema
from alliance_sim.app.lesson.lesson import EVENTS, KINDS
from alliance_sim.config.errors import Problem, shortened, shown
from alliance_sim.config.suggestions import nearest
from alliance_sim.config.toml_lines import KeyPath
from alliance_sim.config.translation import Place, dotted, error_types, not_allowed, translate, value_at
from alliance_sim.declarations.outcomes import NAMES

_SYSTEM = 'a table such as { title = "Open schools", base = "silicon_valley" }'
_NAMES = 'two names, ["Asha", "Ben"]'
ALLOWED: dict[str, str] = {
    "title": f"a text in quotes, at most {schema.LONGEST_TITLE} characters",
    "question": f"a text in quotes, at most {schema.LONGEST_TITLE} characters",
    "language": f"one of {', '.join(languages())}",
    "seed": f"a whole number, 0 to {schema.LARGEST_SEED:,}",
    "years": f"a whole number, 1 to {schema.MOST_YEARS}",
    "shown_years": f"a whole number, 1 to {schema.MOST_YEARS}",
    "outcome": f"an outcome: {', '.join(NAMES)}",
    "names": _NAMES,
    "names.#": f"a name, at most {schema.LONGEST_LABEL} characters",
    "a": _SYSTEM,
    "b": _SYSTEM,
    "base": "the name of a shipped config or the path of a file, in quotes",
    "set": 'a table of parameters, such as { "policy.secrecy" = 0.3 }',
    "screens": f"1 to {schema.MOST_SCREENS} tables [[screens]]",
    "id": 'lower-case letters, digits, "-" and "_", at most 30',
    "kind": f"one of {', '.join(KINDS)}",
    "label": f"a text in quotes, at most {schema.LONGEST_LABEL} characters",
    "caption": f"a text in quotes, at most {schema.LONGEST_CAPTION} characters",
    "runs": f"a whole number, 5 to {schema.MOST_RUNS}",
    "promises": f"a whole number, 1 to {schema.MOST_PROMISES}",
    "speech": f"at most two texts, each at most {schema.LONGEST_SPEECH} characters",
    "speech.#": f"a text in quotes, at most {schema.LONGEST_SPEECH} characters",
    "events": f"at most {schema.MOST_EVENTS} tables, such as {{ event = \"betrayal\", year = 3 }}",
    "event": f"one of {', '.join(EVENTS)}",
    "year": f"a number of years, 0 to {schema.MOST_YEARS}",
    "system": '"a", "b" or "both"',
    "school": '"largest", a name or a URN, in quotes',
}  # fmt: skip
"""The allowed values of each key, wherever it stands; ``#`` stands for a place in a list."""
_WORDS = {
    "kind": tuple(KINDS), "language": languages(), "event": EVENTS, "outcome": NAMES, "system": ("a", "b", "both"),
}  # fmt: skip


def checked_lesson(document: Mapping[str, Any], place: Place) -> tuple[schema.LessonTable | None, list[Problem]]:
    """Return a validated lesson file, or its problems.

    Args:
        document: its content.
        place: returns file and line of a key.
    """
    try:
        return schema.LessonTable.model_validate(dict(document)), []
    except ValidationError as error:
        kinds = error_types(error, lambda loc, _: loc)
        return None, translate(kinds, lambda path, kind: _problem(path, kind, value_at(document, path), place), place)


def _problem(path: KeyPath, kind: str, given: object, place: Place) -> Problem:
    if kind == "extra_forbidden":
        return _unknown(path, given, place)
    key = _last_name(path)
    name, where = dotted(path), place(path)
    allowed = ALLOWED[key]
    if kind == "missing":
        return Problem(*where, name, "", allowed, "", f"{name} is missing; give {allowed}")
    if kind == "string_too_long":
        length = len(cast("str", given))
        sentence = f"{name} has {length} characters, but must be {allowed}; shorten it, or it covers the picture"
        return Problem(*where, name, shown(given), allowed, "", sentence)
    words = _WORDS.get(key, ())
    meant = nearest(given.lower(), words) if isinstance(given, str) else ""
    return not_allowed(name, given, allowed, where, meant and f'"{meant}"')


def _last_name(path: KeyPath) -> str:
    """Return the last key of a path, with ``.#`` for a place in one of its lists of texts."""
    last = path[-1]
    if isinstance(last, str):
        return last
    parent = str(path[-2])
    return f"{parent}.#" if f"{parent}.#" in ALLOWED else parent


def _unknown(path: KeyPath, given: object, place: Place) -> Problem:
    fields = list(_shape(path).model_fields)
    key = str(path[-1])
    meant = nearest(key.lower(), fields)
    where = dotted(path[:-1]) or "a lesson"
    hint = f"did you mean '{meant}'?" if meant else f"there may be {', '.join(fields)}"
    sentence = f"there is no '{shortened(key)}' in {where}; {hint}"
    return Problem(*place(path), dotted(path), shown(given), ", ".join(fields), meant, sentence)


def _shape(path: KeyPath) -> type[BaseModel]:
    """Return the table that a key stands in."""
    parents = [step for step in path[:-1] if isinstance(step, str)]
    shapes = {"screens": schema.ScreenTable, "events": schema.EventTable, "a": schema.SystemTable,
              "b": schema.SystemTable}  # fmt: skip
    return shapes[parents[-1]] if parents else schema.LessonTable
