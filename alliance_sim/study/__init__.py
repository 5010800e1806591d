"""Studies: a question put to many worlds. A file says what is varied, how often, and what is kept."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_sim.study.results import Results
    from alliance_sim.study.studies import Limits, Study
    from alliance_sim.study.tasks import Task

__all__ = ["Limits", "Results", "Study", "Task"]

# Loaded when first asked for: a worker process only lives runs, who only plans need not load what reads results.
_HOMES = {"Limits": "studies", "Results": "results", "Study": "studies", "Task": "tasks"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
