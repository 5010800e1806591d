"""Fixtures: small lists of schools."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.schools import SchoolList, read_schools

ReadText = Callable[..., SchoolList]


@pytest.fixture
def read_text(tmp_path: Path) -> ReadText:
    """Return a function that reads a list given as text or bytes."""

    def reading(text: str | bytes, alliance_size: int = 6, pupils_per_teacher: float = 20) -> SchoolList:
        path = tmp_path / "list.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_schools(path, alliance_size=alliance_size, pupils_per_teacher=pupils_per_teacher)

    return reading
