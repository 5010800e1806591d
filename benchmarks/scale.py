"""Measure the cost of a half-term from hundreds to millions of teachers, on one thread and on two.

    python -m benchmarks.scale [--largest 20000000] [--config baseline]
    python -m benchmarks.scale --largest 84900000 --config the_world    (20 GB, ten minutes)

The sizes are the largest and a tenth, a hundredth … of it, down to some hundreds of teachers. Each is simulated in its
own process, which reports the median time of a half-term, the size of the columns and the peak memory. Small systems
simulate many half-terms per compiled call on one thread, since the call overhead would dominate; on two threads each
step is a call, so no gain is reported for them. The exponent b of cost = a·teachers^b, with its 95 % interval, is
fitted to all sizes on one thread.
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
from alliance_sim.engine.simulation.batch import run_half_terms
from alliance_sim.engine.simulation.schedule import WORTH_A_THREAD
from alliance_sim.engine.state import bytes_of
from benchmarks.speed import scenario_of

SMALLEST = 200
MOST_HALF_TERMS, LEAST_HALF_TERMS = 200, 3
WORK = 4_000_000
"""Teacher-half-terms to measure per size."""
IN_ONE_CALL = 100_000
"""Teacher-half-terms per compiled call for small systems."""


def measure(config: str, teachers: int) -> dict[str, float]:
    """Measure one system in this process: seconds to initialize it, and costs of its half-terms."""
    before = time.perf_counter()
    model = AllianceModel(scenario_of(config, teachers), rng=1, record="system")
    initialized = time.perf_counter() - before
    people = model.world.teachers.id.size
    half_terms = min(MOST_HALF_TERMS, max(LEAST_HALF_TERMS, WORK // people))
    costs: dict[int, list[float]] = {1: [], 2: []}
    for threads in costs:
        one_cost(model, threads)  # loads compiled code and touches all columns
    for _ in range(half_terms):
        for threads, took in costs.items():
            took.append(one_cost(model, threads) / people)
    return {
        "teachers": people,
        "ties": model.world.ties.trust.size / people,
        "initialized": initialized,
        "one": median(costs[1]),
        "two": median(costs[2]),
        "bytes": bytes_of(model.world) / people,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def one_cost(model: AllianceModel, threads: int) -> float:
    """Return the nanoseconds of a half-term."""
    world, many = model.world, in_one_call(len(model.world.teachers.id))
    if threads == 1 and many > 1:
        rows, none = np.empty((many, len(OUTCOMES))), np.empty((many, 0, len(OUTCOMES)), np.float32)
        settings, random_key, first = model.simulation.settings, model.simulation.random_key, round(model.time) + 1
        started = time.process_time()
        run_half_terms(world, settings, random_key, first, first + many - 1, rows, none, none)
        return (time.process_time() - started) * 1e9 / many
    model.threads = threads
    clock = time.process_time if threads == 1 else time.perf_counter  # a second thread shortens only the wait
    started = clock()
    model.step()
    return (clock() - started) * 1e9


def in_one_call(teachers: float) -> int:
    """Return the number of half-terms per compiled call for this many teachers."""
    return max(1, int(IN_ONE_CALL / teachers))


def exponent(sizes: list[float], costs: list[float]) -> tuple[float, float, float]:
    """Return the exponent b of cost = a·size^b by least squares on logarithms, and its 95 % interval."""
    fit = stats.linregress([math.log(size) for size in sizes], [math.log(cost) for cost in costs])
    half = float(stats.t.ppf(0.975, len(sizes) - 2) * fit.stderr) if len(sizes) > 2 else math.inf
    return float(fit.slope), float(fit.slope) - half, float(fit.slope) + half


def report(sizes: list[dict[str, float]], config: str, console: Console) -> None:
    """Print a table and the exponent."""
    table = Table(
        title=f"Wall time per teacher per half-term, {config}",
        caption=f"Ties and bytes per teacher; each size in its own process. The model uses two threads from "
        f"{WORTH_A_THREAD:,} teachers on",
    )
    for heading in ("teachers", "ties", "initial", "1 thread", "2 threads", "gain", "bytes", "peak"):
        table.add_column(heading, justify="right", no_wrap=True)
    for size in sizes:
        table.add_row(
            f"{size['teachers']:,.0f}",
            f"{size['ties']:.2f}",
            f"{size['initialized']:.1f} s",
            f"{size['one']:.0f} ns",
            f"{size['two']:.0f} ns",
            "–" if in_one_call(size["teachers"]) > 1 else f"{size['one'] / size['two']:.2f}",
            f"{size['bytes']:.0f}",
            f"{size['peak'] / 1e9:.1f} GB",
        )
    console.print(table)
    if len(sizes) > 2:
        slope, low, high = exponent([w["teachers"] for w in sizes], [w["one"] * w["teachers"] for w in sizes])
        decades = math.log10(sizes[-1]["teachers"] / sizes[0]["teachers"])
        console.print(
            f"Over {decades:.1f} decades a half-term's cost grows as teachers to the power of {slope:.3f} "
            f"[{low:.3f}, {high:.3f}]."
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--largest", type=int, default=20_000_000, help="about how many teachers (default 20,000,000)")
    parser.add_argument("--config", default="baseline", help="a shipped config (default baseline)")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)  # the size to measure in this process
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.config, arguments.one)))
        return
    if arguments.largest < SMALLEST:
        parser.error(f"largest must be at least {SMALLEST}")
    console, sizes = Console(), []
    with console.status("measuring") as status:
        for tenths in reversed(range(int(math.log10(arguments.largest / SMALLEST)) + 1)):
            teachers = round(arguments.largest / 10**tenths)
            status.update(f"measuring {teachers:,} teachers")
            command = [sys.executable, "-m", "benchmarks.scale", "--one", str(teachers), "--config", arguments.config]
            process = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            sizes.append(json.loads(process.stdout))
    report(sizes, arguments.config, console)


if __name__ == "__main__":
    main()
