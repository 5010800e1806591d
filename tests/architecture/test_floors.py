"""The house stands: a room imports only from lower floors, or from rooms beside it that do not import it back.

A new file or folder of ``alliance_sim`` gets its floor here, and its place in ``ARCHITECTURE.md`` or the README's map.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import alliance_sim

LIBRARY = Path(alliance_sim.__file__).parent
FLOORS = {
    # 0: what is declared, and what happens to one tie, teacher or school
    "__init__": 0,
    "declaring": 0,
    "module_parameters": 0,
    "parameters": 0,
    "outcomes": 0,
    "state": 0,
    "settings": 0,
    "roster": 0,
    "compilation": 0,
    "chance": 0,
    "lots": 0,
    "rows": 0,
    "rows_ahead": 0,
    "given": 0,
    "limits": 0,
    "seeds": 0,
    "modifiers": 0,
    "module": 0,
    "mechanisms": 0,
    "extending": 0,
    "own_rules": 0,
    "column_checks": 0,
    "files": 0,
    # 1: how a world begins, how it is looked at
    "configuration": 1,
    "scenario": 1,
    "school_list": 1,
    "acquaintance": 1,
    "population": 1,
    "measures": 1,
    "cells": 1,
    "ties": 1,
    "agents": 1,
    # 2: how it lives and what is kept of it
    "half_term": 2,
    "boundaries": 2,
    "stretch": 2,
    "policy": 2,
    "redrawing": 2,
    "happenings": 2,
    "modules": 2,
    "schedule": 2,
    "recording": 2,
    "chronicle": 2,
    "maturity": 2,
    # 3: Mesa's face of it
    "model": 3,
    "lifetime": 3,
    # 4: many worlds, and what people look at
    "paired_worlds": 4,
    "comparison": 4,
    "study": 4,
    "plain_words": 4,
    "colours": 4,
    "answer": 4,
    "figures": 4,
    "maturity_strips": 4,
    "report": 4,
    "study_report": 4,
    "study_export": 4,
    # 5: the browser view and, on top of all, the command line
    "app": 5,
    "cli": 6,
    "__main__": 6,
}
CORE = 3
NOT_IN_THE_CORE = ("solara", "matplotlib", "typer", "rich", "jinja2")
SOURCES = sorted(LIBRARY.rglob("*.py"))


def room(path: Path) -> str:
    """The file or folder in which a source stands."""
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def dotted(path: Path) -> str:
    """A source's name as it is imported."""
    return ".".join(("alliance_sim", *path.relative_to(LIBRARY).with_suffix("").parts)).removesuffix(".__init__")


NAMES = {dotted(path) for path in SOURCES}


def imports(path: Path) -> set[str]:
    """All that a source imports, inside functions too, but not what only type checkers see."""
    found: set[str] = set()

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            return
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports by dots"
            module = node.module or ""
            inner = {f"{module}.{alias.name}" for alias in node.names} & NAMES
            found.update(inner or {module})
            if inner and len(inner) < len(node.names):
                found.add(module)
        for child in ast.iter_child_nodes(node):
            look(child)

    look(ast.parse(path.read_text(encoding="utf-8")))
    return found


def home_of(name: str) -> str:
    """The room that an imported name of the library stands in."""
    return name.split(".")[1] if "." in name else "__init__"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(LIBRARY).as_posix())
def test_a_room_imports_only_from_lower_floors(path):
    assert room(path) in FLOORS, f"give {room(path)} a floor in tests/architecture/test_floors.py"
    mine = FLOORS[room(path)]
    above = {
        name for name in imports(path) if name.split(".")[0] == "alliance_sim" and FLOORS.get(home_of(name), 0) > mine
    }
    assert not above


def test_the_table_names_no_room_that_is_gone():
    assert set(FLOORS) == {room(path) for path in SOURCES}


def test_nobody_imports_in_circles():
    graph = {dotted(path): {name for name in imports(path) if name in NAMES} - {dotted(path)} for path in SOURCES}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))
    assert len(order) == len(NAMES)


def test_mechanisms_need_nothing_but_the_ground_floor():
    for path in (LIBRARY / "mechanisms").glob("*.py"):
        ours = {home_of(name) for name in imports(path) if name.startswith("alliance_sim")}
        assert ours <= {
            "chance",
            "compilation",
            "rows",
            "settings",
            "state",
            "mechanisms",
            "modifiers",
            "module",
            "outcomes",
        }, path.name


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if FLOORS.get(room(path), 9) <= CORE], ids=lambda path: path.name
)
def test_the_core_knows_nothing_of_pictures_pages_and_commands(path):
    assert not {name.split(".")[0] for name in imports(path)} & set(NOT_IN_THE_CORE)


def test_a_model_lives_without_pictures_pages_and_commands():
    """Nor does anything that the core imports bring them along."""
    program = f"""
import sys
from alliance_sim import AllianceModel
AllianceModel(rng=1, **{{"population.schools": 4, "population.alliance_size": 2}}).step()
print([name for name in {("solara", "matplotlib", "typer")} if name in sys.modules])
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_package_itself_loads_nothing_until_asked():
    """So that ``alliance-sim --help`` does not pay for Mesa and Numba."""
    heavy = ("mesa", "numba", "numpy", "pandas")
    program = f"import sys, alliance_sim; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_what_the_package_offers_can_be_had():
    for name in alliance_sim.__all__:
        assert getattr(alliance_sim, name) is not None
        assert name in dir(alliance_sim)
    with pytest.raises(AttributeError, match="has no attribute 'Pupil'"):
        _ = alliance_sim.Pupil


def test_every_room_is_on_the_map():
    """The README's map of the house names each file and folder at the top of the library."""
    readme = (LIBRARY.parent / "README.md").read_text(encoding="utf-8")
    told = readme.split("## The house")[1].split("A file imports only")[0]
    for name in FLOORS:
        if not name.startswith("__"):
            assert re.search(rf"\b{name}(\.py|/)", told), name
