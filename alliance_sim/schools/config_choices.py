"""The choices about a list that a configuration makes, with those of the user on top."""

from __future__ import annotations

from typing import Any, cast

from alliance_sim.config import Configuration
from alliance_sim.schools.choices import Choices, ListOptions


def options_of(configuration: Configuration, choices: Choices | None = None) -> ListOptions:
    """Return the arguments of ``read_schools`` with which a configuration reads a list.

    Args:
        configuration: its parameters, ``[columns]`` and ``[schools]``.
        choices: what the user chose, which comes before what the configuration states.
    """
    chosen: dict[str, Any] = {
        "alliance_size": int(cast("int", configuration.values["population.alliance_size"])),
        "pupils_per_teacher": float(cast("float", configuration.values["population.pupils_per_teacher"])),
        **configuration.schools,
    }
    if choices is not None:
        chosen |= choices.keywords()
    columns = {**configuration.columns, **(choices.titles if choices else {})}
    return cast("ListOptions", chosen | ({"columns": columns} if columns else {}))
