"""PyArrow as ``Any``, because its type hints are incomplete, and conversions that do not import pandas."""

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
    """Return an array of numbers, null where ``there`` is false.

    ``pa.array``, ``pq.read_table`` and ``to_numpy`` import pandas, which takes 40 MB.
    """
    found = np.ascontiguousarray(values)
    bits = None if there is None else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(pa.from_numpy_dtype(found.dtype), len(found), [bits, pa.py_buffer(found)])


def texts(values: Sequence[str | None]) -> Array:
    """Return an array of texts, null where a value is None."""
    written = [(value or "").encode() for value in values]
    ends = np.zeros(len(values) + 1, np.int32)
    np.cumsum(list(map(len, written)), out=ends[1:])
    there = np.packbits([value is not None for value in values], bitorder="little")
    buffers = [pa.py_buffer(there), pa.py_buffer(ends), pa.py_buffer(b"".join(written))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def read(path: Any, columns: Sequence[str] | None = None) -> Table:
    """Read a Parquet file and compare the checksums of its pages."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        return file.read(columns=columns)


def whole_numbers(column: Any) -> NDArray[np.int64]:
    """Return a column of 64-bit integers without nulls as an array."""
    found: Any = np.from_dlpack(column.combine_chunks())
    return found
