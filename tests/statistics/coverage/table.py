"""Tables of the measured coverage, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from tests.statistics.coverage.cases import Measured, limits
from tests.statistics.coverage.data import TITLES

START, END = "<!-- coverage: make coverage writes below -->", "<!-- coverage ends -->"


def page_of(page: str, found: Sequence[Measured], dates: tuple[str, str]) -> str:
    """Return a page with the tables of all figures between its two marks."""
    before, rest = page.split(START)
    text = f"{summary_of(found, dates)}\n{text_of(found)}"
    return f"{before}{START}\n\n{text}\n{END}{rest.split(END)[1]}"


def summary_of(found: Sequence[Measured], dates: tuple[str, str]) -> str:
    """Return when the figures were measured, how many meet their thresholds, and a list of those that do not."""
    judged = [one for one in found if one.judged]
    missed = [one for one in judged if not one.passes()]
    first, last = dates
    when = f"on {first}" if first == last else f"from {first} to {last}"
    lines = [f"Measured {when}. {len(judged) - len(missed):,} of {len(judged):,} figures meet their thresholds."]
    if missed:
        lines += ["", "### What misses", "", "| section | what | data | n | asked | measured |", "|---" * 6 + "|"]
        lines += [
            f"| {one.section} | {one.what} | {TITLES[one.data]} | {one.n} | {_asked(one.rule)} | {one.share:.3f} |"
            for one in missed
        ]
    return "\n".join(lines) + "\n"


def text_of(found: Sequence[Measured]) -> str:
    """Return one table for each section, one row for each kind of interval and data."""
    parts: list[str] = []
    for section in dict.fromkeys(one.section for one in found):
        here = [one for one in found if one.section == section]
        sizes = sorted({one.n for one in here})
        lines = [f"### {section}", ""]
        lines.append(f"| | data | sets | asked | {' | '.join(f'n = {n}' for n in sizes)} |")
        lines.append("|---" * (4 + len(sizes)) + "|")
        for what, data in dict.fromkeys((one.what, one.data) for one in here):
            row = {one.n: one for one in here if (one.what, one.data) == (what, data)}
            asked = _asked(next(iter(row.values())).rule)
            sets = max(one.sets for one in row.values())
            cells = [_cell(row.get(n)) for n in sizes]
            lines.append(f"| {what} | {TITLES[data]} | {sets:,} | {asked} | {' | '.join(cells)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _asked(rule: str) -> str:
    low, high = limits(rule)
    if low == 0.0:
        return f"≤ {high:.3g}"
    return f"≥ {low:.3g}" if high == 1.0 else f"{low:.3g}–{high:.3g}"


def _cell(one: Measured | None) -> str:
    if one is None:
        return ""
    text = f"{one.share:.3f}"
    if not one.judged:
        return f"({text})"
    return text if one.passes() else f"**{text}**"
