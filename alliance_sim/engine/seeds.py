"""Convert what Mesa accepts as ``rng`` to a seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from alliance_sim.validation import format_given

type RNG = int | np.integer[Any] | Sequence[int] | np.random.SeedSequence | np.random.Generator | None
LARGEST_SEED = 2**64 - 1
_RANDOM_SOURCES = (np.random.Generator, np.random.BitGenerator, np.random.SeedSequence, np.random.RandomState)


def seed_from(rng: Any) -> int:
    """Return the seed that reproduces a run.

    Args:
        rng: a whole number, a list of whole numbers, a NumPy generator or seed sequence, or None for a new seed.

    Returns:
        A whole number from 0 to 2**64 - 1.

    Raises:
        ValueError: if a number is out of range.
        TypeError: if ``rng`` has another type.
    """
    if isinstance(rng, np.ndarray):
        rng = rng.tolist()
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool):
        if not 0 <= rng <= LARGEST_SEED:
            raise ValueError(f"rng is {format_given(rng)}, but a seed must be a whole number from 0 to 2**64 - 1")
        return int(rng)
    if isinstance(rng, list | tuple):
        if not rng or not all(isinstance(each, int | np.integer) and each >= 0 for each in cast("list[Any]", rng)):
            raise ValueError(f"rng is {format_given(rng)}, but a list of seeds must hold whole numbers, 0 or more")
    elif not (rng is None or isinstance(rng, _RANDOM_SOURCES)):
        raise TypeError(
            f"rng is {format_given(rng)}, but must be a whole number, a NumPy generator or seed sequence, or None"
        )
    return int(np.random.default_rng(rng).integers(2**63))
