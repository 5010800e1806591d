"""How many runs a CPU second lives: a sweep of the project, and ``mesa.batch_run`` over the plain-Mesa peer.

    python -m benchmarks.throughput [--runs 9000] [--peers 6] [--workers 2] [--config baseline]

Both live the same worlds for 60 half-terms and keep the system's outcomes. Of the sweep everything counts: the parent,
its workers from their first breath, keys, checks, commits to the disk. Peers and sweeps take turns, so that both
meet the same disturbances of the machine, and have as many processes as each other, one and then ``--workers``: on
shared cores a CPU second is worth less when the other core is busy too. Beside it: what a run costs that is lived by a
bare call, and so what a sweep in one process adds to it; and what it adds to a run that costs nothing.

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
from alliance_sim.comparison.parallel import prepare
from alliance_sim.engine.simulation.simulate import live as lived
from alliance_sim.study import Study
from alliance_sim.study.execution.sweep import RUN, sweep
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
    parser.add_argument(
        "--runs", type=int, default=9_000, help="runs of three sweeps together, each way (default 9,000)"
    )
    parser.add_argument("--peers", type=int, default=6, help="runs of the peer at a time, three times (default 6)")
    parser.add_argument("--workers", type=int, default=2, help="processes of both, beside one (default 2)")
    parser.add_argument("--config", default="baseline", help="a shipped config (default baseline)")
    asked = parser.parse_args()
    if min(asked.runs, asked.peers, asked.workers) < 1:
        parser.error("runs, peers and workers must be at least 1")

    prepare()
    console = Console()
    scenario = Scenario.load(asked.config, {"trust.initial": 0.45})
    teachers = {seed: teachers_in(scenario, seed) for seed in range(1, max(400, asked.peers * PARTS) + 1)}
    usual = sum(teachers.values()) / len(teachers)
    crews = sorted({1, asked.workers})
    peers: dict[int, list[float]] = {crew: [] for crew in crews}
    sweeps: dict[int, list[float]] = {crew: [] for crew in crews}
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as folder, console.status("measuring"):
        study = study_of(asked.config, -(-asked.runs // PARTS), Path(folder))
        for part in range(PARTS):
            seeds = list(range(1 + part * asked.peers, 1 + (part + 1) * asked.peers))
            for crew in crews:
                cost = cost_of(lambda crew=crew, seeds=seeds: peer_batch(asked.config, seeds, crew))
                peers[crew].append(cost * 1e6 * usual / sum(teachers[seed] for seed in seeds))
                sweeps[crew].append(swept(study, crew))
            for seed in range(1, 41):
                cost = cost_of(lambda seed=seed: lived(scenario.configuration, seed, HALF_TERMS, KEPT))
                bare.append(cost * 1e6 * usual / teachers[seed])
        empty = swept(study_of(asked.config, 100_000, Path(folder)), asked.workers, run="benchmarks.free_runs:live")
    report(console, peers, sweeps, bare, empty)


def peer_batch(config: str, seeds: list[int], processes: int) -> None:
    """What Mesa's own runner makes of the same worlds."""
    parameters = {"scenario": [config], "trust.initial": [0.45]}
    batch_run(
        PlainAllianceModel, parameters, number_processes=processes, max_steps=HALF_TERMS, display_progress=False,
        rng=seeds,
    )  # fmt: skip


def report(
    console: Console, peers: dict[int, list[float]], sweeps: dict[int, list[float]], bare: list[float], empty: float
) -> None:
    """A table, and in a line each what it comes to."""
    table = Table(title=f"Runs of {HALF_TERMS} half-terms, in CPU time")
    for heading in ("who", "ms a run", "range", "runs a s"):
        table.add_column(heading, justify="left" if heading == "who" else "right", no_wrap=True)
    rows = [(f"Mesa's batch_run, {told(crew)}", peers[crew]) for crew in peers]
    rows += [(f"a sweep, {told(crew)}", sweeps[crew]) for crew in sweeps]
    for who, costs in [*rows, ("a bare call", bare)]:
        between = f"{min(costs) / 1e3:,.1f}–{max(costs) / 1e3:,.1f}"
        table.add_row(who, f"{median(costs) / 1e3:,.2f}", between, f"{1e6 / median(costs):,.2f}")
    console.print(table)
    share = 100.0 * (median(sweeps[1]) / median(bare) - 1.0)
    ratios = {crew: median(peers[crew]) / median(sweeps[crew]) for crew in peers}
    said = [
        (f"{ratio:.0f} times as many runs as mesa.batch_run, {told(crew)} each (goal: {GOAL})", ratio >= GOAL)
        for crew, ratio in ratios.items()
    ]
    said += [
        (f"{share:.1f} % more than a bare call (goal: at most {GOAL_SHARE:.0f} %)", share <= GOAL_SHARE),
        (f"{empty:.0f} µs for a run that costs nothing (goal: at most {GOAL_OVERHEAD:.0f} µs)", empty <= GOAL_OVERHEAD),
    ]
    for line, reached in said:
        console.print(f"{line}: {'reached' if reached else 'missed'}.")


def told(processes: int) -> str:
    """So many processes, in words."""
    return "one process" if processes == 1 else f"{processes} processes"


if __name__ == "__main__":
    main()
