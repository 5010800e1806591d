"""Every row of THEORY.md names a function and a test that exist."""

import pkgutil
import re
from pathlib import Path

import pytest

import alliance_sim
from analysis.patterns.registry import CLAIMS, PATTERNS

THEORY = Path(alliance_sim.__file__).parent / "THEORY.md"
TESTS = Path(__file__).parents[1]
SOURCE_TABLE = Path(__file__).parents[3] / "shared" / "theory.md"
ROWS = {
    cells[0]: cells
    for line in THEORY.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [A-D]\d+ \|", line)
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}


def quoted(cell):
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_whole(row):
    assert len(ROWS[row]) == 5
    assert all(ROWS[row])


@pytest.mark.parametrize("row", ROWS)
def test_its_functions_exist(row):
    assert quoted(ROWS[row][3])
    for name in quoted(ROWS[row][3]):
        assert callable(pkgutil.resolve_name(f"alliance_sim.{name}"))


@pytest.mark.parametrize("row", ROWS)
def test_its_tests_exist(row):
    assert quoted(ROWS[row][4])
    for name in quoted(ROWS[row][4]):
        if name.startswith("pattern "):
            assert int(name.removeprefix("pattern ")) in PATTERNS
        elif name.startswith("claim "):
            assert name.removeprefix("claim ") in CLAIMS
        else:
            file, _, test = name.partition("::")
            assert f"def {test}(" in (TESTS / file).read_text(encoding="utf-8"), name


@pytest.mark.skipif(not SOURCE_TABLE.exists(), reason="the table of claims is not here: theory.md")
def test_no_core_row_of_the_sources_is_missing():
    lines = SOURCE_TABLE.read_text(encoding="utf-8").splitlines()
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| [A-D]\d+ \|", line)
    ]
    core = {cells[0] for cells in rows if re.search(r"\bC\b", cells[-1])}
    assert core
    assert core <= set(ROWS)
