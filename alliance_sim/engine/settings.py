"""Parameters for compiled code: ``settings.trust.gain`` is the parameter ``trust.gain``.

A run has one structured record, whose layout follows from the declared parameters. Parameters by level are arrays of
four; a choice is stored as its index among the choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.derived import effective_values
from alliance_sim.declarations.parameters import GROUPS, LEVELS, PARAMETERS, Parameter, Value
from alliance_sim.engine.random_streams import Seed

_FIELD = {"share": "f8", "number": "f8", "count": "i8", "switch": "?", "choice": "i8"}


def _field(parameter: Parameter) -> tuple[Any, ...]:
    if parameter.kind == "levels":
        return (parameter.key, "f8", (LEVELS,))
    return (parameter.key, _FIELD[parameter.kind])


SETTINGS = np.dtype(
    [(group, np.dtype([_field(parameter) for parameter in rows], align=True)) for group, (_, rows) in GROUPS.items()],
    align=True,
)
"""The layout of the record: one field per table, with one field per parameter in it."""

Settings = Any
"""A record of ``SETTINGS``: a ``numpy.void`` in Python, nested attributes in compiled code."""


class Context(NamedTuple):
    """What every rule of a half-term needs besides the columns.

    Attributes:
        settings: the current parameters.
        seed: the internal seed of the run (``random_streams.seed_of``).
        half_term: the half-term that is being simulated, counted from 1; 0 is the initial state.
    """

    settings: Settings
    seed: Seed
    half_term: int


def extended_settings(table: str, parameters: Sequence[Parameter], values: Mapping[str, Value]) -> NDArray[Any]:
    """Return an array of one record: a record of ``SETTINGS`` followed by one more table.

    A user's mechanism can thus read ``settings.open_doors.rate`` as well as ``settings.trust.gain``, and the core's
    loops, compiled for ``SETTINGS``, are not compiled again.

    Args:
        table: name of the further table.
        parameters: its parameters.
        values: their values by dotted name.
    """
    further = np.dtype([_field(parameter) for parameter in parameters], align=True)
    names, start = [*GROUPS, table], SETTINGS.itemsize
    fields: Any = SETTINGS.fields
    record = np.zeros(
        1,
        np.dtype(
            {
                "names": names,
                "formats": [*(fields[group][0] for group in GROUPS), further],
                "offsets": [*(fields[group][1] for group in GROUPS), start],
                "itemsize": -(-(start + further.itemsize) // SETTINGS.alignment) * SETTINGS.alignment,
            },
            align=True,
        ),
    )
    for parameter in parameters:
        _write(record, parameter, values[parameter.name])
    return record


def update_settings(record: NDArray[Any], settings: Settings) -> None:
    """Copy a record of ``SETTINGS`` to the start of an extended record."""
    record.view(np.uint8)[: SETTINGS.itemsize] = np.frombuffer(settings.tobytes(), np.uint8)


def settings_record(values: Mapping[str, Value]) -> NDArray[Any]:
    """Return an array of one record with values by dotted name; every parameter must be given.

    Values that follow from others (``declarations.derived``) take the place of those given.
    """
    record, values = np.zeros(1, SETTINGS), effective_values(values)
    for group, (_, rows) in GROUPS.items():  # perf: one assignment per table
        record[group][0] = tuple(_encoded(parameter, values[parameter.name]) for parameter in rows)
    return record


def change_setting(record: NDArray[Any], name: str, value: Value) -> None:
    """Write one checked value into the record."""
    _write(record, PARAMETERS[name], value)


def _write(record: NDArray[Any], parameter: Parameter, value: Value) -> None:
    record[parameter.group][parameter.key][0] = _encoded(parameter, value)


def _encoded(parameter: Parameter, value: Value) -> Value:
    return parameter.choices.index(str(value)) if parameter.choices else value


def setting(record: NDArray[Any], name: str) -> Value:
    """Return one value in the form in which users write it."""
    parameter = PARAMETERS[name]
    stored = record[parameter.group][parameter.key][0]
    if parameter.choices:
        return parameter.choices[int(stored)]
    return tuple(stored.tolist()) if parameter.kind == "levels" else stored.item()
