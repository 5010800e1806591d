"""Studies: a question, a design of points, and many runs of the model at each point.

A study file states what is varied, how many runs each point has, and which outcomes are recorded. ``Study`` runs it;
``Results`` reads what was recorded.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_sim.study.results.results import Results
    from alliance_sim.study.spec.study_spec import Limits, StudySpec
    from alliance_sim.study.spec.tasks import Task
    from alliance_sim.study.study import Study

__all__ = ["Limits", "Results", "Study", "StudySpec", "Task"]

# Names are imported when they are first used: a worker process does not need the modules that read results.
_MODULES = {
    "Limits": "spec.study_spec",
    "Results": "results.results",
    "Study": "study",
    "StudySpec": "spec.study_spec",
    "Task": "spec.tasks",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
