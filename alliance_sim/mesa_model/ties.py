"""A tie between two teachers, as one of them holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alliance_sim.declarations.parameters import LEVELS
from alliance_sim.mesa_model.attributes import ColumnAttribute, ModelProtocol, ReadOnlyProperties
from alliance_sim.validation import whole_number

if TYPE_CHECKING:
    from alliance_sim.mesa_model.agents import Teacher


class Tie(ReadOnlyProperties):
    """A look at one teacher's tie to another; not an agent."""

    trust = ColumnAttribute("ties", "trust")
    owed = ColumnAttribute("ties", "owed")
    given = ColumnAttribute("ties", "given")

    def __init__(self, model: ModelProtocol, row: int) -> None:
        self.model, self.row = model, row

    @property
    def level(self) -> int:
        """Himmelman level, 1–4; written for both directions."""
        return int(self.model.world.ties.level[self.row])

    @level.setter
    def level(self, level: int) -> None:
        ties = self.model.world.ties
        ties.level[self.row] = ties.level[ties.twin[self.row]] = whole_number("level", level, 1, LEVELS)

    @property
    def partner_row(self) -> int:
        """The row of the teacher it leads to."""
        return int(self.model.world.ties.partner[self.row])

    @property
    def partner(self) -> Teacher:
        """The teacher it leads to."""
        return self.model.teachers[self.partner_row]

    @property
    def back(self) -> Tie:
        """The partner's tie to the holder."""
        return Tie(self.model, int(self.model.world.ties.twin[self.row]))

    def __repr__(self) -> str:
        return f"<Tie to teacher {self.partner_row}: trust {self.trust:.2f}, level {self.level}>"
