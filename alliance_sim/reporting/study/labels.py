"""What factors, levels and outcomes are called, with the symbols and units of their own declarations."""

from __future__ import annotations

from typing import Any

from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.engine.modules.registry import outcome_declared
from alliance_sim.text import format_parameter, title

NO_SYMBOL = "—"
BETTER_CALLED = {
    "trust.initial": "initial trust",
    "trust.initial_sd": "spread of initial trust",
    "trust.initial_alliance_sd": "spread of initial trust between alliances",
}
NO_PARAMETERS = {"variant": "world", "point": "point"}
"""What points differ in beside parameters: which world they are set in; or, where a few were given, which one it is."""
NEED_THEIR_TABLE = frozenset(
    {"gain", "loss_ratio", "rate", "weight", "capacity", "decay", "effect", "ceiling", "credibility", "hysteresis"}
)
"""Keys that say little without the name of their table."""
SAID_BY_THEIR_VALUES = {"true or false", "loss or additive"}


def factor_called(name: str) -> str:
    """``competition C`` for ``policy.competition``; with its table where the word alone says little."""
    if name in NO_PARAMETERS:
        return NO_PARAMETERS[name]
    parameter = PARAMETERS[name]
    words = parameter.key.replace("_", " ").replace("jpd", "JPD")
    if name in BETTER_CALLED:
        words = BETTER_CALLED[name]
    elif words.endswith(" sd"):
        words = f"spread of {words.removesuffix(' sd')}"
    elif parameter.key in NEED_THEIR_TABLE or parameter.kind in {"switch", "levels"}:
        words = f"{parameter.group} {words}"
    return words if parameter.symbol == NO_SYMBOL else f"{words} {parameter.symbol}"


def symbol_of(name: str) -> str:
    """Its symbol; where it has none, what it is called."""
    if name in NO_PARAMETERS:
        return ""
    symbol = PARAMETERS[name].symbol
    return factor_called(name) if symbol == NO_SYMBOL else symbol


def factor_unit(name: str) -> str:
    """The unit of a factor's values; empty where values say what they are."""
    if name in NO_PARAMETERS or PARAMETERS[name].unit in SAID_BY_THEIR_VALUES:
        return ""
    return PARAMETERS[name].unit


def factor_axis(name: str) -> str:
    """``competition C (share)``."""
    unit = factor_unit(name)
    return f"{factor_called(name)} ({unit})" if unit else factor_called(name)


def factor_meaning(name: str) -> str:
    """What it means, as it was declared."""
    return "" if name in NO_PARAMETERS else PARAMETERS[name].meaning


def level_called(level: Any) -> str:
    """A value; of a band of values, the lowest and the highest."""
    if isinstance(level, tuple) and len(level) == 2:
        low, high = (_value(part) for part in level)  # pyright: ignore[reportUnknownVariableType]
        return f"{low} to {high}" if low != high else low
    return _value(level)


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2g}" if abs(value) < 1.0 else f"{value:.3g}"
    return format_parameter(value)


def world_called(name: str) -> str:
    """A variant's name as people say it."""
    return title(name)


def level_label(factor: str, level: Any) -> str:
    """A level of this factor, worlds by their names."""
    return world_called(level) if factor == "variant" else level_called(level)


def outcome_called(name: str) -> str:
    """``joint practice development``, with a capital."""
    called = outcome_declared(name).title
    return called[0].upper() + called[1:]


def outcome_unit(name: str) -> str:
    """Its unit, as it was declared."""
    return outcome_declared(name).unit
