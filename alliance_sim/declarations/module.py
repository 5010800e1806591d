"""The interface of an optional module: the parameters that switch it on, its own columns, rules and outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.declarations.types import Parameter

type Rule = Callable[..., None]
"""A compiled loop ``rule(world, own, context)``; ``own`` holds the module's own columns, and
``context`` the settings, seed and half-term (``engine.settings.Context``)."""
type Measure = Callable[..., float]
"""A compiled loop ``measure(world, settings, own)`` that returns one number."""


class MechanismError(RuntimeError):
    """A user's own mechanism failed during a simulation. The message is one sentence."""


class Phase(Enum):
    """The points of a half-term at which modules can act, in order."""

    INITIAL = "once, in the initial state, or when an event switches the module on"
    YEAR_END = "once a year, after results have been published"
    START = "at the start of a half-term, before heads meet"
    DECIDED = "after all requests have been decided on, before any is processed"
    EXCHANGED = "after all requests have been processed"
    END = "at the end of a half-term, after practice has depreciated and before outcomes are measured"


@dataclass(frozen=True)
class Module:
    """An optional process that is off unless one of its switches is set.

    Attributes:
        name: its name, which is also the name of its table in a config.
        claims: the rows of the theory table that it implements.
        switches: the parameters that are 0 or false while the module is off; each of them switches it on.
        rules: the rule that runs at each phase; modules with a rule at the same phase run in the order of the registry.
        state: a NamedTuple of its own columns, each with the table ``of`` whose rows it has; None without columns.
        uses_modifiers: whether its rules write ``world.modifiers``. In a user's own mechanism ``world.modifiers`` is
            None without it.
        request_log: whether its rules read ``world.request_log``, which is None in a user's own mechanism without it.
        outcomes: the outcomes that it adds to those of the system, each with its measure.
        parameters: its own parameters, declared only by a mechanism in a user's file.
        on_restructure: a compiled loop ``on_restructure(world, own, moved)`` that adjusts its columns when schools
            change alliances; ``moved`` is true for each school that did.
    """

    name: str
    claims: str
    switches: tuple[str, ...]
    rules: Mapping[Phase, Rule]
    state: type[NamedTuple] | None = None
    uses_modifiers: bool = False
    request_log: bool = False
    outcomes: Mapping[Outcome, Measure] = field(default_factory=dict[Outcome, Measure])
    parameters: tuple[Parameter, ...] = ()
    on_restructure: Callable[..., None] | None = None

    def __hash__(self) -> int:
        return hash(self.name)

    def __deepcopy__(self, memo: dict[int, Any]) -> Module:
        return self
