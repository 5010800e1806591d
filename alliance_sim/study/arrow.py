"""PyArrow, whose types are declared only in part: type checkers are told to trust it."""

from __future__ import annotations

from typing import Any

import pyarrow
import pyarrow.compute
import pyarrow.parquet

pa: Any = pyarrow
pc: Any = pyarrow.compute
pq: Any = pyarrow.parquet

type Table = Any
"""A ``pyarrow.Table``."""
