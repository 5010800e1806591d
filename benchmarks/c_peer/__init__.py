"""The core model in C: how fast its rules can be on one thread, written by hand, as the practical limit.

    python -m benchmarks.speed

The columns of a model in its initial state are passed to C, which simulates from there with the same keyed random
numbers and gives the same outcomes up to rounding (``tests/peer/test_c_peer.py``). It knows no switchable
module, no second thread and no events. A C compiler is needed (``cc``, or the variable ``CC``).
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.outcomes import NAMES
from benchmarks.core_rules import refuse_more

HERE = Path(__file__).parent
FLAGS = (
    "-std=c11",
    "-D_GNU_SOURCE",
    "-O3",
    "-march=native",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-shared",
    "-fPIC",
)
COLUMNS = (
    ("system", "initial_practice"), ("alliances", "school_offsets"), ("alliances", "head_tie_offsets"),
    ("schools", "id"),
    ("schools", "teacher_offsets"), ("schools", "intake"), ("schools", "attainment"), ("schools", "rank"),
    ("schools", "given"), ("schools", "developed"), ("schools", "refused"), ("schools", "betrayed"),
    ("schools", "uphill"), ("head_ties", "trust"), ("head_ties", "ties_between"), ("teachers", "id"),
    ("teachers", "school"), ("teachers", "years"), ("teachers", "practice"), ("teachers", "fatigue"),
    ("teachers", "load"), ("teachers", "asks"), ("teachers", "tie_offsets"), ("teachers", "external_tie_start"),
    ("ties", "partner"), ("ties", "twin"), ("ties", "trust"), ("ties", "owed"), ("ties", "given"), ("ties", "level"),
    ("alliances", "alive"), ("coordinators", "present"), ("coordinators", "capacity"), ("coordinators", "credibility"),
    ("coordinators", "strain"), ("coordinators", "brokered"),
)  # fmt: skip
"""The columns in the order of ``World`` in world.h."""
PARAMETERS = (
    "policy.competition", "policy.funding", "policy.secrecy", "policy.porosity", "trust.initial", "trust.gain",
    "trust.loss_ratio", "trust.help_value", "trust.loss_weight", "trust.rivalry_weight", "trust.competition_enters",
    "trust.effort_weight", "trust.head_meeting", "trust.head_readiness", "trust.heads_hear_staff",
    "trust.staff_follow_heads", "level.gate", "level.stake", "level.cost", "level.transfer", "level.hysteresis",
    "level.refusal_demotion", "level.capacity", "help.base_need", "help.competition_need", "help.loyalty",
    "help.refusal_loss", "outcome.betrayal", "outcome.betrayal_rivalry", "outcome.misfortune", "reciprocity.enabled",
    "reciprocity.obligation_weight", "reciprocity.grievance_weight", "reciprocity.half_saturation",
    "reciprocity.return_rate", "reciprocity.gratitude", "reciprocity.decay", "reciprocity.one_way_loss",
    "reciprocity.one_way_tolerance", "coordinator.mediation", "practice.jpd", "practice.jpd_step", "practice.ceiling",
    "practice.depreciation", "practice.solo_rate", "fatigue.weight", "fatigue.rate", "attainment.effect",
    "attainment.noise_sd", "population.practice_sd",
)  # fmt: skip
"""The parameters in the order of ``Settings`` there."""


class NoCompilerError(RuntimeError):
    """There is no C compiler, or it refused."""


@cache
def _library(areas: int) -> Any:
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise NoCompilerError("there is no C compiler; install one (gcc), or say CC=/path/to/it")
    folder = Path(tempfile.mkdtemp(prefix="c_peer-"))
    built = folder / "c_peer.so"
    command = [
        compiler,
        *FLAGS,
        f"-DAREAS={areas}",
        str(HERE / "half_term.c"),
        str(HERE / "measure.c"),
        "-o",
        str(built),
        "-lm",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise NoCompilerError(f"{compiler} refused the C peer: {ran.stderr.strip().splitlines()[0]}")
    library = ctypes.CDLL(str(built))
    shutil.rmtree(folder)
    library.simulate.argtypes = [
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_int64,
    ]  # fmt: skip
    library.simulate.restype = None
    return library


class CPeer:
    """A model of the project, simulated by the C code."""

    def __init__(self, scenario: Scenario, rng: int) -> None:
        refuse_more(scenario, "the C peer")
        model = AllianceModel(scenario, rng=rng, record="system")
        areas = model.world.teachers.practice.shape[1]
        self._library, self._seed, self._at = _library(areas), int(model.simulation.random_key), 0  # pyright: ignore[reportPrivateUsage]
        world = model.world
        self._columns = [getattr(getattr(world, table), column) for table, column in COLUMNS]
        sizes = (
            len(world.alliances.age), len(world.schools.id), len(world.teachers.id), len(world.ties.trust),
            *world.teachers.practice.shape[1:], *world.teachers.asks.shape[1:],
        )  # fmt: skip
        assert all(column.flags.c_contiguous for column in self._columns)
        pointers = [column.ctypes.data for column in self._columns]
        self._world = np.array([*sizes, *pointers], np.int64)
        values = scenario.configuration.values
        given = [values[name] for name in PARAMETERS]
        numbers = [["loss", "additive"].index(one) if isinstance(one, str) else one for one in given]
        self._settings = np.concatenate([np.ravel(np.asarray(one, np.float64)) for one in numbers])
        self.teachers, self.ties = sizes[2], sizes[3]
        self.outcomes = np.empty((0, len(NAMES)))
        self._live(0, 0)

    def run_for(self, half_terms: int) -> None:
        """Simulate half-terms; ``outcomes`` has a row for each, the initial state first."""
        self._live(self._at + 1, self._at + half_terms)
        self._at += half_terms

    def step(self) -> None:
        """One half-term."""
        self.run_for(1)

    def _live(self, first: int, last: int) -> None:
        rows: NDArray[np.float64] = np.empty((last - first + 1, len(NAMES)))
        self._library.simulate(
            self._world.ctypes.data, self._settings.ctypes.data, self._seed, first, last, rows.ctypes.data, len(NAMES)
        )
        self.outcomes = np.vstack([self.outcomes, rows])
