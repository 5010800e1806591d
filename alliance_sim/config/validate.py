"""Validation of config files and overrides against the schema.

Valid parts of a document are kept even where others are refused, so that all problems can be reported at once.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationError

from alliance_sim.config.config import Event
from alliance_sim.config.errors import DeprecatedKeyWarning, Problem, shown
from alliance_sim.config.extensions import Mechanism
from alliance_sim.config.list_choices import KEY as LIST_KEY
from alliance_sim.config.messages import name_problem, problems_behind
from alliance_sim.config.old_names import OLD_EVENT_KEY
from alliance_sim.config.schema import config_model
from alliance_sim.config.toml_lines import KeyPath
from alliance_sim.config.translation import Place
from alliance_sim.declarations.parameters import GROUPS, PARAMETERS, Value
from alliance_sim.validation import format_given, one_line


@dataclass(frozen=True)
class Layer:
    """The content of one file of a chain, or of the overrides.

    Attributes:
        place: returns the file and the line of a key.
        question: the question, empty for overrides.
        values: valid values by dotted name.
        events: dated events.
        columns: titles of columns in a list of schools, by field.
        schools: other choices about a list of schools, by name.
        problems: everything that was refused.
    """

    place: Place
    question: str = ""
    values: dict[str, Value] = field(default_factory=dict[str, Value])
    events: tuple[Event, ...] = ()
    columns: dict[str, str] = field(default_factory=dict[str, str])
    schools: dict[str, Any] = field(default_factory=dict[str, Any])
    problems: tuple[Problem, ...] = ()

    def place_of(self, name: str) -> tuple[str, int | None]:
        """Return the file and the line in which a parameter is set."""
        return self.place(tuple(name.split(".")))


def checked_document(document: Mapping[str, Any], place: Place, own: tuple[Mechanism, ...] = ()) -> Layer:
    """Validate the content of a file.

    Args:
        document: the parsed file.
        place: returns the file and the line of a key.
        own: mechanisms of users whose tables the file may have.

    Returns:
        The valid parts, and a problem for each key that was refused.

    Warns:
        DeprecatedKeyWarning: if an event has ``happens`` in place of ``event``; the message names file and line.
    """
    document, place = _with_new_keys(document, place)
    try:
        valid = config_model(own).model_validate(dict(document)).model_dump(by_alias=True, exclude_unset=True)
    except ValidationError as error:
        problems = tuple(problems_behind(error, document, place))
        return Layer(place, values=_valid_values(document, problems, own), problems=problems)
    events = tuple(_event(event) for event in valid.get("events", ()))
    chosen = dict(valid.get(LIST_KEY, {}))
    columns = {**valid.get("columns", {}), **chosen.pop("columns", {})}
    return Layer(place, valid["question"], _flat(valid), events, columns, chosen)


def _with_new_keys(document: Mapping[str, Any], place: Place) -> tuple[Mapping[str, Any], Place]:
    """Rename ``happens`` to ``event`` in events, with a warning for each; places stay those of the file."""
    events = document.get("events")
    if not isinstance(events, list):
        return document, place
    renamed: dict[KeyPath, KeyPath] = {}
    tables = list(cast("list[Any]", events))
    for at, table in enumerate(tables):
        if isinstance(table, dict) and OLD_EVENT_KEY in table and "event" not in table:
            tables[at] = {("event" if key == OLD_EVENT_KEY else key): value for key, value in table.items()}
            renamed[("events", at, "event")] = ("events", at, OLD_EVENT_KEY)
    for path in renamed.values():
        file, line = place(path)
        where = file if line is None else f"{file}, line {line}"
        text = f"{where}: {OLD_EVENT_KEY} in [[events]] is now called event; the old name goes in version 0.3"
        warnings.warn(one_line(text), DeprecatedKeyWarning, stacklevel=2)
    return {**document, "events": tables}, lambda path: place(renamed.get(path, path))


def _flat(tables: Mapping[str, Any]) -> dict[str, Value]:
    return {
        f"{group}.{key}": resolved(f"{group}.{key}", value)
        for group, table in tables.items()
        if group in GROUPS
        for key, value in table.items()
    }


def _valid_values(
    document: Mapping[str, Any], problems: tuple[Problem, ...], own: tuple[Mechanism, ...]
) -> dict[str, Value]:
    """Return the parameters without problems, so that incompatible values among them are reported as well."""
    refused = {problem.name for problem in problems}
    valid: dict[str, Any] = {"question": "-"}  # the schema requires one
    for name, parameter in PARAMETERS.items():
        table = document.get(parameter.group)
        if isinstance(table, dict) and parameter.key in table and name not in refused:
            valid.setdefault(parameter.group, {})[parameter.key] = table[parameter.key]
    try:
        return _flat(config_model(own).model_validate(valid).model_dump(exclude_unset=True))
    except ValidationError:  # more problems than are reported
        return {}


def checked_overrides(overrides: Mapping[str, object], source: str, own: tuple[Mechanism, ...] = ()) -> Layer:
    """Validate parameters given by name, in Python or on the command line.

    Args:
        overrides: values by dotted name, among them NumPy's numbers and arrays.
        source: their source (``--set``, ``override``), for messages.
        own: mechanisms of users whose parameters may be among them.

    Returns:
        The valid values, and a problem for each that was refused.

    Raises:
        TypeError: if the overrides are not a mapping.
    """
    if not isinstance(cast("object", overrides), Mapping):
        example = '{"trust.initial": 0.4}'
        given_text = format_given(overrides)
        raise TypeError(f"{source} is {given_text}, but must be a dict of names and values, such as {example}")
    given = {str(name): _plain(value) for name, value in overrides.items()}

    def place(path: KeyPath) -> tuple[str, int | None]:
        name = ".".join(str(step) for step in path)
        return f"{source} {name}={shown(given.get(name))}", None

    document: dict[str, Any] = {"question": source}  # the schema requires one
    unknown: list[Problem] = []
    extensions = {name for mechanism in own for name in mechanism.defaults}
    for name, value in given.items():
        if name in PARAMETERS and (name not in PARAMETERS.registered or name in extensions):
            document.setdefault(PARAMETERS[name].group, {})[PARAMETERS[name].key] = value
        else:
            unknown.append(name_problem(name, (f"{source} {name}", None)))
    layer = checked_document(document, place, own)
    return Layer(place, values=layer.values, problems=(*unknown, *layer.problems))


def resolved(name: str, value: Any) -> Value:
    """Convert a valid value to the type that the model uses: floats for numbers, tuples for lists."""
    match PARAMETERS[name].kind:
        case "share" | "number":
            return float(value) + 0.0  # turns -0.0 into 0.0
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
    return Event.from_dict({**event, "set": changes})


def _plain(value: object) -> object:
    """Convert NumPy's numbers and arrays to Python's, and tuples to lists."""
    if type(value).__module__ == "numpy":
        value = cast("Any", value).tolist()
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value
