"""The examples in docstrings and pages come out as they say."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
EXAMPLES = [
    *((HOUSE / "alliance_sim").rglob("*.py")),
    *((HOUSE / "analysis").rglob("*.py")),
    *((HOUSE / "docs").rglob("*.md")),
    HOUSE / "README.md",
]
WITH_EXAMPLES = sorted(
    str(file.relative_to(HOUSE))
    for file in EXAMPLES
    if "_build" not in file.parts and ">>> " in file.read_text("utf-8")
)


def test_there_are_examples():
    assert {"alliance_sim/mesa_model/model.py", "alliance_sim/mesa_model/scenario.py", "docs/reference.md"} <= set(
        WITH_EXAMPLES
    )


@pytest.mark.parametrize("file", WITH_EXAMPLES)
def test_examples_come_out_as_they_say(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if file.endswith(".py"):
        failed, tried = doctest.testmod(import_module(file.removesuffix(".py").replace("/", ".")))
    else:
        failed, tried = doctest.testfile(str(HOUSE / file), module_relative=False, encoding="utf-8")
    assert tried > 0
    assert failed == 0
