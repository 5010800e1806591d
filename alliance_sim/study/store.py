"""The folder of a study's results: what was asked, and the parts with what came of it. Nothing else decides."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from alliance_sim.files import AtStage, no_stage, write_whole
from alliance_sim.study.arrow import Table, pa, pq, read, whole_numbers
from alliance_sim.study.damage import Damage, damages_in, numbers_used, set_aside, sweep_away_leftovers
from alliance_sim.study.described import described, points_table, provenance
from alliance_sim.study.environment import differences, digest_of, environment
from alliance_sim.study.lock import only_writer
from alliance_sim.study.parts import DONE, FOLDER, commit, parts_in
from alliance_sim.study.tasks import Bundle, Outcome
from alliance_sim.study.trouble import EnvironmentChangedError, StudyError

if TYPE_CHECKING:
    from alliance_sim.study.studies import Study

STUDY, POINTS, PROVENANCE = "study.json", "points.parquet", "provenance.json"


@dataclass
class Store:
    """A folder that this process alone may add to."""

    folder: Path
    study: Study
    set_aside: list[Damage]
    at_stage: AtStage = no_stage

    def __post_init__(self) -> None:
        self._number = numbers_used(self.folder)

    def finished(self) -> NDArray[np.bool_]:
        """Which runs are done, shape (points, seeds a point): a part is of this study, so point and seed are enough."""
        done = np.zeros((len(self.study.points), self.study.seeds_a_point), np.bool_)
        for part in parts_in(self.folder):
            rows = read(part.runs, ["point", "seed", "status"])
            points, seeds = whole_numbers(rows["point"]), whole_numbers(rows["seed"])
            places = self._places(points, seeds)
            ours = np.array([status == DONE for status in rows["status"].to_pylist()], np.bool_)
            ours &= (points >= 0) & (points < done.shape[0]) & (places >= 0) & (places < done.shape[1])
            done[points[ours], places[ours]] = True
        return done

    def enter_environment(self, done: int, *, accepted: bool) -> None:
        """Record that parts are made in this environment from now on.

        Args:
            done: how many runs are done already.
            accepted: whether an environment other than the last one recorded is allowed.

        Raises:
            EnvironmentChangedError: if it is not, and there are runs already.
        """
        now, recorded = environment(), environments_in(self.folder)
        entry: dict[str, Any] = {"digest": digest_of(now), "first_part": self._number + 1, **now}
        if recorded and recorded[-1]["digest"] == entry["digest"]:
            return
        if done and not accepted:
            before = differences(recorded[-1], now) if recorded else "nothing is recorded about them"
            raise EnvironmentChangedError(
                f"{self.folder}: its {done:,} runs were made with other numerical libraries or for another processor "
                f"({before}); their numbers may differ. Use the same ones, or --accept-environment to resume with these"
            )
        if recorded and not done:
            recorded = []
        if recorded:
            recorded[-1]["runs"] = done - sum(one.get("runs", 0) for one in recorded[:-1])
        document = _provenance_in(self.folder) or provenance()
        _write_json(document | {"environments": [*recorded, entry]}, self.folder / PROVENANCE)

    def _places(self, points: NDArray[np.int64], seeds: NDArray[np.int64]) -> NDArray[np.int64]:
        """The place of each seed among those of its point."""
        if isinstance(self.study.seeds, int):
            return seeds - 1 - (points * self.study.seeds if self.study.luck == "independent" else 0)
        listed = np.array(self.study.seeds)
        order = np.argsort(listed)
        return order[np.minimum(np.searchsorted(listed, seeds, sorter=order), len(listed) - 1)]

    def add(self, found: list[tuple[Bundle, Outcome]]) -> None:
        """Commit the outcomes of some bundles."""
        self._number += 1
        commit(self.folder, self._number, self.study.hash, found, self.at_stage)


def _provenance_in(folder: Path) -> dict[str, Any]:
    try:
        found: Any = json.loads((folder / PROVENANCE).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def environments_in(folder: Path) -> list[dict[str, Any]]:
    """The environments in which a folder's parts were made, each with its digest and first part, in order."""
    recorded: Any = _provenance_in(folder).get("environments", [])
    try:
        sound = all({"digest", "first_part"} <= one.keys() and int(one["first_part"]) > 0 for one in recorded)
    except (TypeError, AttributeError, ValueError):
        sound = False
    return recorded if sound else []


def document_in(folder: Path) -> dict[str, Any]:
    """What was asked of the results in a folder.

    Raises:
        StudyError: if it holds no results of a study.
    """
    try:
        told: dict[str, Any] = json.loads((folder / STUDY).read_text("utf-8"))
        complete = {"hash", "runs", "points", "half_terms", "at", "name", "question"} <= told.keys()
    except (OSError, ValueError, AttributeError, RecursionError):
        complete, told = False, {}
    if not complete:
        raise StudyError(f"{folder}: no results of a study lie here; give the folder that sweep wrote into")
    return told


def run_rows(folder: Path, columns: list[str]) -> Table:
    """One row a run, from all parts; where a run was tried again, the later part's row counts."""
    wanted = list(dict.fromkeys([*columns, "point", "seed"]))
    tables = [pq.read_table(part.runs, columns=wanted, memory_map=False) for part in parts_in(folder)]
    if not tables:
        return pa.table({name: [] for name in wanted}).cast(pa.schema({name: _kind(name) for name in wanted}))
    rows = pa.concat_tables(tables).replace_schema_metadata(None)
    order = pa.array(np.arange(rows.num_rows))
    last = rows.append_column("_order", order).group_by(["point", "seed"]).aggregate([("_order", "max")])["_order_max"]
    if len(last) == rows.num_rows:
        return rows.select(columns)
    return rows.take(np.sort(last.to_numpy())).select(columns)


def _kind(name: str) -> Table:
    from alliance_sim.study.parts import RUNS_SCHEMA

    return RUNS_SCHEMA.field(name).type


@contextmanager
def opened(folder: Path, study: Study, at_stage: AtStage = no_stage) -> Generator[Store]:
    """The folder for this study, made or gone on with; damaged parts are set aside, to be lived again.

    Raises:
        StudyError: if another sweep writes here, or it holds another study or other things.
    """
    _refuse_what_is_not_ours(folder, study)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    with only_writer(folder):
        if not (folder / STUDY).exists():
            sink = pa.BufferOutputStream()
            pq.write_table(points_table(study), sink, compression="zstd")
            write_whole(folder / POINTS, memoryview(sink.getvalue()), durable=True)
            _write_json(provenance(), folder / PROVENANCE)
            _write_json(described(study), folder / STUDY)  # last: with it the folder is a study's
        sweep_away_leftovers(folder)
        damages = damages_in(folder, study.hash)
        for damage in damages:
            set_aside(folder, damage)
        yield Store(folder, study, damages, at_stage)


def _refuse_what_is_not_ours(folder: Path, study: Study) -> None:
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder}: this is no folder; give a new or an empty folder")
    if (folder / STUDY).exists():
        told = document_in(folder)
        if told["hash"] != study.hash:
            why = (
                "another version of the model" if told.get("name") == study.name else f"the study {told.get('name')!r}"
            )
            raise StudyError(
                f"{folder}: it holds the results of {why}, or of the study before it was changed; give another folder"
            )
    elif folder.is_dir() and any(
        path.name not in {FOLDER, POINTS, PROVENANCE, "writer.lock"} for path in folder.iterdir()
    ):
        raise StudyError(f"{folder}: other things lie here; give a new or an empty folder")


def _write_json(document: dict[str, Any], path: Path) -> None:
    write_whole(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n", durable=True)
