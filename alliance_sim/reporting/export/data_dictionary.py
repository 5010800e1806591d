"""Descriptions of columns and parameters, with meaning and unit, for readers who have only the tables."""

from __future__ import annotations

from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.engine.modules.registry import outcome_declared
from alliance_sim.study.storage.manifest import Manifest
from alliance_sim.text import format_parameter

COLUMNS = ("table", "column", "type", "unit", "symbol", "meaning")
INDEX = {
    "point": ("whole number", "number", "row of the design, from 0"),
    "seed": (
        "whole number",
        "number",
        "seed of the random numbers, which runs of one seed share in a paired study",
    ),
    "half_term": ("whole number", "half-terms", "time step; 0 is the initial state, six are a year"),
    "variant": ("text", "", "name of the study's variant that the point belongs to"),
    "key": ("text", "", "hash of all that determines the run: scenario, seed and the model's version"),
    "status": ("text", "", "done or failed"),
    "reason": ("text", "", "why the run failed; empty if it did not"),
}
TYPES = {"share": "number", "number": "number", "count": "whole number", "switch": "true or false", "choice": "text"}


def describe_columns(table: str, names: list[str]) -> list[dict[str, str]]:
    """Return a row for each column of a table."""
    rows: list[dict[str, str]] = []
    for name in names:
        if name in INDEX:
            kind, unit, meaning = INDEX[name]
            details = (kind, unit, "", meaning)
        elif name not in PARAMETERS:
            outcome = outcome_declared(name)
            details = ("number", outcome.unit, "", f"{outcome.meaning}; empty (in Parquet NaN) where undefined")
        else:
            parameter = PARAMETERS[name]
            kind = TYPES.get(parameter.kind, "four numbers in square brackets")
            details = (kind, parameter.unit, parameter.symbol.strip("—"), parameter.meaning)
        rows.append(dict(zip(COLUMNS, (table, name, *details), strict=True)))
    return rows


def describe_parameters(manifest: Manifest) -> list[dict[str, str]]:
    """Return a row for each parameter of the model: its declaration, and its value in each variant of the study."""
    rows: list[dict[str, str]] = []
    of_mechanisms = [PARAMETERS[name] for name in manifest.variants[0].values if name in PARAMETERS.registered]
    for parameter in (*PARAMETERS.values(), *of_mechanisms):
        row = {
            "parameter": parameter.name,
            "symbol": parameter.symbol.strip("—"),
            "unit": parameter.unit,
            "meaning": parameter.meaning,
            "allowed": parameter.allowed,
            "default": format_parameter(parameter.default),
            "source": parameter.source,
        }
        for variant in manifest.variants:
            value = variant.values[parameter.name]
            text = format_parameter(tuple(value) if isinstance(value, list) else value)
            row[f"in {variant.name}"] = "varied" if parameter.name in manifest.varies else text
        rows.append(row)
    return rows
