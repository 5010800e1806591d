"""What it would change to answer all requests at once, from the state before any was answered.

The model answers them one after another (THEORY.md, "Choices"). Here every request is answered by the same rules on the
state that the half-term's requests were made in; its changes to trust, practice, ledgers, flows, load and level are set
aside and added up at the end. ``python -m analysis order`` prints what that does to outcomes.
"""

from __future__ import annotations

import numpy as np

from alliance_sim import AllianceModel
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.engine.compilation import loop
from alliance_sim.engine.processes import brokerage, help_exchange
from alliance_sim.engine.processes.help_exchange import BROKERED, HONOURED, JOINT, REFUSED, SLOTS
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.simulation import cross_alliance, phases
from alliance_sim.engine.simulation.simulation import Simulation
from alliance_sim.engine.state import Ints, World


@loop
def answer_at_once(
    world: World, settings: Settings, seed: Seed, number: int, ties: Ints, occasions: Ints, credibilities: Ints
) -> Ints:
    """Answer these requests from the state as it stands, then apply the sum of what each would have changed."""
    tie_rows, teachers = world.ties, world.teachers
    many, areas = teachers.practice.shape
    tie_change = np.zeros((tie_rows.trust.size, 4))
    practice_change, load_change = np.zeros((many, areas)), np.zeros(many)
    answers = np.empty(ties.size, np.int64)
    kept_practice = np.empty((2, areas))
    for request in range(ties.size):
        tie = ties[request]
        back = tie_rows.twin[tie]
        who = (np.int64(tie_rows.partner[back]), np.int64(tie_rows.partner[tie]))
        pair = (np.int64(tie), np.int64(back))
        kept = np.empty((2, 4))
        kept_load = np.empty(2)
        for side in range(2):
            row = pair[side]
            kept[side, 0], kept[side, 1] = tie_rows.trust[row], tie_rows.owed[row]
            kept[side, 2], kept[side, 3] = tie_rows.given[row], tie_rows.level[row]
            kept_practice[side] = teachers.practice[who[side]]
            kept_load[side] = teachers.load[who[side]]
        occasion, credibility = occasions[request], credibilities[request]
        granted = help_exchange.is_granted(world, settings, seed, number, tie, occasion, credibility)
        answers[request] = help_exchange.answer(world, settings, seed, number, tie, occasion, credibility, granted)
        for side in range(2):
            row = pair[side]
            tie_change[row, 0] += tie_rows.trust[row] - kept[side, 0]
            tie_change[row, 1] += tie_rows.owed[row] - kept[side, 1]
            tie_change[row, 2] += tie_rows.given[row] - kept[side, 2]
            tie_change[row, 3] += tie_rows.level[row] - kept[side, 3]
            practice_change[who[side]] += teachers.practice[who[side]] - kept_practice[side]
            load_change[who[side]] += teachers.load[who[side]] - kept_load[side]
            tie_rows.trust[row], tie_rows.owed[row] = kept[side, 0], kept[side, 1]
            tie_rows.given[row], tie_rows.level[row] = kept[side, 2], np.int8(kept[side, 3])
            teachers.practice[who[side]] = kept_practice[side].astype(np.float32)
            teachers.load[who[side]] = kept_load[side]
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
        help_exchange.tally(world, ties[request], answers[request])
    return answers


@loop
def all_requests(world: World, settings: Settings, seed: Seed, number: int) -> tuple[Ints, Ints, Ints]:
    """Every request of the half-term with its occasion and alliance (-1 across boundaries)."""
    alliances = world.alliances.age.size
    workspace = phases.allocate_workspace(world, 0, alliances)
    across = cross_alliance.draw_order(world, seed, number)
    room = workspace.tie.size * alliances + across.tie.size
    ties, occasions, where = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    many = 0
    for alliance in range(alliances):
        waiting = phases.collect_requests(world, alliance, workspace)
        waiting = phases.enqueue_brokered_requests(world, settings, seed, number, alliance, workspace, waiting)
        waiting = phases.enqueue_return_offers(world, settings, seed, number, alliance, workspace, waiting)
        for place in range(waiting):
            ties[many], occasions[many], where[many] = workspace.tie[place], workspace.occasion[place], alliance
            many += 1
    for place in range(across.tie.size):
        ties[many], occasions[many], where[many] = across.tie[place], across.occasion[place], -1
        many += 1
    return ties[:many], occasions[:many], where[:many]


@loop
def learn_from_all(world: World, occasions: Ints, where: Ints, answers: Ints) -> None:
    """Coordinators learn from how their brokerages ended."""
    for request in range(occasions.size):
        if occasions[request] // SLOTS == BROKERED and answers[request] != REFUSED:
            honoured = answers[request] % JOINT == HONOURED
            brokerage.learn_from_brokerage(world.coordinators, where[request], honoured)


class SimulationAtOnce(Simulation):
    """The simulation with all requests of a half-term answered at once."""

    def advance(self) -> None:
        """Run the phases; only the answering differs."""
        world, settings, luck, number = self.world, self.settings, self.random_key, self.half_term
        alliances = world.alliances.age.size
        if number > 1 and number % HALF_TERMS_A_YEAR == 1:
            phases.year_end(world, settings, luck, number)
        phases.decision_phase(world, settings, luck, number, 0, alliances)
        ties, occasions, where = all_requests(world, settings, luck, number)
        shared = np.where(where >= 0, world.coordinators.credibility[where] * world.coordinators.present[where], 0.0)
        answers = answer_at_once(world, settings, luck, number, ties, occasions, shared)
        learn_from_all(world, occasions, where, answers)
        phases.decay_phase(world, settings, luck, number, 0, alliances)


class AtOnce(AllianceModel):
    """The model with that simulation."""

    simulation_type = SimulationAtOnce


def at_once(seed: int, config: str) -> np.ndarray:
    """The outcomes of one world in which all requests are answered at once."""
    model = AtOnce(config, rng=seed, record="system")
    model.run_for(60)
    return model.outcomes.to_numpy()
