"""The settings form: every parameter in groups, built from its declaration, and the values that the form returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import RefusedError, Setup
from alliance_sim.config import parse_overrides
from alliance_sim.declarations.parameters import GROUPS, PARAMETERS, Parameter, Value

_INSTITUTIONS = ("policy.secrecy", "policy.porosity")
SHARED = "population."
"""The prefix of parameters that both systems share, so that they have the same schools."""
DAMAGED = "the settings did not arrive as they were sent; try again"
LONGEST_VALUE = 200
"""Characters of a name and value together."""


def groups(session: Session) -> list[dict[str, Any]]:
    """Return the groups of the form, those that a lecturer needs most first."""
    policy = [name for name in PARAMETERS if name.startswith("policy.") and name not in _INSTITUTIONS]
    sections = [
        ("Policy", "What government sets", policy),
        ("Institutions", "How open schools are to each other", list(_INSTITUTIONS)),
    ]
    for group in ("trust", "reciprocity", "coordinator", "population"):
        sections.append((group.capitalize(), GROUPS[group][0], [one.name for one in GROUPS[group][1]]))
    rest = [group for group in GROUPS if group not in ("policy", "trust", "reciprocity", "coordinator", "population")]
    sections.append(
        ("More", "Help seeking, outcomes of help, levels, practice, fatigue, attainment and optional modules",
         [one.name for group in rest for one in GROUPS[group][1]])
    )  # fmt: skip
    return [
        {"title": title, "about": about, "fields": [_field(session, PARAMETERS[name]) for name in names]}
        for title, about, names in sections
    ]


def _field(session: Session, parameter: Parameter) -> dict[str, Any]:
    values = [system.configuration.values[parameter.name] for system in session.setup.systems]
    return {
        "name": parameter.name,
        "label": parameter.key.replace("_", " "),
        "symbol": "" if parameter.symbol == "—" else parameter.symbol,
        "meaning": parameter.meaning,
        "unit": parameter.unit,
        "allowed": parameter.allowed,
        "kind": parameter.kind,
        "low": parameter.bounds[0],
        "high": parameter.bounds[1],
        "choices": list(parameter.choices),
        "default": format_field(parameter.default),
        "values": [format_field(value) for value in values],
        "shared": parameter.name.startswith(SHARED),
    }


def format_field(value: Value) -> str:
    """Return a value as text, as the form shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(f"{one:g}" for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def with_settings(setup: Setup, given: object) -> Setup:
    """Return a setup with the values of the form.

    Args:
        setup: the present setup.
        given: for ``a`` and ``b``, texts by the name of the parameter.

    Raises:
        RefusedError: if ``given`` does not have that form.
        ConfigError: if values are invalid, with all problems.
    """
    if not isinstance(given, Mapping):
        raise RefusedError(DAMAGED)
    form = cast("Mapping[str, object]", given)
    changes = [parse_fields(form.get(side, {})) for side in ("a", "b")]
    if not any(changes):
        return setup
    first = setup.first.with_changes(changes[0])
    shared = {name: value for name, value in changes[0].items() if name.startswith(SHARED)}
    second = setup.second.with_changes({**changes[1], **shared})
    return replace(setup, first=first, second=second, preset="", question=setup.question)


def parse_fields(texts: object) -> dict[str, object]:
    """Parse the texts of form fields.

    Args:
        texts: texts by the name of the parameter.

    Raises:
        RefusedError: if these are not texts by name, or one is too long.
        ConfigError: if a value cannot be read.
    """
    if not isinstance(texts, Mapping):
        raise RefusedError(DAMAGED)
    overrides: list[str] = []
    for name, text in cast("Mapping[object, object]", texts).items():
        value = str(text).strip()
        if not isinstance(name, str) or len(name) + len(value) > LONGEST_VALUE:
            raise RefusedError(f"a setting is longer than {LONGEST_VALUE} characters, which no valid one is")
        known = PARAMETERS.get(name)
        if known is not None and known.kind == "levels" and not value.startswith("["):
            value = f"[{value}]"
        overrides.append(f"{name}={value}")
    return parse_overrides(overrides)
