"""Format counts and names for reports on lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NAMED_AT_MOST = 10
"""Schools named in a sentence; ``to_dict()`` contains all."""


def plural(n: int, noun: str) -> str:
    """Format a count: ``1 row``, ``2 rows``, ``1,200 rows``."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def listed(parts: Iterable[str]) -> str:
    """Join parts by commas."""
    return ", ".join(parts)


def reasons(counts: dict[str, int]) -> str:
    """Format counts by reason: ``closed: 247, no pupils: 8``."""
    return listed(f"{reason}: {n:,}" for reason, n in counts.items())


def named(schools: Sequence[str]) -> str:
    """Format the first ``NAMED_AT_MOST`` schools and the number of the others."""
    more = len(schools) - NAMED_AT_MOST
    return "; ".join(schools[:NAMED_AT_MOST]) + (f"; and {more:,} more" if more > 0 else "")


def sentence_of(text: str) -> str:
    """Return a remark as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def width_text(width_km: float | None) -> str:
    """Format the width of a group: ``12.3``, or a dash where it is not known."""
    return "–" if width_km is None else f"{width_km:,.1f}"
