"""Studies: a question put to many worlds. A file says what is varied, how often, and what is kept."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_sim.study.results.results import Results
    from alliance_sim.study.spec.study_spec import Limits, Study
    from alliance_sim.study.spec.tasks import Task

__all__ = ["Limits", "Results", "Study", "Task"]

# Loaded when first asked for: a worker process only lives runs, who only plans need not load what reads results.
_HOMES = {
    "Limits": "spec.study_spec",
    "Results": "results.results",
    "Study": "spec.study_spec",
    "Task": "spec.tasks",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
