"""The results folder of a study during a sweep: its manifest and its parts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.files import AtStage, is_temporary, no_stage, write_atomically
from alliance_sim.study.errors import EnvironmentChangedError, StudyError
from alliance_sim.study.spec.environment import differences, digest_of, environment, read_environment
from alliance_sim.study.spec.tasks import Bundle, Outcome
from alliance_sim.study.storage.arrow import pa, pq, whole_numbers
from alliance_sim.study.storage.checksums import Checksum
from alliance_sim.study.storage.description import described, points_table, provenance
from alliance_sim.study.storage.integrity import (
    Damage,
    inspected,
    numbers_used,
    quarantine,
    remove_leftovers,
)
from alliance_sim.study.storage.lock import NAME as LOCK
from alliance_sim.study.storage.lock import only_writer
from alliance_sim.study.storage.manifest import (  # fmt: skip
    POINTS,
    PROVENANCE,
    STUDY,
    DamagedManifestError,
    EarlierSeeds,
    Manifest,
    Provenance,
    read_manifest,
    sealed,
)
from alliance_sim.study.storage.parts import DAMAGED, DONE, FOLDER, SEEDS, commit, parts_in
from alliance_sim.study.storage.parts import STUDY as MARK
from alliance_sim.study.storage.points_table import read_points

if TYPE_CHECKING:
    from alliance_sim.study.spec.study_spec import StudySpec


@dataclass
class Store:
    """A results folder that only this process writes to.

    Attributes:
        folder, study: the folder and its study.
        manifest: the manifest in the folder.
        damaged: damaged parts, which ``finished`` finds and ``quarantine_damaged`` moves aside.
        restored: files beside the parts that were missing or damaged, and were written again.
        at_stage: called at each stage of a commit.
    """

    folder: Path
    study: StudySpec
    manifest: Manifest
    damaged: list[Damage] = field(default_factory=list[Damage])
    restored: list[str] = field(default_factory=list[str])
    at_stage: AtStage = no_stage

    def __post_init__(self) -> None:
        self._number = numbers_used(self.folder)
        self._last_environment: dict[str, str] = {}

    def finished(self) -> NDArray[np.bool_]:
        """Return which runs are done in intact parts, shape (points, seeds per point)."""
        done = np.zeros((self.manifest.points, self.manifest.seeds_a_point), np.bool_)
        for found in inspected(self.folder, self.manifest):
            if isinstance(found, Damage):
                self.damaged.append(found)
                continue
            self._last_environment = read_environment(found.environment)
            points, seeds = whole_numbers(found.runs["point"]), whole_numbers(found.runs["seed"])
            succeeded = np.array([status == DONE for status in found.runs["status"].to_pylist()], np.bool_)
            done[points[succeeded], self.manifest.seed_places(points, seeds)[succeeded]] = True
        return done

    def enter_environment(self, done: int, *, accepted: bool) -> None:
        """Refuse a numerical environment that differs from that of the last part; call ``finished`` first.

        Args:
            done: the number of runs that are done.
            accepted: whether another environment is accepted.

        Raises:
            EnvironmentChangedError: if the environment differs, is not accepted, and there are runs already.
        """
        now, last = environment(), self._last_environment
        if accepted or not done or (last and digest_of(last) == digest_of(now)):
            return
        before = differences(last, now) if last else "nothing is recorded about them"
        raise EnvironmentChangedError(
            f"{self.folder}: its {done:,} runs were made with other numerical libraries or for another processor "
            f"({before}); their numbers may differ. Use the same ones, or --accept-environment to resume with these"
        )

    def quarantine_damaged(self) -> None:
        """Move the damaged parts aside; their runs will be repeated."""
        for damage in self.damaged:
            quarantine(self.folder, damage)

    def add(self, found: list[tuple[Bundle, Outcome]]) -> None:
        """Commit the outcomes of some bundles."""
        self._number += 1
        made_in = json.dumps(environment(), sort_keys=True)
        seeds = json.dumps(self.study.seeds)
        commit(self.folder, self._number, self.study.hash, found, made_in, self.at_stage, seeds)


@contextmanager
def open_store(
    folder: Path, study: StudySpec, at_stage: AtStage = no_stage, until: str | None = None
) -> Generator[Store]:
    """Create or reopen the results folder of a study.

    Missing or damaged files beside the parts are restored from the study. If the study has more seeds than the folder,
    or other smallest effects of interest, the manifest is written again, and the runs in the folder stay.

    Raises:
        StudyError: if another sweep writes to the folder, or it holds anything else.
    """
    _refuse_other_content(folder, study)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    with only_writer(folder):
        _refuse_other_content(folder, study)  # another sweep may have written here before it released the lock
        _renew(folder, study, until)
        restored = _restore(folder, study, until or "")
        manifest = read_manifest(folder)
        remove_leftovers(folder)
        yield Store(folder, study, manifest, restored=restored, at_stage=at_stage)


def _refuse_other_content(folder: Path, study: StudySpec) -> None:
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder}: this is no folder; give a new or an empty folder")
    if (folder / STUDY).exists():
        try:
            manifest = read_manifest(folder)
        except DamagedManifestError:
            if not (parts := _studies_of_parts(folder)) or _strangers(parts, study):
                raise
            return
        if manifest.hash != study.hash and not _raises_seeds(study, manifest):
            if study.with_seeds(manifest.seeds).hash == manifest.hash:
                raise StudyError(
                    f"{folder}: it holds {manifest.seeds_a_point:,} seeds for each point, and the study has "
                    f"{study.seeds_a_point:,}, or other ones; seeds can be added and not taken away, so give "
                    f"seeds = {manifest.seeds_a_point} or more, or another folder"
                )
            why = "another version of the model" if manifest.name == study.name else f"the study {manifest.name!r}"
            raise StudyError(
                f"{folder}: it holds the results of {why}, or of the study before it was changed; give another folder"
            )
    elif folder.is_dir():
        known = {FOLDER, POINTS, PROVENANCE, LOCK}
        studies = _studies_of_parts(folder)
        strangers = _strangers(studies, study)
        if (strangers or not studies) and any(
            path.name not in known and not is_temporary(path.name) for path in folder.iterdir()
        ):
            raise StudyError(f"{folder}: other things lie here; give a new or an empty folder")
        if strangers:
            raise StudyError(
                f"{folder}: it holds the results of another study, or of the study before it was changed, "
                f"without its {STUDY}; give another folder"
            )


def _raises_seeds(study: StudySpec, manifest: Manifest) -> bool:
    """Return whether a study is that of a manifest with more seeds."""
    return study.continues(manifest.seeds) and study.with_seeds(manifest.seeds).hash == manifest.hash


def _renew(folder: Path, study: StudySpec, until: str | None) -> None:
    """Write the manifest again if the study has more seeds, or other smallest effects of interest."""
    try:
        manifest = read_manifest(folder)
    except StudyError:
        return
    goal = manifest.until if until is None else until
    if (manifest.hash, manifest.matters, manifest.until) == (study.hash, dict(study.matters), goal):
        return
    checksum = manifest.checksum_of(POINTS)
    if checksum is None or manifest.provenance is None:  # results of version 0.1 keep their manifest
        if manifest.hash != study.hash:
            raise StudyError(f"{folder}: its results are of version 0.1, to which no seeds can be added")
        return
    earlier = manifest.earlier
    if manifest.hash != study.hash:
        earlier = (*earlier, EarlierSeeds(seeds=manifest.seeds, hash=manifest.hash))
    started_with = manifest.provenance.model_dump()
    content = sealed(described(study, checksum, started_with, earlier, goal))
    write_atomically(folder / STUDY, content, durable=True)


def _strangers(parts: Mapping[str, str], study: StudySpec) -> set[str]:
    """Return the hashes of parts that belong neither to a study nor to it before its seeds were raised.

    Args:
        parts: the seeds of the study of each part, as JSON, by its hash.
        study: the study.
    """
    known = {one.hash for one in _earlier(parts, study)} | {study.hash}
    return set(parts) - known


def _earlier(parts: Mapping[str, str], study: StudySpec) -> list[EarlierSeeds]:
    """Return the study before its seeds were raised, as far as parts belong to it."""
    found: list[EarlierSeeds] = []
    for digest, text in parts.items():
        if digest == study.hash or not text:
            continue
        try:
            one = EarlierSeeds.model_validate_json(f'{{"seeds": {text}, "hash": "{digest}"}}')
        except ValueError:
            continue
        if study.continues(one.seeds) and study.with_seeds(one.seeds).hash == digest:
            found.append(one)
    return sorted(found, key=lambda one: one.seeds if isinstance(one.seeds, int) else len(one.seeds))


def _studies_of_parts(folder: Path) -> dict[str, str]:
    """Return the hashes of the studies that the readable parts in a folder belong to, each with its seeds as JSON."""
    found: dict[str, str] = {}
    for part in parts_in(folder):
        try:
            metadata = pq.read_schema(part.runs).metadata or {}
        except (OSError, ValueError, pa.ArrowException):
            continue
        found[metadata.get(MARK, b"").decode("ascii", "replace")] = metadata.get(SEEDS, b"").decode("ascii", "replace")
    return found


def _restore(folder: Path, study: StudySpec, until: str) -> list[str]:
    """Write missing or damaged files beside the parts, and return the names of those that had existed before."""
    existed = any((folder / name).exists() for name in (STUDY, POINTS)) and bool(parts_in(folder))
    try:
        manifest = read_manifest(folder)
    except StudyError:
        manifest = None
    wrong = [] if manifest else [STUDY]
    try:
        if manifest:
            read_points(folder, manifest)
    except StudyError:
        wrong.append(POINTS)
    if manifest is None:
        wrong.append(POINTS)
    if provenance_trouble(folder, manifest):
        wrong.append(PROVENANCE)
    if not wrong:
        return []
    for name in wrong:
        _set_file_aside(folder, name)
    points = _points_content(study)
    started_with = manifest.provenance.model_dump() if manifest and manifest.provenance else provenance()
    write_atomically(folder / POINTS, points, durable=True)
    if manifest is None or PROVENANCE in wrong:
        write_atomically(folder / PROVENANCE, provenance_content(started_with), durable=True)
    if manifest is None or manifest.format:
        checksum = Checksum(len(points), hashlib.sha256(points).hexdigest())
        earlier = manifest.earlier if manifest else _earlier(_studies_of_parts(folder), study)
        until = manifest.until if manifest else until
        write_atomically(
            folder / STUDY, sealed(described(study, checksum, started_with, earlier, until)), durable=True
        )  # last: it makes the folder one of results
    return wrong if existed or manifest else []


def begun_with(folder: Path, manifest: Manifest) -> dict[str, Any]:
    """Return the software and the platform with which a sweep was started; empty if none was recorded."""
    if manifest.provenance is not None:
        return manifest.provenance.model_dump()
    try:
        return Provenance.model_validate_json((folder / PROVENANCE).read_bytes()).model_dump()
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as trouble:
        raise StudyError(f"{folder / PROVENANCE}: it is not as sweep writes it; remove the file") from trouble


def provenance_content(started_with: dict[str, Any]) -> bytes:
    """Return the bytes of ``provenance.json``."""
    return (json.dumps(started_with, indent=2, ensure_ascii=False) + "\n").encode()


def provenance_trouble(folder: Path, manifest: Manifest | None) -> str:
    """Return why ``provenance.json`` is not what was written; empty if it is, or the manifest has no copy of it."""
    if manifest is None or manifest.provenance is None:
        return ""
    try:
        same = (folder / PROVENANCE).read_bytes() == provenance_content(manifest.provenance.model_dump())
    except OSError:
        return f"{PROVENANCE}: it is missing or cannot be read"
    return "" if same else f"{PROVENANCE}: it is not what was written"


def _points_content(study: StudySpec) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(points_table(study), sink, compression="zstd", write_page_checksum=True)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _set_file_aside(folder: Path, name: str) -> None:
    """Move a damaged file beside the parts to the damaged parts."""
    if (folder / name).exists():
        aside = folder / FOLDER / DAMAGED
        aside.mkdir(exist_ok=True)
        (folder / name).replace(aside / name)
