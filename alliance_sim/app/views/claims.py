"""The claims of the sources as THEORY.md lists them: the claim, its equation and its source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

THEORY = Path(__file__).resolve().parents[2] / "THEORY.md"
SOURCES = {
    "A": "Slides on the Scottish Qualification for Headship consortia, after Huxham & Vangen",
    "B": "Howes (2004), collaboration between urban schools",
    "C": "Hargreaves (2011), leading a self-improving school system",
    "D": "NCSL, thinkpiece on partnership working",
}
"""The sources by the first letter of a row."""


@dataclass(frozen=True)
class Claim:
    """A row of the table of claims.

    Attributes:
        row: its id, such as ``A5``.
        claim: the claim in the project's words.
        equation: the equation of the model that represents it.
        source: the title of the source.
    """

    row: str
    claim: str
    equation: str
    source: str


@cache
def claims() -> dict[str, Claim]:
    """Return every claim in THEORY.md by its row."""
    found: dict[str, Claim] = {}
    for line in THEORY.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 5 and re.fullmatch(r"[A-D]\d+", cells[0]):
            row, claim, equation, *_ = cells
            found[row] = Claim(row, claim, equation.replace("`", ""), SOURCES[row[0]])
    return found


def claim(row: str) -> dict[str, str]:
    """Return a claim as the page shows it; a claim that THEORY.md does not list has only its source."""
    known = claims().get(row)
    if known is None:
        return {"row": row, "claim": "", "equation": "", "source": SOURCES.get(row[:1], "")}
    return {"row": known.row, "claim": known.claim, "equation": known.equation, "source": known.source}
