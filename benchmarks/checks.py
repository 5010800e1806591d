"""Measure what the checks of results and of own mechanisms cost.

    python -m benchmarks.checks

Each is timed with and without its checks, alternately in one process, in CPU time. The fastest of many turns counts, as
in ``timeit``, because other programs only ever add to a time. The goals are at most 10 % of a read and at most 5 % of a
run with an own mechanism.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pyarrow.parquet as pq

from alliance_sim import AllianceModel, Results, Scenario, Study
from alliance_sim.engine.modules import registry
from alliance_sim.study.execution.sweep import sweep
from alliance_sim.study.storage import checksums, integrity, manifest, snapshot

TURNS = 60
STUDY = """question = "What do checks cost?"
seeds = 100
half_terms = 60
keep = ["sharing", "jpd", "trust", "head_trust", "mutual_trust", "reciprocity", "practice", "practice_min"]
[design]
"trust.initial" = { from = 0.2, to = 0.8, steps = 20 }
"""
MECHANISM = """from alliance_sim.extending import *


@loop
def keep_trust(world, own, context):
    for tie in range(world.ties.trust.size):
        world.ties.trust[tie] = min(1.0, world.ties.trust[tie] + context.settings.kept.rate)


MECHANISM = Module(
    name="kept",
    claims="none",
    switches=("kept.rate",),
    rules={Phase.END: keep_trust},
    parameters=(share("kept.rate", 0.0, "r", "trust added per half-term", "none"),),
)
"""


@contextmanager
def unchecked_reads() -> Generator[None]:
    """Read results without comparing any checksum."""

    def accept(*_: object, **__: object) -> bool:
        return True

    with ExitStack() as patches:
        for module, name in (
            (integrity, "verify"),
            (snapshot, "verify"),
            (snapshot, "is_verified"),
            (integrity, "matches_digest"),
            (checksums.Checksum, "matches"),
            (manifest, "_seal_holds"),
        ):
            patches.enter_context(patch.object(module, name, accept))
        for name in ("ParquetFile", "read_table"):
            read = _without_page_checksums(getattr(pq, name))
            patches.enter_context(patch.object(pq, name, read))
        yield


def _without_page_checksums(read: Callable[..., object]) -> Callable[..., object]:
    return lambda *given, **options: read(*given, **options | {"page_checksum_verification": False})


@contextmanager
def unchecked_columns() -> Generator[None]:
    """Run own mechanisms without comparing columns with their bounds."""
    with patch.object(registry, "refuse_values_out_of_bounds", lambda *_, **__: None):
        yield


def read_results() -> None:
    """Read the frame as a process does that has not read it before."""
    checksums._verified.clear()
    Results.open("out").frame()


def simulate(scenario: Scenario) -> None:
    """Simulate ten years of the default population."""
    AllianceModel(scenario, rng=1, record="system").run_for(60)


def costs(act: Callable[[], None], unchecked: Callable[[], object]) -> tuple[float, float]:
    """Return the least CPU milliseconds of an act with its checks and without them."""
    with_checks: list[float] = []
    without: list[float] = []
    for turn in range(TURNS):
        for checked in (True, False) if turn % 2 else (False, True):
            with ExitStack() as stack:
                if not checked:
                    stack.enter_context(unchecked())  # type: ignore[arg-type]
                started = time.process_time()
                act()
                (with_checks if checked else without).append(time.process_time() - started)
    return min(with_checks) * 1e3, min(without) * 1e3


def main() -> None:
    """Print both costs."""
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("study.toml").write_text(STUDY, "utf-8")
        sweep(Study.load("study.toml"), Path("out"), workers=2, run="benchmarks.free_runs:simulate")
        Path("kept.py").write_text(MECHANISM, "utf-8")
        text = 'question = "What do checks cost?"\nmechanisms = ["kept.py"]\n[kept]\nrate = 0.001\n'
        Path("own.toml").write_text(text, "utf-8")
        scenario = Scenario.load("own.toml")
        for what, act, unchecked in (
            ("first read of 2,000 runs", read_results, unchecked_reads),
            ("ten years with an own mechanism", partial(simulate, scenario), unchecked_columns),
        ):
            act()
            checked, plain = costs(act, unchecked)
            print(f"{what}: {checked:.1f} ms with checks, {plain:.1f} ms without ({checked / plain - 1:+.1%})")
        os.chdir("/")


if __name__ == "__main__":
    main()
