"""Check the parameters and events that a study sets with the rules of a config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from alliance_sim.config.errors import Problem, shown
from alliance_sim.config.extensions import known_mechanisms
from alliance_sim.config.messages import name_problem
from alliance_sim.config.toml_lines import KeyPath
from alliance_sim.config.translation import Place
from alliance_sim.config.validate import Layer, checked_document
from alliance_sim.declarations.parameters import GROUPS, PARAMETERS


def by_dotted_name(
    table: Mapping[str, Any], prefix: KeyPath, place: Place
) -> tuple[dict[str, tuple[Any, KeyPath]], list[Problem]]:
    """Return the values under dotted names, quoted or as tables, with their paths, and the problems of other names."""
    found: dict[str, tuple[Any, KeyPath]] = {}
    problems: list[Problem] = []
    for key, value in table.items():
        if key in GROUPS and isinstance(value, dict):
            inside = cast("dict[str, Any]", value)
            written = [(f"{key}.{name}", one, (*prefix, key, name)) for name, one in inside.items()]
        else:
            written = [(key, value, (*prefix, key))]
        for name, one, path in written:
            where = place(path)
            if name not in PARAMETERS:
                problems.append(name_problem(name, where))
            elif name in found:
                sentence = f"{name} is given twice, in quotes and in a table; keep one of them"
                problems.append(Problem(*where, name, shown(one), "one value", "", sentence))
            else:
                found[name] = one, path
    return found, problems


def checked_changes(values: Mapping[str, Any], events: Sequence[Any], prefix: KeyPath, place: Place) -> Layer:
    """Return the changes of a study, or of one of its variants, to a config.

    Args:
        values: the table ``set``.
        events: the tables ``events``.
        prefix: the path of both in the file.
        place: returns file and line of a key.
    """
    found, problems = by_dotted_name(values, (*prefix, "set"), place)

    def place_of(path: KeyPath) -> tuple[str, int | None]:
        if path and path[0] == "events":
            return place((*prefix, *path))
        name = ".".join(str(step) for step in path[:2])
        return place(found[name][1] if name in found else (*prefix, "set"))

    document: dict[str, Any] = {"question": "-", "events": list(events)}  # the schema of a config requires a question
    for name, (value, _) in found.items():
        document.setdefault(PARAMETERS[name].group, {})[PARAMETERS[name].key] = value
    layer = checked_document(document, place_of, known_mechanisms())
    return Layer(place_of, values=layer.values, events=layer.events, problems=(*problems, *layer.problems))


def checked_values(name: str, values: Sequence[Any], where: tuple[str, int | None]) -> tuple[list[Any], list[Problem]]:
    """Return the valid ones among values of a parameter, in the form that the model takes, and the other's problems."""
    parameter, own = PARAMETERS[name], known_mechanisms()
    valid: list[Any] = []
    problems: list[Problem] = []
    for value in values:
        layer = checked_document({"question": "-", parameter.group: {parameter.key: value}}, lambda _: where, own)
        problems.extend(layer.problems)
        valid.extend(layer.values.values())
    return valid, problems
