"""Measure what bounds each step of a half-term, and how far the step is from its bound.

    python -m benchmarks.bounds [--teachers 20000] [--rounds 15] [--config baseline]

Each cost is measured by removing its cause:

- **memory**: the saving in a system of a few hundred teachers, whose rows fit the processor's caches;
- **branches**: the saving in a system of some dozens of teachers when the same half-term is simulated repeatedly from
  the same state, so that the processor learns the branches, compared with other random numbers each time. This is a
  lower bound of the cost of mispredicted branches;
- **random**: the cost of the step's hashes alone in a loop. Their number is counted from the half-term's contacts,
  choices, requests, acts of help, pairs and debts.

The remainder is **work**: look-ups, arithmetic and writes. The bound of a step is work plus random numbers, which would
remain with all rows in cache and all branches predicted. It is the bound of these rules as written, not of every
equivalent program. The call overhead of compiled code (about 10 µs) is measured and subtracted.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.outcomes import OUTCOMES
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop
from alliance_sim.engine.processes.reciprocity import LEAST_FELT_DEBT
from alliance_sim.engine.simulation import cross_alliance, measures, phases
from benchmarks.speed import scenario_of

NEAR, FEW = 700, 60
"""Teachers of a system that fits the processor's caches, and of one whose branches it can learn."""
TOO_LITTLE = 8.0
"""Nanoseconds per teacher below which memory and branches cannot be separated from call overhead: all is work."""
WARMING_UP, LEARNING, LEARNT = 12, 200, 400
"""Half-terms before measuring; repetitions in which branches are learnt; repetitions that are measured."""
STEPS = ("decision", "exchange", "across boundaries", "decay", "measures")


@dataclass
class Bench:
    """A simulation whose steps are timed.

    Attributes:
        costs: nanoseconds of each step, one entry per half-term.
        draws: hashes of each step, one entry per half-term.
        handing: nanoseconds of a call that does nothing.
    """

    model: Any
    costs: dict[str, list[int]] = field(default_factory=lambda: {step: [] for step in STEPS})
    draws: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    handing: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        self.world, self.settings = self.model.world, self.model.simulation.settings
        schools, areas = self.world.schools.id.size, self.world.teachers.practice.shape[1]
        self.sums, self.best = np.empty((schools, measures.SUMS)), np.empty((schools, areas))
        self.across = 0
        self.row, self.no_rows = np.empty(len(OUTCOMES)), np.empty((0, 0))
        columns = [column for table in self.world if table is not None for column in table]
        self.columns = [column for column in columns if isinstance(column, np.ndarray)]

    @property
    def teachers(self) -> int:
        """Number of teachers."""
        return self.world.teachers.id.size

    def simulate(self, number: int) -> None:
        """Simulate one half-term in the order of ``schedule.py``."""
        world, settings, alliances = self.world, self.settings, self.world.alliances.age.size
        context = self.model.simulation.context._replace(half_term=number)
        self.timed("decision", phases.decision_phase, world, context, 0, alliances)
        self.timed("exchange", phases.exchange_phase, world, context, 0, alliances)
        alone = time.perf_counter_ns()
        phases.exchange_phase(world, context, 0, 0)
        started = time.perf_counter_ns()
        self.handing.append(started - alone)
        across = cross_alliance.draw_order(world, context)
        cross_alliance.process_external_requests(world, context, across, 0, across.tie.size)
        cross_alliance.count_external_requests(world, across)
        self.across = across.tie.size
        self.costs["across boundaries"].append(time.perf_counter_ns() - started)
        self.timed("decay", phases.decay_phase, world, context, 0, alliances)
        given = world, settings, self.sums, self.best, False, self.row, self.no_rows, self.no_rows
        self.timed("measures", measures.take, *given)

    def count_draws(self) -> None:
        """Count the hashes of the last half-term."""
        teachers, ties, schools = self.world.teachers, self.world.ties, self.world.schools
        requests = int(schools.given.sum() + schools.refused.sum())
        across = self.across
        inside = int((teachers.external_tie_start - teachers.tie_offsets[:-1]).sum())
        pairs = inside / 2 if self.world.coordinators.present.any() else 0
        debts, many = int((-ties.owed > LEAST_FELT_DEBT).sum()), self.teachers
        self.draws["decision"].append(many * teachers.asks.shape[1] + int((teachers.asks >= 0).sum()))
        self.draws["exchange"].append(pairs + debts + 2 * (requests - across) + int(schools.given.sum()))
        self.draws["across boundaries"].append(3 * across)
        self.draws["decay"].append(many)
        self.draws["measures"].append(0)

    def timed(self, step: str, function: Callable[..., Any], *given: Any) -> None:
        """Run a step and record its cost."""
        started = time.perf_counter_ns()
        function(*given)
        self.costs[step].append(time.perf_counter_ns() - started)

    def forget(self) -> None:
        """Discard all measurements."""
        for costs in self.costs.values():
            costs.clear()
        self.handing.clear()

    def copy_state(self) -> list[Any]:
        """Return a copy of all columns."""
        return [column.copy() for column in self.columns]

    def restore(self, saved: list[Any]) -> None:
        """Set all columns to a saved state."""
        for column, was in zip(self.columns, saved, strict=True):
            column[...] = was


def bench_of(scenario: Scenario, seed: int) -> Bench:
    """Return a bench after the warm-up."""
    model = AllianceModel(scenario, rng=seed, record="system")
    model.threads = 1
    bench = Bench(model)
    for number in range(1, WARMING_UP + 1):
        bench.simulate(number)
    bench.forget()
    return bench


def usual(bench: Bench) -> dict[str, float]:
    """Return the median nanoseconds per teacher of each step, without call overhead."""
    handing = median(bench.handing)
    calls = dict.fromkeys(STEPS, 1) | {"across boundaries": 3}
    return {step: max(0.0, median(bench.costs[step]) - calls[step] * handing) / bench.teachers for step in STEPS}


def in_full(scenario: Scenario, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Simulate consecutive half-terms; return costs per teacher and hashes per teacher of each step."""
    bench = bench_of(scenario, 1)
    for number in range(WARMING_UP + 1, WARMING_UP + 1 + rounds):
        bench.simulate(number)
        bench.count_draws()
    return usual(bench), {step: median(bench.draws[step]) / bench.teachers for step in STEPS}


def repeat_half_term(scenario: Scenario, *, same_random_numbers: bool) -> dict[str, float]:
    """Simulate one half-term repeatedly from one state; return costs per teacher of each step."""
    bench = bench_of(scenario, 1)
    saved = bench.copy_state()
    for repetition in range(LEARNING + LEARNT):
        if repetition == LEARNING:
            bench.forget()
        bench.restore(saved)
        bench.simulate(WARMING_UP + 1 + (0 if same_random_numbers else repetition))
    return usual(bench)


@loop
def _drawn(seed: np.uint64, ids: NDArray[np.uint32], half_term: int) -> float:
    total = 0.0
    for place in range(ids.size):
        total += random_streams.uniform(
            seed, random_streams.GRANTS, half_term, ids[place], ids[ids.size - 1 - place], 3
        )
    return total


def cost_of_a_draw() -> float:
    """Return the nanoseconds of one random number, alone in a loop."""
    ids = np.arange(20_000, dtype=np.uint32)
    costs: list[float] = []
    for half_term in range(50):
        started = time.perf_counter_ns()
        _drawn(np.uint64(7), ids, half_term)
        costs.append((time.perf_counter_ns() - started) / ids.size)
    return median(costs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bounds", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--teachers", type=int, default=20_000, help="teachers of the full simulation (default 20,000)")
    parser.add_argument("--rounds", type=int, default=15, help="half-terms that are measured (default 15)")
    parser.add_argument("--config", default="baseline", help="a shipped config (default baseline)")
    arguments = parser.parse_args()
    if arguments.teachers < NEAR or arguments.rounds < 1:
        parser.error(f"teachers must be at least {NEAR}, rounds at least 1")
    full, draws = in_full(scenario_of(arguments.config, arguments.teachers), arguments.rounds)
    near, _ = in_full(scenario_of(arguments.config, NEAR), 20 * arguments.rounds)
    few = scenario_of(arguments.config, FEW)
    fresh, learnt = repeat_half_term(few, same_random_numbers=False), repeat_half_term(few, same_random_numbers=True)
    report(Console(), arguments.teachers, full, near, fresh, learnt, draws, cost_of_a_draw())


def report(
    console: Console, teachers: int, full: dict[str, float], near: dict[str, float], fresh: dict[str, float],
    learnt: dict[str, float], draws: dict[str, float], a_draw: float,
) -> None:  # fmt: skip
    """Print one row per step."""
    table = Table(title=f"ns per teacher of each step of a half-term, {teachers:,} teachers")
    for heading in ("step", "in all", "memory", "branches", "random", "work", "to bound"):
        table.add_column(heading, justify="left" if heading == "step" else "right", no_wrap=True)
    sums = np.zeros(5)
    for step in STEPS:
        memory, branches = max(0.0, full[step] - near[step]), max(0.0, fresh[step] - learnt[step])
        if full[step] < TOO_LITTLE:
            memory = branches = 0.0
        random = draws[step] * a_draw
        parts = np.array([full[step], memory, branches, random, full[step] - memory - branches - random])
        sums += parts
        table.add_row(step, *_format(parts))
    table.add_section()
    table.add_row("a half-term", *_format(sums))
    console.print(table)
    console.print(f"A random number costs {a_draw:.2f} ns; a teacher's half-term needs {sum(draws.values()):.1f}.")


def _format(parts: NDArray[np.float64]) -> list[str]:
    return [*(f"{part:.1f}" for part in parts), f"{parts[0] / max(parts[3] + parts[4], 0.1):.2f} times"]


if __name__ == "__main__":
    main()
