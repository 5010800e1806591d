"""The integrity of parts: inspection, and the quarantine of damaged parts, whose runs are repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import batched
from pathlib import Path

import numpy as np

from alliance_sim.files import UNFINISHED
from alliance_sim.study.storage.arrow import Table, pa, pq, whole_numbers
from alliance_sim.study.storage.checksums import Checksum, matches_digest, verify
from alliance_sim.study.storage.lock import writer_of
from alliance_sim.study.storage.manifest import DIGEST, Manifest
from alliance_sim.study.storage.parts import (  # fmt: skip
    CRC32,
    DAMAGED,
    DONE,
    ENVIRONMENT,
    FAILED,
    FOLDER,
    RUNS,
    RUNS_SCHEMA,
    SERIES,
    STUDY,
    Part,
    parts_in,
)

PARTS_AT_ONCE = 16
"""Parts whose runs are in memory while they wait for their turn."""


@dataclass(frozen=True)
class Damage:
    """A damaged part and the reason."""

    part: Part
    why: str


@dataclass(frozen=True, eq=False)
class IntactPart:
    """A part whose files all have their checksums.

    Attributes:
        part: the part.
        runs: its table of runs, one row per run.
        checksum: the checksum of its series; None if it has none.
        environment: the numerical environment of its runs, as JSON; empty if none was recorded.
    """

    part: Part
    runs: Table
    checksum: Checksum | None
    environment: str = ""


class _WrongError(Exception):
    """The reason why a part is damaged."""


def inspect(part: Part, manifest: Manifest, *, thorough: bool = False) -> IntactPart | Damage:
    """Compare every byte of a part's files with its checksum, and return its runs or its damage.

    Args:
        part: the part to inspect.
        manifest: the manifest of the study that it should belong to.
        thorough: compare the SHA-256 of series, not only their CRC-32, even if this process has compared them before.
    """
    try:
        runs, crc32, made_in = _runs_of(part, manifest)
        checksum = _series_checksum(runs, crc32, part)
        if checksum:
            _refuse_other_series(part, checksum, thorough=thorough)
    except _WrongError as wrong:
        return Damage(part, str(wrong))
    return IntactPart(part, runs, checksum, made_in)


def _runs_of(part: Part, manifest: Manifest) -> tuple[Table, int | None, str]:
    """Return a part's table of runs, the CRC-32 of its series and its environment, if they were recorded."""
    try:
        content = part.runs.read_bytes()
    except FileNotFoundError:
        raise _WrongError("its file of runs is missing") from None
    except OSError as trouble:
        raise _WrongError(f"its file of runs cannot be read ({trouble.strerror})") from None
    if part.digest and not matches_digest(content, part.digest):
        raise _WrongError("its file of runs is not what was written")
    if manifest.format and not part.digest:
        raise _WrongError("the name of its file of runs does not end in a digest")
    try:
        with pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True) as file:
            head = file.schema_arrow
            metadata = head.metadata or {}
            known = [manifest.hash, *(one.hash for one in manifest.earlier)]
            if metadata.get(STUDY) not in [digest.encode("ascii") for digest in known]:
                raise _WrongError("it belongs to another study")
            if not head.remove_metadata().equals(RUNS_SCHEMA):
                raise _WrongError("its file of runs has other columns")
            runs = file.read(use_threads=False)  # files are small, and threads cost more than they save
        runs.validate(full=True)
        crc32 = int(metadata[CRC32], 16) if CRC32 in metadata else None
        _refuse_strange_rows(runs, manifest)
    except (OSError, ValueError, pa.ArrowException):
        raise _WrongError("its file of runs cannot be read") from None
    return runs.replace_schema_metadata(None), crc32, metadata.get(ENVIRONMENT, b"").decode("utf-8", "replace")


def _refuse_strange_rows(runs: Table, manifest: Manifest) -> None:
    """Refuse rows that cannot be those of runs of the study."""
    if any(runs[name].null_count for name in ("key", "point", "seed", "status")) or not runs.num_rows:
        raise _WrongError("its file of runs has rows without a key, point, seed or status")
    statuses = runs["status"].to_pylist()
    if odd := set(statuses) - {DONE, FAILED}:
        raise _WrongError(f"it has a run that is {min(odd)!r:.40}, where {DONE} or {FAILED} is expected")
    points, seeds = whole_numbers(runs["point"]), whole_numbers(runs["seed"])
    if points.min() < 0 or points.max() >= manifest.points:
        raise _WrongError(f"it has runs of points that the study does not have (0 to {manifest.points - 1:,})")
    places = manifest.seed_places(points, seeds)
    if places.min() < 0:
        raise _WrongError("it has runs of seeds that the study does not have")
    if len(np.unique(points * manifest.seeds_a_point + places)) < len(points):
        raise _WrongError("it has a run twice")
    done = statuses.count(DONE)
    if any(runs.num_rows - runs[name].null_count != done for name in ("series", "series_bytes", "series_sha256")):
        raise _WrongError("it has runs that are done without series, or that failed with series")


def _series_checksum(runs: Table, crc32: int | None, part: Part) -> Checksum | None:
    """Return the checksum of a part's series; None if it has none."""
    names, sizes, digests = (
        set(runs[name].unique().to_pylist()) - {None} for name in ("series", "series_bytes", "series_sha256")
    )
    if max(len(names), len(sizes), len(digests)) > 1:
        raise _WrongError("it names several files of series")
    if not names:
        return None
    if names != {part.series.name}:
        raise _WrongError("it is a copy under another name")
    (size,), (digest,) = sizes, digests
    if size < 0 or not re.fullmatch(DIGEST, digest):
        raise _WrongError("the size or the digest of its series cannot be that of a file")
    return Checksum(size, digest, crc32)


def _refuse_other_series(part: Part, checksum: Checksum, *, thorough: bool) -> None:
    """Refuse series that do not have their checksum."""
    try:
        found = part.series.stat().st_size
        if found != checksum.size:
            raise _WrongError(f"its series have {found:,} bytes where {checksum.size:,} were written")
        if not verify(part.series, checksum, thorough=thorough):
            raise _WrongError("its series are not what was written")
    except FileNotFoundError:
        raise _WrongError("its series are missing") from None
    except OSError as trouble:
        raise _WrongError(f"its series cannot be read ({trouble.strerror})") from None


def inspected(folder: Path, manifest: Manifest, *, thorough: bool = False) -> Iterator[IntactPart | Damage]:
    """Inspect every part in a folder, in several threads, and yield them in the order of their numbers."""
    with ThreadPoolExecutor() as threads:
        for parts in batched(parts_in(folder), PARTS_AT_ONCE):
            yield from threads.map(partial(inspect, manifest=manifest, thorough=thorough), parts)


def without_runs(folder: Path) -> list[Damage]:
    """Return series without a file of runs as damage, unless a sweep is writing now and is about to add it."""
    if writer_of(folder) is not None:
        return []
    committed = {part.name for part in parts_in(folder)}
    lone = [path.name.removesuffix(SERIES) for path in sorted((folder / FOLDER).glob("*" + SERIES))]
    parts = [Part(folder / FOLDER / (name + RUNS)) for name in lone if name not in committed]
    # perf: the sweep may have committed a part, and ended, since the folder was listed
    now = {part.name for part in parts_in(folder)} if parts else committed
    why = "its file of runs is missing, or the sweep was killed before it was written"
    return [Damage(part, why) for part in parts if part.name not in now]


def quarantine(folder: Path, damage: Damage) -> None:
    """Move a part's files to the folder of damaged parts; they are not deleted."""
    aside = folder / FOLDER / DAMAGED
    aside.mkdir(exist_ok=True)
    for path in (damage.part.runs, damage.part.series):
        if path.exists():
            path.replace(aside / path.name)


def remove_leftovers(folder: Path) -> None:
    """Remove unfinished files of a sweep that was killed; they were never part of the results."""
    committed = {part.series.name for part in parts_in(folder)}
    for path in (*folder.iterdir(), *(folder / FOLDER).iterdir()):
        left = path.name.endswith(UNFINISHED) or (path.name.endswith(SERIES) and path.name not in committed)
        if left and path.is_file():
            path.unlink()


def numbers_used(folder: Path) -> int:
    """Return the highest number of any part in a folder, including quarantined ones."""
    names = [path.name for path in (folder / FOLDER).rglob("*" + RUNS)]
    return max((int(name[:7]) for name in names if name[:7].isdigit()), default=0)
