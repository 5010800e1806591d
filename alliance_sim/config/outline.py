"""The outline of a TOML text: names, signs and brackets without strings and comments.

The standard library's parser has no limits, and its time grows with the square of the size of some inputs. The outline
is computed in one pass, so that oversized documents are refused before they are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from alliance_sim.limits import DEEPEST_BRACKETS, DEEPEST_KEY, LONGEST_LINE, MOST_KEYS, MOST_TABLES

_STRING_OR_COMMENT = re.compile(
    r'''"""(?:\\.|[^"\\]|"(?!""))*+(?:"{3,5}|\Z)'''
    r"""|'{3}(?:[^']|'(?!''))*+(?:'{3,5}|\Z)"""
    r"""|"(?:\\[^\n]|[^"\\\n])*+"?"""
    r"""|'[^'\n]*+'?|#[^\n]*+""",
    re.DOTALL,
)
"""The quantifiers are possessive, so that the search takes linear time where a quote is never closed."""

_INNER_BREAK = "\v"
"""A line break inside a string, in the outline."""


def outline(text: str) -> str:
    """Replace each string by an ``s`` and remove comments; line numbers stay the same."""
    return _STRING_OR_COMMENT.sub(_placeholder, text.replace(_INNER_BREAK, " "))


def _placeholder(found: re.Match[str]) -> str:
    return "" if found[0].startswith("#") else "s" + _INNER_BREAK * found[0].count("\n")


def too_large(text: str) -> tuple[int | None, str]:
    """Return the line and the reason why a text is too large to parse; the reason is empty where it is not."""
    signs = outline(text)
    line, reason = _too_deep(signs)
    if reason:
        return line, reason
    for number, row in enumerate(text.split("\n"), 1):
        if len(row) > LONGEST_LINE:
            return number, f"the line has {len(row):,} characters, but may have {LONGEST_LINE:,}; split it"
    for what, most, many in (
        ("values", MOST_KEYS, signs.count("=")),
        ("tables", MOST_TABLES, sum(row.lstrip().startswith("[") for row in signs.split("\n"))),
    ):
        if many > most:
            return None, f"the file has {many:,} {what}, but may have {most:,}; keep what differs from its base"
    return None, ""


def _too_deep(signs: str) -> tuple[int | None, str]:
    line, dots, depth = 1, 0, 0
    for sign in re.findall(r"[.\n\v,=\[\]{}]", signs):
        if sign == ".":
            dots += 1
        elif sign != _INNER_BREAK:
            dots = 0
        line += sign in ("\n", _INNER_BREAK)
        depth += (sign in "[{") - (sign in "]}")
        if dots > DEEPEST_KEY:
            return line, "names nest too deep; a config never needs more than table.name"
        if depth > DEEPEST_BRACKETS:
            return line, "brackets nest too deep; a config never needs more than three levels"
    return None, ""


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of each statement of a valid document."""
    lines = text.split("\n")
    first, last, depth = 0, 0, 0
    for row in outline(text).split("\n"):
        last += 1 + row.count(_INNER_BREAK)
        depth += sum(map(row.count, "[{")) - sum(map(row.count, "]}"))
        if depth <= 0:
            yield first + 1, "\n".join(lines[first:last])
            first, depth = last, 0
