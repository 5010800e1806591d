"""Checks what a file or a user says against the schema, and takes from it what is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationError

from alliance_sim.config.config import Event
from alliance_sim.config.errors import Problem, shown
from alliance_sim.config.extensions import Mechanism
from alliance_sim.config.messages import Place, name_problem, problems_behind
from alliance_sim.config.schema import config_model
from alliance_sim.config.toml_lines import KeyPath
from alliance_sim.declarations.parameters import GROUPS, PARAMETERS, Value
from alliance_sim.validation import said


@dataclass(frozen=True)
class Layer:
    """What one file of a chain, or the overrides on top of it, say."""

    place: Place
    question: str = ""
    values: dict[str, Value] = field(default_factory=dict[str, Value])
    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()

    def place_of(self, name: str) -> tuple[str, int | None]:
        """Where a parameter is set."""
        return self.place(tuple(name.split(".")))


def checked_document(document: Mapping[str, Any], place: Place, own: tuple[Mechanism, ...] = ()) -> Layer:
    """A file's content. Where something is wrong, ``problems`` says so and only what is sound is taken."""
    try:
        valid = config_model(own).model_validate(dict(document)).model_dump(by_alias=True, exclude_unset=True)
    except ValidationError as error:
        problems = tuple(problems_behind(error, document, place))
        return Layer(place, values=_sound_values(document, problems, own), problems=problems)
    events = tuple(_event(event) for event in valid.get("events", ()))
    return Layer(place, valid["question"], _flat(valid), events)


def _flat(tables: Mapping[str, Any]) -> dict[str, Value]:
    return {
        f"{group}.{key}": resolved(f"{group}.{key}", value)
        for group, table in tables.items()
        if group in GROUPS
        for key, value in table.items()
    }


def _sound_values(
    document: Mapping[str, Any], problems: tuple[Problem, ...], own: tuple[Mechanism, ...]
) -> dict[str, Value]:
    """The parameters that nothing is wrong with, so that what they do not go together with is reported as well."""
    refused = {problem.name for problem in problems}
    sound: dict[str, Any] = {"question": "What else is wrong?"}
    for name, parameter in PARAMETERS.items():
        table = document.get(parameter.group)
        if isinstance(table, dict) and parameter.key in table and name not in refused:
            sound.setdefault(parameter.group, {})[parameter.key] = table[parameter.key]
    try:
        return _flat(config_model(own).model_validate(sound).model_dump(exclude_unset=True))
    except ValidationError:  # where there were more problems than are reported
        return {}


def checked_overrides(overrides: Mapping[str, object], source: str, own: tuple[Mechanism, ...] = ()) -> Layer:
    """Parameters given by name, in Python or on the command line.

    Args:
        overrides: dotted names and values; NumPy's numbers and arrays are as good as Python's.
        source: where they came from (``--set``, ``override``), for the sentences.
        own: the mechanisms in users' files whose parameters may be among them.

    Raises:
        TypeError: if they are no mapping.
    """
    if not isinstance(cast("object", overrides), Mapping):
        example = '{"trust.initial": 0.4}'
        raise TypeError(f"{source} is {said(overrides)}, but must be a dict of names and values, such as {example}")
    given = {str(name): _plain(value) for name, value in overrides.items()}

    def place(path: KeyPath) -> tuple[str, int | None]:
        name = ".".join(str(step) for step in path)
        return f"{source} {name}={shown(given.get(name))}", None

    document: dict[str, Any] = {"question": source}  # overrides have none, and the schema wants one
    unknown: list[Problem] = []
    theirs = {name for mechanism in own for name in mechanism.defaults}
    for name, value in given.items():
        if name in PARAMETERS and (name not in PARAMETERS.looked_up or name in theirs):
            document.setdefault(PARAMETERS[name].group, {})[PARAMETERS[name].key] = value
        else:
            unknown.append(name_problem(name, (f"{source} {name}", None)))
    layer = checked_document(document, place, own)
    return Layer(place, values=layer.values, problems=(*unknown, *layer.problems))


def resolved(name: str, value: Any) -> Value:
    """A checked value in the form that the model takes: numbers are floats, whatever they were written as."""
    match PARAMETERS[name].kind:
        case "share" | "number":
            return float(value) + 0.0  # which makes a plain zero of a negative one
        case "levels":
            return tuple(float(number) + 0.0 for number in value)
        case _:
            return value


def _event(event: dict[str, Any]) -> Event:
    changes: dict[str, Value] = {}
    for name, value in event.get("set", {}).items():
        if isinstance(value, dict):
            inside = cast("dict[str, Any]", value)
            changes.update({f"{name}.{key}": resolved(f"{name}.{key}", one) for key, one in inside.items()})
        else:
            changes[name] = resolved(name, value)
    return Event.of({**event, "set": changes})


def _plain(value: object) -> object:
    """Python's own numbers and lists for NumPy's, and lists for tuples."""
    if type(value).__module__ == "numpy":
        value = cast("Any", value).tolist()
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value
