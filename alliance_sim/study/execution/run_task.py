"""The run function: replicates of one point; as many in one compiled call as are small and without modules."""

from __future__ import annotations

import threading
from functools import lru_cache
from itertools import batched
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from alliance_sim.comparison.parallel import prepare
from alliance_sim.config import Configuration, Event, refuse_misfits
from alliance_sim.config.extensions import rebuild_mechanisms
from alliance_sim.declarations.parameters import Value
from alliance_sim.engine.modules.registry import modules_of
from alliance_sim.engine.simulation.simulate import replicates_per_call, simulate_batch
from alliance_sim.study.execution.worker import heartbeat
from alliance_sim.study.spec.model_version import model_version
from alliance_sim.study.spec.tasks import Task

if TYPE_CHECKING:
    import pyarrow as pa

    from alliance_sim.declarations.roster import Roster


def live(task: Task) -> pa.Table:  # pyright: ignore[reportUnknownParameterType]
    """Live every run of a task.

    Args:
        task: seeds and the scenario that they share.

    Returns:
        Columns ``seed`` and ``half_term``, then the kept outcomes; one row a run and half-term, the opening (0)
        included, or the last half-term only where the study keeps the end.

    Raises:
        ValueError: if the task was planned for another version of the model, or the school list has changed since.
    """
    import pyarrow as pa

    told = cast("dict[str, Any]", task.scenario)
    if told["model"] != model_version():
        raise ValueError(f"the task was planned for model {told['model']}, but this worker has {model_version()}")
    configuration, roster = configuration_of(told)
    _made_ready(configuration)
    half_terms: int = told["half_terms"]
    first = half_terms if told["at"] == "end" else 0
    rows = half_terms + 1 - first
    lived: list[NDArray[np.float64]] = []
    for seeds in batched(task.seeds, replicates_per_call(configuration, half_terms, roster)):
        heartbeat()
        try:
            lived.append(simulate_batch(configuration, seeds, half_terms, told["keep"], roster=roster, since=first))
        except Exception as trouble:
            trouble.add_note(f"in the run of {_seeds_said(seeds)} at point {task.point}")
            raise
    kept = np.concatenate(lived)
    columns = {
        "seed": np.repeat(np.array(task.seeds, np.int64), rows),
        "half_term": np.tile(np.arange(first, half_terms + 1, dtype=np.int32), len(task.seeds)),
    }
    return pa.table(columns | {name: kept[:, :, place].ravel() for place, name in enumerate(told["keep"])})


def _seeds_said(seeds: tuple[int, ...]) -> str:
    return f"seed {seeds[0]}" if len(seeds) == 1 else f"one of the seeds {seeds[0]} to {seeds[-1]}"


def warm_up() -> None:
    """Compile the rules, or read them from disk, before any run is timed."""
    prepare()


_READY: set[frozenset[str]] = set()
"""The sets of switchable modules whose loops this process has at hand."""


def _made_ready(configuration: Configuration) -> None:
    """Compile what a world with modules needs beside the rest; the limit of time does not count that as a run's."""
    modules = frozenset(module.name for module in modules_of(configuration))
    if not modules or modules in _READY:
        return
    ready = threading.Event()

    def alive() -> None:
        while not ready.wait(1.0):
            heartbeat()

    teller = threading.Thread(target=alive, daemon=True)
    teller.start()
    try:
        prepare([configuration])
    finally:
        ready.set()
        teller.join()
    _READY.add(modules)


def configuration_of(told: dict[str, Any]) -> tuple[Configuration, Roster | None]:
    """What a task carries as plain data: what kind of world it is, and its schools."""
    values: dict[str, Value] = {
        name: tuple(cast("list[float]", value)) if isinstance(value, list) else value
        for name, value in told["values"].items()
    }
    events = tuple(Event.of(event) for event in told["events"])
    own = rebuild_mechanisms(told["mechanisms"])
    configuration = Configuration(told["question"], values, events, told["name"], mechanisms=own)
    schools = told["schools"]
    roster = None
    if schools is not None:
        size, pupils = values["population.alliance_size"], values["population.pupils_per_teacher"]
        roster = _roster(schools["path"], schools["digest"], cast("int", size), cast("float", pupils))
        refuse_misfits(values, roster)
    return configuration, roster


@lru_cache(maxsize=4)
def _roster(path: str, digest: str, alliance_size: int, pupils_per_teacher: float) -> Roster:
    """The schools of a list, read once for all tasks that have them."""
    from alliance_sim.schools import read_schools

    roster = read_schools(path, alliance_size=alliance_size, pupils_per_teacher=pupils_per_teacher).roster
    if roster.digest != digest:
        raise ValueError(f"the school list {path} is not what it was when the study was planned; plan it again")
    return roster
