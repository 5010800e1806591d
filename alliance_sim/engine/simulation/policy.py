"""Changes of policy during a run, by a dated event or by hand."""

from __future__ import annotations

from collections.abc import Mapping

from alliance_sim.declarations.parameters import Value
from alliance_sim.engine.settings import Settings, change_setting
from alliance_sim.engine.state import World


def set_policy(changes: Mapping[str, Value], settings: Settings, world: World) -> None:
    """Set policy from now on: ``policy.*`` and the presence of coordinators.

    Args:
        changes: checked values by dotted name.
        settings: one record of ``SETTINGS``, changed in place.
        world: the columns; coordinators are appointed or removed in place.
    """
    for name, value in changes.items():
        change_setting(settings, name, value)
    if "coordinator.present" in changes:
        world.coordinators.present[:] = bool(changes["coordinator.present"])
