"""Parameters and events that a study sets: put to the same check as those of a config."""

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
    """What stands under dotted names, in quotes or as tables: each with the way to it; and what is no parameter."""
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
    """What a study, or one of its variants, sets on top of a config.

    Args:
        values: what stands under ``set``.
        events: what stands under ``events``.
        prefix: where the two stand in the file.
        place: on which line a key stands.
    """
    found, problems = by_dotted_name(values, (*prefix, "set"), place)

    def place_of(path: KeyPath) -> tuple[str, int | None]:
        if path and path[0] == "events":
            return place((*prefix, *path))
        name = ".".join(str(step) for step in path[:2])
        return place(found[name][1] if name in found else (*prefix, "set"))

    document: dict[str, Any] = {"question": "-", "events": list(events)}  # a config has one, and its schema wants it
    for name, (value, _) in found.items():
        document.setdefault(PARAMETERS[name].group, {})[PARAMETERS[name].key] = value
    layer = checked_document(document, place_of, known_mechanisms())
    return Layer(place_of, values=layer.values, events=layer.events, problems=(*problems, *layer.problems))


def checked_values(name: str, values: Sequence[Any], where: tuple[str, int | None]) -> tuple[list[Any], list[Problem]]:
    """The sound ones among values of one parameter, in the form that the model takes; and what is wrong with others."""
    parameter, own = PARAMETERS[name], known_mechanisms()
    sound: list[Any] = []
    problems: list[Problem] = []
    for value in values:
        layer = checked_document({"question": "-", parameter.group: {parameter.key: value}}, lambda _: where, own)
        problems.extend(layer.problems)
        sound.extend(layer.values.values())
    return sound, problems
