"""Where switchable modules lean on people's decisions: one small function for each decision of the core.

A module changes what people do in two ways: it changes the world itself at its moment of the schedule, or it leans on a
decision by what it writes into the ``Leanings`` columns. The core's rules ask the functions here. In a world without
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


def leaning(full: Callable[[Any, Any, int], Any]) -> Callable[[Any, Any, int], Any]:
    """A decision that modules lean on: ``full(leanings, plain, row)``, and ``plain`` itself where none is on."""

    def asked(leanings: Any, plain: Any, row: int) -> Any:
        return plain if leanings is None else full(leanings, plain, row)

    def chosen(leanings: Any, plain: Any, row: Any) -> Callable[[Any, Any, int], Any]:
        return _untouched if isinstance(leanings, types.NoneType) else full

    cast("Any", overload(asked, jit_options=_LIKE_A_STEP, strict=False))(chosen)
    asked.__doc__, asked.__name__ = full.__doc__, full.__name__
    return asked


def _untouched(leanings: Any, plain: Any, row: int) -> Any:
    return plain


@leaning
def need_of_the_zealous(leanings: Any, plain: float, row: int) -> float:
    """A teacher's need for help, at most 1."""
    return min(1.0, plain * leanings.zeal[row])


@leaning
def what_moves(leanings: Any, plain: float, row: int) -> float:
    """The share of a gap that a help closes for a teacher, at most 1."""
    return min(1.0, plain * leanings.depth[row])


@leaning
def sent_on(leanings: Any, plain: int, row: int) -> int:
    """The tie on which a teacher is sent for help from above; ``plain`` (none) where nobody sends."""
    return leanings.sent[row]


@leaning
def rivalry_felt(leanings: Any, plain: float, row: int) -> float:
    """Rivalry as a school feels it."""
    return plain * (1.0 - leanings.concern[row])


@leaning
def protected_time(leanings: Any, plain: float, row: int) -> float:
    """Φ as a school has it."""
    return np.float64(leanings.protected[row])


@leaning
def meeting_chance(leanings: Any, plain: float, row: int) -> float:
    """The chance that two heads of an alliance meet."""
    return min(1.0, plain * leanings.meeting[row])


@leaning
def haze_before(leanings: Any, plain: float, row: int) -> float:
    """Noise in what an alliance's coordinator sees."""
    return plain * leanings.haze[row]


@leaning
def stance_towards(leanings: Any, plain: float, row: int) -> float:
    """What the holder of a tie adds to the utility of helping the partner."""
    return plain + leanings.stance[row]


@leaning
def ahead_as_seen(leanings: Any, plain: float, row: int) -> float:
    """How far ahead the holder of a tie thinks the partner is."""
    return max(0.0, plain + leanings.error[row])


@leaning
def promise_favoured(leanings: Any, plain: float, row: int) -> float:
    """What a coordinator sees in a pair."""
    return plain + leanings.favour[row]


@leaning
def still_together(leanings: Any, plain: bool, row: int) -> bool:
    """Whether a tie inside an alliance still counts as inside."""
    return plain & (not leanings.apart[row])


@leaning
def most_possible(leanings: Any, plain: int, row: int) -> int:
    """The level that a tie reaches: not above the highest at which its holder can work."""
    return min(plain, leanings.most[row])


@loop
def lean_on_nobody(world: World, funding: float) -> None:
    """Neutral: as a half-term begins."""
    leanings = world.leanings
    leanings.zeal[:] = 1.0
    leanings.depth[:] = 1.0
    leanings.sent[:] = -1
    leanings.concern[:] = 0.0
    leanings.protected[:] = funding
    leanings.meeting[:] = 1.0
    leanings.haze[:] = 1.0
    leanings.stance[:] = 0.0
    leanings.error[:] = 0.0
    leanings.favour[:] = 0.0
    leanings.apart[:] = False
    leanings.most[:] = 4


def note_answer(minutes: Any, alliance: int, tie: int, occasion: int, answer: int, level: int) -> None:
    """Keep in the minutes how a request ended, where minutes are taken."""


def _not_noted(minutes: Any, alliance: int, tie: int, occasion: int, answer: int, level: int) -> None:
    pass


def _noted(minutes: Any, alliance: int, tie: int, occasion: int, answer: int, level: int) -> None:
    place = minutes.first[alliance] + minutes.noted[alliance]
    minutes.tie[place] = tie
    minutes.occasion[place] = occasion
    minutes.answer[place] = answer
    minutes.level[place] = level
    minutes.noted[alliance] += 1


def _noting(
    minutes: Any, alliance: Any, tie: Any, occasion: Any, answer: Any, level: Any
) -> Callable[[Any, int, int, int, int, int], None]:
    return _not_noted if isinstance(minutes, types.NoneType) else _noted


cast("Any", overload(note_answer, jit_options=_LIKE_A_STEP, strict=False))(_noting)


def open_minutes(minutes: Any, alliance: int) -> None:
    """A blank page for a new half-term, where minutes are taken."""


def _not_opened(minutes: Any, alliance: int) -> None:
    pass


def _opened(minutes: Any, alliance: int) -> None:
    minutes.noted[alliance] = 0


def _opening(minutes: Any, alliance: Any) -> Callable[[Any, int], None]:
    return _not_opened if isinstance(minutes, types.NoneType) else _opened


cast("Any", overload(open_minutes, jit_options=_LIKE_A_STEP, strict=False))(_opening)


def entries(world: World) -> Ints:
    """Where each alliance's entries in the minutes would begin: room for all that can be asked in a half-term."""
    alliances, teachers = world.alliances, world.teachers
    staff = world.schools.first_teacher[alliances.first_school]
    ties = teachers.first_tie[staff].astype(np.int64)
    inside = np.diff(ties) + np.diff(staff) * (teachers.asks.shape[1] + 1) + MOST_BROKERED
    return np.concatenate([[0], np.cumsum(inside)]).astype(np.int64)
