"""The trust-building loop and Himmelman's levels of collaboration (A1, A5, D2).

Trust grows through modest successes, and higher levels need more trust. The rules are pure functions of numbers;
``set_both_levels`` is the only function that writes the level of a tie.

perf: ``&`` in place of ``and`` saves branches that depend on random numbers.
"""

from __future__ import annotations

import numpy as np

from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Ties

NETWORKING, COORDINATION, COOPERATION, COLLABORATION = 1, 2, 3, 4
"""Himmelman's levels."""


@rule
def trust_after_promise_kept(trust: float, gain: float, stake: float) -> float:
    """T += λv(1 − T): an honoured promise adds a share of the missing trust (A1, A5)."""
    return trust + gain * stake * (1.0 - trust)


@rule
def trust_after_promise_broken(trust: float, gain: float, loss_ratio: float, stake: float, softened: float) -> float:
    """T ·= 1 − rλv(1 − μc): a broken promise costs a larger share of trust, less where it is mediated (A5, A20)."""
    return trust * (1.0 - loss_ratio * gain * stake * (1.0 - softened))


@rule
def trust_after_useful_help(trust: float, gain: float, stake: float, gratitude: float, obligation: float) -> float:
    """T += min(1, λv(1 + ψO))·(1 − T): useful help adds trust, most of all when it repays a debt (A7)."""
    return trust + min(1.0, gain * stake * (1.0 + gratitude * obligation)) * (1.0 - trust)


@rule
def trust_after_refusal(trust: float, refusal_loss: float) -> float:
    """T ·= 1 − λ_R: a refusal costs a small share of trust (A5)."""
    return trust * (1.0 - refusal_loss)


@rule
def level_after_success(level: int, trust: float, other_trust: float, settings: Settings) -> int:
    """Return the level after an honoured promise: one higher where both trusts reach its gate (A1, D2)."""
    enough = min(trust, other_trust) >= settings.level.gate[min(level, COLLABORATION - 1)]
    return level + 1 if (level < COLLABORATION) & enough else level


@rule
def level_after_decline(level: int, trust: float, other_trust: float, settings: Settings) -> int:
    """Return the level that trust supports: one lower where the lower trust is clearly below the gate (D2)."""
    below = min(trust, other_trust) < settings.level.gate[level - 1] - settings.level.hysteresis
    return level - 1 if (level > NETWORKING) & below else level


@step
def supported_level(ties: Ties, settings: Settings, tie: int) -> int:
    """Return the level of a tie that the trust of both partners supports."""
    return level_after_decline(
        ties.level[tie], np.float64(ties.trust[tie]), np.float64(ties.trust[ties.twin[tie]]), settings
    )  # fmt: skip


@step
def set_both_levels(ties: Ties, tie: int, level: int) -> None:
    """Write the level of a pair to its ties in both directions."""
    ties.level[tie] = level
    ties.level[ties.twin[tie]] = level
