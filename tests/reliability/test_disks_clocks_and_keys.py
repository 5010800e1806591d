"""A full disk, a folder that may not be written, clocks that jump, bytes that change, and Ctrl-C."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from alliance_sim.cli import main
from alliance_sim.study import Study
from alliance_sim.study.execution import sweep as sweeping
from alliance_sim.study.execution.sweep import sweep
from alliance_sim.study.storage.parts import parts_in
from alliance_sim.study.storage.status import status, verified

STUDY = """
question = "?"
seeds = 20
half_terms = 49
keep = ["practice"]
[design]
"trust.initial" = { from = 0.2, to = 0.8, steps = 10 }
"""
RUNS = """
import time
import numpy as np
import pyarrow as pa

def simulate(task):
    rows = task.scenario["half_terms"] + 1
    numbers = np.random.default_rng([task.point, *task.seeds]).random(rows * len(task.seeds))  # nothing to compress
    half_terms = np.tile(np.arange(rows, dtype=np.int32), len(task.seeds))
    return pa.table({"seed": np.repeat(np.array(task.seeds), rows), "half_term": half_terms, "practice": numbers})

def slow(task):
    time.sleep(0.05 * len(task.seeds))
    return simulate(task)

def endless(task):
    time.sleep(600)
"""
BY_ITS_COMMAND = (
    "import sys; from alliance_sim.study.execution import sweep as sweeping; from alliance_sim.cli import main; "
    "sweeping.sweep.__kwdefaults__['run'] = sys.argv[1]; sys.exit(main(sys.argv[2:]))"
)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A study, and runs that the command sweeps instead of the model's."""
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "invented.py").write_text(RUNS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sweeping.sweep.__kwdefaults__, "run", "invented:simulate")
    return tmp_path


def swept(out="out", **options):
    return sweep(Study.load("study.toml"), Path(out), workers=2, **options)


def final_table(out="out"):
    rows = [row for part in parts_in(Path(out)) for row in pq.read_table(part.series).to_pylist()]
    return sorted(rows, key=lambda row: (row["point"], row["seed"], row["half_term"]))


@pytest.fixture
def mounted(workspace):
    """A disk of its own, where that is allowed."""
    folder = workspace / "disk"
    folder.mkdir()

    def mount(*options):
        asked = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)], check=False, capture_output=True
        )
        if asked.returncode:
            pytest.skip("this user may not mount a disk")
        return folder

    yield mount
    subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


def test_a_disk_that_fills_up_keeps_what_was_committed(mounted, monkeypatch, capsys):
    disk = mounted("size=88k")
    monkeypatch.setattr(sweeping, "RUNS_A_PART", 40)
    assert main(["sweep", "study.toml", "--out", "disk/out"]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("the disk is full (disk/out/parts")
    assert said.endswith("finished runs are stored in disk/out, and the same command resumes from there")
    done = status(disk / "out").done
    assert 0 < done < 200
    assert verified(disk / "out") == []
    assert not list(disk.rglob("*.unfinished"))
    subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
    assert main(["sweep", "study.toml", "--out", "disk/out"]) == 0
    assert f"200 of 200 runs are done ({done:,} from before)" in capsys.readouterr().out
    assert verified(disk / "out") == []
    swept("plain")
    assert final_table(disk / "out") == final_table("plain")


def test_a_disk_that_is_full_from_the_start_is_refused(mounted, capsys):
    disk = mounted("size=8k")
    (disk / "ballast").write_bytes(b"x" * 4096)
    assert main(["sweep", "study.toml", "--out", "disk/out"]) == 2
    assert "the disk is full" in capsys.readouterr().err


def test_a_read_only_disk_is_refused(mounted, capsys):
    mounted("size=1m", "ro")
    assert main(["sweep", "study.toml", "--out", "disk/out"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("the disk is read-only (disk/out")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused(workspace, capsys):
    Path("out").mkdir(mode=0o555)
    assert main(["sweep", "study.toml", "--out", "out"]) == 2
    assert capsys.readouterr().err.startswith("permission is denied (out")


def test_results_that_may_not_be_written_can_still_be_read(mounted, capsys):
    disk = mounted("size=4m")
    swept("disk/out")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert main(["status", "disk/out"]) == 0
    assert "200 of 200" in capsys.readouterr().out
    assert main(["verify", "disk/out"]) == 0


def test_a_second_sweep_is_kept_out_by_a_sentence(workspace, capsys):
    first = started("slow")
    assert first.stderr.readline().startswith("0 of 200")
    assert main(["sweep", "study.toml", "--out", "out"]) == 2
    assert "another sweep is writing here" in capsys.readouterr().err
    first.kill()
    first.communicate()
    assert main(["sweep", "study.toml", "--out", "out"]) == 0, "its lock died with it"


def test_clocks_that_jump_change_nothing(workspace, monkeypatch):
    swept("plain")
    generator = random.Random(3)
    monkeypatch.setattr(time, "time", lambda: generator.uniform(-1e9, 4e9))
    monkeypatch.setattr(time, "time_ns", lambda: generator.randrange(4 * 10**18))
    monkeypatch.setattr(sweeping, "RUNS_A_PART", 60)

    commits = []

    def stop(stage):
        commits.append(stage)
        if commits.count("runs: done") == 1 and stage == "runs: done":
            os.kill(os.getpid(), signal.SIGINT)

    assert swept(at_stage=stop).interrupted
    for part in parts_in(Path("out")):
        os.utime(part.runs, (generator.uniform(0, 4e9), generator.uniform(0, 4e9)))
    assert swept().before > 0
    assert final_table() == final_table("plain")
    assert verified(Path("out")) == []


@pytest.fixture
def shared():
    """Workers that many sweeps have in common."""
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.mark.parametrize("which", ["runs", "series"])
def test_flipped_bits_are_found_and_repaired_by_the_next_sweep(workspace, which, shared):
    swept("plain")
    plain, whole = final_table("plain"), Path("plain")
    generator = random.Random(which)
    for flip in range(12):
        out = Path(f"out{flip}")
        shutil.copytree(whole, out)
        part = generator.choice(parts_in(out))  # a slow machine commits more than one
        path = getattr(part, which)
        content = bytearray(path.read_bytes())
        content[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
        path.write_bytes(content)
        noticed = verified(out)
        ended = swept(out, remote=shared)
        assert bool(ended.quarantine) == bool(noticed)
        assert noticed or which == "runs", "series are compared to the last bit"
        assert status(out).done == 200
        assert final_table(out) == plain
        assert verified(out) == []


def started(run: str, *options: str) -> subprocess.Popen[str]:
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    words = [sys.executable, "-c", BY_ITS_COMMAND, f"invented:{run}", "sweep", "study.toml", "--out", "out", *options]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=here)


def with_workers(process: subprocess.Popen[str], many: int) -> list[psutil.Process]:
    while len(children := psutil.Process(process.pid).children(recursive=True)) < many:
        time.sleep(0.05)
    time.sleep(1.0)
    return children


def test_ctrl_c_drains(workspace):
    sweeping_ = started("slow", "--workers", "2")
    workers = with_workers(sweeping_, 2)
    sweeping_.send_signal(signal.SIGINT)
    out, err = sweeping_.communicate(timeout=30)
    assert sweeping_.returncode == 130
    assert "Stopping after the runs in progress; press Ctrl-C again to stop at once." in err
    assert "Stopped early; the same command resumes from here." in out
    assert not psutil.wait_procs(workers, timeout=5)[1]
    done = status(Path("out")).done
    assert 0 < done < 200
    assert done % 60 == 0, "the bundles of three points that were under way, whole"
    assert verified(Path("out")) == []
    assert main(["sweep", "study.toml", "--out", "out"]) == 0


def test_a_second_ctrl_c_stops_at_once(workspace):
    sweeping_ = started("endless", "--workers", "2")
    workers = with_workers(sweeping_, 2)
    for _ in range(2):
        sweeping_.send_signal(signal.SIGINT)
        time.sleep(0.7)
    _, err = sweeping_.communicate(timeout=5)
    assert sweeping_.returncode == 130
    assert "Traceback" not in err
    assert not psutil.wait_procs(workers, timeout=5)[1]
    assert status(Path("out")).done == 0
    assert main(["sweep", "study.toml", "--out", "out"]) == 0
