"""What bounds each step of a half-term, and how far from that bound it is.

    python -m benchmarks.bounds [--teachers 20000] [--rounds 15] [--config baseline]

Each cause of waiting is measured by taking it away:

- **memory**: what a step costs less in worlds of a few hundred teachers, whose rows lie in the processor's own memory;
- **branches**: what it costs less in a world of some dozens of teachers that lives the same half-term from the same
  state again and again, until the processor has learnt where its branches go, than in that world with other luck each
  time. It learns what it can, so this is the least that luck's branches cost;
- **luck**: what the hashes that the step draws cost alone in a loop. How many those are is counted from what happened:
  contacts, choices, requests, helps, pairs seen, debts.

What is left is **work**: looking up, arithmetic, writing. A step is as far from its bound as its whole cost is from
work and luck together, which rows at hand and branches known would cost too; that is the bound of these rules as they
are written, not of every program that comes to the same. Handing a world over to compiled code
(about 10 µs) is measured and taken off.
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
from alliance_sim.engine.processes.reciprocity import OFFERED_FROM
from alliance_sim.engine.simulation import cross_alliance, measures, phases
from benchmarks.speed import scenario_of

NEAR, FEW = 700, 60
"""Teachers of a world that fits the processor's own memory, and of one whose branches it can learn."""
TOO_LITTLE = 8.0
"""Nanoseconds a teacher below which waiting cannot be told from the cost of calling: all of it counts as work."""
WARMING_UP, LEARNING, LEARNT = 12, 200, 400
"""Half-terms before anything is measured; repetitions in which branches are learnt, and that are measured after."""
STEPS = ("minds are made up", "alliances work", "across boundaries", "time passes", "measures")


@dataclass
class Bench:
    """A world whose half-terms are lived step by step under the clock.

    Attributes:
        costs: nanoseconds of each step, one entry a half-term.
        draws: the hashes of each step, likewise.
        handing: nanoseconds to hand the world over and do nothing.
    """

    model: Any
    costs: dict[str, list[int]] = field(default_factory=lambda: {step: [] for step in STEPS})
    draws: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    handing: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        self.world, self.settings, self.luck = (
            self.model.world,
            self.model.simulation.settings,
            self.model.simulation.random_key,
        )
        schools, areas = self.world.schools.id.size, self.world.teachers.practice.shape[1]
        self.sums, self.best = np.empty((schools, measures.SUMS)), np.empty((schools, areas))
        self.across = 0
        self.row, self.nobody = np.empty(len(OUTCOMES)), np.empty((0, 0))
        columns = [column for table in self.world if table is not None for column in table]
        self.columns = [column for column in columns if isinstance(column, np.ndarray)]

    @property
    def teachers(self) -> int:
        """How many there are."""
        return self.world.teachers.id.size

    def live(self, number: int) -> None:
        """One half-term: the order of ``schedule.py``."""
        world, settings, luck, alliances = self.world, self.settings, self.luck, self.world.alliances.age.size
        self.timed("minds are made up", phases.decision_phase, world, settings, luck, number, 0, alliances)
        self.timed("alliances work", phases.exchange_phase, world, settings, luck, number, 0, alliances)
        alone = time.perf_counter_ns()
        phases.exchange_phase(world, settings, luck, number, 0, 0)
        begun = time.perf_counter_ns()
        self.handing.append(begun - alone)
        across = cross_alliance.draw_order(world, luck, number)
        cross_alliance.process_external_requests(world, settings, luck, number, across, 0, across.tie.size)
        cross_alliance.count_external_requests(world, across)
        self.across = across.tie.size
        self.costs["across boundaries"].append(time.perf_counter_ns() - begun)
        self.timed("time passes", phases.decay_phase, world, settings, luck, number, 0, alliances)
        given = world, settings, self.sums, self.best, False, self.row, self.nobody, self.nobody
        self.timed("measures", measures.take, *given)

    def count_draws(self) -> None:
        """Of the half-term just lived, from what happened in it."""
        teachers, ties, schools = self.world.teachers, self.world.ties, self.world.schools
        requests = int(schools.given.sum() + schools.refused.sum())
        across = self.across
        inside = int((teachers.external_tie_start - teachers.tie_offsets[:-1]).sum())
        pairs = inside / 2 if self.world.coordinators.present.any() else 0
        debts, many = int((-ties.owed > OFFERED_FROM).sum()), self.teachers
        self.draws["minds are made up"].append(many * teachers.asks.shape[1] + int((teachers.asks >= 0).sum()))
        self.draws["alliances work"].append(pairs + debts + 2 * (requests - across) + int(schools.given.sum()))
        self.draws["across boundaries"].append(3 * across)
        self.draws["time passes"].append(many)
        self.draws["measures"].append(0)

    def timed(self, step: str, function: Callable[..., Any], *given: Any) -> None:
        """Have a step done, and note what it cost."""
        begun = time.perf_counter_ns()
        function(*given)
        self.costs[step].append(time.perf_counter_ns() - begun)

    def forget(self) -> None:
        """Begin to measure anew."""
        for costs in self.costs.values():
            costs.clear()
        self.handing.clear()

    def kept(self) -> list[Any]:
        """The state, to go back to."""
        return [column.copy() for column in self.columns]

    def back_to(self, kept: list[Any]) -> None:
        """Everything as it was."""
        for column, was in zip(self.columns, kept, strict=True):
            column[...] = was


def bench_of(scenario: Scenario, seed: int) -> Bench:
    """A world that has lived for a while."""
    model = AllianceModel(scenario, rng=seed, record="system")
    model.threads = 1
    bench = Bench(model)
    for number in range(1, WARMING_UP + 1):
        bench.live(number)
    bench.forget()
    return bench


def usual(bench: Bench) -> dict[str, float]:
    """Nanoseconds a teacher of each step, in the middle of those measured, handing over taken off."""
    handing = median(bench.handing)
    calls = dict.fromkeys(STEPS, 1) | {"across boundaries": 3}
    return {step: max(0.0, median(bench.costs[step]) - calls[step] * handing) / bench.teachers for step in STEPS}


def in_full(scenario: Scenario, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """As a run lives: costs of each step, and hashes a teacher."""
    bench = bench_of(scenario, 1)
    for number in range(WARMING_UP + 1, WARMING_UP + 1 + rounds):
        bench.live(number)
        bench.count_draws()
    return usual(bench), {step: median(bench.draws[step]) / bench.teachers for step in STEPS}


def again_and_again(scenario: Scenario, *, same_luck: bool) -> dict[str, float]:
    """From one state, with the same luck each time or another."""
    bench = bench_of(scenario, 1)
    kept = bench.kept()
    for repetition in range(LEARNING + LEARNT):
        if repetition == LEARNING:
            bench.forget()
        bench.back_to(kept)
        bench.live(WARMING_UP + 1 + (0 if same_luck else repetition))
    return usual(bench)


@loop
def _drawn(seed: np.uint64, ids: NDArray[np.uint32], half_term: int) -> float:
    total = 0.0
    for place in range(ids.size):
        total += random_streams.uniform(seed, random_streams.GRANTS, phases, ids[place], ids[ids.size - 1 - place], 3)
    return total


def cost_of_a_draw() -> float:
    """Nanoseconds of one draw, alone in a loop."""
    ids = np.arange(20_000, dtype=np.uint32)
    costs: list[float] = []
    for half_term_number in range(50):
        begun = time.perf_counter_ns()
        _drawn(np.uint64(7), ids, half_term_number)
        costs.append((time.perf_counter_ns() - begun) / ids.size)
    return median(costs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bounds", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--teachers", type=int, default=20_000, help="of the world that is lived in full")
    parser.add_argument("--rounds", type=int, default=15, help="half-terms that are measured (default 15)")
    parser.add_argument("--config", default="baseline", help="a shipped config (default baseline)")
    asked = parser.parse_args()
    if asked.teachers < NEAR or asked.rounds < 1:
        parser.error(f"teachers must be at least {NEAR}, rounds at least 1")
    full, draws = in_full(scenario_of(asked.config, asked.teachers), asked.rounds)
    near, _ = in_full(scenario_of(asked.config, NEAR), 20 * asked.rounds)
    few = scenario_of(asked.config, FEW)
    fresh, learnt = again_and_again(few, same_luck=False), again_and_again(few, same_luck=True)
    report(Console(), asked.teachers, full, near, fresh, learnt, draws, cost_of_a_draw())


def report(
    console: Console, teachers: int, full: dict[str, float], near: dict[str, float], fresh: dict[str, float],
    learnt: dict[str, float], draws: dict[str, float], a_draw: float,
) -> None:  # fmt: skip
    """A row a step."""
    table = Table(title=f"ns a teacher of each step of a half-term, {teachers:,} teachers")
    for heading in ("step", "in all", "memory", "branches", "luck", "work", "to bound"):
        table.add_column(heading, justify="left" if heading == "step" else "right", no_wrap=True)
    sums = np.zeros(5)
    for step in STEPS:
        memory, branches = max(0.0, full[step] - near[step]), max(0.0, fresh[step] - learnt[step])
        if full[step] < TOO_LITTLE:
            memory = branches = 0.0
        luck = draws[step] * a_draw
        parts = np.array([full[step], memory, branches, luck, full[step] - memory - branches - luck])
        sums += parts
        table.add_row(step, *_told(parts))
    table.add_section()
    table.add_row("a half-term", *_told(sums))
    console.print(table)
    console.print(f"A draw costs {a_draw:.2f} ns; {sum(draws.values()):.1f} are drawn a teacher and half-term.")


def _told(parts: NDArray[np.float64]) -> list[str]:
    return [*(f"{part:.1f}" for part in parts), f"{parts[0] / max(parts[3] + parts[4], 0.1):.2f} times"]


if __name__ == "__main__":
    main()
