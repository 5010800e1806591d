"""PyArrow, whose types are declared only in part: type checkers are told to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow
import pyarrow.compute
import pyarrow.parquet
from numpy.typing import NDArray

pa: Any = pyarrow
pc: Any = pyarrow.compute
pq: Any = pyarrow.parquet

type Table = Any
"""A ``pyarrow.Table``."""
type Array = Any
"""A ``pyarrow.Array``."""


def numbers(values: Any, there: Sequence[bool] | None = None) -> Array:
    """An array of numbers, null where they are not there.

    ``pa.array``, ``pq.read_table`` and ``to_numpy`` import pandas, 40 MB that a sweep over a million runs does without.
    """
    found = np.ascontiguousarray(values)
    bits = None if there is None else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(pa.from_numpy_dtype(found.dtype), len(found), [bits, pa.py_buffer(found)])


def texts(values: Sequence[str | None]) -> Array:
    """An array of texts, in the same way."""
    written = [(value or "").encode() for value in values]
    ends = np.zeros(len(values) + 1, np.int32)
    np.cumsum(list(map(len, written)), out=ends[1:])
    there = np.packbits([value is not None for value in values], bitorder="little")
    buffers = [pa.py_buffer(there), pa.py_buffer(ends), pa.py_buffer(b"".join(written))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def read(path: Any, columns: Sequence[str] | None = None) -> Table:
    """A Parquet file, its pages' checksums compared."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        return file.read(columns=columns)


def whole_numbers(column: Any) -> NDArray[np.int64]:
    """A column of 64-bit numbers without nulls."""
    found: Any = np.from_dlpack(column.combine_chunks())
    return found
