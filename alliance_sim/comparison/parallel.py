"""Simulate every scenario under every seed, in this process or in several.

Random numbers depend only on the seed and the entity concerned. Runs with the same seed therefore share schools and
random numbers, and results do not depend on the process or the order of runs.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.config import Configuration, changed, default_configuration, machine_memory, memory_needed
from alliance_sim.config.resources import expected_teachers
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.modules.registry import modules_of
from alliance_sim.engine.simulation.simulate import simulate
from alliance_sim.engine.simulation.simulation import Simulation
from alliance_sim.engine.simulation.splits import SPLIT_OUTCOMES, groups_of, split_means
from alliance_sim.statistics.intervals import mean_of

if TYPE_CHECKING:
    from alliance_sim.mesa_model.scenario import Scenario

type Progress = Callable[[int, int], None]
"""Called with the number of runs done and the number of all runs."""

SECONDS_PER_TEACHER = 1.5e-6
"""Approximate time for one teacher and half-term; it only determines the number of processes."""
POLL_SECONDS, SECONDS_TO_END = 0.1, 2.0
"""Interval of checks for an interrupt, and time that a started run then has to end."""
WORTH_PROCESSES = 12.0
"""Seconds of work from which several processes are faster; starting them takes about three seconds."""


def simulate_all(
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    half_terms: int,
    workers: int | None = None,
    progress: Progress | None = None,
    outcomes: Sequence[str] = NAMES,
    *,
    judged: int = 0,
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Simulate every scenario under every seed.

    Args:
        scenarios: the scenarios.
        seeds: the seeds.
        half_terms: length of each run.
        workers: number of processes; chosen by the amount of work where None.
        progress: called after each run.
        outcomes: names of the outcomes to return.
        judged: the last half-terms over which outcomes by group are averaged; 0 for no such outcomes.

    Returns:
        Outcomes, shape (scenario, seed, half-term, outcome), and their means by group of schools, shape (scenario,
        seed, group, outcome that can be split); None where ``judged`` is 0.
    """
    values = np.empty((len(scenarios), len(seeds), half_terms + 1, len(outcomes)))
    many = len(groups_of(scenarios[0].roster)) if judged else 0
    by_group = np.empty((len(scenarios), len(seeds), many, len(SPLIT_OUTCOMES)))
    places = [(which, place) for place in range(len(seeds)) for which in range(len(scenarios))]
    if workers is None:
        workers = choose_workers(scenarios, len(seeds), half_terms)
    runs = _run_here if min(workers, len(places)) <= 1 else _run_in_workers
    wanted = Wanted(half_terms, tuple(outcomes), judged)
    for count, (which, place, (run, split)) in enumerate(runs(scenarios, seeds, places, workers, wanted), 1):
        values[which, place] = run
        if split is not None:
            by_group[which, place] = split
        if progress is not None:
            progress(count, len(places))
    return values, by_group if judged else None


def choose_workers(scenarios: Sequence[Scenario], seeds: int, half_terms: int) -> int:
    """Return one process for little work, else one per core, limited by memory."""
    work = seeds * half_terms * sum(map(teachers_in, scenarios)) * SECONDS_PER_TEACHER
    if work < WORTH_PROCESSES:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    largest = max(memory_needed(scenario.configuration.values, scenario.roster) for scenario in scenarios)
    return max(1, min(cores, seeds * len(scenarios), int(machine_memory() / 2 / largest)))


def teachers_in(scenario: Scenario) -> float:
    """Return the number of teachers of a scenario; the expected number where schools are sampled."""
    if scenario.roster is not None:
        return float(scenario.roster.teachers.sum())
    return expected_teachers(scenario.configuration.values)


TINY = {"population.schools": 4, "population.teachers_median": 3}
"""A population so small that a run of just over a year executes every loop quickly."""


def prepare(configurations: Iterable[Configuration] = ()) -> None:
    """Compile the rules, or load them from the cache; this takes about half a minute the first time.

    Args:
        configurations: configurations that are about to be simulated; each combination of optional modules needs
            loops of its own.
    """
    simulate(default_configuration(TINY), 1, 7)
    ready: set[frozenset[str]] = set()
    for configuration in configurations:
        modules = frozenset(module.name for module in modules_of(configuration))
        if modules and not any(modules <= others for others in ready):
            ready.add(modules)
            simulate(changed(configuration, TINY), 1, 7)


type Setup = tuple[Configuration, Roster | None]
type Place = tuple[int, int]
"""Positions of the scenario and of the seed."""
type Run = tuple[NDArray[np.float64], NDArray[np.float64] | None]
"""Outcomes of one run by half-term, and its means by group of schools."""
type Runs = Iterator[tuple[int, int, Run]]


class Wanted(NamedTuple):
    """What is simulated and kept of a run.

    Attributes:
        half_terms: its length.
        outcomes: the names of outcomes.
        judged: the last half-terms over which outcomes by group are averaged; 0 for none.
    """

    half_terms: int
    outcomes: tuple[str, ...]
    judged: int

    def of(self, configuration: Configuration, seed: int, roster: Roster | None) -> Run:
        """Simulate one run."""
        if not self.judged or roster is None:
            return simulate(configuration, seed, self.half_terms, self.outcomes, roster=roster), None
        recorder = Simulation(configuration, seed, roster, record="school").run(self.half_terms).recorder
        by_school = recorder.by_school[recorder.rows - self.judged : recorder.rows]
        return recorder.outcomes(self.outcomes), mean_of(split_means(by_school, roster), 0)


def _run_here(
    scenarios: Sequence[Scenario], seeds: Sequence[int], places: Sequence[Place], workers: int, wanted: Wanted
) -> Runs:
    for which, place in places:
        scenario = scenarios[which]
        yield which, place, wanted.of(scenario.configuration, seeds[place], scenario.roster)


def _run_in_workers(
    scenarios: Sequence[Scenario], seeds: Sequence[int], places: Sequence[Place], workers: int, wanted: Wanted
) -> Runs:
    # Processes are spawned, not forked: this process may have threads, which do not survive a fork.
    prepare(scenario.configuration for scenario in scenarios)  # compiles once rather than in each worker
    others = set(multiprocessing.active_children())
    sent = [(scenario.configuration, scenario.roster) for scenario in scenarios]  # a scenario may refer to its model
    executor = ProcessPoolExecutor(
        min(workers, len(places)), multiprocessing.get_context("spawn"), initializer=_start_worker, initargs=(sent,)
    )
    done: SimpleQueue[Future[Run]] = SimpleQueue()
    with _interrupt_noted() as heard:
        try:
            futures: dict[Future[Run], Place] = {}
            with _interrupt_held_back():
                for which, place in places:
                    future = executor.submit(_simulate_one, which, seeds[place], wanted)
                    futures[future] = which, place
                    future.add_done_callback(done.put)
            while futures and (future := _next(done, heard)):
                yield *futures.pop(future), future.result()
        except BrokenProcessPool as error:
            raise RuntimeError(
                "a worker process ended before its work was done: perhaps memory ran out, or a script calls compare() "
                'outside `if __name__ == "__main__":`; workers=1 does all the work in this process'
            ) from error
        finally:  # started runs may end: after killing a worker that writes, shutdown would wait for ever
            timer = threading.Timer(SECONDS_TO_END, _end_all_but, (others,))
            timer.start()
            executor.shutdown(wait=True, cancel_futures=True)
            timer.cancel()


def _next(done: SimpleQueue[Future[Run]], heard: list[int]) -> Future[Run] | None:
    """Wait for the next finished run; return None after an interrupt."""
    while not heard:
        with suppress(Empty):
            return done.get(timeout=POLL_SECONDS)
    return None


@contextmanager
def _interrupt_held_back() -> Generator[None]:
    """Block Ctrl-C in processes that are started meanwhile; this process ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _interrupt_noted() -> Generator[list[int]]:
    """Collect interrupts in a list and raise ``KeyboardInterrupt`` at the end of the block.

    An exception raised at once could leave a lock of the executor or of a future closed for ever.
    """
    heard: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield heard
        return
    usual: dict[int, Any] = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    usual = {number: handler for number, handler in usual.items() if callable(handler)}
    try:
        for number in usual:
            signal.signal(number, lambda number, frame: heard.append(number))
        yield heard
    except RuntimeError:  # from workers that received the signal too
        if not heard:
            raise
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
    if heard:
        usual[heard[0]](heard[0], None)
        raise KeyboardInterrupt


def _end_all_but(others: set[BaseProcess]) -> None:
    for process in set(multiprocessing.active_children()) - others:
        process.terminate()


_received: list[Setup] = []
"""In a worker process: configurations and rosters, sent once rather than with every seed."""


def _start_worker(setups: Sequence[Setup]) -> None:
    os.environ["ALLIANCE_SIM_THREADS"] = "1"  # the processes already share the cores
    _received[:] = setups
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when its parent process ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _simulate_one(which: int, seed: int, wanted: Wanted) -> Run:
    configuration, roster = _received[which]
    return wanted.of(configuration, seed, roster)
