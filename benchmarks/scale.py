"""What a teacher's half-term costs from a village to the world, on one thread and on two; and how cost grows.

    python -m benchmarks.scale [--largest 20000000] [--config baseline]
    python -m benchmarks.scale --largest 84900000 --config the_world    (20 GB, ten minutes)

Worlds of the largest size and of a tenth, a hundredth … of it, down to some hundreds of teachers. Each lives in a
process of its own, which says what a half-term took (the median of some), what the columns weigh and how much memory
the process had at most. Small worlds live many half-terms on one thread in one compiled call, for to be called costs
as much as they do; on two threads they are called for each step, so no gain is told of them. Cost = a·teachers^b: the
exponent b, with its 95 % interval, is fitted to all sizes on one thread.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from statistics import median

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats

from alliance_sim import AllianceModel
from alliance_sim.declarations.outcomes import OUTCOMES
from alliance_sim.engine.simulation.batch import run_batch, typed_list
from alliance_sim.engine.simulation.schedule import WORTH_A_THREAD
from alliance_sim.engine.state import bytes_of
from benchmarks.speed import scenario_of

SMALLEST = 200
MOST_HALF_TERMS, LEAST_HALF_TERMS = 200, 3
WORK = 4_000_000
"""Teacher-half-terms that are enough to measure."""
IN_ONE_CALL = 100_000
"""Teacher-half-terms that go in one compiled call where a world is smaller."""


def lived(config: str, teachers: int) -> dict[str, float]:
    """One world, by this process: seconds to open it and what its half-terms cost."""
    before = time.perf_counter()
    model = AllianceModel(scenario_of(config, teachers), rng=1, record="system")
    opened = time.perf_counter() - before
    people = model.world.teachers.id.size
    half_terms = min(MOST_HALF_TERMS, max(LEAST_HALF_TERMS, WORK // people))
    costs: dict[int, list[float]] = {1: [], 2: []}
    for threads in costs:
        one_cost(model, threads)  # compiled code is read, and columns are touched for the first time
    for _ in range(half_terms):
        for threads, took in costs.items():
            took.append(one_cost(model, threads) / people)
    return {
        "teachers": people,
        "ties": model.world.ties.trust.size / people,
        "opened": opened,
        "one": median(costs[1]),
        "two": median(costs[2]),
        "bytes": bytes_of(model.world) / people,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def one_cost(model: AllianceModel, threads: int) -> float:
    """Nanoseconds of a half-term."""
    world, many = model.world, in_one_call(len(model.world.teachers.id))
    if threads == 1 and many > 1:
        worlds, luck, rows = (
            typed_list([world]),
            np.array([model.simulation.random_key]),
            np.empty((1, many, len(OUTCOMES))),
        )
        first = round(model.time) + 1
        started = time.perf_counter()
        run_batch(worlds, model.simulation.settings, luck, first, first + many - 1, rows)
        return (time.perf_counter() - started) * 1e9 / many
    model.threads = threads
    started = time.perf_counter()
    model.step()
    return (time.perf_counter() - started) * 1e9


def in_one_call(teachers: float) -> int:
    """How many half-terms of a world so large go in one compiled call."""
    return max(1, int(IN_ONE_CALL / teachers))


def exponent(sizes: list[float], costs: list[float]) -> tuple[float, float, float]:
    """The exponent b of cost = a·size^b by least squares on logarithms, and its 95 % interval."""
    fit = stats.linregress([math.log(size) for size in sizes], [math.log(cost) for cost in costs])
    half = float(stats.t.ppf(0.975, len(sizes) - 2) * fit.stderr) if len(sizes) > 2 else math.inf
    return float(fit.slope), float(fit.slope) - half, float(fit.slope) + half


def report(worlds: list[dict[str, float]], config: str, console: Console) -> None:
    """A table, and the exponent."""
    table = Table(
        title=f"Wall time a teacher and half-term, {config}",
        caption=f"Ties and bytes a teacher; each size in a process of its own. The model takes two threads from "
        f"{WORTH_A_THREAD:,} teachers on",
    )
    for heading in ("teachers", "ties", "opened", "1 thread", "2 threads", "gain", "bytes", "peak"):
        table.add_column(heading, justify="right", no_wrap=True)
    for world in worlds:
        table.add_row(
            f"{world['teachers']:,.0f}",
            f"{world['ties']:.2f}",
            f"{world['opened']:.1f} s",
            f"{world['one']:.0f} ns",
            f"{world['two']:.0f} ns",
            "–" if in_one_call(world["teachers"]) > 1 else f"{world['one'] / world['two']:.2f}",
            f"{world['bytes']:.0f}",
            f"{world['peak'] / 1e9:.1f} GB",
        )
    console.print(table)
    if len(worlds) > 2:
        slope, low, high = exponent([w["teachers"] for w in worlds], [w["one"] * w["teachers"] for w in worlds])
        decades = math.log10(worlds[-1]["teachers"] / worlds[0]["teachers"])
        console.print(
            f"Over {decades:.1f} decades a half-term's cost grows as teachers to the power of {slope:.3f} "
            f"[{low:.3f}, {high:.3f}]."
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--largest", type=int, default=20_000_000, help="about how many teachers (default 20,000,000)")
    parser.add_argument("--config", default="baseline", help="a shipped config (default baseline)")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)  # a world for this process
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(lived(asked.config, asked.one)))
        return
    if asked.largest < SMALLEST:
        parser.error(f"largest must be at least {SMALLEST}")
    console, worlds = Console(), []
    with console.status("measuring") as status:
        for tenths in reversed(range(int(math.log10(asked.largest / SMALLEST)) + 1)):
            teachers = round(asked.largest / 10**tenths)
            status.update(f"measuring {teachers:,} teachers")
            command = [sys.executable, "-m", "benchmarks.scale", "--one", str(teachers), "--config", asked.config]
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            worlds.append(json.loads(told.stdout))
    report(worlds, asked.config, console)


if __name__ == "__main__":
    main()
