"""The page of all patterns, ablations and exact checks: effect, interval, threshold and verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.statistics.verdicts import Verdict
from analysis.evidence import Check, Evaluation
from analysis.pages.page import Page, Section, Table, create_figure, join_with_and
from analysis.paired_runs import PairedRuns
from analysis.patterns.ablations import ABLATIONS, AMONG_THEIR_OWN, AblatedRuns
from analysis.patterns.exact_checks import exact_checks
from analysis.patterns.registry import PATTERNS, PATTERNS_NOT_SHOWN

FARTHEST = 1e6
"""Ends of intervals without a limit are drawn here."""


@dataclass(frozen=True)
class PatternResult:
    """A pattern's verdict with and without its mechanism.

    Attributes:
        found: the pattern's checks and verdict.
        cut: description of the ablation, if any.
        ablated: the same checks with the mechanism cut; None if there is no ablation.
    """

    found: Evaluation
    cut: str
    ablated: Evaluation | None


def evaluate_patterns(
    runs: PairedRuns, numbers: Sequence[int], progress: Callable[[str], None] = lambda _: None
) -> list[PatternResult]:
    """Simulate what is needed and evaluate the patterns, with and without their mechanisms.

    Args:
        runs: the paired runs.
        numbers: the patterns' numbers.
        progress: called before each pattern.
    """
    found: list[PatternResult] = []
    for place, which in enumerate(numbers, 1):
        progress(f"pattern {which} ({place} of {len(numbers)})")
        cut, changes = ABLATIONS.get(which, ("", {}))
        ablated = PATTERNS[which](AblatedRuns(runs, changes)) if changes else None
        found.append(PatternResult(PATTERNS[which](runs), cut, ablated))
    return found


def build_page(found: Sequence[PatternResult], seeds: int, *, quick: bool) -> Page:
    """Build the page of all checks."""
    exact = exact_checks()
    rows = tuple(
        (
            f"{one.found.number}. {one.found.name}" if row == 0 else "",
            check.effect.what[0].upper() + check.effect.what[1:],
            check.figures(),
            str(check.effect.interval.n),
            check.required(),
            f"{check.result}{' (secondary)' if check.threshold.secondary else ''}",
            "–" if one.ablated is None else one.ablated.checks[row].figures(),
        )
        for one in found
        for row, check in enumerate(one.found.checks)
    )
    cuts = tuple(
        (f"{one.found.number}. {one.found.name}", one.cut, one.ablated.sentence)
        for one in found
        if one.ablated is not None
    )
    return Page(
        "Which patterns does the model show?",
        summarise([one.found for one in found], seeds),
        (
            Section(
                "Patterns",
                (
                    "The last two of ten years unless stated otherwise. Intervals are of means over paired seeds "
                    "(Student's t, widened where the data are skewed; Fieller for ratios and relative effects), with "
                    "95 % confidence each. A check holds if its whole interval lies beyond the threshold, does not "
                    "hold if it lies on the other side, and else cannot be decided. A pattern holds if all its checks "
                    "hold.",
                    "Thresholds were set beforehand (analysis/thresholds.toml). Secondary checks are reported but do "
                    "not count: among them the variant in which competition is subtracted (pattern 2) and the cosy "
                    "club (pattern 1). Relative effects are followed by the difference in the outcome's unit. Last "
                    "column: the same effect without the mechanism.",
                ),
                "patterns",
                _plot_effects(found),
                "For each pattern, how far its effect is beyond its threshold; the table gives the numbers.",
                Table(("pattern", "what", "effect [95 % interval]", "n", "required", "verdict", "when cut"), rows, 2),
            ),
            Section(
                "Ablations",
                (
                    "Each pattern again, in runs without the mechanism that should produce it. A pattern that still "
                    "holds is no evidence for that mechanism. Patterns "
                    f"{join_with_and([str(one) for one in AMONG_THEIR_OWN])} have ablations among their own checks.",
                ),
                table=Table(("pattern", "what is cut", "then the pattern"), cuts, 3),
            ),
            Section(
                "Exact checks",
                ("Closed forms against the rules, and identities in simulations; each difference should be zero.",),
                table=Table(
                    ("what", "found", "required", "verdict"),
                    tuple(
                        (check.effect.what, f"{check.effect.interval.estimate:.2g}", check.required(), check.result)
                        for check in exact.checks
                    ),
                ),
            ),
            Section(
                "Not evidence",
                (
                    "Pattern 12 and the survival to which governance is calibrated (the years of pattern 21) are "
                    "fitted, so they are not evidence. "
                    f"Expected not to hold (see THEORY.md): {join_with_and([str(one) for one in PATTERNS_NOT_SHOWN])}."
                    if PATTERNS_NOT_SHOWN
                    else "All others are expected to hold.",
                ),
            ),
        ),
        quick,
    )


def summarise(found: Sequence[Evaluation], seeds: int) -> str:
    """Return how many patterns hold, which do not, and which cannot be decided, in a sentence."""
    parts = [f"{sum(one.holds for one in found)} of {len(found)} patterns hold with {seeds} paired seeds"]
    for verdict, one_does, several_do in (
        (Verdict.DOES_NOT, "does not", "do not"),
        (Verdict.UNDECIDED, "cannot be decided", "cannot be decided"),
    ):
        numbers = [str(one.number) for one in found if one.result is verdict]
        if numbers:
            one_or_several = f"number {numbers[0]} {one_does}" if len(numbers) == 1 else ""
            parts.append(one_or_several or f"{join_with_and(numbers)} {several_do}")
    return f"{'; '.join(parts)}."


TONES = {Verdict.HOLDS: OKABE_ITO[1], Verdict.DOES_NOT: OKABE_ITO[0], Verdict.UNDECIDED: "#767676"}
MARKERS = {Verdict.HOLDS: "o", Verdict.DOES_NOT: "x", Verdict.UNDECIDED: "D"}


def _scaled(check: Check, value: float) -> float:
    """Return how far a value is beyond the check's threshold, in thresholds (in effects where that is zero)."""
    size = abs(check.threshold.value)
    return check.threshold.beyond(value) / (size if size > 1e-9 else max(abs(check.effect.interval.estimate), 1e-9))


def _plot_effects(found: Sequence[PatternResult]) -> Figure:
    counted = [(one.found, check) for one in found for check in one.found.checks if not check.threshold.secondary]

    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        plot.axvline(0, color="#222222", linewidth=0.9)
        for row, (_, check) in enumerate(counted):
            interval, tone = check.effect.interval, TONES[check.result]
            ends = [_scaled(check, value) for value in (interval.low, interval.high)]
            plot.plot(np.clip(ends, -FARTHEST, FARTHEST), (row, row), color=tone, linewidth=2, alpha=0.6)
            centre = _scaled(check, interval.estimate)
            plot.plot(centre, row, MARKERS[check.result], color=tone, markersize=5)
        plot.set_yticks(
            range(len(counted)),
            [f"{one.number}  {check.effect.what[:58]}" for one, check in counted],
            fontsize=7,
        )
        plot.set_ylim(len(counted) - 0.4, -0.6)
        plot.set_xscale("symlog", linthresh=1)
        plot.set_xlabel(
            "beyond the threshold (in thresholds; linear to 1, then logarithmic): "
            "right holds, left does not, across 0 cannot be decided"
        )
        plot.grid(axis="x", color="#E6E6E6", linewidth=0.7)

    return create_figure(9.6, 0.9 + 0.2 * len(counted), draw)
