"""Tables of the measured coverage, in Markdown."""

from __future__ import annotations

from tests.statistics.coverage.cases import Measured, limits
from tests.statistics.coverage.data import TITLES


def text_of(found: list[Measured]) -> str:
    """Return one table for each section, one row for each kind of interval and data."""
    parts: list[str] = []
    for section in dict.fromkeys(one.section for one in found):
        here = [one for one in found if one.section == section]
        sizes = sorted({one.n for one in here})
        lines = [f"### {section}", "", f"| | data | asked | {' | '.join(f'n = {n}' for n in sizes)} |"]
        lines.append("|---" * (3 + len(sizes)) + "|")
        for what, data in dict.fromkeys((one.what, one.data) for one in here):
            row = {one.n: one for one in here if (one.what, one.data) == (what, data)}
            asked = _asked(next(iter(row.values())).rule)
            cells = [_cell(row.get(n)) for n in sizes]
            lines.append(f"| {what} | {TITLES[data]} | {asked} | {' | '.join(cells)} |")
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
