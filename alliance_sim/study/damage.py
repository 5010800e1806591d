"""What can be wrong with a part, and setting it aside so that its runs are lived again."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from alliance_sim.files import UNFINISHED
from alliance_sim.study.arrow import Table, pa, pq
from alliance_sim.study.parts import DAMAGED, FOLDER, RUNS, RUNS_SCHEMA, SERIES, STUDY, Part, parts_in


@dataclass(frozen=True)
class Damage:
    """A part that cannot be trusted, and why."""

    part: Part
    why: str


def damage_of(part: Part, study: str, *, thorough: bool) -> Damage | None:
    """What is wrong with a part; None where nothing is.

    Args:
        part: whose files are looked at.
        study: the hash of the study that it should belong to.
        thorough: whether series are read to the last byte and compared with their digest, or only their size is.
    """
    found = runs_or_damage(part, study, thorough=thorough)
    return found if isinstance(found, Damage) else None


def runs_or_damage(part: Part, study: str, *, thorough: bool) -> Table | Damage:
    """The rows of a part's runs; or what is wrong with the part, as ``damage_of`` tells it."""
    try:
        with pq.ParquetFile(part.runs, page_checksum_verification=True) as file:
            head = file.schema_arrow
            if (head.metadata or {}).get(STUDY) != study.encode("ascii"):
                return Damage(part, "it belongs to another study")
            if not head.remove_metadata().equals(RUNS_SCHEMA):
                return Damage(part, "its file of runs has other columns")
            runs = file.read(use_threads=False)  # files are small, and threads cost more than they save
    except (OSError, ValueError, pa.ArrowException):
        return Damage(part, "its file of runs cannot be read")
    names, sizes, digests = (
        set(runs[name].unique().to_pylist()) - {None} for name in ("series", "series_bytes", "series_sha256")
    )
    if max(len(names), len(sizes), len(digests)) > 1:
        return Damage(part, "it names several files of series")
    for name, size, digest in zip(names, sizes, digests, strict=False):
        if why := _series_are_wrong(part, name, size, digest if thorough else ""):
            return Damage(part, why)
    return runs.replace_schema_metadata(None)


def _series_are_wrong(part: Part, name: str, size: int, digest: str) -> str:
    """Why the series are not those that were written; empty where they are. Without a digest, only the size counts."""
    if name != part.series.name:
        return "it is a copy under another name"
    try:
        found = part.series.stat().st_size
    except OSError:
        return "its series are missing"
    if found != size:
        return f"its series have {found:,} bytes where {size:,} were written"
    if digest:
        with part.series.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                return "its series are not what was written"
    return ""


def damages_in(folder: Path, study: str) -> list[Damage]:
    """Every part that cannot be trusted: all is read to the last byte, by several threads at once."""
    with ThreadPoolExecutor() as threads:
        found = threads.map(partial(damage_of, study=study, thorough=True), parts_in(folder))
        return [damage for damage in found if damage]


def set_aside(folder: Path, damage: Damage) -> None:
    """Move a part's files where nobody reads them; they are not deleted."""
    aside = folder / FOLDER / DAMAGED
    aside.mkdir(exist_ok=True)
    for path in (damage.part.runs, damage.part.series):
        if path.exists():
            path.replace(aside / path.name)


def sweep_away_leftovers(folder: Path) -> None:
    """Remove what a writer that was killed left unfinished: it was never part of the results."""
    kept = {part.series.name for part in parts_in(folder)}
    for path in (*folder.iterdir(), *(folder / FOLDER).iterdir()):
        left = path.name.endswith(UNFINISHED) or (path.name.endswith(SERIES) and path.name not in kept)
        if left and path.is_file():
            path.unlink()


def numbers_used(folder: Path) -> int:
    """The highest number that a part here ever had, those set aside included."""
    names = [path.name for path in (folder / FOLDER).rglob("*" + RUNS)]
    return max((int(name[:7]) for name in names if name[:7].isdigit()), default=0)
