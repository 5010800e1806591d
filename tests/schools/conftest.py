"""Fixtures: small lists of schools."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.schools import SchoolList, read_schools

SHARED = next((above / "shared" for above in Path(__file__).parents if (above / "shared" / "data").is_dir()), None)
"""The folder of real lists and of lists cut down from real ones, which is not part of the repository."""

ReadText = Callable[..., SchoolList]


@pytest.fixture
def read_text(tmp_path: Path) -> ReadText:
    """Return a function that reads a list given as text or bytes."""

    def reading(text: str | bytes, alliance_size: int = 6, pupils_per_teacher: float = 20) -> SchoolList:
        path = tmp_path / "list.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_schools(path, alliance_size=alliance_size, pupils_per_teacher=pupils_per_teacher)

    return reading


@pytest.fixture
def shared() -> Path:
    """Return the folder of real lists, or skip the test where it is absent."""
    if SHARED is None:
        pytest.skip("real lists are not part of the repository (../shared)")
    return SHARED
