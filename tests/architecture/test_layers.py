"""Packages import only from lower layers, without circles, and heavy libraries are imported only when needed.

The layers themselves are contracts of import-linter in ``pyproject.toml``.
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
REPOSITORY = LIBRARY.parent
SOURCES = sorted(LIBRARY.rglob("*.py"))
MODEL_PACKAGES = ("declarations", "config", "schools", "engine", "mesa_model")
INTERFACE_LIBRARIES = {"solara", "matplotlib", "typer", "rich", "jinja2"}


def dotted_name(path: Path) -> str:
    """Return a source file's name as it is imported."""
    return ".".join(("alliance_sim", *path.relative_to(LIBRARY).with_suffix("").parts)).removesuffix(".__init__")


NAMES = {dotted_name(path) for path in SOURCES}


def imports(path: Path) -> set[str]:
    """Return all imports of a file, inside functions too, except those for type checkers only."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            return
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            module = node.module or ""
            inner = {f"{module}.{alias.name}" for alias in node.names} & NAMES
            found.update(inner or {module})
            if inner and len(inner) < len(node.names):
                found.add(module)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


def test_every_import_contract_holds(monkeypatch):
    cli = pytest.importorskip("importlinter.cli", reason="import-linter is not installed (extra dev)")
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.syspath_prepend(str(REPOSITORY))
    assert cli.lint_imports(config_filename=str(REPOSITORY / "pyproject.toml"), no_cache=True) == 0


def test_no_modules_import_each_other_in_a_circle():
    graph = {dotted_name(path): (imports(path) & NAMES) - {dotted_name(path)} for path in SOURCES}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))
    assert len(order) == len(NAMES)


@pytest.mark.parametrize("package", MODEL_PACKAGES)
def test_the_model_imports_no_library_for_charts_pages_or_commands(package):
    for path in (LIBRARY / package).rglob("*.py"):
        assert not {name.split(".")[0] for name in imports(path)} & INTERFACE_LIBRARIES, path


def test_a_model_runs_without_libraries_for_charts_pages_and_commands():
    program = """
import sys
from alliance_sim import AllianceModel
AllianceModel(rng=1, **{"population.schools": 4, "population.alliance_size": 2}).step()
print([name for name in ("solara", "matplotlib", "typer") if name in sys.modules])
"""
    completed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert completed.stdout.strip() == "[]"


def test_importing_the_package_loads_no_heavy_library():
    """``alliance-sim --help`` does not pay for Mesa and Numba."""
    heavy = ("mesa", "numba", "numpy", "pandas")
    program = f"import sys, alliance_sim; print([name for name in {heavy} if name in sys.modules])"
    completed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert completed.stdout.strip() == "[]"


def test_every_public_name_can_be_imported():
    for name in alliance_sim.__all__:
        assert getattr(alliance_sim, name) is not None
        assert name in dir(alliance_sim)
    with pytest.raises(AttributeError, match="has no attribute 'Pupil'"):
        _ = alliance_sim.Pupil


def test_the_readme_names_every_package():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    section = readme.split("## Map of the packages")[1].split("\n## ")[0]
    for path in LIBRARY.iterdir():
        if path.suffix == ".py" and not path.name.startswith("__"):
            assert re.search(rf"\b{re.escape(path.name)}(?!\w)", section), path.name
        elif (path / "__init__.py").is_file():
            assert re.search(rf"\b{path.name}/", section), path.name


def test_the_architecture_names_files_that_exist():
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for name in re.findall(r"`((?:\w+/)+\w+\.(?:py|md))(?:::\w+)?`", text):
        places = [REPOSITORY / name, LIBRARY / name, *LIBRARY.glob(f"*/{name}")]
        assert any(place.is_file() for place in places), name


def test_the_architecture_names_functions_that_exist():
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for name, function in re.findall(r"`((?:\w+/)+\w+\.py)::(\w+)`", text):
        assert f"def {function}(" in (LIBRARY / name).read_text(encoding="utf-8"), f"{name}::{function}"
