"""Hooks through which optional modules modify decisions of the core.

A module acts in two ways: it changes the columns in its phase of the schedule, or it writes ``Modifiers`` columns. The
rules of the core read these through the functions here. With no such module on, ``modifiers`` is None and a hook
compiles to its default, at no cost and with no change of results.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numba import types
from numba.extending import overload

from alliance_sim.engine.compilation import INLINED_HOOK, loop
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Ints, World

MOST_BROKERED = 40
"""The largest capacity of a coordinator, in pairs per half-term (MODEL 5)."""


def modifier(full: Callable[[Any, Any, int], Any]) -> Callable[[Any, Any, int], Any]:
    """Make a hook that returns ``full(modifiers, default, row)``, or ``default`` while ``modifiers`` is None.

    Args:
        full: computes the modified value from the columns, the default and a row.
    """

    def hook(modifiers: Any, default: Any, row: int) -> Any:
        return default if modifiers is None else full(modifiers, default, row)

    def implementation(modifiers: Any, default: Any, row: Any) -> Callable[[Any, Any, int], Any]:
        return _default if isinstance(modifiers, types.NoneType) else full

    cast("Any", overload(hook, jit_options=INLINED_HOOK, strict=False))(implementation)
    hook.__doc__, hook.__name__ = full.__doc__, full.__name__
    return hook


def _default(modifiers: Any, default: Any, row: int) -> Any:
    return default


@modifier
def modified_need(modifiers: Any, default: float, row: int) -> float:
    """Return a teacher's need for help, at most 1."""
    return min(1.0, default * modifiers.need_factor[row])


@modifier
def modified_transfer(modifiers: Any, default: float, row: int) -> float:
    """Return the share of a gap that help closes for a teacher, at most 1."""
    return min(1.0, default * modifiers.transfer_factor[row])


@modifier
def modified_innovation(modifiers: Any, default: float, row: int) -> float:
    """Return the factor of a teacher's innovation, alone or with others."""
    return default * modifiers.innovation_factor[row]


@modifier
def trust_at_home(modifiers: Any, default: float, row: int) -> float:
    """Return T_h, the trust between colleagues of a school."""
    return np.float64(modifiers.home_trust[row])


@modifier
def modified_assignment(modifiers: Any, default: int, row: int) -> int:
    """Return the tie on which a teacher is assigned to request help; -1 for none."""
    return modifiers.assigned_tie[row]


@modifier
def modified_rivalry(modifiers: Any, default: float, row: int) -> float:
    """Return the rivalry that a school perceives."""
    return default * (1.0 - modifiers.rivalry_discount[row])


@modifier
def protected_time(modifiers: Any, default: float, row: int) -> float:
    """Return Φ, the protected time of a school."""
    return np.float64(modifiers.protected_time[row])


@modifier
def modified_meeting_chance(modifiers: Any, default: float, row: int) -> float:
    """Return the chance that two heads of an alliance meet, at most 1."""
    return min(1.0, default * modifiers.meeting_factor[row])


@modifier
def modified_noise(modifiers: Any, default: float, row: int) -> float:
    """Return the noise in the perception of an alliance's coordinator."""
    return default * modifiers.noise_factor[row]


@modifier
def modified_utility(modifiers: Any, default: float, row: int) -> float:
    """Return the utility, to the holder of a tie, of helping the partner."""
    return default + modifiers.utility_offset[row]


@modifier
def perceived_gap(modifiers: Any, default: float, row: int) -> float:
    """Return the lead of the partner as the holder of a tie perceives it, at least 0."""
    return max(0.0, default + modifiers.perception_error[row])


@modifier
def modified_match(modifiers: Any, default: float, row: int) -> float:
    """Return a coordinator's match score of a pair."""
    return default + modifiers.match_bonus[row]


@modifier
def is_internal(modifiers: Any, default: bool, row: int) -> bool:
    """Return whether a tie inside an alliance counts as internal."""
    return default & (not modifiers.separated[row])


@modifier
def capped_level(modifiers: Any, default: int, row: int) -> int:
    """Return the level that a tie reaches, at most the highest possible for its holder."""
    return min(default, modifiers.level_cap[row])


@loop
def reset_modifiers(world: World, settings: Settings) -> None:
    """Set all modifiers to neutral values."""
    modifiers = world.modifiers
    modifiers.need_factor[:] = 1.0
    modifiers.transfer_factor[:] = 1.0
    modifiers.innovation_factor[:] = 1.0
    modifiers.home_trust[:] = settings.home.trust
    modifiers.assigned_tie[:] = -1
    modifiers.rivalry_discount[:] = 0.0
    modifiers.protected_time[:] = settings.policy.funding
    modifiers.meeting_factor[:] = 1.0
    modifiers.noise_factor[:] = 1.0
    modifiers.utility_offset[:] = 0.0
    modifiers.perception_error[:] = 0.0
    modifiers.match_bonus[:] = 0.0
    modifiers.separated[:] = False
    modifiers.level_cap[:] = 4


def log_request(request_log: Any, alliance: int, tie: int, occasion: int, answer: int, level: int) -> None:
    """Append a request and its outcome to the log, if there is one."""


def _skip_entry(request_log: Any, alliance: int, tie: int, occasion: int, answer: int, level: int) -> None:
    pass


def _add_entry(request_log: Any, alliance: int, tie: int, occasion: int, answer: int, level: int) -> None:
    place = request_log.offsets[alliance] + request_log.count[alliance]
    request_log.tie[place] = tie
    request_log.occasion[place] = occasion
    request_log.answer[place] = answer
    request_log.level[place] = level
    request_log.count[alliance] += 1


def _choose_log_request(
    request_log: Any, alliance: Any, tie: Any, occasion: Any, answer: Any, level: Any
) -> Callable[[Any, int, int, int, int, int], None]:
    return _skip_entry if isinstance(request_log, types.NoneType) else _add_entry


cast("Any", overload(log_request, jit_options=INLINED_HOOK, strict=False))(_choose_log_request)


def open_request_log(request_log: Any, alliance: int) -> None:
    """Clear an alliance's request log for a new half-term, if there is one."""


def _skip_clearing(request_log: Any, alliance: int) -> None:
    pass


def _clear_log(request_log: Any, alliance: int) -> None:
    request_log.count[alliance] = 0


def _choose_open_request_log(request_log: Any, alliance: Any) -> Callable[[Any, int], None]:
    return _skip_clearing if isinstance(request_log, types.NoneType) else _clear_log


cast("Any", overload(open_request_log, jit_options=INLINED_HOOK, strict=False))(_choose_open_request_log)


def entries(world: World) -> Ints:
    """Return the offsets of the alliances in the request log, with space for every possible request."""
    alliances, teachers = world.alliances, world.teachers
    staff = world.schools.teacher_offsets[alliances.school_offsets]
    ties = teachers.tie_offsets[staff].astype(np.int64)
    inside = np.diff(ties) + np.diff(staff) * (teachers.asks.shape[1] + 1) + MOST_BROKERED
    return np.concatenate([[0], np.cumsum(inside)]).astype(np.int64)
