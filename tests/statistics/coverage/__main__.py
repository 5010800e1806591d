"""Measure coverage by simulation: ``python -m tests.statistics.coverage [case …] [--write]``.

``--write`` puts the table into docs/statistics.md. The exit code is 1 if a threshold is missed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.statistics.coverage.cases import CASES, Measured
from tests.statistics.coverage.measuring import measure
from tests.statistics.coverage.table import text_of

PAGE = Path(__file__).resolve().parents[3] / "docs" / "statistics.md"
START, END = "<!-- coverage: make coverage writes below -->", "<!-- coverage ends -->"


def main() -> int:
    """Measure all cases on two processes and print what misses."""
    parser = argparse.ArgumentParser(prog="python -m tests.statistics.coverage")
    parser.add_argument("cases", nargs="*", help=f"cases to measure, all by default: {', '.join(CASES)}")
    parser.add_argument("--write", action="store_true", help="write the table into docs/statistics.md")
    given = parser.parse_args()
    if unknown := sorted(set(given.cases) - set(CASES)):
        parser.error(f"no case is called {', '.join(unknown)}; there are {', '.join(CASES)}")
    names = given.cases or list(CASES)
    start = time.monotonic()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        found: list[Measured] = []
        for name, part in zip(names, pool.map(measure, names), strict=True):
            found += part
            print(f"{name}: {len(part)} figures ({time.monotonic() - start:.0f} s)", file=sys.stderr, flush=True)
    missed = [one for one in found if not one.passes()]
    text = text_of(found)
    if given.write:
        before, rest = PAGE.read_text(encoding="utf-8").split(START)
        PAGE.write_text(f"{before}{START}\n\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    print(text)
    judged = sum(one.judged for one in found)
    print(f"{judged - len(missed):,} of {judged:,} figures meet their thresholds ({time.monotonic() - start:.0f} s)")
    for one in missed:
        print(f"missed: {one.section} | {one.what} | {one.data} | n {one.n} | {one.share:.4f} ({one.rule})")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
