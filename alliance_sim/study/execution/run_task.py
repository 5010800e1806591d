"""The run function: simulate the replicates of one point, several in one compiled call where they are small."""

from __future__ import annotations

import json
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


def simulate_task(task: Task) -> pa.Table:  # pyright: ignore[reportUnknownParameterType]
    """Simulate every run of a task.

    Args:
        task: seeds and the scenario that they share.

    Returns:
        Columns ``seed`` and ``half_term``, then the recorded outcomes; one row per run and half-term from the initial
        state (0), or only the last half-term if the study records the end.

    Raises:
        ValueError: if the task was planned for another version of the model, or the school list has changed since.
    """
    import pyarrow as pa

    data = cast("dict[str, Any]", task.scenario)
    if data["model"] != model_version():
        raise ValueError(f"the task was planned for model {data['model']}, but this worker has {model_version()}")
    configuration, roster = configuration_of(data)
    _compile_modules(configuration)
    half_terms: int = data["half_terms"]
    first = half_terms if data["at"] == "end" else 0
    rows = half_terms + 1 - first
    batches: list[NDArray[np.float64]] = []
    for seeds in batched(task.seeds, replicates_per_call(configuration, half_terms, roster)):
        heartbeat()
        try:
            batches.append(simulate_batch(configuration, seeds, half_terms, data["keep"], roster=roster, since=first))
        except Exception as trouble:
            trouble.add_note(f"in the run of {_format_seeds(seeds)} at point {task.point}")
            raise
    outcomes = np.concatenate(batches)
    columns = {
        "seed": np.repeat(np.array(task.seeds, np.int64), rows),
        "half_term": np.tile(np.arange(first, half_terms + 1, dtype=np.int32), len(task.seeds)),
    }
    return pa.table(columns | {name: outcomes[:, :, place].ravel() for place, name in enumerate(data["keep"])})


def _format_seeds(seeds: tuple[int, ...]) -> str:
    return f"seed {seeds[0]}" if len(seeds) == 1 else f"one of the seeds {seeds[0]} to {seeds[-1]}"


def warm_up() -> None:
    """Compile the rules, or load them from the cache, before any run is timed."""
    prepare()


_READY: set[frozenset[str]] = set()
"""The sets of modules whose loops this process has compiled."""


def _compile_modules(configuration: Configuration) -> None:
    """Compile the modules of a configuration, without counting the time towards the limit of a run."""
    modules = frozenset(module.name for module in modules_of(configuration))
    if not modules or modules in _READY:
        return
    ready = threading.Event()

    def send_heartbeats() -> None:
        while not ready.wait(1.0):
            heartbeat()

    sender = threading.Thread(target=send_heartbeats, daemon=True)
    sender.start()
    try:
        prepare([configuration])
    finally:
        ready.set()
        sender.join()
    _READY.add(modules)


def configuration_of(data: dict[str, Any]) -> tuple[Configuration, Roster | None]:
    """Rebuild the configuration and the schools of a task from ``StudySpec.scenario_data``."""
    values: dict[str, Value] = {
        name: tuple(cast("list[float]", value)) if isinstance(value, list) else value
        for name, value in data["values"].items()
    }
    events = tuple(Event.from_dict(event) for event in data["events"])
    own = rebuild_mechanisms(data["mechanisms"])
    schools = data["schools"] or {}
    columns, choices = schools.get("columns", {}), schools.get("choices", {})
    configuration = Configuration(
        data["question"], values, events, data["name"], mechanisms=own, columns=columns, schools=choices
    )
    roster = None
    if schools:
        from alliance_sim.schools.config_choices import options_of

        roster = _roster(schools["path"], schools["digest"], json.dumps(options_of(configuration)))
        refuse_misfits(values, roster)
    return configuration, roster


@lru_cache(maxsize=4)
def _roster(path: str, digest: str, options: str) -> Roster:
    """Read a list of schools, once for all tasks that use it; the options are JSON, which can be a key."""
    from alliance_sim.schools import read_schools

    roster = read_schools(path, **json.loads(options)).roster
    if roster.digest != digest:
        raise ValueError(f"the school list {path} is not what it was when the study was planned; plan it again")
    return roster
