"""Check the ``Module`` that a mechanism's file declares."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import cast

from alliance_sim.config.errors import refusal
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import NAMES

VARIABLE = "MECHANISM"
"""The variable of a file that contains its ``Module``."""


def declaration(path: Path, ran: ModuleType) -> Module:
    """Return the ``Module`` that a file declares.

    Args:
        path: the path of the file, which has the name of the mechanism.
        ran: the file, run as a Python module.

    Raises:
        ConfigError: if there is none, or it is not valid.
    """
    module: object = getattr(ran, VARIABLE, None)
    if not isinstance(module, Module):
        sentence = f"the file declares no mechanism; write {VARIABLE} = Module(name=…, …) at its end"
    elif module.name != path.stem:
        sentence = f"the mechanism is called {module.name!r}, but its file {path.stem!r}; call both alike"
    else:
        sentence = next(chain(_invalid_parameters(module), _invalid_rules(module)), "")
        if not sentence:
            return module
    raise refusal(str(path), None, sentence)


def _invalid_parameters(module: Module) -> Iterator[str]:
    names = [parameter.name for parameter in module.parameters]
    for name in names:
        if name.partition(".")[0] != module.name or not name.partition(".")[2].isidentifier():
            yield f"the parameter {name!r} must be called {module.name}.something"
    if len(set(names)) < len(names):
        yield "two of its parameters have the same name; rename one"
    if not module.switches or not set(module.switches) <= set(names):
        given = ", ".join(module.switches) or "none"
        yield f"its switches ({given}) must be some of its own parameters, which are 0 or false while it is off"
    for parameter in module.parameters:
        if parameter.name in module.switches and parameter.default:
            yield f"{parameter.name} switches it on, so its default must be 0 or false"


def _invalid_rules(module: Module) -> Iterator[str]:
    for phase, rule in module.rules.items():
        if not isinstance(cast("object", phase), Phase) or not hasattr(rule, "targetoptions"):
            yield f"its rules must be compiled loops, each at a Phase; {rule!r} at {phase!r} is not (use @loop)"
    for outcome, measure in module.outcomes.items():
        if outcome.name in NAMES:
            yield f"the model has an outcome {outcome.name!r} of its own; call this one otherwise"
        if not hasattr(measure, "targetoptions"):
            yield f"the measure of {outcome.name!r} must be a compiled loop (use @loop)"
