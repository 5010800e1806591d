"""What goes over the seam between a study and whoever lives its runs: bundles go out, outcomes come home."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """Replicates of one point, lived in one call of the run function.

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
        return (Task(self.point, (seed,), self.keys[at : at + 1], self.scenario) for at, seed in enumerate(self.seeds))


type Bundle = tuple[Task, ...]
"""What is sent at a time: tasks of one point or, where each has few runs, of several."""


def one_by_one(bundle: Bundle) -> list[Task]:
    """Every run of a bundle as a task of its own."""
    return [alone for task in bundle for alone in task.one_by_one()]


def runs_in(bundle: Bundle) -> int:
    """How many runs there are in a bundle."""
    return sum(len(task.seeds) for task in bundle)


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that has no series: which, why, and where in the code if that is known."""

    point: int
    seed: int
    reason: str
    traceback: str = ""

    @classmethod
    def of(cls, task: Task, reason: str, traceback: str = "") -> Failure:
        """That of a task's only run."""
        return cls(task.point, task.seeds[0], reason, traceback)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a bundle: each of its runs is either in one of the series or among the failures.

    Attributes:
        series: Arrow IPC streams: columns ``point``, ``seed``, ``half_term``, then the kept outcomes.
        failures: the runs that failed.
    """

    series: tuple[bytes, ...]
    failures: tuple[Failure, ...] = ()


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """Several outcomes as one."""
    found = list(outcomes)
    series = tuple(stream for outcome in found for stream in outcome.series)
    return Outcome(series, tuple(failure for outcome in found for failure in outcome.failures))


class RunFunctionError(RuntimeError):
    """The run function cannot be imported, so that no run can be lived."""


class EnvironmentDiffersError(RuntimeError):
    """A worker's numerical libraries or processor are not those of the process that plans the sweep."""


class EngineLostError(RuntimeError):
    """Whoever lives the runs is gone: a scheduler, an executor, or workers that die before they begin."""
