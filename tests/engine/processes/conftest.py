"""What the stories about single rules share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.declarations.parameters import DEFAULTS, Value
from alliance_sim.engine.settings import settings_record


@pytest.fixture(scope="session")
def extended_settings() -> Callable[..., np.record]:
    """Settings as rules see them: the defaults, with some set by dotted name."""

    def settings(changes: dict[str, Value] | None = None) -> np.record:
        return settings_record({**DEFAULTS, **(changes or {})}).view(np.recarray)[0]

    return settings


@pytest.fixture(scope="session")
def settings(extended_settings) -> np.record:
    """The defaults."""
    return extended_settings()
