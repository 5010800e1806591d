"""The messages between a sweep and its engine: bundles of tasks, and their outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """Replicates of one point, simulated in one call of the run function.

    Attributes:
        point: row number of the point in the design.
        seeds: the seed of each run.
        keys: the key of each run, 32 hexadecimal digits: a hash of everything that determines it, including the
            version of the model.
        scenario: the resolved scenario as plain data that JSON can carry.
    """

    point: int
    seeds: tuple[int, ...]
    keys: tuple[str, ...]
    scenario: dict[str, object]

    def one_by_one(self) -> Iterator[Task]:
        """Yield the same runs, each as a task of its own."""
        return (Task(self.point, (seed,), self.keys[at : at + 1], self.scenario) for at, seed in enumerate(self.seeds))


type Bundle = tuple[Task, ...]
"""The tasks that are sent at a time: of one point or, where each has few runs, of several."""


def one_by_one(bundle: Bundle) -> list[Task]:
    """Return every run of a bundle as a task of its own."""
    return [alone for task in bundle for alone in task.one_by_one()]


def runs_in(bundle: Bundle) -> int:
    """Return the number of runs in a bundle."""
    return sum(len(task.seeds) for task in bundle)


@dataclass(frozen=True, slots=True)
class Failure:
    """A run without series: its point and seed, the reason, and the traceback if there is one."""

    point: int
    seed: int
    reason: str
    traceback: str = ""

    @classmethod
    def of(cls, task: Task, reason: str, traceback: str = "") -> Failure:
        """Return the failure of a task with a single run."""
        return cls(task.point, task.seeds[0], reason, traceback)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a bundle: each of its runs is either in one of the series or among the failures.

    Attributes:
        series: Arrow IPC streams: columns ``point``, ``seed``, ``half_term``, then the recorded outcomes.
        failures: the runs that failed.
    """

    series: tuple[bytes, ...]
    failures: tuple[Failure, ...] = ()


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """Merge several outcomes into one."""
    found = list(outcomes)
    series = tuple(stream for outcome in found for stream in outcome.series)
    return Outcome(series, tuple(failure for outcome in found for failure in outcome.failures))


class RunFunctionError(RuntimeError):
    """The run function cannot be imported, so that no run can be simulated."""


class EnvironmentDiffersError(RuntimeError):
    """A worker's numerical libraries or processor are not those of the process that plans the sweep."""


class EngineLostError(RuntimeError):
    """The engine is gone: a scheduler, an executor, or worker processes that die while they start."""
