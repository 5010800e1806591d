"""Compare the cost of a half-term in the project, in plain Mesa and in C.

    python -m benchmarks.speed [--teachers 20000] [--half-terms 4] [--repeats 5]

All simulate the same half-terms in one process and one thread, and give the same outcomes. The measure is the CPU time
of ``model.step()``: events, rules, measures and data collection. Each repeat has its own seed. Its first half-term is a
warm-up and is not counted. Between two half-terms of the plain peer the others simulate the whole run again, so that
all meet the same disturbances of the machine; the median of these runs counts, per half-term.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import time
from dataclasses import dataclass
from statistics import median
from typing import Protocol

import numpy as np
from rich.console import Console
from rich.table import Table

from alliance_sim import AllianceModel, Scenario
from alliance_sim.config.resources import expected_teachers
from benchmarks.c_peer import CPeer, NoCompilerError
from benchmarks.plain_mesa import PlainAllianceModel

GOAL = 200
"""Goal: how many times faster than plain Mesa the project is."""
OF_C = 1.5
"""Goal: the project's cost is at most this multiple of hand-written C."""


@dataclass
class Repeat:
    """CPU microseconds per teacher, for each counted half-term of one seed."""

    teachers: int
    ties: int
    project: list[float]
    peer: list[float]
    c: list[float]
    """Empty where there is no C compiler."""
    difference: float

    def times(self, engine: str) -> float:
        """Return the cost of an engine as a multiple of the project's."""
        return sum(getattr(self, engine)) / sum(self.project)


def scenario_of(name: str, teachers: int) -> Scenario:
    """Load a shipped config with about this many teachers."""
    scenario = Scenario.load(name)
    a_school = expected_teachers(scenario.configuration.values) / float(scenario["population.schools"])
    schools = max(2, round(teachers / a_school))
    return scenario.with_changes({"population.schools": schools})


def project_model(scenario: Scenario, seed: int) -> AllianceModel:
    """Return the project's model in one thread, recording the system's outcomes only, as the peer does."""
    model = AllianceModel(scenario, rng=seed, record="system")
    model.threads = 1
    return model


class Timed(Protocol):
    """The project, or a peer."""

    def step(self) -> None:
        """Simulate one half-term."""


def step_cost(model: Timed) -> float:
    """Return the CPU microseconds of one half-term."""
    before = time.process_time()
    model.step()
    return (time.process_time() - before) * 1e6


def run_cost(scenario: Scenario, seed: int, half_terms: int) -> list[float]:
    """Return the CPU microseconds of each half-term of the project."""
    model = project_model(scenario, seed)
    return [step_cost(model) for _ in range(half_terms)]


def c_cost(scenario: Scenario, seed: int, half_terms: int) -> list[float]:
    """Return the same for the peer in C; an empty list without a compiler."""
    try:
        peer = CPeer(scenario, seed)
    except NoCompilerError:
        return []
    return [step_cost(peer) for _ in range(half_terms)]


def repeated(scenario: Scenario, seed: int, half_terms: int) -> Repeat:
    """Simulate one seed with the peer, and with the other engines before each of its half-terms."""
    peer, project = PlainAllianceModel(scenario, rng=seed), project_model(scenario, seed)
    gc.collect()
    gc.freeze()  # the peer's many objects would slow every garbage collection
    runs, c_runs, peer_costs = [], [], []
    for _ in range(half_terms + 1):
        runs.append(run_cost(scenario, seed, half_terms + 1))
        c_runs.append(c_cost(scenario, seed, half_terms + 1))
        peer_costs.append(step_cost(peer))
        project.step()
    gc.unfreeze()
    fast, plain = project.outcomes.to_numpy(), peer.datacollector.get_model_vars_dataframe().to_numpy()
    people = len(peer.teachers)

    def usual(some: list[list[float]]) -> list[float]:
        return [median(costs) / people for costs in zip(*some, strict=True)][1:]

    return Repeat(
        teachers=people,
        ties=sum(len(teacher.ties) for teacher in peer.teachers),
        project=usual(runs),
        peer=[cost / people for cost in peer_costs][1:],
        c=usual(c_runs),
        difference=float(np.nanmax(np.abs(fast - plain))),
    )


def report(repeats: list[Repeat], config: str, console: Console) -> None:
    """Print a table of costs, one row per engine, and whether the goals are reached."""
    first = repeats[0]
    teachers, ties = (median(getattr(repeat, name) for repeat in repeats) for name in ("teachers", "ties"))
    table = Table(
        title=f"CPU time per teacher per half-term, {config}, one thread",
        caption=f"Medians (and ranges) of {len(first.peer)} half-terms for each of {len(repeats)} seeds with about "
        f"{teachers:,.0f} teachers and {ties:,.0f} ties, after one half-term to warm up. "
        f"Outcomes in plain Mesa equal the project's within {max(repeat.difference for repeat in repeats):.0e}. "
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        caption_justify="left",
    )
    for heading in ("", "µs", "times the project"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    engines = {"project": "project", "plain Mesa": "peer", "C by hand": "c"}
    for engine, name in engines.items():
        costs = [cost for repeat in repeats for cost in getattr(repeat, name)]
        if not costs:
            table.add_row(engine, "not installed", "")
            continue
        times = [repeat.times(name) for repeat in repeats]
        digits = 1 if median(costs) > 1.0 else 3
        table.add_row(
            engine, f"{median(costs):.{digits}f} ({min(costs):.{digits}f}–{max(costs):.{digits}f})", format_times(times)
        )
    console.print(table)
    faster = median(repeat.times("peer") for repeat in repeats)
    verdict = "reached" if faster >= GOAL else "missed"
    console.print(f"{faster:.0f} times faster than plain Mesa; the goal of {GOAL} is {verdict}.")
    if first.c:
        of_c = median(1.0 / repeat.times("c") for repeat in repeats)
        verdict = "reached" if of_c <= OF_C else "missed"
        console.print(f"{of_c:.2f} times the cost of the same rules in C; the goal of at most {OF_C} is {verdict}.")


def format_times(times: list[float]) -> str:
    """Format a median and a range to three digits."""
    return f"{median(times):.3g} ({min(times):.3g}–{max(times):.3g})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--teachers", type=int, default=20_000, help="about how many teachers (default 20,000)")
    parser.add_argument("--half-terms", type=int, default=4, help="counted half-terms per seed (default 4)")
    parser.add_argument("--repeats", type=int, default=5, help="seeds (default 5)")
    parser.add_argument("--config", default="baseline", help="a shipped config (default baseline)")
    arguments = parser.parse_args()
    if min(arguments.teachers, arguments.half_terms, arguments.repeats) < 1:
        parser.error("teachers, half-terms and repeats must be at least 1")

    repeated(scenario_of(arguments.config, 200), 1, 2)  # compile before measuring
    scenario, repeats = scenario_of(arguments.config, arguments.teachers), []
    console = Console()
    with console.status("measuring") as status:
        for seed in range(1, arguments.repeats + 1):
            status.update(f"measuring seed {seed} of {arguments.repeats}")
            repeats.append(repeated(scenario, seed, arguments.half_terms))
            gc.collect()
    report(repeats, arguments.config, console)


if __name__ == "__main__":
    main()
