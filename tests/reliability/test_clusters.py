"""A Dask cluster on this machine: no scheduler, TLS, and a sweep that is killed while its bundle is in progress."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

HERE = Path(__file__).parent
STUDY = 'question = "?"\nseeds = 20\nhalf_terms = 4\nkeep = ["practice"]\n[design]\n"trust.initial" = [0.3, 0.4]\n'
RUNS = """
import time
from sweep_until_killed import simulate

def endless(task):
    time.sleep(600)
"""
BY_ITS_COMMAND = (
    "import sys; from alliance_sim.study.execution import sweep as sweeping; from alliance_sim.cli import main; "
    "sweeping.sweep.__kwdefaults__['run'] = sys.argv[1]; sys.exit(main(sys.argv[2:]))"
)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "invented.py").write_text(RUNS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(tmp_path), str(HERE), *sys.path])))


@pytest.fixture
def start(workspace):
    """Starts processes, and ends them."""
    processes: list[subprocess.Popen[str]] = []

    def started(*words: str) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        processes.append(subprocess.Popen([sys.executable, *words], text=True, **pipes))
        return processes[-1]

    yield started
    for process in processes:
        process.kill()
        process.communicate()


def cluster(start) -> tuple[str, subprocess.Popen[str]]:
    scheduler = start(str(HERE / "cluster_on_loopback.py"), "scheduler", "0")
    address = scheduler.stdout.readline().strip()
    worker = start(str(HERE / "cluster_on_loopback.py"), "worker", address)
    worker.stdout.readline()
    return address, worker


def swept(start, run, address) -> subprocess.Popen[str]:
    command = ("sweep", "study.toml", "--out", "out", "--scheduler", address)
    return start("-c", BY_ITS_COMMAND, f"invented:{run}", *command)


def test_a_missing_scheduler_is_reported(start):
    sweep = swept(start, "simulate", "tcp://127.0.0.1:9")
    _, err = sweep.communicate(timeout=60)
    assert sweep.returncode == 1
    assert "no scheduler answers at tcp://127.0.0.1:9" in err
    assert "is it running, and the address right?" in err
    assert "Traceback" not in err


def test_what_a_killed_sweep_asked_for_ends_at_once(start):
    address, worker = cluster(start)
    sweep = swept(start, "endless", address)
    while not (children := psutil.Process(worker.pid).children()):
        time.sleep(0.05)
    time.sleep(2.0)
    sweep.send_signal(signal.SIGKILL)
    sweep.communicate()
    assert not psutil.wait_procs(children, timeout=5)[1]
    sweep = swept(start, "simulate", address)
    out, _ = sweep.communicate(timeout=60)
    assert "40 of 40 runs are done" in out


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_tls_as_the_documentation_tells(start, monkeypatch):
    asked = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sweep -keyout key.pem -out cert.pem"
    subprocess.run(["openssl", *asked.split(" ")], check=True, capture_output=True)
    tls = "DASK_DISTRIBUTED__COMM__TLS__"
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION", "true")
    monkeypatch.setenv(f"{tls}CA_FILE", "cert.pem")
    for who in ("SCHEDULER", "WORKER", "CLIENT"):
        monkeypatch.setenv(f"{tls}{who}__CERT", "cert.pem")
        monkeypatch.setenv(f"{tls}{who}__KEY", "key.pem")
    address, _ = cluster(start)
    assert address.startswith("tls://127.0.0.1:")
    out, _ = swept(start, "simulate", address).communicate(timeout=60)
    assert "40 of 40 runs are done" in out
    shutil.rmtree("out")
    plain = swept(start, "simulate", address.replace("tls", "tcp"))
    assert plain.communicate(timeout=60)[1]
    assert plain.returncode == 1


def test_a_scheduler_that_dies_in_the_middle_is_one_sentence(start):
    scheduler = start(str(HERE / "cluster_on_loopback.py"), "scheduler", "0")
    address = scheduler.stdout.readline().strip()
    worker = start(str(HERE / "cluster_on_loopback.py"), "worker", address)
    worker.stdout.readline()
    sweep = swept(start, "endless", address)
    while not psutil.Process(worker.pid).children():
        time.sleep(0.05)
    time.sleep(1.0)
    scheduler.kill()
    out, err = sweep.communicate(timeout=90)
    assert sweep.returncode == 1
    assert out == ""
    progress, lost = err.splitlines()
    assert progress.startswith("0 of 40 runs")
    assert lost.startswith(f"the scheduler at {address} is gone; start one, and the sweep again")


def test_a_cluster_with_another_environment_is_refused(start, monkeypatch):
    address, _ = cluster(start)
    monkeypatch.setenv("NUMBA_CPU_NAME", "generic")
    out, err = (sweep := swept(start, "simulate", address)).communicate(timeout=60)
    assert sweep.returncode == 2
    assert out == ""
    _, refused = err.splitlines()
    assert "has other numerical libraries or another processor than the machine that plans the sweep (cpu" in refused
