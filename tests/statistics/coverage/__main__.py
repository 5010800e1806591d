"""Measure coverage by simulation: ``python -m tests.statistics.coverage [case …] [--write] [--resume]``.

Each case is stored in measured.csv when it is finished, so that a stopped run loses only the cases in progress.
``--resume`` measures what is not stored. ``--write`` puts the table of all stored cases into docs/statistics.md. The
exit code is 1 if a threshold is missed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from alliance_sim.files import write_atomically
from tests.statistics.coverage import store
from tests.statistics.coverage.cases import Measured
from tests.statistics.coverage.measuring import CASES, measure
from tests.statistics.coverage.table import page_of

PAGE = Path(__file__).resolve().parents[3] / "docs" / "statistics.md"


def main() -> int:
    """Measure cases and print what misses."""
    parser = argparse.ArgumentParser(prog="python -m tests.statistics.coverage")
    parser.add_argument("cases", nargs="*", help=f"cases to measure, all by default: {', '.join(CASES)}")
    parser.add_argument("--write", action="store_true", help="write the table into docs/statistics.md")
    parser.add_argument("--resume", action="store_true", help="leave cases that are stored as they are")
    parser.add_argument("--workers", type=int, default=2, help="number of processes")
    given = parser.parse_args()
    if unknown := sorted(set(given.cases) - set(CASES)):
        parser.error(f"no case is called {', '.join(unknown)}; there are {', '.join(CASES)}")
    known = store.read_all() if given.resume else {}
    _measure_all([name for name in given.cases or CASES if name not in known], given.workers)
    stored = store.read_all()
    found = [one for part in stored.values() for one in part]
    if given.write:
        write_atomically(PAGE, page_of(PAGE.read_text(encoding="utf-8"), found, store.dates()))
    missed = [one for one in found if not one.passes()]
    judged = sum(one.judged for one in found)
    print(f"{judged - len(missed):,} of {judged:,} figures meet their thresholds")
    for one in missed:
        print(f"missed: {one.section} | {one.what} | {one.data} | n {one.n} | {one.share:.4f} ({one.rule})")
    if absent := [name for name in CASES if name not in stored]:
        print(f"not measured: {', '.join(absent)}")
    return 1 if missed or absent else 0


def _measure_all(names: list[str], workers: int) -> None:
    start = time.monotonic()
    if workers == 1:
        for name in names:
            _keep(name, measure(name), start)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for name, part in zip(names, pool.map(measure, names), strict=True):
            _keep(name, part, start)


def _keep(name: str, found: list[Measured], start: float) -> None:
    store.store(name, found)
    print(f"{name}: {len(found)} figures ({time.monotonic() - start:.0f} s)", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
