"""Where switchable modules lean on people's decisions: one small function for each decision of the core.

A module changes what people do in two ways: it changes the world itself at its moment of the schedule, or it leans on a
decision by what it writes into the ``Modifiers`` columns. The core's rules ask the functions here. In a world without
modules the columns are not there, and a function melts into its first number while loops are compiled: so a module that
is off costs nothing and changes no bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numba import types
from numba.extending import overload

from alliance_sim.engine.compilation import loop
from alliance_sim.engine.state import Ints, World

_LIKE_A_STEP: Any = {"forceinline": True, "_nrt": False}
"""As steps are compiled: to hand the columns over would cost more than the work."""
MOST_BROKERED = 40
"""Pairs a half-term that no coordinator has time for more of (MODEL 5)."""


def modifier(full: Callable[[Any, Any, int], Any]) -> Callable[[Any, Any, int], Any]:
    """A decision that modules lean on: ``full(leanings, plain, row)``, and ``plain`` itself where none is on."""

    def asked(modifiers: Any, plain: Any, row: int) -> Any:
        return plain if modifiers is None else full(modifiers, plain, row)

    def chosen(modifiers: Any, plain: Any, row: Any) -> Callable[[Any, Any, int], Any]:
        return _untouched if isinstance(modifiers, types.NoneType) else full

    cast("Any", overload(asked, jit_options=_LIKE_A_STEP, strict=False))(chosen)
    asked.__doc__, asked.__name__ = full.__doc__, full.__name__
    return asked


def _untouched(modifiers: Any, plain: Any, row: int) -> Any:
    return plain


@modifier
def modified_need(modifiers: Any, plain: float, row: int) -> float:
    """A teacher's need for help, at most 1."""
    return min(1.0, plain * modifiers.need_factor[row])


@modifier
def modified_transfer(modifiers: Any, plain: float, row: int) -> float:
    """The share of a gap that a help closes for a teacher, at most 1."""
    return min(1.0, plain * modifiers.transfer_factor[row])


@modifier
def modified_assignment(modifiers: Any, plain: int, row: int) -> int:
    """The tie on which a teacher is sent for help from above; ``plain`` (none) where nobody sends."""
    return modifiers.assigned_tie[row]


@modifier
def modified_rivalry(modifiers: Any, plain: float, row: int) -> float:
    """Rivalry as a school feels it."""
    return plain * (1.0 - modifiers.rivalry_discount[row])


@modifier
def protected_time(modifiers: Any, plain: float, row: int) -> float:
    """Φ as a school has it."""
    return np.float64(modifiers.protected_time[row])


@modifier
def modified_meeting_chance(modifiers: Any, plain: float, row: int) -> float:
    """The chance that two heads of an alliance meet."""
    return min(1.0, plain * modifiers.meeting_factor[row])


@modifier
def modified_noise(modifiers: Any, plain: float, row: int) -> float:
    """Noise in what an alliance's coordinator sees."""
    return plain * modifiers.noise_factor[row]


@modifier
def modified_utility(modifiers: Any, plain: float, row: int) -> float:
    """What the holder of a tie adds to the utility of helping the partner."""
    return plain + modifiers.utility_offset[row]


@modifier
def perceived_gap(modifiers: Any, plain: float, row: int) -> float:
    """How far ahead the holder of a tie thinks the partner is."""
    return max(0.0, plain + modifiers.perception_error[row])


@modifier
def modified_match(modifiers: Any, plain: float, row: int) -> float:
    """What a coordinator sees in a pair."""
    return plain + modifiers.match_bonus[row]


@modifier
def is_internal(modifiers: Any, plain: bool, row: int) -> bool:
    """Whether a tie inside an alliance still counts as inside."""
    return plain & (not modifiers.separated[row])


@modifier
def capped_level(modifiers: Any, plain: int, row: int) -> int:
    """The level that a tie reaches: not above the highest at which its holder can work."""
    return min(plain, modifiers.level_cap[row])


@loop
def reset_modifiers(world: World, funding: float) -> None:
    """Neutral: as a half-term begins."""
    modifiers = world.modifiers
    modifiers.need_factor[:] = 1.0
    modifiers.transfer_factor[:] = 1.0
    modifiers.assigned_tie[:] = -1
    modifiers.rivalry_discount[:] = 0.0
    modifiers.protected_time[:] = funding
    modifiers.meeting_factor[:] = 1.0
    modifiers.noise_factor[:] = 1.0
    modifiers.utility_offset[:] = 0.0
    modifiers.perception_error[:] = 0.0
    modifiers.match_bonus[:] = 0.0
    modifiers.separated[:] = False
    modifiers.level_cap[:] = 4


def log_request(request_log: Any, alliance: int, tie: int, occasion: int, answer: int, level: int) -> None:
    """Keep in the minutes how a request ended, where minutes are taken."""


def _not_noted(request_log: Any, alliance: int, tie: int, occasion: int, answer: int, level: int) -> None:
    pass


def _noted(request_log: Any, alliance: int, tie: int, occasion: int, answer: int, level: int) -> None:
    place = request_log.offsets[alliance] + request_log.count[alliance]
    request_log.tie[place] = tie
    request_log.occasion[place] = occasion
    request_log.answer[place] = answer
    request_log.level[place] = level
    request_log.count[alliance] += 1


def _noting(
    request_log: Any, alliance: Any, tie: Any, occasion: Any, answer: Any, level: Any
) -> Callable[[Any, int, int, int, int, int], None]:
    return _not_noted if isinstance(request_log, types.NoneType) else _noted


cast("Any", overload(log_request, jit_options=_LIKE_A_STEP, strict=False))(_noting)


def open_request_log(request_log: Any, alliance: int) -> None:
    """A blank page for a new half-term, where minutes are taken."""


def _not_opened(request_log: Any, alliance: int) -> None:
    pass


def _opened(request_log: Any, alliance: int) -> None:
    request_log.count[alliance] = 0


def _opening(request_log: Any, alliance: Any) -> Callable[[Any, int], None]:
    return _not_opened if isinstance(request_log, types.NoneType) else _opened


cast("Any", overload(open_request_log, jit_options=_LIKE_A_STEP, strict=False))(_opening)


def entries(world: World) -> Ints:
    """Where each alliance's entries in the minutes would begin: room for all that can be asked in a half-term."""
    alliances, teachers = world.alliances, world.teachers
    staff = world.schools.teacher_offsets[alliances.school_offsets]
    ties = teachers.tie_offsets[staff].astype(np.int64)
    inside = np.diff(ties) + np.diff(staff) * (teachers.asks.shape[1] + 1) + MOST_BROKERED
    return np.concatenate([[0], np.cumsum(inside)]).astype(np.int64)
