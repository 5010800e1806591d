"""Living runs of a study again, to see whether they come out as they were written."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from alliance_sim.study.execution.run_task import live
from alliance_sim.study.spec.environment import digest_of
from alliance_sim.study.spec.tasks import Task
from alliance_sim.study.storage.arrow import Table, pc
from alliance_sim.study.storage.parts import DONE
from alliance_sim.study.storage.rebuild import rebuild_study
from alliance_sim.study.storage.snapshot import ORDER, Snapshot, manifest_in, require_intact

if TYPE_CHECKING:
    from alliance_sim.study.spec.study_spec import StudySpec

SAMPLE = 100
"""So many worlds are lived again where nobody says how many."""
MOST_TOLD = 10


def reproduce(
    folder: Path,
    worlds: int | None = None,
    schools: Path | None = None,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[int, list[str]]:
    """Live some of the runs that are done again, each in this process, and compare every byte.

    Args:
        folder: where the results lie.
        worlds: how many, evenly over all runs that are done; None: ``SAMPLE``. More than there are: all.
        schools: the list of schools, where the study has one.
        told: called after each world, with how many are lived and how many will be.

    Returns:
        how many were lived again, and a sentence for each that came out otherwise.

    Raises:
        StudyError: if no results of a study lie there, they are of another model, or the list of schools is missing.
    """
    about = manifest_in(folder)
    study = rebuild_study(folder, about, schools)
    found = require_intact(folder, about)
    done = found.runs.filter(pc.equal(found.runs["status"], DONE))
    many = min(done.num_rows, SAMPLE if worlds is None else worlds)
    chosen = done.take(np.unique(np.linspace(0, done.num_rows - 1, many).round().astype(np.int64))) if many else done
    digests = _digests(study, chosen["point"].to_pylist())
    wrong: list[str] = []
    for number, run in enumerate(chosen.select(["key", "point", "seed", "series"]).to_pylist(), 1):
        made_in = found.environment_of(run["series"])
        digest = digest_of(made_in) if made_in else ""
        (key,) = study.run_keys(digests[run["point"]], (run["seed"],), _copy(study, run["point"]), digest)
        place = f"point {run['point']}, seed {run['seed']}"
        if key != run["key"]:
            wrong.append(f"{place}: its key is not that of its world")
        elif why := _difference(study, found, run):
            wrong.append(f"{place}: {why}")
        told(number, chosen.num_rows)
    if len(wrong) > MOST_TOLD:
        wrong = [*wrong[:MOST_TOLD], f"and {len(wrong) - MOST_TOLD:,} more worlds like these"]
    return chosen.num_rows, wrong


def _digests(study: StudySpec, points: list[int]) -> dict[int, str]:
    """The hash of the scenario at each of these points."""
    wanted = set(points)
    last = max(wanted, default=-1)
    return {point: digest for point, digest in enumerate(islice(study.points.digests(), last + 1)) if point in wanted}


def _copy(study: StudySpec, point: int) -> int:
    return int(study.points.copies[point]) if study.random_numbers == "common" else 0


def _difference(study: StudySpec, found: Snapshot, run: dict[str, Any]) -> str:
    """Where a world that is lived again differs from what was written; empty where it does not."""
    written = _series_of(found, run, list(study.keep))
    again = live(Task(run["point"], (run["seed"],), (run["key"],), study.scenario_data(run["point"])))
    if written.num_rows != again.num_rows:
        return f"it has {written.num_rows:,} half-terms, but lived again {again.num_rows:,}"
    for name in ("half_term", *study.keep):
        here, there = written[name].to_numpy(), again[name].to_numpy()
        if here.tobytes() == there.tobytes():
            continue
        differing = np.flatnonzero(~((here == there) | (np.isnan(here) & np.isnan(there))))
        if differing.size:  # NaN may be written in several ways, all of which say the same
            row = int(differing[0])
            half_term = written["half_term"][row].as_py()
            written_as, came_out = (column[row].item() for column in (here, there))
            return f"{name} is {written_as!r} at half-term {half_term}, but lived again {came_out!r}"
    return ""


def _series_of(found: Snapshot, run: dict[str, Any], keep: list[str]) -> Table:
    (number,) = (number for number, path in found.series if path.name == run["series"])
    here = (pc.field("point") == run["point"]) & (pc.field("seed") == run["seed"])
    return found.table_of(number, [*ORDER, *keep], here).sort_by([("half_term", "ascending")])
