"""Compiled code on disk is never out of date: an edited rule changes cached loops."""

from __future__ import annotations

import ast
import hashlib
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import alliance_sim
from alliance_sim.engine import compilation

LIBRARY = Path(alliance_sim.__file__).parent
COMPILED = [
    path
    for path in sorted(LIBRARY.rglob("*.py"))
    if any(
        isinstance(node, ast.ImportFrom) and node.module == "alliance_sim.engine.compilation"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )
]
HEAD_LEAVES = """
import numpy as np
from alliance_sim.engine.simulation import events
from alliance_sim.declarations.parameters import DEFAULTS
from alliance_sim.engine.settings import Context, settings_record
from alliance_sim.engine.state import TABLES, World, allocate_table

rows = {"schools": 2, "head_ties": 4}
tables = {}
for name, table in TABLES.items():
    if name in ("modifiers", "request_log"):
        continue  # no module is on
    longer = {"alliances": ("school_offsets", "head_tie_offsets"), "schools": ("teacher_offsets",),
              "teachers": ("tie_offsets",), "external_offers": ("first",)}.get(name, ())
    many = rows.get(name, 0 if name in ("teachers", "ties", "external_offers") else 1)
    tables[name] = table(**allocate_table(table, many, longer, practice_areas=1, contacts=1))
world = World(**tables)
world.alliances.school_offsets[:] = 0, 2
world.alliances.head_tie_offsets[:] = 0, 4
world.schools.id[:] = 0, 1
world.head_ties.trust[:] = 0.9
settings = settings_record(DEFAULTS | {"trust.initial": 0.5, "trust.initial_sd": 0.0})
events.replace_head(world, Context(settings[0], np.uint64(1), 1), 0)
loop = events.replace_head
print(world.head_ties.trust[1], world.head_ties.trust[2], sum(loop.stats.cache_hits.values()))
"""
"""Two heads, one of them new, trust each other .05 above the initial trust, which does not vary here.

The loop is among the smallest that call a rule of another file, so that it compiles quickly.
"""


def _is_loop(found: object) -> bool:
    return isinstance(found, compilation.Compiled) and "nogil" in found.targetoptions


def test_every_loop_is_cached_under_the_digest_of_all_that_it_imports():
    loops = 0
    for path in COMPILED:
        module = importlib.import_module(".".join(("alliance_sim", *path.relative_to(LIBRARY).with_suffix("").parts)))
        for found in vars(module).values():
            if _is_loop(found) and found.__module__ == module.__name__:
                assert (
                    Path(found.stats.cache_path).parent.name == f"{module.__name__}-{compilation.stamp_of(path)[:16]}"
                )
                loops += 1
    assert loops > 10


def imported_files(path: Path) -> set[Path]:
    """Return the library files that a file imports, directly or indirectly, as Python parses it."""
    found, waiting = {path}, [path]
    while waiting:
        for node in ast.walk(ast.parse(waiting.pop().read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("alliance_sim"):
                source = LIBRARY.joinpath(*node.module.split(".")[1:])
                for file in (source.with_suffix(".py"), *(source / f"{alias.name}.py" for alias in node.names)):
                    if file.is_file() and file not in found:
                        found.add(file)
                        waiting.append(file)
    return found


@pytest.mark.parametrize("path", COMPILED, ids=lambda path: path.relative_to(LIBRARY).as_posix())
def test_the_stamp_of_a_compiled_module_covers_all_its_imports(path):
    sha = hashlib.sha256()
    for file in sorted(imported_files(path) | {LIBRARY / "engine" / "compilation.py"}):
        sha.update(file.read_bytes())
    assert compilation.stamp_of(path) == sha.hexdigest()


def test_a_module_that_is_edited_leaves_the_rest_of_the_model_compiled():
    engine = LIBRARY / "engine"
    phases, mobility = engine / "simulation" / "phases.py", engine / "modules" / "mobility.py"
    assert mobility not in imported_files(phases)
    assert phases not in imported_files(mobility)


def head_trust(package: Path, cache: Path) -> tuple[float, float, int]:
    """Return the final trust of the two heads, and the number of loops taken from the cache."""
    found = subprocess.run(
        [sys.executable, "-c", HEAD_LEAVES],
        cwd=package.parent,
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    one, other, hits = found.stdout.split()
    return float(one), float(other), int(hits)


def test_an_edited_rule_takes_effect_at_once(tmp_path):
    """The loop is in events.py, the rule in engine/processes/newcomers.py: Numba's own cache would not notice."""
    package, cache = tmp_path / "alliance_sim", tmp_path / "cache"
    shutil.copytree(LIBRARY, package, ignore=shutil.ignore_patterns("__pycache__"))
    first, again = head_trust(package, cache), head_trust(package, cache)
    assert first == (pytest.approx(0.55), pytest.approx(0.55), 0)
    assert again == (first[0], first[1], 1)
    rule = package / "engine" / "processes" / "newcomers.py"
    text = rule.read_text(encoding="utf-8")
    edited = text.replace("settings.trust.initial + 0.05", "settings.trust.initial + 0.15")
    assert edited != text
    rule.write_text(edited, encoding="utf-8")
    assert head_trust(package, cache) == (pytest.approx(0.65), pytest.approx(0.65), 0)


def test_where_nothing_can_be_written_loops_are_still_compiled(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(compilation._config, "CACHE_DIR", str(tmp_path / "file"))

    @compilation.loop
    def doubled(number):
        return 2 * number

    assert doubled(21) == 42
    assert doubled.stats.cache_path is None


def test_only_the_newest_folders_of_a_module_stay(monkeypatch, tmp_path):
    monkeypatch.setattr(compilation._config, "CACHE_DIR", str(tmp_path))
    for number in range(compilation.NEWEST_KEPT + 2):
        with compilation.kept_under(f"{number:016x}", "package.module") as kept:
            assert kept
        os.utime(tmp_path / f"package.module-{number:016x}", (number, number))
    with compilation.kept_under("f" * 16, "package.module"):
        left = sorted(path.name[-1] for path in tmp_path.iterdir())
    assert left == ["3", "4", "5", "f"]
