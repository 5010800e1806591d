"""A desk to write studies on, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.configuration import ConfigError, Problem
from alliance_sim.study import Study


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a file where the user sits, and gives its path as the user would type it."""
    monkeypatch.chdir(tmp_path)

    def write_file(text: str, name: str = "mystudy.toml") -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def study(write: Callable[..., Path]) -> Callable[..., Study]:
    """A study of this text."""

    def loaded(text: str, name: str = "mystudy.toml") -> Study:
        return Study.load(write(f'question = "What if?"\n{text}', name))

    return loaded


@pytest.fixture
def refused(write: Callable[..., Path]) -> Callable[..., tuple[Problem, ...]]:
    """What is wrong with a study of this text."""

    def problems(text: str) -> tuple[Problem, ...]:
        with pytest.raises(ConfigError) as caught:
            Study.load(write(text))
        for problem in caught.value.problems:
            assert "\n" not in str(problem), "a problem is one sentence on one line"
        return caught.value.problems

    return problems
