"""The settings: every parameter in groups, each from its own declaration, and what comes back from the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import RefusedError, Setup
from alliance_sim.config import parse_overrides
from alliance_sim.declarations.parameters import CHANGED_BY_EVENTS, GROUPS, PARAMETERS, Parameter, Value

_INSTITUTIONS = ("policy.secrecy", "policy.porosity")
SHARED = "population."
"""What both worlds have alike, so that they have the same schools."""
LONGEST_VALUE = 200


def groups(session: Session) -> list[dict[str, Any]]:
    """The groups of the form, in the order in which a lecturer needs them."""
    policy = [name for name in PARAMETERS if name.startswith("policy.") and name not in _INSTITUTIONS]
    told = [
        ("Policy", "What government sets", policy),
        ("Institutions", "How open schools are to each other", list(_INSTITUTIONS)),
    ]
    for group in ("trust", "reciprocity", "coordinator", "population"):
        told.append((group.capitalize(), GROUPS[group][0], [one.name for one in GROUPS[group][1]]))
    rest = [group for group in GROUPS if group not in ("policy", "trust", "reciprocity", "coordinator", "population")]
    told.append(
        ("More", "Outcomes of help, seeking it, levels, practice, fatigue, attainment",
         [one.name for group in rest for one in GROUPS[group][1]])
    )  # fmt: skip
    return [
        {"title": title, "about": about, "fields": [_field(session, PARAMETERS[name]) for name in names]}
        for title, about, names in told
    ]


def _field(session: Session, parameter: Parameter) -> dict[str, Any]:
    values = [world.configuration.values[parameter.name] for world in session.setup.worlds]
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
        "default": written(parameter.default),
        "values": [written(value) for value in values],
        "shared": parameter.name.startswith(SHARED),
    }


def written(value: Value) -> str:
    """A value as it is written in the form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(f"{one:g}" for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def levers(session: Session) -> list[dict[str, Any]]:
    """What can be set while the worlds run, with how it stands now in each."""
    return [
        {**_field(session, PARAMETERS[name]), "values": [written(session.policy(side)[name]) for side in (0, 1)]}
        for name in CHANGED_BY_EVENTS
    ]


def with_settings(setup: Setup, given: object) -> Setup:
    """The setup with what was written in the form; ``given`` has texts by parameter for ``a`` and ``b``.

    Raises:
        RefusedError: if it does not have that form.
        ConfigError: with everything that is wrong with the values.
    """
    if not isinstance(given, Mapping):
        raise RefusedError("the settings did not arrive as they were sent; try again")
    form = cast("Mapping[str, object]", given)
    changes = [read(form.get(side, {})) for side in ("a", "b")]
    if not any(changes):
        return setup
    first = setup.first.with_changes(changes[0])
    shared = {name: value for name, value in changes[0].items() if name.startswith(SHARED)}
    second = setup.second.with_changes({**changes[1], **shared})
    return replace(setup, first=first, second=second, preset="", question=setup.question)


def read(texts: object) -> dict[str, object]:
    """Values by parameter from what was written.

    Raises:
        RefusedError: if these are not texts by parameter.
        ConfigError: if a value cannot be read.
    """
    if not isinstance(texts, Mapping):
        raise RefusedError("the settings did not arrive as they were sent; try again")
    written_down: list[str] = []
    for name, text in cast("Mapping[object, object]", texts).items():
        said = str(text).strip()
        if not isinstance(name, str) or len(name) + len(said) > LONGEST_VALUE:
            raise RefusedError("a setting is longer than any that could be right")
        known = PARAMETERS.get(name)
        if known is not None and known.kind == "levels" and not said.startswith("["):
            said = f"[{said}]"
        written_down.append(f"{name}={said}")
    return parse_overrides(written_down)
