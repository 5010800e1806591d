"""What a switchable module declares: what switches it on, what it remembers, and what it does when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.declarations.types import Parameter

type Rule = Callable[..., None]
"""A compiled loop ``rule(world, settings, own, seed, half_term)``; ``own`` is what the module remembers."""
type Measure = Callable[..., float]
"""A compiled loop ``measure(world, settings, own)`` that gives one number."""


class MechanismError(RuntimeError):
    """A user's own mechanism failed while a simulation ran. The message is one sentence."""


class Phase(Enum):
    """When in a half-term a module does something, in order."""

    OPENING = "when the world opens"
    YEAR_END = "once a year, when results are out"
    START = "as a half-term begins, before heads meet"
    DECIDED = "when everybody has decided what to ask, before anything is answered"
    EXCHANGED = "when all requests are answered"
    END = "when practice has aged, before outcomes are measured"


@dataclass(frozen=True)
class Module:
    """A mechanism that is off unless somebody asks for it.

    Attributes:
        name: what it is called, as its file is.
        claims: the rows of the theory table that it answers to.
        switches: the parameters that are 0 or false while the module is off; any of them switches it on.
        rules: what it does at which moment; several modules at one moment act in the order of the register.
        remembers: a NamedTuple of its own columns, each saying ``of`` which table; None if it has none.
        leans: whether it writes to the ``modifiers``; the rules of a user's own mechanism have them only then.
        minutes: whether it reads the ``request_log``; likewise.
        outcomes: what it adds to the outcomes of the system, and how each is measured.
        redrawn: what becomes of what it remembers when schools change alliances, ``redrawn(world, own, moved)``.
        parameters: its own parameters, where they are not the model's: of a mechanism in a user's file.
    """

    name: str
    claims: str
    switches: tuple[str, ...]
    rules: Mapping[Phase, Rule]
    remembers: type[NamedTuple] | None = None
    leans: bool = False
    request_log: bool = False
    outcomes: Mapping[Outcome, Measure] = field(default_factory=dict[Outcome, Measure])
    parameters: tuple[Parameter, ...] = ()
    redrawn: Callable[..., None] | None = None

    def __hash__(self) -> int:
        return hash(self.name)

    def __deepcopy__(self, memo: dict[int, Any]) -> Module:
        return self
