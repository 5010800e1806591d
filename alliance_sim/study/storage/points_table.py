"""Read the table of points beside a manifest, and check its checksum and columns."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import numpy as np

from alliance_sim.study.errors import StudyError
from alliance_sim.study.storage.arrow import Table, pa, pq, whole_numbers
from alliance_sim.study.storage.manifest import POINTS, Manifest


def read_points(folder: Path, manifest: Manifest) -> Table:
    """Read a table with one row per point: ``point``, then the varied columns.

    Raises:
        StudyError: if the table is missing or is not what was written.
    """
    try:
        content = (folder / POINTS).read_bytes()
    except FileNotFoundError:
        _refuse(folder, "it is missing")
    except OSError as trouble:
        _refuse(folder, f"it cannot be read ({trouble.strerror})")
    expected = manifest.checksum_of(POINTS)
    if expected and not expected.matches(content):
        _refuse(folder, "it cannot be read as it was written, because its bytes have changed")
    try:
        with pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True) as file:
            table = file.read().replace_schema_metadata(None)
        names = table.column_names
        valid = (
            names[:1] == ["point"]
            and [name for name in names[1:] if name != "variant"] == list(manifest.varies)
            and table.num_rows == manifest.points
            and not any(table[name].null_count for name in names)
            and pa.types.is_int64(table["point"].type)
            and bool((whole_numbers(table["point"]) == np.arange(manifest.points)).all())
        )
    except (OSError, ValueError, pa.ArrowException):
        _refuse(folder, "it cannot be read")
    if not valid:
        _refuse(folder, f"it does not hold the {manifest.points:,} points of the study")
    return table


def _refuse(folder: Path, why: str) -> NoReturn:
    raise StudyError(
        f"{folder / POINTS}: {why}; sweep the same study into this folder again, which writes the file again and keeps"
        " what is done"
    )
