"""Help at home: teachers help colleagues of their own school, without secrecy, rivalry or debts.

Schools therefore invent apart, and come to differ. Help at home changes practice and load, not trust and levels.
"""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import step
from alliance_sim.engine.hooks import protected_time
from alliance_sim.engine.processes.granting import chance_that_colleague_grants
from alliance_sim.engine.processes.help_exchange import add_joint_effort, give_help
from alliance_sim.engine.processes.help_seeking import Colleagues, tiredness
from alliance_sim.engine.processes.joint_practice import develop_practice_jointly
from alliance_sim.engine.processes.trust import NETWORKING
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import World


@step
def help_colleague(
    world: World, context: Context, school: int, colleagues: Colleagues, asker: int, giver: int, occasion: int
) -> None:
    """Answer a request between colleagues and apply its consequences.

    With chance p_J granted help is joint practice development, by the same rule and at the same cost as at level 4.

    Args:
        world: the columns.
        context: the parameters, the internal seed and the half-term.
        school: row of their school.
        colleagues: the colleagues of the school.
        asker: row of the teacher who asks.
        giver: row of the colleague.
        occasion: channel and slot of the request.
    """
    teachers, settings = world.teachers, context.settings
    askers_id, givers_id = teachers.id[asker], teachers.id[giver]
    tired = tiredness(settings.fatigue.weight, np.float64(teachers.fatigue[giver]))
    funding = protected_time(world.modifiers, settings.policy.funding, school)
    draw = random_streams.uniform(
        context.seed, random_streams.GRANTS, context.half_term, askers_id, givers_id, occasion
    )
    if draw >= chance_that_colleague_grants(settings, colleagues.trust, tired, funding):
        return
    draw = random_streams.uniform(
        context.seed, random_streams.HOME_JOINT, context.half_term, askers_id, givers_id, occasion
    )
    world.schools.home_given[school] += 1
    if settings.practice.jpd and draw < settings.home.jpd:
        add_joint_effort(world, settings, asker, giver)
        develop_practice_jointly(world, context, asker, giver, occasion)
        world.schools.home_developed[school] += 1
    else:
        give_help(world, settings, asker, giver, NETWORKING, 1.0)
