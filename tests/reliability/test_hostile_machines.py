"""Limits of memory and file size, folders that may only be read, odd paths, and first compilations at once."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

resource = pytest.importorskip("resource")

ROOT = Path(__file__).resolve().parents[2]
STUDY = 'question = "?"\nseeds = 4\nhalf_terms = 4\nkeep = ["practice"]\n[design]\n"trust.initial" = [0.3, 0.4]\n'
RUNS = """
import numpy as np
import sweep_until_killed

def simulate(task):
    return sweep_until_killed.simulate(task)

def greedy(task):
    if 3 in task.seeds:
        np.ones(2**33)
    return simulate(task)
"""
BY_ITS_COMMAND = (
    "import sys; from alliance_sim.study.execution import sweep as sweeping; from alliance_sim.cli import main; "
    "sweeping.sweep.__kwdefaults__['run'] = sys.argv[1]; sys.exit(main(sys.argv[2:]))"
)
LOOPS = """
from alliance_sim.engine.compilation import loop

@loop
def total(numbers):
    sum = 0.0
    for number in numbers:
        sum += number
    return sum

if __name__ == "__main__":
    import numpy as np
    from loops import total as compiled
    print(compiled(np.arange(10.0)), sum(compiled.stats.cache_misses.values()))
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "invented.py").write_text(RUNS)
    (tmp_path / "loops.py").write_text(LOOPS)
    monkeypatch.chdir(tmp_path)
    paths = [str(tmp_path), str(Path(__file__).parent), str(ROOT), *sys.path]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))


def ran(*words: str, limit: tuple[int, int] | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    def limited() -> None:
        if limit is not None:
            resource.setrlimit(limit[0], (limit[1], limit[1]))

    return subprocess.run(
        [sys.executable, *words],
        capture_output=True, text=True, check=False, preexec_fn=limited, env=os.environ | env, timeout=300,
    )  # fmt: skip


def swept(run: str, out: str = "out", limit: tuple[int, int] | None = None) -> subprocess.CompletedProcess[str]:
    words = ("sweep", "study.toml", "--out", out, "--workers", "2")
    return ran("-c", BY_ITS_COMMAND, f"invented:{run}", *words, limit=limit)


def test_a_run_beyond_the_limit_of_memory_fails_alone():
    found = swept("greedy", limit=(resource.RLIMIT_AS, 8_000_000_000))
    assert found.returncode == 1
    assert "6 of 8 runs are done" in found.stdout
    assert "MemoryError" in found.stdout
    assert "Traceback" not in found.stderr
    assert swept("simulate").returncode == 0


def test_a_file_beyond_the_limit_of_size_is_refused_and_nothing_is_lost():
    found = swept("simulate", limit=(resource.RLIMIT_FSIZE, 3_000))
    assert found.returncode in {1, 2}
    assert "the file would grow larger than this system allows (out/" in found.stderr
    assert "Traceback" not in found.stderr
    assert not [path for path in Path("out").rglob("*") if path.name.endswith(".unfinished")]
    found = swept("simulate")
    assert found.returncode == 0
    assert "8 of 8 runs are done" in found.stdout


@pytest.mark.parametrize(
    "name", ["é" * 60, "学校 und Schüler", "a" * 200 + "/" + "b" * 200, "with 'quotes' and spaces"]
)
def test_long_and_foreign_names_of_folders(name):
    found = swept("simulate", out=name)
    assert found.returncode == 0, found.stderr
    assert ran("-m", "alliance_sim", "verify", name).returncode == 0


def test_a_name_that_is_too_long_is_refused():
    found = swept("simulate", out="x" * 300)
    assert found.returncode == 2
    assert "the name is too long" in found.stderr
    assert "Traceback" not in found.stderr


def test_loops_work_where_neither_home_nor_cache_can_be_written():
    nowhere = f"{os.devnull}/nowhere"
    found = ran("loops.py", HOME=nowhere, NUMBA_CACHE_DIR=nowhere, XDG_CACHE_HOME=nowhere)
    assert found.returncode == 0, found.stderr
    assert found.stdout.split()[0] == "45.0"


def test_two_first_compilations_at_once_share_an_empty_cache(tmp_path):
    shared = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    both = [
        subprocess.Popen([sys.executable, "loops.py"], stdout=subprocess.PIPE, text=True, env=shared) for _ in range(2)
    ]
    assert [process.communicate(timeout=120)[0].split()[0] for process in both] == ["45.0", "45.0"]
    third = ran("loops.py", NUMBA_CACHE_DIR=str(tmp_path / "cache"))
    assert third.stdout.split() == ["45.0", "0"], "it is read from the cache"


@pytest.fixture
def installed(tmp_path):
    """The library as a wheel, in an environment whose packages may only be read."""
    built = ran("-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(ROOT))
    if built.returncode:
        pytest.skip("the wheel's builder cannot be had here")
    (wheel,) = tmp_path.glob("alliance_sim-*.whl")
    venv.create(tmp_path / "env", with_pip=False)
    (packages,) = (tmp_path / "env").glob("lib/python*/site-packages")
    put = ran("-m", "pip", "install", "-q", "--no-deps", "--no-compile", "--target", str(packages), str(wheel))
    assert put.returncode == 0, put.stderr
    beside = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "beside.pth").write_text("\n".join(beside))
    for path in (packages, *packages.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield tmp_path / "env" / "bin" / "python"
    for path in (packages, *packages.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_wheel_in_packages_that_may_only_be_read(installed, tmp_path):
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"HOME": str(tmp_path)}
    where = [str(installed), "-c", "import alliance_sim; print(alliance_sim.__file__)"]
    assert str(tmp_path) in subprocess.run(where, capture_output=True, text=True, check=True, env=plain).stdout
    for words in (["configs"], ["check", "baseline", "competition_and_trust"], ["parameters", "trust"]):
        line = [str(installed), "-m", "alliance_sim", *words]
        found = subprocess.run(line, capture_output=True, text=True, check=False, env=plain)
        assert (found.returncode, found.stderr) == (0, "")
