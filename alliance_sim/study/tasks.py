"""What goes over the seam between a study and whoever lives its runs: tasks go out, outcomes come home."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """Many replicates of one point, lived in one call.

    Attributes:
        point: row number of the point in the design.
        seeds: the runs, one each.
        keys: one key a run, 32 hexadecimal digits: a hash of all that decides it, the model's version included.
        scenario: the resolved scenario as plain data that JSON can carry.
    """

    point: int
    seeds: tuple[int, ...]
    keys: tuple[str, ...]
    scenario: dict[str, object]

    def one_by_one(self) -> Iterator[Task]:
        """The same runs, each as a task of its own."""
        return (self.only([place]) for place in range(len(self.seeds)))

    def only(self, places: Iterable[int]) -> Task:
        """The task with only the runs in some places."""
        places = tuple(places)
        seeds = tuple(self.seeds[place] for place in places)
        return Task(self.point, seeds, tuple(self.keys[place] for place in places), self.scenario)


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that has no series: why, and where in the code if that is known."""

    seed: int
    reason: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: each of its seeds is either in one of the series or among the failures.

    Attributes:
        series: Arrow IPC streams of the run function's table.
        failures: the runs that failed.
    """

    series: tuple[bytes, ...]
    failures: tuple[Failure, ...] = ()


class RunFunctionError(RuntimeError):
    """The run function cannot be imported, so that no run can be lived."""


class EngineLostError(RuntimeError):
    """Whoever lives the runs is gone: a scheduler, an executor, or workers that die before they begin."""
