"""The trust-building loop and Himmelman's ladder: modest successes first, ambition after (A1, A5, D2).

Rules are pure functions of numbers; ``set_both_levels`` is the one place where a tie's level is written. Where ``&``
stands for ``and``, both sides are cheap, and which is true hangs on luck that processors cannot guess.
"""

from __future__ import annotations

import numpy as np

from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Ties

NETWORKING, COORDINATION, COOPERATION, COLLABORATION = 1, 2, 3, 4


@rule
def trust_after_promise_kept(trust: float, gain: float, stake: float) -> float:
    """T += λv(1 − T): a kept promise adds a share of what is missing (A1, A5)."""
    return trust + gain * stake * (1.0 - trust)


@rule
def trust_after_promise_broken(trust: float, gain: float, loss_ratio: float, stake: float, softened: float) -> float:
    """T ·= 1 − rλv(1 − μc): a broken one takes a larger share of what is there, less where it is mediated (A5, A20)."""
    return trust * (1.0 - loss_ratio * gain * stake * (1.0 - softened))


@rule
def trust_after_useful_help(trust: float, gain: float, stake: float, gratitude: float, obligation: float) -> float:
    """T += min(1, λv(1 + ψO))·(1 − T): who is helped trusts more, most of all when a debt is repaid (A7)."""
    return trust + min(1.0, gain * stake * (1.0 + gratitude * obligation)) * (1.0 - trust)


@rule
def trust_after_refusal(trust: float, refusal_loss: float) -> float:
    """T ·= 1 − λ_R: to be turned down costs a little (A5)."""
    return trust * (1.0 - refusal_loss)


@rule
def level_after_success(level: int, trust: float, other_trust: float, settings: Settings) -> int:
    """Up one level if both trust enough for it; never without an honoured promise (A1, D2)."""
    enough = min(trust, other_trust) >= settings.level.gate[min(level, COLLABORATION - 1)]
    return level + 1 if (level < COLLABORATION) & enough else level


@rule
def level_after_decline(level: int, trust: float, other_trust: float, settings: Settings) -> int:
    """Down one level when the lower trust has fallen clearly under the level's gate (D2)."""
    drained = min(trust, other_trust) < settings.level.gate[level - 1] - settings.level.hysteresis
    return level - 1 if (level > NETWORKING) & drained else level


@step
def supported_level(ties: Ties, settings: Settings, tie: int) -> int:
    """The level that the two trusts of a tie still bear."""
    return level_after_decline(
        ties.level[tie], np.float64(ties.trust[tie]), np.float64(ties.trust[ties.twin[tie]]), settings
    )  # fmt: skip


@step
def set_both_levels(ties: Ties, tie: int, level: int) -> None:
    """A level belongs to two people: written in both directions."""
    ties.level[tie] = level
    ties.level[ties.twin[tie]] = level


# Old names, until all packages use the new ones.
level_that_trust_bears = level_after_decline
