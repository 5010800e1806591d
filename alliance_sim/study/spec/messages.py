"""Translate pydantic's errors about a study into problems with a place and a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from alliance_sim.config.errors import Problem, shortened, shown
from alliance_sim.config.list_choices import choice_problem
from alliance_sim.config.messages import name_problem
from alliance_sim.config.suggestions import nearest
from alliance_sim.config.toml_lines import KeyPath
from alliance_sim.config.translation import Place, dotted, error_types, not_allowed, translate, value_at
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.declarations.parameters import GROUPS, PARAMETERS
from alliance_sim.study.spec.schema import (
    DESIGNS,
    LARGEST_SEED,
    LONGEST_RUN,
    MOST_HALF_TERMS,
    MOST_POINTS,
    MOST_SEEDS,
    MOST_STEPS,
    StudyTable,
)

QUESTION = 'question = "When does competition drive collaboration out?"'
CONFIG = "the name of a shipped config or the path of a file, in quotes"
FACTOR = "a list of values, or { from = …, to = …, steps = … }"

ALLOWED: dict[str, str] = {
    "question": f"a text in quotes: {QUESTION}",
    "extends": "the name of a shipped study or the path of a file, in quotes",
    "base": CONFIG,
    "variants": 'a list of configs, ["route128", "silicon_valley"], or tables such as [variants.open]',
    "variants.#": CONFIG,
    "variants.*": "a table with base, set, events and schools",
    "variants.*.base": CONFIG,
    "variants.*.set": 'a table of parameters, such as { "trust.initial" = 0.3 }',
    "variants.*.events": "[[…]] tables, each with year and set",
    "seeds": f"a whole number, 1 to {MOST_SEEDS:,}, or a list of different seeds",
    "seeds.#": f"a whole number, 0 to {LARGEST_SEED:,}",
    "half_terms": f"a whole number, 1 to {MOST_HALF_TERMS:,}",
    "keep": 'a list of different outcomes, such as ["sharing", "trust"]',
    "keep.#": f"an outcome: {', '.join(NAMES)}",
    "at": '"every half-term" or "end"',
    "random_numbers": '"common" (the same seeds at all points), "independent" or "by_point"',
    "matters": "a table of outcomes, such as { sharing = 0.02 }",
    "matters.*": "a number above 0, in the unit of the outcome",
    "schools": 'the path of a list in quotes, or a table such as { file = "schools.csv", phase = "primary" }',
    "variants.*.schools": 'a table of choices about the list, such as { phase = "primary" }',
    "set": 'a table of parameters, such as "trust.initial" = 0.3',
    "events": "[[events]] tables, each with year and set",
    "limits": "a table with seconds_a_run and memory_a_run",
    "limits.seconds_a_run": f"a number of seconds, above 0 and at most {LONGEST_RUN:,.0f}",
    "limits.memory_a_run": 'a size in quotes, such as "500 MB" or "2 GB"',
    "design": "a table of what is varied: see [design] in configs/studies",
    "design.kind": ", ".join(f'"{kind}"' for kind in DESIGNS),
    "design.n": f"a whole number, 1 to {MOST_POINTS:,}",
    "design.seed": f"a whole number, 0 to {2**32 - 1:,}",
    "design.levels": "an even number, 4 to 100",
    "design.second_order": "true or false",
    "design.explore": 'a list of parameters or whole tables, such as ["policy", "trust.gain"]',
    "design.explore.#": 'a parameter or a table, in quotes: "policy", "trust.gain"',
    "design.file": "the path of a CSV, in quotes",
    "from": "a number",
    "to": "a number",
    "steps": f"a whole number, 2 to {MOST_STEPS:,}",
}
"""The allowed values of each key; ``*`` stands for a variant's name, ``#`` for a place in a list."""


def checked_table[T: BaseModel](
    shape: type[T], table: Mapping[str, Any], prefix: KeyPath, place: Place
) -> tuple[T | None, list[Problem]]:
    """Return a validated table of a study, or its problems.

    Args:
        shape: the pydantic model of the table.
        table: its content.
        prefix: its path in the file.
        place: returns file and line of a key.
    """
    try:
        return shape.model_validate(dict(table)), []
    except ValidationError as error:
        kinds = error_types(error, lambda loc, kind: _key_path(loc, table, missing=kind == "missing"))
        for path in list(kinds):  # of the branches of a union, only the one that fits best is reported
            if any(other[: len(path)] == path and other != path for other in kinds):
                del kinds[path]

        def problem_of(path: KeyPath, kind: str) -> Problem:
            return _problem(shape, (*prefix, *path), kind, value_at(table, path), place)

        return None, translate(kinds, problem_of, place)


def _key_path(loc: KeyPath, table: Mapping[str, Any], *, missing: bool) -> KeyPath:
    """Return the path of the key in an error; pydantic's location also has the branches of unions."""
    path: list[str | int] = []
    inside: Any = dict(table)
    for step in loc:
        known = step in inside if isinstance(inside, dict) else isinstance(inside, list) and isinstance(step, int)
        if known:
            path.append(step)
            inside = cast("Any", inside)[step]
    if missing:
        path.append(loc[-1])
    return tuple(path)


def _pattern(path: KeyPath) -> str:
    """``variants.*.base`` for ``("variants", "open", "base")``."""
    if path[0] == "design" and len(path) > 2 and path[1] != "explore":
        return str(path[-1])
    steps = ["#" if isinstance(step, int) else str(step) for step in path]
    if steps[0] == "matters" and len(steps) > 1:
        return "matters.*"
    if steps[0] == "variants" and len(steps) > 1 and steps[1] != "#":
        steps[1] = "*"
    return ".".join(steps)


def about_a_list(path: KeyPath) -> bool:
    """Return whether a key stands inside ``[schools]`` of a study or of a variant."""
    return "schools" in path[:-1] and path.index("schools") in (0, 2)


def _problem(shape: type[BaseModel], path: KeyPath, kind: str, given: object, place: Place) -> Problem:
    if kind == "extra_forbidden" and not about_a_list(path):
        return _unknown(shape, path, given, place)
    name, where = dotted(path), place(path)
    if about_a_list(path):
        return choice_problem(path, given, name, place, kind)
    if path == ("question",) and kind == "missing":
        sentence = f"the question is missing; say at the top what you want to know: {QUESTION}"
        return Problem(*where, name, "", "a text in quotes", QUESTION, sentence)
    allowed = ALLOWED.get(_pattern(path), "something else; see configs/studies/schema.json")
    if kind == "missing":
        return Problem(*where, name, "", allowed, "", f"{name} is missing; give {allowed}")
    if kind == "outcome":
        meant = nearest(str(given).lower(), NAMES)
        hint = f"did you mean '{meant}'?" if meant else f"they are {', '.join(NAMES)}, and what switchable modules add"
        sentence = f"there is no outcome {shown(given)}; {hint}"
        return Problem(*where, name, shown(given), "an outcome", meant, sentence)
    return not_allowed(name, given, allowed, where, _meant(given, allowed))


def _meant(given: object, allowed: str) -> str:
    """Return the quoted word that was probably meant, or a number without its point or quotes."""
    words = [part for part in allowed.split('"')[1::2] if part.replace("_", "").replace(" ", "").isalpha()]
    if isinstance(given, str) and (word := nearest(given.lower(), words)):
        return f'"{word}"'
    if isinstance(given, float) and given.is_integer() and "whole number" in allowed:
        return f"{int(given)} (a whole number has no point)"
    if isinstance(given, str) and given.strip().isdecimal() and "number" in allowed:
        return f"{given.strip()[:20]} (without quotes)"
    return ""


def _unknown(shape: type[BaseModel], path: KeyPath, given: object, place: Place) -> Problem:
    """Return the problem of an unknown key."""
    where, key = place(path), str(path[-1])
    fields = [field.alias or name for name, field in shape.model_fields.items()]
    if len(path) == 1:
        return _unknown_at_the_top(key, where, given, fields)
    if path[0] == "variants":
        fields = ["base", "set", "events", "schools"]
    elif path[0] == "limits":
        fields = ["seconds_a_run", "memory_a_run"]
    around = dotted(path[:-1])
    meant = nearest(key.lower(), fields)
    hint = f"did you mean '{meant}'?" if meant else f"there may be {', '.join(fields)}"
    sentence = f"there is no '{shortened(key)}' in {around}; {hint}"
    return Problem(*where, dotted(path), shown(given), ", ".join(fields), meant, sentence)


def _unknown_at_the_top(key: str, where: tuple[str, int | None], given: object, fields: list[str]) -> Problem:
    if key in GROUPS or key in PARAMETERS:
        example = key if key in PARAMETERS else GROUPS[key][1][0].name
        sentence = (
            f"'{key}' does not stand at the top of a study; set parameters under [set], as in "
            f'"{example}" = …, and vary them under [design]'
        )
        return Problem(*where, key, shown(given), "[set] or [design]", "set", sentence)
    if meant := nearest(key.lower(), fields):
        return name_problem(key, where, what="key", meant=meant)
    sentence = f"there is no key '{shortened(key)}' in a study; there may be {', '.join(StudyTable.model_fields)}"
    return Problem(*where, shortened(key), shown(given), "a known key", "", sentence)
