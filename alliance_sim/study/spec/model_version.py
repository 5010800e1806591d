"""The version of the model: the library's version and a digest of the sources that shape outcomes."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from alliance_sim.version import __version__

OUTCOME_PACKAGES = ("declarations", "engine", "mesa_model")
"""Packages whose sources shape outcomes. They are read as files, because planning a study must not import Numba."""


@cache
def model_version() -> str:
    """Return the library's version with a digest of every source file that shapes outcomes.

    Results of different model versions are never mixed.
    """
    library = Path(__file__).parents[2]
    sha = hashlib.sha256()
    for path in sorted(path for package in OUTCOME_PACKAGES for path in (library / package).rglob("*.py")):
        sha.update(path.read_bytes())
    return f"{__version__}+{sha.hexdigest()[:12]}"
