"""The consequences of a request between schools: help or refusal, outcome, trust, ledger and level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliance_sim.engine import random_streams
from alliance_sim.engine.random_streams import uniform
from benchmarks.plain_mesa.ties import BROKERED, COLLABORATION

if TYPE_CHECKING:
    from benchmarks.plain_mesa.coordinator import Coordinator
    from benchmarks.plain_mesa.model import PlainAllianceModel
    from benchmarks.plain_mesa.ties import Request, Tie


@dataclass(slots=True)
class Exchange:
    """A request between schools that has been decided.

    Args:
        model: the model.
        request: the request, along the asker's tie.
        level: the level at which it is granted; 0 where it is refused.
    """

    model: PlainAllianceModel
    request: Request
    level: int

    @property
    def asked(self) -> Tie:
        """The asker's tie."""
        return self.request.tie

    @property
    def coordinator(self) -> Coordinator | None:
        """The coordinator of the alliance; None across its boundary."""
        return self.request.giver.school.alliance.coordinator if self.asked.inside else None

    def refuse(self) -> None:
        """Reduce the asker's trust after a refusal, and possibly the level."""
        model, asked = self.model, self.asked
        level = model.rules.level
        asked.trust *= 1.0 - model.rules.help.refusal_loss
        if asked.level > 1:
            draw = uniform(model.random_key, random_streams.DEMOTION, model.half_term, *self.request.key)
            if draw < level.refusal_demotion or asked.trust_too_low(level):
                asked.move_to(asked.level - 1)
        model.tally.refused += 1

    def help(self) -> None:
        """Let the giver help, and apply the outcome."""
        model, asked, request = self.model, self.asked, self.request
        full = self.level == asked.level
        obligation = model.obligation(asked)
        betrayed, honoured = self.outcome()
        joint = self.level == COLLABORATION and model.rules.practice.jpd
        useful = request.asker.benefit(request, self.level, joint)

        self.settle_trust(honoured, useful, obligation)
        self.keep_books(joint)
        self.resent_one_way_help()
        asked.settle_level(honoured and full, honoured, model.rules.level)
        if request.channel == BROKERED:
            self.coordinator.learn(honoured)
        giver, asker = request.giver.school, request.asker.school
        giver.helps_given += 1
        model.tally.joint += joint
        model.tally.betrayed += betrayed
        model.tally.uphill += giver.attainment < asker.attainment

    def outcome(self) -> tuple[bool, bool]:
        """Whether the giver is betrayed, and whether the promise is honoured (neither: an honest failure)."""
        model, request = self.model, self.request
        betrayal = request.giver.school.betrayal_by(request.asker.school, self.asked.trust)
        draw = uniform(model.random_key, random_streams.OUTCOME, model.half_term, *request.key)
        return draw < betrayal, draw >= betrayal + model.rules.outcome.misfortune

    def settle_trust(self, honoured: bool, useful: bool, obligation: float) -> None:
        """Update the trust of both by the outcome."""
        rules, mine, coordinator = self.model.rules, self.asked.back, self.coordinator
        gain = rules.trust.gain * rules.level.stake[self.level - 1]
        if honoured:
            mine.honour(gain)
        else:
            softened = 1.0 - (coordinator.mediation if coordinator else 0.0)
            mine.trust *= 1.0 - rules.trust.loss_ratio * gain * softened
        if useful:
            self.asked.honour(min(1.0, gain * (1.0 + rules.reciprocity.gratitude * obligation)))

    def keep_books(self, joint: bool) -> None:
        """Record the help given and the resulting debt."""
        mine = self.asked.back
        mine.given += 1.0
        if joint:
            mine.back.given += 1.0
        else:
            mine.owed += 1.0
            mine.back.owed -= 1.0

    def resent_one_way_help(self) -> None:
        """Reduce trust by one-wayness."""
        reciprocity = self.model.rules.reciprocity
        kept = 1.0 - reciprocity.one_way_loss * self.asked.one_wayness(reciprocity)
        self.asked.trust *= kept
        self.asked.back.trust *= kept
