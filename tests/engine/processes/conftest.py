"""Fixtures for tests of single rules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.declarations.parameters import DEFAULTS, Value
from alliance_sim.engine.settings import settings_record


@pytest.fixture(scope="session")
def extended_settings() -> Callable[..., np.record]:
    """Return a function that creates a settings record: the defaults, with changes by dotted name."""

    def settings(changes: dict[str, Value] | None = None) -> np.record:
        return settings_record({**DEFAULTS, **(changes or {})}).view(np.recarray)[0]

    return settings


@pytest.fixture(scope="session")
def settings(extended_settings) -> np.record:
    """Return a settings record of the defaults."""
    return extended_settings()
