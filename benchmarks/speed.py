"""What a teacher's half-term costs, in the project, in plain Mesa and in C.

    python -m benchmarks.speed [--teachers 20000] [--half-terms 4] [--repeats 5]

All live the same half-terms of the same worlds, in one process and one thread, and come to the same outcomes; the
clock is the CPU time of ``model.step()``: events, rules, measures and data collection. A repeat is one world (its seed
is the repeat's number). Its first half-term warms up and is not counted. Between any two half-terms of the peer the
project runs the whole world afresh, so that both meet the same disturbances of the machine; of these runs the median
counts, half-term by half-term.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import time
from dataclasses import dataclass
from statistics import median

import numpy as np
from rich.console import Console
from rich.table import Table

from alliance_sim import AllianceModel, Scenario
from alliance_sim.configuration.memory import expected_teachers
from benchmarks.c_peer import CPeer, NoCompilerError
from benchmarks.plain_mesa import PlainAllianceModel

GOAL = 200
"""How many times less than plain Mesa the project should cost."""
OF_C = 1.5
"""How many times as much as hand-written C it may cost."""
type Timed = AllianceModel | PlainAllianceModel | CPeer


@dataclass
class Repeat:
    """CPU microseconds a teacher, for each counted half-term of one world."""

    teachers: int
    ties: int
    project: list[float]
    peer: list[float]
    c: list[float]
    """Empty where there is no C compiler."""
    difference: float

    @property
    def ratio(self) -> float:
        """Times less than plain Mesa."""
        return sum(self.peer) / sum(self.project)

    @property
    def of_c(self) -> float:
        """The project's cost, in that of C."""
        return sum(self.project) / sum(self.c) if self.c else float("nan")


def scenario_of(name: str, teachers: int) -> Scenario:
    """A shipped config with about as many teachers."""
    scenario = Scenario.load(name)
    a_school = expected_teachers(scenario.configuration.values) / float(scenario["population.schools"])
    schools = max(2, round(teachers / a_school))
    return scenario.with_changes({"population.schools": schools})


def project_model(scenario: Scenario, seed: int) -> AllianceModel:
    """The project, in one thread, keeping what the peer keeps: the system's outcomes."""
    model = AllianceModel(scenario, rng=seed, record="system")
    model.threads = 1
    return model


def step_cost(model: Timed) -> float:
    """CPU microseconds of one half-term."""
    before = time.process_time()
    model.step()
    return (time.process_time() - before) * 1e6


def run_cost(scenario: Scenario, seed: int, half_terms: int) -> list[float]:
    """CPU microseconds of each half-term of the project."""
    model = project_model(scenario, seed)
    return [step_cost(model) for _ in range(half_terms)]


def c_cost(scenario: Scenario, seed: int, half_terms: int) -> list[float]:
    """The same of the peer in C; nothing where there is no compiler."""
    try:
        peer = CPeer(scenario, seed)
    except NoCompilerError:
        return []
    return [step_cost(peer) for _ in range(half_terms)]


def repeated(scenario: Scenario, seed: int, half_terms: int) -> Repeat:
    """One world, lived by the peer, and by the project before each of its half-terms."""
    peer, project = PlainAllianceModel(scenario, rng=seed), project_model(scenario, seed)
    gc.collect()
    gc.freeze()  # the peer's many objects would make each garbage collection dear, to itself and to the project
    runs, c_runs, peer_costs = [], [], []
    for _ in range(half_terms + 1):
        runs.append(run_cost(scenario, seed, half_terms + 1))
        c_runs.append(c_cost(scenario, seed, half_terms + 1))
        peer_costs.append(step_cost(peer))
        project.step()
    gc.unfreeze()
    ours, theirs = project.outcomes.to_numpy(), peer.datacollector.get_model_vars_dataframe().to_numpy()
    people = len(peer.teachers)
    return Repeat(
        teachers=people,
        ties=sum(len(teacher.ties) for teacher in peer.teachers),
        project=[median(costs) / people for costs in zip(*runs, strict=True)][1:],
        peer=[cost / people for cost in peer_costs][1:],
        c=[median(costs) / people for costs in zip(*c_runs, strict=True)][1:],
        difference=float(np.nanmax(np.abs(ours - theirs))),
    )


def report(repeats: list[Repeat], config: str, console: Console) -> None:
    """A table of the costs, and in a line what they come to."""
    first = repeats[0]
    table = Table(
        title=f"CPU time a teacher and half-term, {config}, one thread",
        caption="Differ by: the largest difference between their outcomes. "
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}; {len(first.peer)} half-terms a world after one to warm up",
    )
    for heading in ("world", "teachers", "ties", "project", "plain Mesa", "times less", "C", "times C", "differ by"):
        table.add_column(heading, justify="right")
    for seed, repeat in enumerate(repeats, 1):
        ours, theirs = np.mean(repeat.project), np.mean(repeat.peer)
        table.add_row(
            f"{seed}",
            f"{repeat.teachers:,}",
            f"{repeat.ties:,}",
            f"{ours:.3f} µs",
            f"{theirs:.1f} µs",
            f"{repeat.ratio:.0f}",
            f"{np.mean(repeat.c):.3f} µs" if repeat.c else "no compiler",
            f"{repeat.of_c:.2f}",
            f"{repeat.difference:.0e}",
        )
    table.add_section()
    ours = [cost for repeat in repeats for cost in repeat.project]
    theirs = [cost for repeat in repeats for cost in repeat.peer]
    in_c = [cost for repeat in repeats for cost in repeat.c] or [float("nan")]
    ratios, of_c = [repeat.ratio for repeat in repeats], [repeat.of_c for repeat in repeats]
    table.add_row(
        "median",
        "",
        "",
        f"{median(ours):.3f} µs",
        f"{median(theirs):.1f} µs",
        f"{median(ratios):.0f}",
        f"{median(in_c):.3f} µs",
        f"{median(of_c):.2f}",
        "",
    )
    table.add_row(
        "range",
        "",
        "",
        f"{min(ours):.2f}–{max(ours):.2f} µs",
        f"{min(theirs):.0f}–{max(theirs):.0f} µs",
        f"{min(ratios):.0f}–{max(ratios):.0f}",
        f"{min(in_c):.2f}–{max(in_c):.2f} µs",
        f"{min(of_c):.2f}–{max(of_c):.2f}",
        "",
    )
    console.print(table)
    verdict = "reached" if median(ratios) >= GOAL else "missed"
    console.print(f"{median(ratios):.0f} times less than plain Mesa; the goal of {GOAL} is {verdict}.")
    if first.c:
        verdict = "reached" if median(of_c) <= OF_C else "missed"
        console.print(
            f"{median(of_c):.2f} times what the same rules cost in C; the goal of at most {OF_C} is {verdict}."
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--teachers", type=int, default=20_000, help="about how many teachers (default 20,000)")
    parser.add_argument("--half-terms", type=int, default=4, help="half-terms that count in each world (default 4)")
    parser.add_argument("--repeats", type=int, default=5, help="worlds (default 5)")
    parser.add_argument("--config", default="baseline", help="a shipped config (default baseline)")
    asked = parser.parse_args()
    if min(asked.teachers, asked.half_terms, asked.repeats) < 1:
        parser.error("teachers, half-terms and repeats must be at least 1")

    repeated(scenario_of(asked.config, 200), 1, 2)  # compiles what is to be compiled
    scenario, repeats = scenario_of(asked.config, asked.teachers), []
    console = Console()
    with console.status("measuring") as status:
        for seed in range(1, asked.repeats + 1):
            status.update(f"measuring world {seed} of {asked.repeats}")
            repeats.append(repeated(scenario, seed, asked.half_terms))
            gc.collect()
    report(repeats, asked.config, console)


if __name__ == "__main__":
    main()
