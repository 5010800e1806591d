"""The examples in docstrings and pages give the printed results."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = [
    *((REPOSITORY / "alliance_sim").rglob("*.py")),
    *((REPOSITORY / "analysis").rglob("*.py")),
    *((REPOSITORY / "docs").rglob("*.md")),
    REPOSITORY / "README.md",
]
WITH_EXAMPLES = sorted(
    str(file.relative_to(REPOSITORY))
    for file in EXAMPLES
    if "_build" not in file.parts and ">>> " in file.read_text("utf-8")
)


def test_there_are_examples():
    assert {"alliance_sim/mesa_model/model.py", "alliance_sim/mesa_model/scenario.py", "docs/reference.md"} <= set(
        WITH_EXAMPLES
    )


@pytest.mark.parametrize("file", WITH_EXAMPLES)
def test_examples_give_the_printed_results(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if file.endswith(".py"):
        failed, tried = doctest.testmod(import_module(file.removesuffix(".py").replace("/", ".")))
    else:
        failed, tried = doctest.testfile(str(REPOSITORY / file), module_relative=False, encoding="utf-8")
    assert tried > 0
    assert failed == 0
