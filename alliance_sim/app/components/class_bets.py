"""The bets of the class as blocks beside the plot: one block a bet, system A to the left and B to the right.

The browser asks the server for new bets itself, so that a class that bets draws nothing else again.
"""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

import solara

from alliance_sim.app.startup import SERVED


@solara.component_vue("class_bets.vue")
def ClassBetBlocks(
    address: str, low: float, high: float, top: float, bottom: float, names: list[str], hidden: bool
) -> None:
    """Draw the blocks, and the number of bets and phones."""


@solara.component
def ClassBets(
    low: float, high: float, names: tuple[str, str], top: float = 0.02, bottom: float = 0.9, hidden: bool = False
) -> None:
    """Show the bets on the question that the class was asked; nothing if no class takes part.

    Args:
        low: the lower end of the axis of the plot that the blocks stand beside, in the unit of the question.
        high: its upper end.
        names: the names of the systems.
        top: where the upper end is, as a share of the height of this component.
        bottom: where the lower end is.
        hidden: whether only the number of bets is shown, so that the class does not follow the first ones.
    """
    if SERVED.classroom is None:
        return
    ClassBetBlocks(
        address=SERVED.bets_address, low=low, high=high, top=top, bottom=bottom, names=list(names), hidden=hidden
    )
