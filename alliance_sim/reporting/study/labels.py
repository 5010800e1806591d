"""Labels of factors, levels and outcomes, from their declarations."""

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
NO_PARAMETERS = {"variant": "variant", "point": "point"}
"""Factors that are no parameters: the variant of a point; or, where a few points were given, the point itself."""
NEED_THEIR_TABLE = frozenset(
    {"gain", "loss_ratio", "rate", "weight", "capacity", "decay", "effect", "ceiling", "credibility", "hysteresis"}
)
"""Keys that are unclear without the name of their table."""
SELF_EXPLANATORY_UNITS = {"true or false", "loss or additive"}


def factor_called(name: str) -> str:
    """Return a factor's label, such as ``competition C`` for ``policy.competition``."""
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
    """Return a factor's symbol, or its label if it has none."""
    if name in NO_PARAMETERS:
        return ""
    symbol = PARAMETERS[name].symbol
    return factor_called(name) if symbol == NO_SYMBOL else symbol


def factor_unit(name: str) -> str:
    """Return the unit of a factor's values; empty if the values need none."""
    if name in NO_PARAMETERS or PARAMETERS[name].unit in SELF_EXPLANATORY_UNITS:
        return ""
    return PARAMETERS[name].unit


def factor_axis(name: str) -> str:
    """Return the axis label of a factor, such as ``competition C (share)``."""
    unit = factor_unit(name)
    return f"{factor_called(name)} ({unit})" if unit else factor_called(name)


def factor_meaning(name: str) -> str:
    """Return the declared meaning of a factor."""
    return "" if name in NO_PARAMETERS else PARAMETERS[name].meaning


def value_label(level: Any) -> str:
    """Format a value, or the lowest and the highest value of a band."""
    if isinstance(level, tuple) and len(level) == 2:
        low, high = (_value(part) for part in level)  # pyright: ignore[reportUnknownVariableType]
        return f"{low} to {high}" if low != high else low
    return _value(level)


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2g}" if abs(value) < 1.0 else f"{value:.3g}"
    return format_parameter(value)


def variant_label(name: str) -> str:
    """Return a variant's name for display."""
    return title(name)


def level_label(factor: str, level: Any) -> str:
    """Format a level of this factor; variants by their names."""
    return variant_label(level) if factor == "variant" else value_label(level)


def outcome_called(name: str) -> str:
    """Return the title of an outcome with a capital letter."""
    called = outcome_declared(name).title
    return called[0].upper() + called[1:]


def outcome_unit(name: str) -> str:
    """Return the declared unit of an outcome."""
    return outcome_declared(name).unit
