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
from alliance_sim.declarations.derived import effective_values
from alliance_sim.declarations.outcomes import NAMES
from benchmarks.core_rules import refuse_more

HERE = Path(__file__).parent
# Without -ffast-math C would be slower by a fifth; undefined outcomes and unknown positions are NaN, hence the last.
FLAGS = (
    "-std=c11",
    "-D_GNU_SOURCE",
    "-O3",
    "-march=native",
    "-ffast-math",
    "-fno-finite-math-only",
    "-shared",
    "-fPIC",
)
COLUMNS = (
    ("system", "initial_practice"), ("alliances", "school_offsets"), ("alliances", "head_tie_offsets"),
    ("alliances", "alive"), ("schools", "id"), ("schools", "alliance"), ("schools", "teacher_offsets"),
    ("schools", "pupils"), ("schools", "east"), ("schools", "north"), ("schools", "intake"), ("schools", "attainment"),
    ("schools", "rank"), ("head_ties", "trust"), ("head_ties", "ties_between"), ("teachers", "id"),
    ("teachers", "school"), ("teachers", "fatigue"), ("teachers", "load"), ("teachers", "tie_offsets"),
    ("teachers", "external_tie_start"), ("ties", "partner"), ("ties", "twin"), ("ties", "trust"), ("ties", "owed"),
    ("ties", "given"), ("ties", "level"), ("coordinators", "present"), ("coordinators", "capacity"),
    ("coordinators", "credibility"), ("coordinators", "strain"), ("coordinators", "brokered"),
)  # fmt: skip
"""The columns in the order of ``World`` in state.h; those of the peer's own follow."""
PARAMETERS = (
    "policy.competition", "policy.funding", "policy.secrecy", "policy.porosity", "trust.initial", "trust.gain",
    "trust.loss_ratio", "trust.help_value", "trust.loss_weight", "trust.rivalry_weight", "trust.competition_enters",
    "trust.rivalry_across", "trust.effort_weight", "trust.head_meeting", "trust.head_readiness",
    "trust.heads_hear_staff", "trust.staff_follow_heads", "level.gate", "level.stake", "level.cost", "level.transfer",
    "level.hysteresis", "level.refusal_demotion", "level.capacity", "help.base_need", "help.competition_need",
    "help.loyalty", "help.refusal_loss", "outcome.betrayal", "outcome.betrayal_rivalry", "outcome.misfortune",
    "reciprocity.enabled", "reciprocity.obligation_weight", "reciprocity.grievance_weight",
    "reciprocity.half_saturation", "reciprocity.return_rate", "reciprocity.gratitude", "reciprocity.decay",
    "reciprocity.one_way_loss", "reciprocity.one_way_tolerance", "reciprocity.one_way_constant",
    "coordinator.mediation", "practice.jpd", "practice.jpd_step", "practice.ceiling", "practice.depreciation",
    "practice.solo_rate", "practice.solo_step", "practice.helper_gain", "fatigue.weight", "fatigue.rate",
    "attainment.effect", "attainment.cohort_sd", "attainment.pupil_sd", "population.practice_sd", "competition.reach",
    "competition.intake_drift", "home.enabled", "home.colleagues", "home.trust", "home.jpd",
)  # fmt: skip
"""The parameters in the order of ``Settings`` there."""
LANES = 8
"""A teacher's practice takes a whole number of vector registers of this many floats, as in state.h."""


class NoCompilerError(RuntimeError):
    """There is no C compiler, or it refused."""


@cache
def _library(areas: int) -> Any:
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise NoCompilerError("there is no C compiler; install one (gcc), or say CC=/path/to/it")
    folder = Path(tempfile.mkdtemp(prefix="c_peer-"))
    built = folder / "c_peer.so"
    command = [compiler, *FLAGS, f"-DAREAS={areas}", str(HERE / "half_term.c"), "-o", str(built), "-lm"]
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
        columns = [getattr(getattr(world, table), column) for table, column in COLUMNS]
        practice = padded(world.teachers.practice)
        self._columns = [*columns, practice, padded(world.teachers.practice), np.zeros(len(world.schools.id), np.int32)]
        sizes = (
            len(world.alliances.age), len(world.schools.id), len(world.teachers.id), len(world.ties.trust),
            *world.teachers.asks.shape[1:],
        )  # fmt: skip
        assert all(column.flags.c_contiguous for column in self._columns)
        pointers = [column.ctypes.data for column in self._columns]
        self._world = np.array([*sizes, *pointers], np.int64)
        values = effective_values(scenario.configuration.values)
        given = [values[name] for name in PARAMETERS]
        numbers = [["loss", "additive"].index(one) if isinstance(one, str) else one for one in given]
        self._settings = np.concatenate([np.ravel(np.asarray(one, np.float64)) for one in numbers])
        self.teachers, self.ties = sizes[2], sizes[3]
        self.outcomes = np.empty((0, len(NAMES)))
        self._simulate(0, 0)

    def run_for(self, half_terms: int) -> None:
        """Simulate half-terms; ``outcomes`` has a row for each, the initial state first."""
        self._simulate(self._at + 1, self._at + half_terms)
        self._at += half_terms

    def step(self) -> None:
        """One half-term."""
        self.run_for(1)

    def _simulate(self, first: int, last: int) -> None:
        rows: NDArray[np.float64] = np.empty((last - first + 1, len(NAMES)))
        self._library.simulate(
            self._world.ctypes.data, self._settings.ctypes.data, self._seed, first, last, rows.ctypes.data, len(NAMES)
        )
        self.outcomes = np.vstack([self.outcomes, rows])


def padded(practice: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the practice of teachers in rows of whole vector registers, the first on a cache line of its own."""
    teachers, areas = practice.shape
    width, line = -(-areas // LANES) * LANES, 64
    space = np.zeros(teachers * width + line // 4, np.float32)
    first = -space.ctypes.data % line // 4
    rows = space[first : first + teachers * width].reshape(teachers, width)
    rows[:, :areas] = practice
    return rows
