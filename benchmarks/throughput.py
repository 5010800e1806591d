"""Measure runs per CPU second: a sweep of the project, and ``mesa.batch_run`` over the plain-Mesa peer.

    python -m benchmarks.throughput [--runs 9000] [--peers 6] [--workers 2] [--config baseline]

Both simulate the same systems for 60 half-terms and record the system's outcomes. The whole sweep counts: the parent,
its workers from their start, keys, checks, and commits to disk. Peers and sweeps alternate, so that both meet the same
disturbances of the machine, and use the same number of processes, first one and then ``--workers``: on shared cores a
CPU second is worth less when the other core is busy too. The cost of a run in a plain function call is also measured,
and so the overhead of a sweep in one process, as well as the overhead on a run that costs nothing.

Systems of one config differ randomly in size, and the peer simulates only a few, so costs are given for the mean size
of the sweeps' thousands of runs.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from mesa.batchrunner import batch_run
from rich.console import Console
from rich.table import Table

from alliance_sim import AllianceModel, Scenario
from alliance_sim.comparison.parallel import prepare
from alliance_sim.engine.simulation.simulate import simulate
from alliance_sim.study import Study
from alliance_sim.study.execution.sweep import RUN, sweep
from benchmarks.plain_mesa import PlainAllianceModel

GOAL, GOAL_OVERHEAD, GOAL_SHARE = 150, 100.0, 10.0
"""Goals: times as many runs as Mesa; a sweep's overhead per run in microseconds, and in per cent of a default run."""
HALF_TERMS, SEEDS, PARTS = 60, 50, 3
KEPT = ("sharing", "jpd", "trust", "practice", "attainment")


def cost_of(work: Callable[[], Any]) -> float:
    """Return CPU seconds, including those of finished child processes."""
    before = _spent()
    work()
    return _spent() - before


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def teachers_in(scenario: Scenario, seed: int) -> int:
    """Return the number of teachers of a run."""
    return len(AllianceModel(scenario, rng=seed, record="system").teachers)


def study_of(config: str, runs: int, folder: Path) -> Study:
    """Build a study whose points differ only in their seeds, so that each run costs what a run of the config costs."""
    points = folder / "points.csv"
    points.write_text("trust.initial\n" + "0.45\n" * max(2, -(-runs // SEEDS)))
    text = f'question = "How fast?"\nbase = "{config}"\nseeds = {SEEDS}\n'
    text += f'random_numbers = "independent"\nhalf_terms = {HALF_TERMS}\n'
    path = folder / "study.toml"
    path.write_text(text + f'keep = {list(KEPT)}\n[design]\nfile = "points.csv"\n'.replace("'", '"'))
    return Study.load(path)


def swept(study: Study, workers: int, run: str = RUN) -> float:
    """Run a whole sweep and return its CPU microseconds per run."""
    with tempfile.TemporaryDirectory() as folder:
        return cost_of(lambda: sweep(study, Path(folder) / "out", workers=workers, run=run)) / study.runs * 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--runs", type=int, default=9_000, help="runs of three sweeps together, each way (default 9,000)"
    )
    parser.add_argument("--peers", type=int, default=6, help="runs of the peer at a time, three times (default 6)")
    parser.add_argument("--workers", type=int, default=2, help="processes of both, beside one (default 2)")
    parser.add_argument("--config", default="baseline", help="a shipped config (default baseline)")
    arguments = parser.parse_args()
    if min(arguments.runs, arguments.peers, arguments.workers) < 1:
        parser.error("runs, peers and workers must be at least 1")

    prepare()
    console = Console()
    scenario = Scenario.load(arguments.config, {"trust.initial": 0.45})
    teachers = {seed: teachers_in(scenario, seed) for seed in range(1, max(400, arguments.peers * PARTS) + 1)}
    usual = sum(teachers.values()) / len(teachers)
    process_counts = sorted({1, arguments.workers})
    peers: dict[int, list[float]] = {processes: [] for processes in process_counts}
    sweeps: dict[int, list[float]] = {processes: [] for processes in process_counts}
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as folder, console.status("measuring"):
        study = study_of(arguments.config, -(-arguments.runs // PARTS), Path(folder))
        for part in range(PARTS):
            seeds = list(range(1 + part * arguments.peers, 1 + (part + 1) * arguments.peers))
            for processes in process_counts:
                cost = cost_of(lambda processes=processes, seeds=seeds: peer_batch(arguments.config, seeds, processes))
                peers[processes].append(cost * 1e6 * usual / sum(teachers[seed] for seed in seeds))
                sweeps[processes].append(swept(study, processes))
            for seed in range(1, 41):
                cost = cost_of(lambda seed=seed: simulate(scenario.configuration, seed, HALF_TERMS, KEPT))
                bare.append(cost * 1e6 * usual / teachers[seed])
        empty = swept(
            study_of(arguments.config, 100_000, Path(folder)), arguments.workers, run="benchmarks.free_runs:simulate"
        )
    report(console, peers, sweeps, bare, empty)


def peer_batch(config: str, seeds: list[int], processes: int) -> None:
    """Run the same systems with Mesa's batch runner."""
    parameters = {"scenario": [config], "trust.initial": [0.45]}
    batch_run(
        PlainAllianceModel, parameters, number_processes=processes, max_steps=HALF_TERMS, display_progress=False,
        rng=seeds,
    )  # fmt: skip


def report(
    console: Console, peers: dict[int, list[float]], sweeps: dict[int, list[float]], bare: list[float], empty: float
) -> None:
    """Print a table, and one line per goal."""
    table = Table(title=f"Runs of {HALF_TERMS} half-terms, in CPU time")
    for heading in ("who", "ms a run", "range", "runs a s"):
        table.add_column(heading, justify="left" if heading == "who" else "right", no_wrap=True)
    rows = [(f"Mesa's batch_run, {format_processes(processes)}", peers[processes]) for processes in peers]
    rows += [(f"a sweep, {format_processes(processes)}", sweeps[processes]) for processes in sweeps]
    for who, costs in [*rows, ("a bare call", bare)]:
        between = f"{min(costs) / 1e3:,.1f}–{max(costs) / 1e3:,.1f}"
        table.add_row(who, f"{median(costs) / 1e3:,.2f}", between, f"{1e6 / median(costs):,.2f}")
    console.print(table)
    share = 100.0 * (median(sweeps[1]) / median(bare) - 1.0)
    ratios = {processes: median(peers[processes]) / median(sweeps[processes]) for processes in peers}
    lines = [
        (
            f"{ratio:.0f} times as many runs as mesa.batch_run, {format_processes(processes)} each (goal: {GOAL})",
            ratio >= GOAL,
        )
        for processes, ratio in ratios.items()
    ]
    lines += [
        (f"{share:.1f} % more than a bare call (goal: at most {GOAL_SHARE:.0f} %)", share <= GOAL_SHARE),
        (f"{empty:.0f} µs for a run that costs nothing (goal: at most {GOAL_OVERHEAD:.0f} µs)", empty <= GOAL_OVERHEAD),
    ]
    for line, reached in lines:
        console.print(f"{line}: {'reached' if reached else 'missed'}.")


def format_processes(processes: int) -> str:
    """Format a number of processes."""
    return "one process" if processes == 1 else f"{processes} processes"


if __name__ == "__main__":
    main()
