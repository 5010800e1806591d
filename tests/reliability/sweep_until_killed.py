"""A sweep over invented runs that dies at a stage of a commit, or is killed from outside.

python sweep_until_killed.py STUDY OUT WORKERS STAGE NTH
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pyarrow as pa

from alliance_sim.study import Study, sweeping
from alliance_sim.study.tasks import Task


def live(task: Task) -> pa.Table:
    """One number a run and half-term, from point, seed and half-term alone."""
    time.sleep(0.01)
    rows = task.scenario["half_terms"] + 1
    seeds = [seed for seed in task.seeds for _ in range(rows)]
    half_terms = list(range(rows)) * len(task.seeds)
    values = [task.point + seed / 100 + t / 10_000 for seed, t in zip(seeds, half_terms, strict=True)]
    columns = {"seed": pa.array(seeds, pa.int64()), "half_term": pa.array(half_terms, pa.int32()), "practice": values}
    return pa.table(columns)


def main() -> None:
    """Sweep; say what is committed, a line each time."""
    study, out, workers, stage, nth = sys.argv[1:]
    left = int(nth)

    def die_at(reached: str) -> None:
        nonlocal left
        if reached == stage:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sweeping.RUNS_A_PART = 40
    sys.path.insert(0, str(Path(__file__).parent))
    sweeping.sweep(
        Study.load(study),
        Path(out),
        workers=int(workers),
        run="sweep_until_killed:live",
        at_stage=die_at,
        told=lambda done, total: print(done, flush=True),
    )


if __name__ == "__main__":
    main()
