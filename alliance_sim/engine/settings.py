"""Parameters as compiled code sees them: ``settings.trust.gain`` is the parameter ``trust.gain``.

One structured record a world, built from the declarations, so that no parameter is spelled out a second time. Levels
are arrays of four. A choice is its place among the choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.parameters import GROUPS, LEVELS, PARAMETERS, Parameter, Value

_FIELD = {"share": "f8", "number": "f8", "count": "i8", "switch": "?", "choice": "i8"}


def _field(parameter: Parameter) -> tuple[Any, ...]:
    if parameter.kind == "levels":
        return (parameter.key, "f8", (LEVELS,))
    return (parameter.key, _FIELD[parameter.kind])


SETTINGS = np.dtype(
    [(group, np.dtype([_field(parameter) for parameter in rows], align=True)) for group, (_, rows) in GROUPS.items()],
    align=True,
)
"""The record's layout: a field a table, in it a field a parameter."""

Settings = Any
"""A record of ``SETTINGS``: in Python a ``numpy.void``, in compiled code nested attributes."""


def extended_settings(table: str, parameters: Sequence[Parameter], values: Mapping[str, Value]) -> NDArray[Any]:
    """An array of one record that begins as a record of ``SETTINGS`` does and goes on with one more table.

    So a mechanism in a user's own file reads ``settings.open_doors.rate`` beside ``settings.trust.gain``, and the
    model's own loops, compiled for ``SETTINGS``, need not be compiled again.
    """
    more = np.dtype([_field(parameter) for parameter in parameters], align=True)
    names, begins = [*GROUPS, table], SETTINGS.itemsize
    fields: Any = SETTINGS.fields
    record = np.zeros(
        1,
        np.dtype(
            {
                "names": names,
                "formats": [*(fields[group][0] for group in GROUPS), more],
                "offsets": [*(fields[group][1] for group in GROUPS), begins],
                "itemsize": -(-(begins + more.itemsize) // SETTINGS.alignment) * SETTINGS.alignment,
            },
            align=True,
        ),
    )
    for parameter in parameters:
        _write(record, parameter, values[parameter.name])
    return record


def update_settings(record: NDArray[Any], settings: Settings) -> None:
    """Copy what stands in a record of ``SETTINGS`` to the beginning of a longer one."""
    record.view(np.uint8)[: SETTINGS.itemsize] = np.frombuffer(settings.tobytes(), np.uint8)


def settings_record(values: Mapping[str, Value]) -> NDArray[Any]:
    """An array of one record with these values, by dotted name (every parameter must be there)."""
    record = np.zeros(1, SETTINGS)
    for group, (_, rows) in GROUPS.items():  # a table at a time: a sweep fills a record for each of its worlds
        record[group][0] = tuple(_encoded(parameter, values[parameter.name]) for parameter in rows)
    return record


def change_setting(record: NDArray[Any], name: str, value: Value) -> None:
    """Write one value, already checked, into the record."""
    _write(record, PARAMETERS[name], value)


def _write(record: NDArray[Any], parameter: Parameter, value: Value) -> None:
    record[parameter.group][parameter.key][0] = _encoded(parameter, value)


def _encoded(parameter: Parameter, value: Value) -> Value:
    return parameter.choices.index(str(value)) if parameter.choices else value


def setting(record: NDArray[Any], name: str) -> Value:
    """Read one value back as a user would write it."""
    parameter = PARAMETERS[name]
    found = record[parameter.group][parameter.key][0]
    if parameter.choices:
        return parameter.choices[int(found)]
    return tuple(found.tolist()) if parameter.kind == "levels" else found.item()
