"""Fixtures for configs: write a file, and load a config that is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.config import ConfigError, Problem, load_configuration

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a function that writes a file into the working directory and returns its path."""
    monkeypatch.chdir(tmp_path)

    def write_file(text: str | bytes, name: str = "myworld.toml") -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return write_file


@pytest.fixture
def refused() -> Callable[..., tuple[Problem, ...]]:
    """Return a function that loads a config that must be refused and returns its problems."""

    def problems(name_or_path: str | Path, overrides: dict[str, object] | None = None) -> tuple[Problem, ...]:
        with pytest.raises(ConfigError) as caught:
            load_configuration(name_or_path, overrides)
        for problem in caught.value.problems:
            assert "\n" not in str(problem), "a problem is one sentence on one line"
            assert str(problem).startswith(problem.file)
        return caught.value.problems

    return problems
