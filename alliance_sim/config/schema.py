"""The schema of a config: a pydantic model built from the declared parameters, which refuses unknown keys.

``configs/schema.json`` holds the same schema for editors.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from alliance_sim.config.config import EVENT_KINDS, LARGEST, LARGEST_OF_EACH
from alliance_sim.config.extensions import Mechanism
from alliance_sim.config.list_choices import KEY as LIST_KEY
from alliance_sim.config.list_choices import choices_model, titles_model
from alliance_sim.config.old_names import OLD_EVENT_KEY
from alliance_sim.declarations.parameters import (
    CHANGED_BY_EVENTS,
    GROUPS,
    HALF_TERMS_A_YEAR,
    LEVELS,
    PARAMETERS,
    Parameter,
)

LAST_YEAR = 1000
"""The latest year of an event."""

_STRICT = ConfigDict(strict=True, extra="forbid")


def increasing(numbers: list[float]) -> list[float]:
    """Refuse a list whose numbers do not increase strictly."""
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise PydanticCustomError("increasing", "numbers must increase")
    return numbers


def not_blank(text: str) -> str:
    """Refuse a blank text."""
    if not text.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return text


def between_half_terms(year: float) -> float:
    """Refuse a date inside a half-term: events are applied between time steps."""
    half_terms = year * HALF_TERMS_A_YEAR
    if abs(half_terms - round(half_terms)) > 1e-9:
        raise PydanticCustomError("half_term", "must fall between two half-terms")
    return year


def sets_each_once(changes: BaseModel) -> BaseModel:
    """Refuse a table ``set`` that is empty or sets one parameter twice, in quotes and in a table."""
    names: list[str] = []
    for name, value in changes.model_dump(by_alias=True, exclude_unset=True).items():
        names.extend([f"{name}.{key}" for key in value] if isinstance(value, dict) else [name])
    if not names:
        raise PydanticCustomError("empty", "must set something")
    if len(set(names)) < len(names):
        raise PydanticCustomError("twice", "must set a parameter once")
    return changes


def has_effect(event: BaseModel) -> BaseModel:
    """Refuse an event that has neither ``set`` nor ``event``, or that has a school without an ``event``."""
    if not event.model_fields_set & {"set", "event"}:
        raise PydanticCustomError("no_effect", "must have set or event")
    if "school" in event.model_fields_set and "event" not in event.model_fields_set:
        raise PydanticCustomError("school_only", "must have an event for the school")
    return event


def value_type(parameter: Parameter) -> Any:
    """Return the type of a parameter's value, with its bounds."""
    low, high = parameter.bounds
    number = Annotated[float, Field(ge=low, le=high, allow_inf_nan=False)]
    match parameter.kind:
        case "switch":
            return bool
        case "choice":
            return Literal[parameter.choices]
        case "count":
            return Annotated[int, Field(ge=int(low), le=int(high))]
        case "levels":
            return Annotated[list[number], Field(min_length=LEVELS, max_length=LEVELS), AfterValidator(increasing)]
        case "share" | "number":
            return number


def _no_default() -> None:
    """Stand for a default that the JSON schema does not show."""


def _described(parameter: Parameter, **more: Any) -> Any:
    symbol = "" if parameter.symbol == "—" else f"{parameter.symbol}: "
    return Field(
        title=parameter.name,
        description=f"{symbol}{parameter.meaning}. Unit: {parameter.unit}. Allowed: {parameter.allowed}. "
        f"Source: {parameter.source}.",
        **more,
    )


def _table(group: str) -> type[BaseModel]:
    title, parameters = GROUPS[group]
    fields: dict[str, Any] = {}
    for parameter in parameters:
        default = list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default
        fields[parameter.key] = (value_type(parameter), _described(parameter, default=default))
    return create_model(group, __config__=_STRICT, __doc__=f"{title}.", **fields)


def _changes() -> type[BaseModel]:
    """Return the model of ``set``: parameters under dotted names in quotes, or in tables."""
    fields: dict[str, Any] = {}
    tables: dict[str, dict[str, Any]] = {}
    for name in CHANGED_BY_EVENTS:
        parameter = PARAMETERS[name]
        field = (value_type(parameter), _described(parameter, default_factory=_no_default))
        tables.setdefault(parameter.group, {})[parameter.key] = field
        aliased = _described(parameter, default_factory=_no_default, alias=name)
        fields[name.replace(".", "_")] = (value_type(parameter), aliased)
    for group, inside in tables.items():
        table = create_model(f"{group}_changed", __config__=_STRICT, __doc__=f"{GROUPS[group][0]}.", **inside)
        fields[group] = (table, Field(default_factory=_no_default))
    config = ConfigDict(strict=True, extra="forbid", json_schema_extra={"minProperties": 1})
    return create_model("set", __config__=config, __doc__="New values of parameters.", **fields)


@cache
def config_model(own: tuple[Mechanism, ...] = ()) -> type[BaseModel]:
    """Return the pydantic model of one config file.

    Args:
        own: mechanisms of users, each of which adds a table of its parameters.
    """
    text = Annotated[str, Field(min_length=1), AfterValidator(not_blank)]
    fields: dict[str, Any] = {
        "question": (text, Field(description="The question that the config asks, in plain words.")),
        "extends": (
            text,
            Field(
                default_factory=_no_default,
                description="The config that this one changes: the name of a shipped one, or the path of a file "
                "relative to this one.",
            ),
        ),
    }
    for group in (*GROUPS, *(mechanism.name for mechanism in own)):
        fields[group] = (_table(group), Field(default_factory=_no_default, description=f"{GROUPS[group][0]}."))
    fields["mechanisms"] = (
        list[text],
        Field(
            default_factory=_no_default,
            description="Files of your own mechanisms, relative to this one; each is a program, which is run.",
        ),
    )
    fields["columns"] = (
        titles_model(),
        Field(default_factory=_no_default, description="Titles of columns in a list of schools, where it has its own."),
    )
    fields[LIST_KEY] = (
        choices_model(),
        Field(default_factory=_no_default, description="How a list of schools is read; the command line comes first."),
    )
    events = list[Annotated[_event(), AfterValidator(has_effect)]]
    fields["events"] = (events, Field(default_factory=_no_default, description="Dated events."))
    return create_model("config", __config__=_STRICT, __doc__="A system of school alliances: see docs.", **fields)


def _event() -> type[BaseModel]:
    """Return the model of one ``[[events]]`` table."""
    date = Annotated[float, Field(ge=0, le=LAST_YEAR, allow_inf_nan=False), AfterValidator(between_half_terms)]
    fields: dict[str, Any] = {
        "year": (
            date,
            Field(description="Date in years: 3 is the end of the third year. Dates fall between half-terms (sixths)."),
        ),
        "set": (
            Annotated[_changes(), AfterValidator(sets_each_once)],
            Field(default_factory=_no_default, description="New values of parameters."),
        ),
        "event": (
            Literal[tuple(EVENT_KINDS)],
            Field(default_factory=_no_default, description="An event that affects a school."),
        ),
        "school": (
            Annotated[str, Field(min_length=1), AfterValidator(not_blank)],
            Field(
                default_factory=_no_default,
                description=f'The school affected: "{LARGEST}" (the default), "{LARGEST_OF_EACH}", or a name or URN.',
            ),
        ),
    }
    effects = [{"required": [key]} for key in ("set", "event", OLD_EVENT_KEY)]
    config = ConfigDict(strict=True, extra="forbid", json_schema_extra={"anyOf": effects})  # pyright: ignore[reportArgumentType]
    return create_model("event", __config__=config, __doc__="A dated event.", **fields)


def json_schema() -> dict[str, Any]:
    """Return the JSON schema (2020-12) of a config, with meaning, unit, bounds, default and source of each parameter.

    The old name of the key ``event`` is part of it, marked as deprecated.
    """
    schema = config_model().model_json_schema(by_alias=True)
    event = schema["$defs"]["event"]["properties"]
    event[OLD_EVENT_KEY] = {
        **event["event"],
        "title": OLD_EVENT_KEY.title(),
        "description": "The old name of event.",
        "deprecated": True,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "alliance_sim config",
        "description": "A question, and the differences from the config that it extends.",
    }


def schema_text() -> str:
    """Return the content of ``configs/schema.json``, to which the first line of each shipped config points."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
