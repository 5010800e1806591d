"""A sweep over invented runs that dies at a stage of a commit, or is killed from outside.

python sweep_until_killed.py STUDY OUT ENGINE WORKERS STAGE NTH

ENGINE is "processes", "threads" or "pool" (executors), or the address of a Dask scheduler.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa

from alliance_sim.study import Study
from alliance_sim.study.execution import sweep
from alliance_sim.study.spec.tasks import EngineLostError, Task

GONE = 3
"""Exit code of a sweep whose engine is gone."""


def simulate(task: Task) -> pa.Table:
    """Return one number per run and half-term that depends only on point, seed and half-term."""
    time.sleep(0.003 * len(task.seeds))
    rows = task.scenario["half_terms"] + 1
    seeds = [seed for seed in task.seeds for _ in range(rows)]
    half_terms = list(range(rows)) * len(task.seeds)
    values = [task.point + seed / 100 + t / 10_000 for seed, t in zip(seeds, half_terms, strict=True)]
    columns = {"seed": pa.array(seeds, pa.int64()), "half_term": pa.array(half_terms, pa.int32()), "practice": values}
    return pa.table(columns)


def end_with_parent(parent: int) -> None:
    """End a process of a standard pool with its parent, which would otherwise leave orphans when it is killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:  # the parent died before the call
        os._exit(1)


def engine_of(name: str, workers: int, doing: ExitStack) -> dict[str, Any]:
    """Return the arguments of a sweep that select its engine."""
    if name.startswith("tcp://"):
        return {"remote": name}
    pool: Executor
    if name == "threads":
        pool = ThreadPoolExecutor(workers)
    elif name == "pool":
        spawn, parent = multiprocessing.get_context("spawn"), (os.getpid(),)
        pool = ProcessPoolExecutor(workers, spawn, initializer=end_with_parent, initargs=parent)
    else:
        return {"workers": workers}
    return {"remote": doing.enter_context(pool), "workers": workers}


def main() -> None:
    """Sweep; say what is committed, a line each time."""
    study, out, engine, workers, stage, nth = sys.argv[1:]
    left = int(nth)

    def die_at(reached: str) -> None:
        nonlocal left
        if reached == stage:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sweep.RUNS_A_PART = 40
    with ExitStack() as doing:
        asked = engine_of(engine, int(workers), doing)
        try:
            sweep.sweep(
                Study.load(study),
                Path(out),
                run="sweep_until_killed:simulate",
                at_stage=die_at,
                progress=lambda done, _: print(done, flush=True),
                **asked,
            )
        except EngineLostError as lost:
            print(lost, file=sys.stderr)
            sys.exit(GONE)


if __name__ == "__main__":
    main()
