"""The sentence on what an outcome depends on most, generated from effects with their simultaneous intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from alliance_sim.comparison.statement import Statement
from alliance_sim.reporting.study.labels import NO_PARAMETERS, factor_called, level_label
from alliance_sim.statistics.families import join
from alliance_sim.statistics.intervals import Intervals
from alliance_sim.statistics.ranking import Leading, leading
from alliance_sim.text import join_words

MOST_NAMED = 3
"""Most factors whose figures a sentence gives."""


@dataclass(frozen=True)
class FactorStatement:
    """The largest effect of one factor, clear ones first.

    Attributes:
        factor: the factor's name.
        level, against: the two levels compared.
        statement: the figures.
    """

    factor: str
    level: Any
    against: Any
    statement: Statement

    @property
    def moves(self) -> str:
        """``0 to 1``."""
        return f"{level_label(self.factor, self.against)} to {level_label(self.factor, self.level)}"

    def clause(self) -> str:
        """Return ``from 0 to 1 it rises (figures)``, or that it shows no clear change."""
        one = self.statement
        verb = {1: "rises", -1: "falls", 0: "stays the same" if one.exact else "shows no clear change"}[one.direction]
        relevance = f"; {one.relevance()}" if one.relevance() else ""
        return f"from {self.moves} it {verb} ({one.figures()}{relevance})"


@dataclass(frozen=True)
class OutcomeStatement:
    """What an outcome depends on: the largest effect of each factor, and which of them lead.

    Attributes:
        called: the outcome's title.
        factors: the largest effect of each factor.
        leading: the factors with the largest effects: several, unless one is clearly above the others.
    """

    called: str
    factors: tuple[FactorStatement, ...]
    leading: Leading

    def sentence(self) -> str:
        """Return the sentence of the outcome."""
        if not self.factors:
            return f"{self.called}: there are too few runs to show what it depends on."
        named = {one.factor: one for one in self.factors}
        largest = max(self.factors, key=lambda one: abs(one.statement.estimate))
        if not self.leading.names:
            return self._unclear(largest)
        leaders = [named[name] for name in self.leading.names]
        if leaders[0].factor in NO_PARAMETERS and len(leaders) == 1:
            return self._of_variants(leaders[0])
        if len(leaders) == 1:
            return f"{self.called} depends most on {factor_called(leaders[0].factor)}: {leaders[0].clause()}."
        names = join_words([factor_called(one.factor) for one in leaders], "or")
        shown = [f"with {factor_called(one.factor)} {one.clause()}" for one in leaders[:MOST_NAMED]]
        return f"{self.called} depends most on {names}, which are not clearly apart: {join_words(shown)}."

    def _unclear(self, largest: FactorStatement) -> str:
        statement = largest.statement
        if statement.exact and statement.estimate == 0.0:
            return f"{self.called} does not differ between any levels of any factor ({statement.figures()})."
        if largest.factor in NO_PARAMETERS:
            here, there = _bracketed(largest)
            return (
                f"{self.called} shows no clear differences; the largest is between {here} and {there} "
                f"({statement.figures()})."
            )
        return (
            f"{self.called} shows no clear effect of any factor; the largest is that of "
            f"{factor_called(largest.factor)}, {largest.moves} ({statement.figures()})."
        )

    def _of_variants(self, one: FactorStatement) -> str:
        """Return the sentence on an outcome where variants, or a few given points, are compared."""
        here, there = _bracketed(one)
        more = "higher" if one.statement.direction > 0 else "lower"
        relevance = f"; {one.statement.relevance()}" if one.statement.relevance() else ""
        return (
            f"{self.called}: compared with {there}, {here} differs most; it is {more} there "
            f"({one.statement.figures()}{relevance})."
        )


def _bracketed(one: FactorStatement) -> tuple[str, str]:
    labels = (level_label(one.factor, one.level), level_label(one.factor, one.against))
    here, there = (f"({label})" if "," in label else label for label in labels)
    return here, there


def outcome_statement(called: str, largest: Sequence[tuple[FactorStatement, Intervals]]) -> OutcomeStatement:
    """Return what an outcome depends on.

    Args:
        called: the outcome's title.
        largest: the largest effect of each factor, with its interval as an array of one.
    """
    known = [(one, part) for one, part in largest if math.isfinite(one.statement.estimate)]
    if not known:
        return OutcomeStatement(called, (), Leading((), ()))
    factors = tuple(one for one, _ in known)
    found = leading([one.factor for one in factors], _sizes([part for _, part in known]))
    return OutcomeStatement(called, factors, found)


def _sizes(parts: Sequence[Intervals]) -> Intervals:
    """Return the absolute sizes of effects, each with its simultaneous limits turned to the same side."""
    found = join(parts)
    low, high = (
        np.concatenate([np.ravel(getattr(part, name)) for part in parts])
        for name in ("low_simultaneous", "high_simultaneous")
    )
    up = found.estimate >= 0.0
    contributions = found.contributions
    if contributions is not None:
        contributions = np.where(up[:, None], contributions, -contributions)
    return replace(
        found,
        estimate=np.abs(found.estimate),
        low=np.where(up, low, -high),
        high=np.where(up, high, -low),
        asymmetry=np.where(up, found.asymmetry, -found.asymmetry),
        contributions=contributions,
    )
