"""Studies: a question put to many worlds. A file says what is varied, how often, and what is kept."""

from typing import Any

from alliance_sim.study.studies import Limits, Study
from alliance_sim.study.tasks import Task

__all__ = ["Limits", "Results", "Study", "Task"]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    """``Results`` when it is asked for: who only plans need not load what reads results."""
    if name == "Results":
        from alliance_sim.study.results import Results

        return Results
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
