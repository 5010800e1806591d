"""The names that a mechanism in a user's own file imports; ``docs/own_mechanism.md`` shows an example.

The file declares a ``Module`` called ``MECHANISM``. A config names the file and sets the mechanism's parameters in a
table of the same name. Rules are compiled loops over the columns, which ``alliance_sim/engine/state.py`` declares. They
use random numbers of a stream of their own, so that a mechanism never changes the random numbers of another.
"""

from __future__ import annotations

import warnings
import zlib
from typing import Any

from alliance_sim.config import extensions
from alliance_sim.config.old_names import OLD_FUNCTIONS
from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.declarations.types import Parameter, count, levels, share, switch, weight
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.extension_rules import compile_module
from alliance_sim.engine.indexing import alliance_teachers, alliance_ties, external_ties, in_range, teachers_of, ties_of
from alliance_sim.engine.processes.trust import trust_after_promise_broken, trust_after_promise_kept
from alliance_sim.engine.random_streams import Seed, exponential, normal, uniform
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Floats, Ints, World

__all__ = [
    "Column",
    "Floats",
    "Ints",
    "Module",
    "Outcome",
    "Parameter",
    "Phase",
    "Seed",
    "Settings",
    "World",
    "alliance_teachers",
    "alliance_ties",
    "count",
    "exponential",
    "external_ties",
    "in_range",
    "levels",
    "loop",
    "normal",
    "rule",
    "share",
    "step",
    "stream_for",
    "switch",
    "teachers_of",
    "ties_of",
    "trust_after_promise_broken",
    "trust_after_promise_kept",
    "uniform",
    "weight",
]

# The package config is below the engine in the layers, so the engine's compiler of mechanisms is registered here.
extensions.COMPILER[:] = [compile_module]

_FIRST_OWN_STREAM = 1_000
"""The model's own streams have smaller numbers."""


def stream_for(purpose: str) -> int:
    """Return the number of a random stream, for ``uniform``, ``normal`` and ``exponential``.

    Args:
        purpose: what the random numbers decide. Begin it with the mechanism's name, so that no two mechanisms share a
            stream. The same words give the same stream everywhere.
    """
    return _FIRST_OWN_STREAM + zlib.crc32(purpose.encode("utf-8")) % (2**31 - _FIRST_OWN_STREAM)


def __getattr__(name: str) -> Any:
    if name not in OLD_FUNCTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    new = OLD_FUNCTIONS[name]
    warnings.warn(f"{name} is now called {new}; {name} will be removed in 0.3.0", DeprecationWarning, stacklevel=2)
    return globals()[new]
