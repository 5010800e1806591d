"""Repeat stored runs of a study and compare the results with what was written."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from alliance_sim.study.execution.run_task import simulate_task
from alliance_sim.study.spec.environment import digest_of
from alliance_sim.study.spec.tasks import Task
from alliance_sim.study.storage.arrow import Table, pc
from alliance_sim.study.storage.parts import DONE
from alliance_sim.study.storage.rebuild import rebuild_study
from alliance_sim.study.storage.snapshot import ORDER, Snapshot, manifest_in, require_intact

if TYPE_CHECKING:
    from alliance_sim.study.spec.study_spec import StudySpec

SAMPLE = 100
"""Number of runs that are repeated by default."""
MOST_REPORTED = 10
"""Number of differing runs that are reported one by one."""


def reproduce(
    folder: Path,
    runs: int | None = None,
    schools: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[int, list[str]]:
    """Repeat some of the completed runs in this process, and compare every byte.

    Args:
        folder: the folder of the results.
        runs: the number of runs to repeat, evenly spread over the completed ones; None for ``SAMPLE``. A number
            larger than that of the completed runs repeats all of them.
        schools: the list of schools, if the study has one.
        progress: called after each run with the number of repeated runs and the number of runs to repeat.

    Returns:
        The number of repeated runs, and a sentence for each run that differs.

    Raises:
        StudyError: if the folder has no results of a study, they are of another model, or the list of schools is
            missing.
    """
    about = manifest_in(folder)
    study = rebuild_study(folder, about, schools)
    found = require_intact(folder, about)
    done = found.runs.filter(pc.equal(found.runs["status"], DONE))
    many = min(done.num_rows, SAMPLE if runs is None else runs)
    chosen = done.take(np.unique(np.linspace(0, done.num_rows - 1, many).round().astype(np.int64))) if many else done
    digests = _digests(study, chosen["point"].to_pylist())
    wrong: list[str] = []
    for number, run in enumerate(chosen.select(["key", "point", "seed", "series"]).to_pylist(), 1):
        made_in = found.environment_of(run["series"])
        digest = digest_of(made_in) if made_in else ""
        (key,) = study.run_keys(digests[run["point"]], (run["seed"],), _copy(study, run["point"]), digest)
        place = f"point {run['point']}, seed {run['seed']}"
        if key != run["key"]:
            wrong.append(f"{place}: its key does not belong to this run")
        elif why := _difference(study, found, run):
            wrong.append(f"{place}: {why}")
        progress(number, chosen.num_rows)
    if len(wrong) > MOST_REPORTED:
        wrong = [*wrong[:MOST_REPORTED], f"and {len(wrong) - MOST_REPORTED:,} more runs like these"]
    return chosen.num_rows, wrong


def _digests(study: StudySpec, points: list[int]) -> dict[int, str]:
    """Return the hash of the scenario at each of the given points."""
    wanted = set(points)
    last = max(wanted, default=-1)
    return {point: digest for point, digest in enumerate(islice(study.points.digests(), last + 1)) if point in wanted}


def _copy(study: StudySpec, point: int) -> int:
    return int(study.points.copies[point]) if study.points_share else 0


def _difference(study: StudySpec, found: Snapshot, run: dict[str, Any]) -> str:
    """Return how a repeated run differs from the stored one; empty if it does not."""
    written = _series_of(found, run, list(study.keep))
    again = simulate_task(Task(run["point"], (run["seed"],), (run["key"],), study.scenario_data(run["point"])))
    if written.num_rows != again.num_rows:
        return f"it has {written.num_rows:,} half-terms, but {again.num_rows:,} when repeated"
    for name in ("half_term", *study.keep):
        here, there = written[name].to_numpy(), again[name].to_numpy()
        if here.tobytes() == there.tobytes():
            continue
        differing = np.flatnonzero(~((here == there) | (np.isnan(here) & np.isnan(there))))
        if differing.size:  # NaN has several bit patterns
            row = int(differing[0])
            half_term = written["half_term"][row].as_py()
            written_as, came_out = (column[row].item() for column in (here, there))
            return f"{name} is {written_as!r} at half-term {half_term}, but {came_out!r} when repeated"
    return ""


def _series_of(found: Snapshot, run: dict[str, Any], keep: list[str]) -> Table:
    (number,) = (number for number, path in found.series if path.name == run["series"])
    here = (pc.field("point") == run["point"]) & (pc.field("seed") == run["seed"])
    return found.table_of(number, [*ORDER, *keep], here).sort_by([("half_term", "ascending")])
