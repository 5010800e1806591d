"""What every column and every parameter means, in which unit: for who has the tables and nothing else."""

from __future__ import annotations

from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.engine.modules.registry import outcome_declared
from alliance_sim.study.storage.manifest import Manifest
from alliance_sim.text import format_parameter

COLUMNS = ("table", "column", "type", "unit", "symbol", "meaning")
INDEX = {
    "point": ("whole number", "number", "row of the design, from 0"),
    "seed": ("whole number", "number", "the luck of the world: worlds of one seed share it where luck is paired"),
    "half_term": ("whole number", "half-terms", "how many have been lived; 0 is the opening, six are a year"),
    "variant": ("text", "", "which of the study's worlds the point is set in"),
    "key": ("text", "", "hash of all that decides the run: scenario, seed and the model's version"),
    "status": ("text", "", "done or failed"),
    "reason": ("text", "", "why it failed; empty where it did not"),
}
TYPES = {"share": "number", "number": "number", "count": "whole number", "switch": "true or false", "choice": "text"}


def describe_columns(table: str, names: list[str]) -> list[dict[str, str]]:
    """A row for each column of a table."""
    rows: list[dict[str, str]] = []
    for name in names:
        if name in INDEX:
            kind, unit, meaning = INDEX[name]
            told = (kind, unit, "", meaning)
        elif name not in PARAMETERS:
            outcome = outcome_declared(name)
            told = ("number", outcome.unit, "", f"{outcome.meaning}; empty (in Parquet NaN) where undefined")
        else:
            parameter = PARAMETERS[name]
            kind = TYPES.get(parameter.kind, "four numbers in square brackets")
            told = (kind, parameter.unit, parameter.symbol.strip("—"), parameter.meaning)
        rows.append(dict(zip(COLUMNS, (table, name, *told), strict=True)))
    return rows


def describe_parameters(manifest: Manifest) -> list[dict[str, str]]:
    """A row for each parameter of the model: what it means, and its value in each world of the study."""
    rows: list[dict[str, str]] = []
    of_mechanisms = [PARAMETERS[name] for name in manifest.variants[0].values if name in PARAMETERS.looked_up]
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
        for world in manifest.variants:
            value = world.values[parameter.name]
            said = format_parameter(tuple(value) if isinstance(value, list) else value)
            row[f"in {world.name}"] = "varied" if parameter.name in manifest.varies else said
        rows.append(row)
    return rows
