"""Worlds in pairs: every scenario lived under the same seeds, in this process or shared between several.

Luck hangs on the seed and on who is concerned, so worlds of one seed have the same schools and the same luck, and no
number depends on where or in which order the worlds were lived.
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
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.config import Configuration, changed, default_configuration, machine_memory, memory_needed
from alliance_sim.config.resources import expected_teachers
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.modules.registry import modules_of
from alliance_sim.engine.simulation.simulate import live

if TYPE_CHECKING:
    from alliance_sim.mesa_model.scenario import Scenario

type Progress = Callable[[int, int], None]
"""Called with the worlds done and the worlds in all."""

SECONDS_A_TEACHER = 1.5e-6
"""About what a teacher and half-term costs. Only decides whether more processes pay, never a result."""
SECONDS_BETWEEN_LOOKS, SECONDS_TO_END = 0.1, 2.0
"""How often is looked for an interrupt, and how long a world that is under way then has to end."""
WORTH_PROCESSES = 12.0
"""Seconds of work from which more processes save more than their start, about three seconds, costs."""


def simulate_all(
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    half_terms: int,
    workers: int | None = None,
    progress: Progress | None = None,
    kept: Sequence[str] = NAMES,
) -> NDArray[np.float64]:
    """Every scenario under every seed.

    Args:
        scenarios: what the worlds differ in.
        seeds: what they have in common.
        half_terms: how long each lives.
        workers: how many processes share the work; None: as many as pay.
        progress: told after each world.
        kept: the outcomes that are wanted.

    Returns:
        Outcomes, shape (scenario, seed, half-term, outcome).
    """
    worlds = np.empty((len(scenarios), len(seeds), half_terms + 1, len(kept)))
    places = [(which, place) for place in range(len(seeds)) for which in range(len(scenarios))]
    if workers is None:
        workers = workers_that_pay(scenarios, len(seeds), half_terms)
    done = _here if min(workers, len(places)) <= 1 else _elsewhere
    for count, (which, place, outcomes) in enumerate(done(scenarios, seeds, half_terms, places, workers, kept), 1):
        worlds[which, place] = outcomes
        if progress is not None:
            progress(count, len(places))
    return worlds


def workers_that_pay(scenarios: Sequence[Scenario], seeds: int, half_terms: int) -> int:
    """One process for little work, else one a core, or as many as have room in memory."""
    work = seeds * half_terms * sum(map(teachers_in, scenarios)) * SECONDS_A_TEACHER
    if work < WORTH_PROCESSES:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    largest = max(memory_needed(scenario.configuration.values, scenario.roster) for scenario in scenarios)
    return max(1, min(cores, seeds * len(scenarios), int(machine_memory() / 2 / largest)))


def teachers_in(scenario: Scenario) -> float:
    """How many teachers a world of this scenario has; where schools are drawn, how many are to be expected."""
    if scenario.roster is not None:
        return float(scenario.roster.teachers.sum())
    return expected_teachers(scenario.configuration.values)


TINY = {"population.schools": 4, "population.teachers_median": 3}
"""A world of this size that lives a little over a year passes through every loop in no time."""


def prepare(configurations: Iterable[Configuration] = ()) -> None:
    """Compile the rules, or read them from disk where they lie compiled: a minute the first time, a moment later on.

    Args:
        configurations: of the worlds that are to be lived; where switchable modules are on, the model's loops are
            compiled a second time for them, and the modules' own.
    """
    live(default_configuration(TINY), 1, 7)
    ready: set[frozenset[str]] = set()
    for configuration in configurations:
        modules = frozenset(module.name for module in modules_of(configuration))
        if modules and not any(modules <= others for others in ready):
            ready.add(modules)
            live(changed(configuration, TINY), 1, 7)


type World = tuple[Configuration, Roster | None]
type Place = tuple[int, int]
type Lived = Iterator[tuple[int, int, NDArray[np.float64]]]


def _here(
    scenarios: Sequence[Scenario], seeds: Sequence[int], half_terms: int, places: Sequence[Place], workers: int,
    kept: Sequence[str],
) -> Lived:  # fmt: skip
    for which, place in places:
        scenario = scenarios[which]
        yield which, place, live(scenario.configuration, seeds[place], half_terms, kept, roster=scenario.roster)


def _elsewhere(
    scenarios: Sequence[Scenario], seeds: Sequence[int], half_terms: int, places: Sequence[Place], workers: int,
    kept: Sequence[str],
) -> Lived:  # fmt: skip
    """Processes are spawned, not forked: this one may have threads, which do not survive a fork."""
    prepare(
        scenario.configuration for scenario in scenarios
    )  # so that the processes find the rules compiled and do not each compile them
    others = set(multiprocessing.active_children())
    sent = [(scenario.configuration, scenario.roster) for scenario in scenarios]  # not the model that one may sit in
    executor = ProcessPoolExecutor(
        min(workers, len(places)), multiprocessing.get_context("spawn"), initializer=_start_worker, initargs=(sent,)
    )
    done: SimpleQueue[Future[NDArray[np.float64]]] = SimpleQueue()
    with _interrupt_noted() as heard:
        try:
            futures: dict[Future[NDArray[np.float64]], Place] = {}
            with _interrupt_held_back():
                for which, place in places:
                    future = executor.submit(_simulate_one, which, seeds[place], half_terms, tuple(kept))
                    futures[future] = which, place
                    future.add_done_callback(done.put)
            while futures and (future := _next(done, heard)):
                yield *futures.pop(future), future.result()
        except BrokenProcessPool as trouble:
            raise RuntimeError(
                "a worker process ended before its work was done: perhaps memory ran out, or a script calls compare() "
                'outside `if __name__ == "__main__":`; workers=1 does all the work in this process'
            ) from trouble
        finally:  # the worlds under way may end: a worker killed while it writes would be waited for for ever
            impatience = threading.Timer(SECONDS_TO_END, _end_all_but, (others,))
            impatience.start()
            executor.shutdown(wait=True, cancel_futures=True)
            impatience.cancel()


def _next(done: SimpleQueue[Future[NDArray[np.float64]]], heard: list[int]) -> Future[NDArray[np.float64]] | None:
    """The next world that is done; none once an interrupt was heard."""
    while not heard:
        with suppress(Empty):
            return done.get(timeout=SECONDS_BETWEEN_LOOKS)
    return None


@contextmanager
def _interrupt_held_back() -> Generator[None]:
    """Processes started meanwhile never see Ctrl-C; ending them is this process's business."""
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
    """Ctrl-C, and what is heard like it, is noted in a list, and raised at the end.

    Raised at once it could leave locked what the executor or a future was just looking at, and be waited for for ever.
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
    except RuntimeError:  # workers that heard it too
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


_sent: list[World] = []
"""In a worker process: what kinds of worlds, sent once rather than with every seed."""


def _start_worker(worlds: Sequence[World]) -> None:
    os.environ["ALLIANCE_SIM_THREADS"] = "1"  # the processes share the cores already
    _sent[:] = worlds
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed has nobody to work for."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _simulate_one(which: int, seed: int, half_terms: int, kept: Sequence[str]) -> NDArray[np.float64]:
    configuration, roster = _sent[which]
    return live(configuration, seed, half_terms, kept, roster=roster)
