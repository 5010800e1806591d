"""``Tie``: a directed tie from one teacher to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alliance_sim.declarations.parameters import LEVELS
from alliance_sim.mesa_model.attributes import ColumnAttribute, ModelProtocol, ReadOnlyProperties
from alliance_sim.validation import whole_number

if TYPE_CHECKING:
    from alliance_sim.mesa_model.agents import Teacher


class Tie(ReadOnlyProperties):
    """A view of one teacher's tie to another; it is not an agent.

    Args:
        model: the model.
        row: the row of the tie.
    """

    trust = ColumnAttribute("ties", "trust")
    owed = ColumnAttribute("ties", "owed")
    given = ColumnAttribute("ties", "given")

    def __init__(self, model: ModelProtocol, row: int) -> None:
        self.model, self.row = model, row

    @property
    def level(self) -> int:
        """Himmelman level, 1–4; setting it sets both directions."""
        return int(self.model.world.ties.level[self.row])

    @level.setter
    def level(self, level: int) -> None:
        ties = self.model.world.ties
        ties.level[self.row] = ties.level[ties.twin[self.row]] = whole_number("level", level, 1, LEVELS)

    @property
    def partner_row(self) -> int:
        """The row of the partner."""
        return int(self.model.world.ties.partner[self.row])

    @property
    def partner(self) -> Teacher:
        """The teacher to whom the tie leads."""
        return self.model.teachers[self.partner_row]

    @property
    def back(self) -> Tie:
        """The tie in the opposite direction."""
        return Tie(self.model, int(self.model.world.ties.twin[self.row]))

    def __repr__(self) -> str:
        return f"<Tie to teacher {self.partner_row}: trust {self.trust:.2f}, level {self.level}>"
