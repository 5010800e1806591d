"""How many runs a CPU second lives: a sweep of the project, and ``mesa.batch_run`` over the plain-Mesa peer.

    python -m benchmarks.throughput [--runs 9000] [--peers 6] [--workers 2] [--config baseline]

Both live the same worlds for 60 half-terms and keep the system's outcomes. Of the sweep everything counts: the parent,
its workers from their first breath, keys, checks, commits to the disk. Peers and sweeps take turns, so that both
meet the same disturbances of the machine. Beside it: what a run costs that is lived by a bare call, and so what the
sweep adds to it; and what it adds to a run that costs nothing.

Worlds of one config differ in size with their luck, and a peer lives only a few: what a world costs is told for one of
the mean size, that of the sweeps' thousands.
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
from alliance_sim.lifetime import live as lived
from alliance_sim.paired_worlds import prepare
from alliance_sim.study import Study
from alliance_sim.study.sweeping import RUN, sweep
from benchmarks.plain_mesa import PlainAllianceModel

GOAL, GOAL_OVERHEAD, GOAL_SHARE = 150, 100.0, 10.0
"""Times as many runs; microseconds that a sweep may add to a run; per cent that it may add to a default world."""
HALF_TERMS, SEEDS, PARTS = 60, 50, 3
KEPT = ("sharing", "jpd", "trust", "practice", "attainment")


def cost_of(work: Callable[[], Any]) -> float:
    """CPU seconds, those of processes that have ended meanwhile included."""
    before = _spent()
    work()
    return _spent() - before


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def teachers_in(scenario: Scenario, seed: int) -> int:
    """How many teachers a world has."""
    return len(AllianceModel(scenario, rng=seed, record="system").teachers)


def study_of(config: str, runs: int, folder: Path) -> Study:
    """Points that are all the same world, with other seeds each: every run costs what a run of this config costs."""
    points = folder / "points.csv"
    points.write_text("trust.initial\n" + "0.45\n" * max(2, -(-runs // SEEDS)))
    text = (
        f'question = "How fast?"\nbase = "{config}"\nseeds = {SEEDS}\nluck = "independent"\nhalf_terms = {HALF_TERMS}\n'
    )
    path = folder / "study.toml"
    path.write_text(text + f'keep = {list(KEPT)}\n[design]\nfile = "points.csv"\n'.replace("'", '"'))
    return Study.load(path)


def swept(study: Study, workers: int, run: str = RUN) -> float:
    """CPU microseconds a run of a whole sweep."""
    with tempfile.TemporaryDirectory() as folder:
        return cost_of(lambda: sweep(study, Path(folder) / "out", workers=workers, run=run)) / study.runs * 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=9_000, help="runs of three sweeps together (default 9,000)")
    parser.add_argument("--peers", type=int, default=6, help="runs of the peer (default 6)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes of the sweep (default 2)")
    parser.add_argument("--config", default="baseline", help="a shipped config (default baseline)")
    asked = parser.parse_args()
    if min(asked.runs, asked.peers, asked.workers) < 1:
        parser.error("runs, peers and workers must be at least 1")

    prepare()
    console = Console()
    scenario = Scenario.load(asked.config, {"trust.initial": 0.45})
    teachers = {seed: teachers_in(scenario, seed) for seed in range(1, max(400, asked.peers) + 1)}
    usual = sum(teachers.values()) / len(teachers)
    peers: list[float] = []
    sweeps: list[float] = []
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as folder, console.status("measuring"):
        study = study_of(asked.config, -(-asked.runs // PARTS), Path(folder))
        for part in range(PARTS):
            for seed in range(part, asked.peers, PARTS):
                parameters = {"scenario": [asked.config], "rng": [seed + 1], "trust.initial": [0.45]}
                once = lambda parameters=parameters: batch_run(  # noqa: E731
                    PlainAllianceModel, parameters, max_steps=HALF_TERMS, display_progress=False, rng=None
                )
                peers.append(cost_of(once) * 1e6 * usual / teachers[seed + 1])
            for seed in range(1, 41):
                cost = cost_of(lambda seed=seed: lived(scenario, seed, HALF_TERMS))
                bare.append(cost * 1e6 * usual / teachers[seed])
            sweeps.append(swept(study, asked.workers))
        empty = swept(study_of(asked.config, 100_000, Path(folder)), asked.workers, run="benchmarks.free_runs:live")
    report(console, peers, sweeps, bare, empty, study.runs)


def report(
    console: Console, peers: list[float], sweeps: list[float], bare: list[float], empty: float, runs: int
) -> None:
    """A table, and in a line each what it comes to."""
    table = Table(title=f"Runs of {HALF_TERMS} half-terms for each CPU second")
    for heading in ("who", "runs", "ms a run", "range", "runs a CPU second"):
        table.add_column(heading, justify="left" if heading == "who" else "right")
    rows = (
        ("plain Mesa, batch_run", peers, 1),
        (f"{len(sweeps)} sweeps, all of it", sweeps, runs),
        ("a bare call", bare, 1),
    )
    for who, costs, each in rows:
        between = f"{min(costs) / 1e3:,.1f}–{max(costs) / 1e3:,.1f}"
        table.add_row(
            who, f"{len(costs) * each:,}", f"{median(costs) / 1e3:,.2f}", between, f"{1e6 / median(costs):,.2f}"
        )
    console.print(table)
    ratio, share = median(peers) / median(sweeps), 100.0 * (median(sweeps) / median(bare) - 1.0)
    for said, reached in (
        (f"{ratio:.0f} times as many runs as mesa.batch_run over plain Mesa (goal: {GOAL})", ratio >= GOAL),
        (f"{share:.1f} % more than a bare call (goal: at most {GOAL_SHARE:.0f} %)", share <= GOAL_SHARE),
        (f"{empty:.0f} µs for a run that costs nothing (goal: at most {GOAL_OVERHEAD:.0f} µs)", empty <= GOAL_OVERHEAD),
    ):
        console.print(f"{said}: {'reached' if reached else 'missed'}.")


if __name__ == "__main__":
    main()
