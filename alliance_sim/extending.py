"""What a mechanism in a user's own file needs: ``docs/own_mechanism.md`` shows one, in thirty lines.

The file declares a ``Module`` called ``MECHANISM``; a config names the file, and sets its parameters in a table that is
called like it. Rules are compiled loops over the columns (``state.py`` lists them), and draw their luck by a purpose of
their own, so that a mechanism never shifts the luck of another.
"""

from __future__ import annotations

import zlib

from alliance_sim.config import extensions
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

# Mechanisms are compiled by the engine, which their configs are below.
extensions.COMPILER[:] = [compile_module]

_OURS = 1_000
"""The model's own purposes are smaller."""


def stream_for(purpose: str) -> int:
    """The number of a purpose of luck, for ``uniform`` and its like: the same for the same words, anywhere.

    Begin the words with the mechanism's name, so that no two mechanisms share their luck.
    """
    return _OURS + zlib.crc32(purpose.encode("utf-8")) % (2**31 - _OURS)
