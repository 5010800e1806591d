"""A million runs: what the parent holds in memory, and how soon a finished sweep is looked through.

Part of ``make reliability`` alone (``MILLION=1``): it takes some minutes and 2.5 GB of disk.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SWEEP = """
import json, resource, sys, time
from pathlib import Path
from alliance_sim.study import Study
from alliance_sim.study.execution.sweep import sweep

def spent():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)

study, started, cpu = Study.load("study.toml"), time.monotonic(), spent()
ended = sweep(study, Path("out"), workers=2, run="benchmarks.free_runs:simulate")
print(json.dumps({
    "before": ended.before, "done": ended.done, "seconds": time.monotonic() - started,
    "microseconds": (spent() - cpu) / study.runs * 1e6,
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
}))
"""
STUDY = (
    'question = "?"\nseeds = 100\nhalf_terms = 60\nkeep = ["sharing", "jpd", "trust", "practice", "attainment"]\n'
    '[design]\n"policy.competition" = { steps = 100 }\n"trust.initial" = { from = 0.2, to = 0.8, steps = 100 }\n'
)


@pytest.mark.slow
@pytest.mark.skipif("MILLION" not in os.environ, reason="make reliability asks for it")
def test_a_million_runs_need_little_memory_and_are_soon_looked_through(tmp_path, monkeypatch):
    (tmp_path / "study.toml").write_text(STUDY)
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(Path.cwd()), *sys.path]))}
    monkeypatch.chdir(tmp_path)
    reports = []
    for _ in range(2):
        ran = subprocess.run([sys.executable, "-c", SWEEP], capture_output=True, text=True, check=True, env=here)
        reports.append(json.loads(ran.stdout))
        print(ran.stdout)
    swept, resumed = reports
    assert (swept["before"], swept["done"]) == (0, 1_000_000)
    assert (resumed["before"], resumed["done"]) == (1_000_000, 0)
    assert swept["megabytes"] < 150
    assert swept["microseconds"] < 100
    assert resumed["seconds"] < 5
