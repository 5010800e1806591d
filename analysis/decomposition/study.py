"""Which institution makes how much of a gap, and how much needs the feedback of trust: the page and its figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from alliance_sim import Scenario
from alliance_sim.comparison.decomposition import (
    Decomposition,
    Part,
    combinations_of,
    decompose,
    differences,
)
from alliance_sim.declarations.parameters import Value
from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.statistics import Interval
from analysis.pages.page import Page, Section, Table, create_figure, format_interval, format_number
from analysis.paired_runs import PairedRuns

FROZEN: dict[str, Value] = {"trust.frozen": True}


def decompose_outcomes(runs: PairedRuns, first: str, second: str, outcomes: Sequence[str]) -> list[Decomposition]:
    """Simulate all combinations of the differences between two configs, and decompose the gap in each outcome.

    Args:
        runs: the paired runs.
        first: the name of the config from which differences are introduced one by one.
        second: the name of the config that has them all.
        outcomes: names of outcomes, as means over the last two years.

    Raises:
        ConfigError: if the configs cannot be decomposed.
    """
    values = differences(Scenario.load(first).configuration, Scenario.load(second).configuration)
    names = list(values)

    def late(outcome: str, chosen: frozenset[str], further: dict[str, Value]) -> np.ndarray:
        changes = {name: values[name] for name in names if name in chosen}
        return runs.late(outcome, first, changes | further)

    found: list[Decomposition] = []
    for outcome in outcomes:
        cells = {chosen: late(outcome, chosen, {}) for chosen in combinations_of(names)}
        frozen = late(outcome, frozenset(), FROZEN), late(outcome, frozenset(names), FROZEN)
        found.append(decompose(outcome, names, cells, frozen))
    return found


def build_page(found: Sequence[Decomposition], first: str, second: str, seeds: int, *, quick: bool) -> Page:
    """Build the page: interactions first, then shares, then the twin with frozen trust."""
    lead = " ".join(found[0].sentences())
    return Page(
        title=f"What makes the gap between {first} and {second}?",
        lead=lead,
        sections=tuple(section for one in found for section in _sections(one)),
        quick=quick,
        runs=seeds,
    )


def _sections(one: Decomposition) -> tuple[Section, ...]:
    return (
        Section(
            f"{one.outcome}: interactions",
            (
                f"Gap {_figures(one.gap)}, mean over the last two years and {one.gap.n} paired seeds. An interaction "
                "says by how much the effect of one difference changes when the other is there too, averaged over the "
                "rest; shares below can only be read where interactions are small.",
            ),
            table=Table(("two differences", "interaction", "95 % interval over seeds"), _rows(one.interactions)),
        ),
        Section(
            f"{one.outcome}: shares",
            (
                "A difference's Shapley share is its mean effect over all orders in which the differences can be "
                "introduced; the shares add up to the gap.",
                *one.sentences(),
            ),
            name=f"shares_{one.outcome}",
            figure=_figure(one),
            described=f"The Shapley share of each difference in the gap in {one.outcome}, with intervals.",
            table=Table(
                (
                    "difference",
                    "share, outcome's unit",
                    "95 % interval over seeds",
                    "share of the gap",
                    "95 % interval",
                ),
                _rows(one.shares),
            ),
        ),
    )


def _rows(parts: Sequence[Part]) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    for part in parts:
        row = (
            " × ".join(part.names),
            format_number(part.effect.estimate, True),
            format_interval(part.effect.low, part.effect.high, True),
        )
        if part.share is not None:
            row += (format_number(part.share.estimate), format_interval(part.share.low, part.share.high))
        rows.append(row)
    return tuple(rows)


def _figures(found: Interval) -> str:
    return f"{format_number(found.estimate, True)} (95 % interval {format_interval(found.low, found.high, True)})"


def _figure(one: Decomposition) -> Figure:
    bars = [(" × ".join(part.names), part.effect) for part in one.shares] + [("gap with trust frozen", one.frozen_gap)]

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        for place, (_, effect) in enumerate(reversed(bars)):
            colour = OKABE_ITO[0] if place else OKABE_ITO[1]
            axes.barh(place, effect.estimate, color=colour)
            axes.plot([effect.low, effect.high], [place, place], color="black", linewidth=1.2)
        axes.set_yticks(range(len(bars)), [name for name, _ in reversed(bars)])
        axes.axvline(0.0, color="black", linewidth=0.8)
        axes.axvline(one.gap.estimate, color="black", linewidth=0.8, linestyle=":")
        axes.set_xlabel(f"{one.outcome}; dotted: the whole gap; lines: 95 % intervals over seeds")

    return create_figure(7.2, 0.5 + 0.42 * len(bars), draw)
