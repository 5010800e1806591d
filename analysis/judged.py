"""The page of all patterns and exact checks: effect, interval, threshold, verdict, and what an ablation leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from alliance_sim.reporting.palette import OKABE_ITO
from analysis.ablations import ABLATIONS, AMONG_THEIR_OWN, CutWorlds
from analysis.evidence import Check, Verdict
from analysis.exact_checks import exact_checks
from analysis.module_patterns import NOT_SHOWN, PATTERNS
from analysis.pages import Page, Section, Table, between, drawn, listed, number
from analysis.worlds import Worlds


@dataclass(frozen=True)
class Judged:
    """A pattern, and the same checks where its mechanism is cut (None where there is no such ablation)."""

    verdict: Verdict
    cut: str
    ablated: Verdict | None


def judged(worlds: Worlds, numbers: Iterable[int]) -> list[Judged]:
    """Live what is needed, and judge."""
    found: list[Judged] = []
    for which in numbers:
        cut, changes = ABLATIONS.get(which, ("", {}))
        ablated = PATTERNS[which](CutWorlds(worlds, changes)) if changes else None
        found.append(Judged(PATTERNS[which](worlds), cut, ablated))
    return found


def page_of(found: Sequence[Judged], seeds: int, *, quick: bool) -> Page:
    """One table of all that was checked."""
    exact = exact_checks()
    shown = [one.verdict.number for one in found if one.verdict.holds]
    missing = [str(one.verdict.number) for one in found if not one.verdict.holds]
    lead = f"{len(shown)} of {len(found)} patterns hold with {seeds} paired seeds" + (
        f"; number {listed(missing)} does not."
        if len(missing) == 1
        else f"; {listed(missing)} do not."
        if missing
        else "."
    )
    rows = tuple(
        (
            f"{place}. {one.verdict.name}" if first else "",
            _what(check),
            number(check.effect),
            between(check.low, check.high) if check.low != check.high else "–",
            _wanted(check),
            "told" if check.told else "yes" if check.holds else "no",
            _left(one, row),
        )
        for one in found
        for place in [one.verdict.number]
        for row, check in enumerate(one.verdict.checks)
        for first in [row == 0]
    )
    cuts = tuple(
        (f"{one.verdict.number}. {one.verdict.name}", one.cut, "holds all the same" if one.ablated.holds else "gone")
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
                    "The last two of ten years unless said otherwise; bootstrap 95 % intervals over paired seeds. "
                    "Effect sizes were set "
                    "beforehand (THEORY.md says where one was changed after a look). Told: shown beside, and not "
                    "counted – among them the "
                    "variant in which competition is simply subtracted (pattern 2) and the cosy club (pattern 1). "
                    "Last column: the same effect where the mechanism is cut.",
                ),
                "patterns",
                _signs(found),
                "For each pattern, how far its effect lies beyond its threshold; the table has the figures.",
                Table(("pattern", "what", "effect", "95 % interval", "wanted", "holds", "when cut"), rows, 2),
            ),
            Section(
                "Ablations",
                (
                    "Each pattern again, in worlds without the mechanism that should make it. A pattern that holds "
                    "all the same is no evidence "
                    f"for that mechanism. Patterns {listed([str(one) for one in AMONG_THEIR_OWN])} have theirs among "
                    "their own checks.",
                ),
                table=Table(("pattern", "what is cut", "then the pattern is"), cuts, 3),
            ),
            Section(
                "What must hold exactly",
                ("Closed forms against the rules, and identities in worlds that live: what should be nothing.",),
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
                    "fitted, so they are no evidence. "
                    f"Expected not to hold, as THEORY.md tells: {listed([str(one) for one in NOT_SHOWN])}.",
                ),
            ),
        ),
        quick,
    )


def _what(check: Check) -> str:
    return check.what[0].upper() + check.what[1:]


def _wanted(check: Check) -> str:
    return f"{'over' if check.above else 'under'} {check.threshold:.3g}".replace("-", "−")


def _left(one: Judged, row: int) -> str:
    if one.ablated is None:
        return "–"
    check = one.ablated.checks[row]
    return f"{number(check.effect)} [{between(check.low, check.high)}]"


def _signs(found: Sequence[Judged]) -> Figure:
    count_noun = [(one.verdict, check) for one in found for check in one.verdict.checks if not check.told]

    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        plot.axvline(0, color="#222222", linewidth=0.9)
        for row, (_, check) in enumerate(count_noun):
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
            range(len(count_noun)),
            [f"{verdict.number}  {check.what[:58]}" for verdict, check in count_noun],
            fontsize=7,
        )
        plot.set_ylim(len(count_noun) - 0.4, -0.6)
        plot.set_xscale("symlog", linthresh=1)
        plot.set_xlabel(
            "beyond the threshold (in thresholds; linear to 1, then logarithmic): right holds, left does not"
        )
        plot.grid(axis="x", color="#E6E6E6", linewidth=0.7)

    return drawn(9.6, 0.9 + 0.2 * len(count_noun), draw)
