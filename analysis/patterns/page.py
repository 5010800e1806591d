"""The page of all patterns, ablations and exact checks: effect, interval, threshold and verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from alliance_sim.reporting.palette import OKABE_ITO
from analysis.evidence import Check, Verdict
from analysis.pages.page import Page, Section, Table, create_figure, format_interval, format_number, join_with_and
from analysis.paired_runs import PairedRuns
from analysis.patterns.ablations import ABLATIONS, AMONG_THEIR_OWN, AblatedRuns
from analysis.patterns.exact_checks import exact_checks
from analysis.patterns.registry import PATTERNS, PATTERNS_NOT_SHOWN


@dataclass(frozen=True)
class PatternResult:
    """A pattern's verdict with and without its mechanism.

    Attributes:
        verdict: the pattern's verdict.
        cut: description of the ablation, if any.
        ablated: the same checks with the mechanism cut; None if there is no ablation.
    """

    verdict: Verdict
    cut: str
    ablated: Verdict | None


def evaluate_patterns(runs: PairedRuns, numbers: Iterable[int]) -> list[PatternResult]:
    """Simulate what is needed and evaluate the patterns, with and without their mechanisms."""
    found: list[PatternResult] = []
    for which in numbers:
        cut, changes = ABLATIONS.get(which, ("", {}))
        ablated = PATTERNS[which](AblatedRuns(runs, changes)) if changes else None
        found.append(PatternResult(PATTERNS[which](runs), cut, ablated))
    return found


def build_page(found: Sequence[PatternResult], seeds: int, *, quick: bool) -> Page:
    """Build the page of all checks."""
    exact = exact_checks()
    shown = [one.verdict.number for one in found if one.verdict.holds]
    missing = [str(one.verdict.number) for one in found if not one.verdict.holds]
    lead = f"{len(shown)} of {len(found)} patterns hold with {seeds} paired seeds" + (
        f"; number {join_with_and(missing)} does not."
        if len(missing) == 1
        else f"; {join_with_and(missing)} do not."
        if missing
        else "."
    )
    rows = tuple(
        (
            f"{place}. {one.verdict.name}" if first else "",
            _capitalised(check),
            format_number(check.effect),
            format_interval(check.low, check.high) if check.low != check.high else "–",
            _format_threshold(check),
            "secondary" if check.secondary else "yes" if check.holds else "no",
            _format_ablated(one, row),
        )
        for one in found
        for place in [one.verdict.number]
        for row, check in enumerate(one.verdict.checks)
        for first in [row == 0]
    )
    cuts = tuple(
        (f"{one.verdict.number}. {one.verdict.name}", one.cut, "still holds" if one.ablated.holds else "gone")
        for one in found
        if one.ablated is not None
    )
    return Page(
        "Which patterns does the model show?",
        lead,
        (
            Section(
                "Patterns",
                (
                    "The last two of ten years unless stated otherwise; bootstrap 95 % intervals over paired seeds. "
                    "Effect sizes were set beforehand (THEORY.md names those changed after a first look). Secondary "
                    "checks are reported but do not count: among them the variant in which competition is "
                    "subtracted (pattern 2) and the cosy club (pattern 1). Last column: the same effect without the "
                    "mechanism.",
                ),
                "patterns",
                _plot_effects(found),
                "For each pattern, how far its effect is beyond its threshold; the table gives the numbers.",
                Table(("pattern", "what", "effect", "95 % interval", "threshold", "holds", "when cut"), rows, 2),
            ),
            Section(
                "Ablations",
                (
                    "Each pattern again, in runs without the mechanism that should produce it. A pattern that still "
                    "holds is no evidence for that mechanism. Patterns "
                    f"{join_with_and([str(one) for one in AMONG_THEIR_OWN])} have ablations among their own checks.",
                ),
                table=Table(("pattern", "what is cut", "then the pattern is"), cuts, 3),
            ),
            Section(
                "Exact checks",
                ("Closed forms against the rules, and identities in simulations; each difference should be zero.",),
                table=Table(
                    ("what", "found", "allowed", "holds"),
                    tuple(
                        (check.what, f"{check.effect:.2g}", f"{check.threshold:.2g}", "yes" if check.holds else "no")
                        for check in exact.checks
                    ),
                ),
            ),
            Section(
                "Not evidence",
                (
                    "Pattern 12 and the survival to which governance is calibrated (the years of pattern 21) are "
                    "fitted, so they are not evidence. "
                    f"Expected not to hold (see THEORY.md): {join_with_and([str(one) for one in PATTERNS_NOT_SHOWN])}.",
                ),
            ),
        ),
        quick,
    )


def _capitalised(check: Check) -> str:
    return check.what[0].upper() + check.what[1:]


def _format_threshold(check: Check) -> str:
    return f"{'over' if check.above else 'under'} {check.threshold:.3g}".replace("-", "−")


def _format_ablated(one: PatternResult, row: int) -> str:
    if one.ablated is None:
        return "–"
    check = one.ablated.checks[row]
    return f"{format_number(check.effect)} [{format_interval(check.low, check.high)}]"


def _plot_effects(found: Sequence[PatternResult]) -> Figure:
    counted = [(one.verdict, check) for one in found for check in one.verdict.checks if not check.secondary]

    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        plot.axvline(0, color="#222222", linewidth=0.9)
        for row, (_, check) in enumerate(counted):
            scale = abs(check.threshold) if abs(check.threshold) > 1e-9 else max(abs(check.effect), 1e-9)
            side = 1 if check.above else -1
            low, high = sorted(side * (value - check.threshold) / scale for value in (check.low, check.high))
            tone = OKABE_ITO[1] if check.holds else OKABE_ITO[0]
            plot.plot((low, high), (row, row), color=tone, linewidth=2, alpha=0.6)
            plot.plot(
                side * (check.effect - check.threshold) / scale,
                row,
                "o" if check.holds else "x",
                color=tone,
                markersize=5,
            )
        plot.set_yticks(
            range(len(counted)),
            [f"{verdict.number}  {check.what[:58]}" for verdict, check in counted],
            fontsize=7,
        )
        plot.set_ylim(len(counted) - 0.4, -0.6)
        plot.set_xscale("symlog", linthresh=1)
        plot.set_xlabel(
            "beyond the threshold (in thresholds; linear to 1, then logarithmic): right holds, left does not"
        )
        plot.grid(axis="x", color="#E6E6E6", linewidth=0.7)

    return create_figure(9.6, 0.9 + 0.2 * len(counted), draw)
