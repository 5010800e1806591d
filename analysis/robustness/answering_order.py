"""A variant that answers all requests of a half-term at once, from the state before the first answer.

The model answers requests one after another (THEORY.md, "Choices"). Here the same rules answer each request from the
state in which it was made; changes to trust, practice, ledgers, flows, load and level are summed and applied at the
end. ``python -m analysis order`` prints the effect on outcomes.
"""

from __future__ import annotations

import numpy as np

from alliance_sim import AllianceModel
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.engine.compilation import loop
from alliance_sim.engine.processes import brokerage, help_exchange, willingness
from alliance_sim.engine.processes.channels import BROKERED, SLOTS
from alliance_sim.engine.processes.help_exchange import HONOURED, JOINT, REFUSED
from alliance_sim.engine.settings import Context
from alliance_sim.engine.simulation import phases
from alliance_sim.engine.simulation.simulation import Simulation
from alliance_sim.engine.state import Ints, World
from analysis.evidence import Effect, more
from analysis.models import LATE
from analysis.paired_runs import PairedRuns
from analysis.requests import all_requests

CONFIGS = ("baseline", "silicon_valley", "route128")
OUTCOMES = ("sharing", "jpd", "trust", "practice", "level", "reciprocity")


@loop
def answer_at_once(world: World, context: Context, ties: Ints, occasions: Ints, credibilities: Ints) -> Ints:
    """Answer the requests from the current state, then apply the sum of their changes.

    Args:
        world: the engine's arrays, changed in place.
        context: the parameters, the internal seed and the half-term.
        ties: the tie row of each request.
        occasions: the occasion of each request.
        credibilities: the coordinator's credibility for each request.

    Returns:
        The answer code of each request.
    """
    tie_rows, teachers = world.ties, world.teachers
    many, areas = teachers.practice.shape
    tie_change = np.zeros((tie_rows.trust.size, 4))
    practice_change, load_change = np.zeros((many, areas)), np.zeros(many)
    answers = np.empty(ties.size, np.int64)
    kept_practice = np.empty((2, areas))
    for request in range(ties.size):
        tie = ties[request]
        back = tie_rows.twin[tie]
        persons = (np.int64(tie_rows.partner[back]), np.int64(tie_rows.partner[tie]))
        pair = (np.int64(tie), np.int64(back))
        kept = np.empty((2, 4))
        kept_load = np.empty(2)
        for side in range(2):
            row = pair[side]
            kept[side, 0], kept[side, 1] = tie_rows.trust[row], tie_rows.owed[row]
            kept[side, 2], kept[side, 3] = tie_rows.given[row], tie_rows.level[row]
            kept_practice[side] = teachers.practice[persons[side]]
            kept_load[side] = teachers.load[persons[side]]
        occasion, credibility = occasions[request], credibilities[request]
        granted = willingness.granted_level(world, context, tie, occasion, credibility)
        answers[request] = help_exchange.resolve_request(world, context, tie, occasion, credibility, granted)
        for side in range(2):
            row = pair[side]
            tie_change[row, 0] += tie_rows.trust[row] - kept[side, 0]
            tie_change[row, 1] += tie_rows.owed[row] - kept[side, 1]
            tie_change[row, 2] += tie_rows.given[row] - kept[side, 2]
            tie_change[row, 3] += tie_rows.level[row] - kept[side, 3]
            practice_change[persons[side]] += teachers.practice[persons[side]] - kept_practice[side]
            load_change[persons[side]] += teachers.load[persons[side]] - kept_load[side]
            tie_rows.trust[row], tie_rows.owed[row] = kept[side, 0], kept[side, 1]
            tie_rows.given[row], tie_rows.level[row] = kept[side, 2], np.int8(kept[side, 3])
            teachers.practice[persons[side]] = kept_practice[side].astype(np.float32)
            teachers.load[persons[side]] = kept_load[side]
    for row in range(tie_rows.trust.size):
        tie_rows.trust[row] = min(1.0, max(0.0, tie_rows.trust[row] + tie_change[row, 0]))
        tie_rows.owed[row] += tie_change[row, 1]
        tie_rows.given[row] += tie_change[row, 2]
        tie_rows.level[row] = np.int8(min(4.0, max(1.0, tie_rows.level[row] + tie_change[row, 3])))
    for teacher in range(many):
        teachers.load[teacher] += load_change[teacher]
        for area in range(areas):
            teachers.practice[teacher, area] += practice_change[teacher, area]
    for request in range(ties.size):
        help_exchange.count_result(world, ties[request], answers[request])
    return answers


@loop
def learn_from_all(world: World, occasions: Ints, where: Ints, answers: Ints) -> None:
    """Update coordinators by the answers to the requests that they brokered."""
    for request in range(occasions.size):
        if occasions[request] // SLOTS == BROKERED and answers[request] != REFUSED:
            honoured = answers[request] % JOINT == HONOURED
            brokerage.update_credibility(world.coordinators, where[request], honoured)


class SimulationAtOnce(Simulation):
    """A simulation that answers all requests of a half-term at once."""

    def advance(self) -> None:
        """Run the phases of a half-term; only the exchange phase differs."""
        world, context, number = self.world, self.context, self.half_term
        alliances = world.alliances.age.size
        if number > 1 and number % HALF_TERMS_A_YEAR == 1:
            phases.year_end(world, context)
        phases.decision_phase(world, context, 0, alliances)
        ties, occasions, where = all_requests(world, context)
        shared = np.where(where >= 0, world.coordinators.credibility[where] * world.coordinators.present[where], 0.0)
        answers = answer_at_once(world, context, ties, occasions, shared)
        learn_from_all(world, occasions, where, answers)
        phases.decay_phase(world, context, 0, alliances)


class AtOnce(AllianceModel):
    """The Mesa model with ``SimulationAtOnce``."""

    simulation_type = SimulationAtOnce


def simulate_at_once(seed: int, config: str) -> np.ndarray:
    """Simulate one run in which all requests are answered at once, and return its outcomes."""
    model = AtOnce(config, rng=seed, record="system")
    model.run_for(60)
    return model.outcomes.to_numpy()


def compare_orders(runs: PairedRuns) -> dict[str, tuple[Effect, ...]]:
    """Return, for each config, what answering all at once changes in the last two years, as a share."""
    found: dict[str, tuple[Effect, ...]] = {}
    for config in CONFIGS:
        at_once = runs.of(simulate_at_once, config)[:, -LATE:]
        found[config] = tuple(
            more(name, name, at_once[:, :, NAMES.index(name)].mean(axis=1), runs.late(name, config))
            for name in OUTCOMES
        )
    return found
