"""The shape of a config, as a pydantic model built from the declared parameters. Nothing unknown is let in."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from alliance_sim.config.config import EVENT_KINDS, LARGEST, LARGEST_OF_EACH
from alliance_sim.config.extensions import Mechanism
from alliance_sim.declarations.parameters import (
    CHANGED_BY_EVENTS,
    GROUPS,
    HALF_TERMS_A_YEAR,
    LEVELS,
    PARAMETERS,
    Parameter,
)

LAST_YEAR = 1000

_STRICT = ConfigDict(strict=True, extra="forbid")


def increasing(numbers: list[float]) -> list[float]:
    """Refuses a list in which a number is not above the one before."""
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise PydanticCustomError("increasing", "numbers must increase")
    return numbers


def worded(text: str) -> str:
    """Refuses a text without a word."""
    if not text.strip():
        raise PydanticCustomError("allocate_table", "must not be blank")
    return text


def on_a_half_term(year: float) -> float:
    """Refuses a date inside a half-term, when nothing can change."""
    half_terms = year * HALF_TERMS_A_YEAR
    if abs(half_terms - round(half_terms)) > 1e-9:
        raise PydanticCustomError("half_term", "must fall between two half-terms")
    return year


def says_something(changes: BaseModel) -> BaseModel:
    """Refuses an event that sets nothing, or one parameter twice: in quotes and in a table."""
    names: list[str] = []
    for name, value in changes.model_dump(by_alias=True, exclude_unset=True).items():
        names.extend([f"{name}.{key}" for key in value] if isinstance(value, dict) else [name])
    if not names:
        raise PydanticCustomError("empty", "must set something")
    if len(set(names)) < len(names):
        raise PydanticCustomError("twice", "must set a parameter once")
    return changes


def is_about_something(event: BaseModel) -> BaseModel:
    """Refuses an event that neither sets nor is anything, or that names a school and nothing that happens to it."""
    if not event.model_fields_set & {"set", "happens"}:
        raise PydanticCustomError("about_nothing", "must set something, or something must happen")
    if "school" in event.model_fields_set and "happens" not in event.model_fields_set:
        raise PydanticCustomError("nobody_asked", "must say what happens to the school")
    return event


def value_type(parameter: Parameter) -> Any:
    """The type of a parameter's value, bounds included."""
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


def _nothing() -> None:
    """No default that a schema would have to show."""


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
    """What an event sets, under dotted names in quotes or as tables."""
    fields: dict[str, Any] = {}
    tables: dict[str, dict[str, Any]] = {}
    for name in CHANGED_BY_EVENTS:
        parameter = PARAMETERS[name]
        field = (value_type(parameter), _described(parameter, default_factory=_nothing))
        tables.setdefault(parameter.group, {})[parameter.key] = field
        aliased = _described(parameter, default_factory=_nothing, alias=name)
        fields[name.replace(".", "_")] = (value_type(parameter), aliased)
    for group, inside in tables.items():
        table = create_model(f"{group}_changed", __config__=_STRICT, __doc__=f"{GROUPS[group][0]}.", **inside)
        fields[group] = (table, Field(default_factory=_nothing))
    config = ConfigDict(strict=True, extra="forbid", json_schema_extra={"minProperties": 1})
    return create_model("set", __config__=config, __doc__="What changes from then on.", **fields)


@cache
def config_model(own: tuple[Mechanism, ...] = ()) -> type[BaseModel]:
    """The pydantic model of one file, with the tables of mechanisms in users' files."""
    dated = Annotated[float, Field(ge=0, le=LAST_YEAR, allow_inf_nan=False), AfterValidator(on_a_half_term)]
    year = Field(description="When: 3 is when three years are over. A year has six half-terms; changes fall between.")
    changes = Annotated[_changes(), AfterValidator(says_something)]
    of_event: dict[str, Any] = {
        "year": (dated, year),
        "set": (changes, Field(default_factory=_nothing, description="What changes from then on.")),
        "happens": (
            Literal[tuple(EVENT_KINDS)],
            Field(default_factory=_nothing, description="What happens to a school then."),
        ),
        "school": (
            Annotated[str, Field(min_length=1), AfterValidator(worded)],
            Field(
                default_factory=_nothing,
                description=f'To which: "{LARGEST}" (if not said), "{LARGEST_OF_EACH}", or a school\'s name or URN.',
            ),
        ),
    }
    event_config = ConfigDict(
        strict=True, extra="forbid", json_schema_extra={"anyOf": [{"required": ["set"]}, {"required": ["happens"]}]}
    )
    one = create_model("event", __config__=event_config, __doc__="What changes or happens on a date.", **of_event)
    event = Annotated[one, AfterValidator(is_about_something)]
    fields: dict[str, Any] = {
        "question": (
            Annotated[str, Field(min_length=1), AfterValidator(worded)],
            Field(description="What you want to know, in plain words."),
        ),
        "extends": (
            Annotated[str, Field(min_length=1), AfterValidator(worded)],
            Field(
                default_factory=_nothing,
                description="The config that this one differs from: the name of a shipped one, or the path of a file "
                "relative to this one.",
            ),
        ),
    }
    for group in (*GROUPS, *(mechanism.name for mechanism in own)):
        fields[group] = (_table(group), Field(default_factory=_nothing, description=f"{GROUPS[group][0]}."))
    fields["mechanisms"] = (
        list[Annotated[str, Field(min_length=1), AfterValidator(worded)]],
        Field(
            default_factory=_nothing,
            description="Files of mechanisms of your own, relative to this one; each is a program, which is run.",
        ),
    )
    fields["events"] = (list[event], Field(default_factory=_nothing, description="Dated changes of policy."))
    return create_model("config", __config__=_STRICT, __doc__="A world of school alliances: see docs.", **fields)


def json_schema() -> dict[str, Any]:
    """The shape of a config for editors (JSON Schema 2020-12), with meaning, unit, bounds, default and source."""
    schema = config_model().model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "alliance_sim config",
        "description": "A question, and the differences from the world that it extends.",
    }


def schema_text() -> str:
    """The content of ``configs/schema.json``, which editors find through the first line of the shipped configs."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
