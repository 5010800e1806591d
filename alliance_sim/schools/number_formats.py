"""Read numbers as people write them: ``1,206``, ``1 206``, ``1'206``, ``1.206,5``, ``c. 200``, ``210*``.

One character may separate thousands in one list and decimals in another. ``1.000`` is one thousand in a list with
decimal commas and one where numbers have three decimals, so the form of a column is learned from all its numbers first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

LONGEST = 40
SPACES = " \N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}\N{FIGURE SPACE}\N{EN SPACE}\N{PUNCTUATION SPACE}"
APOSTROPHES = "'’ʼ`´"
GROUPED = {
    "spaces": re.compile(rf"\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?=[.,]\d+$|$)", re.ASCII),
    "apostrophes": re.compile(rf"\d{{1,3}}(?:[{APOSTROPHES}]\d{{3}})+(?=[.,]\d+$|$)", re.ASCII),
}
ABOUT = re.compile(
    r"(?:circa|ca\.?|c\.?|approx(?:\.|imately)?|about|around|est(?:\.|imated)?|~|≈)\s*(?=\d)", re.IGNORECASE
)
FOOTNOTE = re.compile(r"(?:\s*[*†‡§¶^#]+|\s*[¹²³⁰-⁹]+|\s*\[\w{1,3}\]|\s+\([a-z\d]{1,2}\))+$")
UNIT = re.compile(r"\s*(?:pupils?|students?|teachers?|children|places|fte|f\.t\.e\.|km)\.?$", re.IGNORECASE)
ABOUT_AFTER = re.compile(r"(?<=\d)\s*\(?(?:approx|est|e|p|provisional|estimated)\.?\)?$", re.IGNORECASE)
PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
AMBIGUOUS = {mark: re.compile(rf"[+-]?[1-9]\d{{0,2}}{re.escape(mark)}\d{{3}}", re.ASCII) for mark in ".,"}
RANGE = re.compile(r"[<>≤≥]?\s*\d[\d,. ]*\s*(?:-|–|—|to|/)\s*\d[\d,. ]*$", re.IGNORECASE)
SUPPRESSED = re.compile(
    r"(?:supp(?:ressed)?|[<>≤≥]\s*\d+|(?:less|fewer|more) than \d+|\d+\s*or\s*(?:fewer|less)|low"
    r"|[*cxz#:†‡]+|\[[a-z]\])\.?",
    re.IGNORECASE,
)


class Written(NamedTuple):
    """The core of a number as written, and what was around it."""

    core: str
    about: bool = False
    footnote: bool = False


@dataclass(frozen=True)
class NumberFormat:
    """The meaning of points and commas in a column.

    Attributes:
        point: ``decimal``, ``group`` or ``unknown``.
        comma: the same for commas.
    """

    point: str = "decimal"
    comma: str = "group"

    def value(self, core: str) -> float | None:
        """Return a number, or None for other text and for an ambiguous number."""
        if core.isascii() and core.isdigit() and len(core) < LONGEST:
            return float(core)
        plain = self.plain(core)
        if plain is None or not PLAIN.fullmatch(plain):
            return None
        number = float(plain)
        return number if abs(number) < float("inf") else None

    def plain(self, core: str) -> str | None:
        """Return a number with a decimal point and without groups, or None where the marks contradict the format."""
        last = max(core.rfind("."), core.rfind(","))
        if last < 0:
            return core
        mark, other = core[last], ".,"[core[last] == "."]
        meaning = self.point if mark == "." else self.comma
        if other in core:
            head, tail = core[:last], core[last + 1 :]
            return f"{_ungrouped(head, other)}.{tail}" if _ungrouped(head, other) and mark not in head else None
        if core.count(mark) > 1:
            return _ungrouped(core, mark) or None
        if AMBIGUOUS[mark].fullmatch(core):
            return {"decimal": core.replace(mark, "."), "group": core.replace(mark, "")}.get(meaning)
        return None if meaning == "group" and _learned_group(self, mark) else core.replace(mark, ".")


@dataclass(frozen=True)
class LearnedFormat(NumberFormat):
    """A format that numbers of the column show.

    Attributes:
        groups: the marks that separate thousands somewhere in the column.
    """

    groups: str = ""


def _learned_group(form: NumberFormat, mark: str) -> bool:
    return isinstance(form, LearnedFormat) and mark in form.groups


def _ungrouped(text: str, mark: str) -> str:
    """Return a whole number without its marks between groups of three digits, or empty."""
    return (
        text.replace(mark, "") if re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+", text, re.ASCII) else ""
    )


def written(text: str) -> Written:
    """Separate a number from signs of approximation, footnote marks, units and spaces between groups."""
    if text.isascii() and text.isdigit():
        return Written(text)
    core = text.strip().strip('"').strip().replace("−", "-")[: LONGEST + 1]
    if len(core) > LONGEST:
        return Written(text)
    bare = FOOTNOTE.sub("", core) if len(core) > 1 else core
    footnote = bare != core and any(letter.isdigit() for letter in bare)
    core = bare if footnote else core
    exact = ABOUT_AFTER.sub("", ABOUT.sub("", core, count=1))
    about = exact != core and any(letter.isdigit() for letter in exact)
    core = UNIT.sub("", exact if about else core)
    for pattern in GROUPED.values():
        if found := pattern.match(core.lstrip("+-")):
            core = core.replace(found[0], re.sub(r"\D", "", found[0]))
    return Written(core, about, footnote)


def learn_format(cells: Iterable[str], plausible: tuple[float, float], usual_comma: str = "group") -> LearnedFormat:
    """Learn what points and commas mean in a column.

    Args:
        cells: the texts of the column.
        plausible: the lowest and the highest plausible median of its numbers.
        usual_comma: what a comma between one to three and exactly three digits means where nothing shows it.
    """
    cores = [core for text in cells if ("." in text or "," in text) and (core := written(text).core)]
    point, point_groups = _meaning(cores, ".", plausible, "unknown")
    comma, comma_groups = _meaning(cores, ",", plausible, usual_comma)
    groups = ("." if point_groups else "") + ("," if comma_groups else "")
    return LearnedFormat(point, comma, groups)


def _meaning(cores: Sequence[str], mark: str, plausible: tuple[float, float], usual: str) -> tuple[str, bool]:
    """Return the meaning of a mark, and whether it separates thousands in some number."""
    other = ".,"[mark == "."]
    one = rf"[+-]?\d+{re.escape(mark)}(?:\d{{1,2}}|\d{{4,}})|[+-]?(?:0|\d{{4,}}){re.escape(mark)}\d+"
    decimal = re.compile(rf"(?:{one}|[+-]?\d{{1,3}}(?:{re.escape(other)}\d{{3}})+{re.escape(mark)}\d+)", re.ASCII)
    several = re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?:{re.escape(other)}\d+)?", re.ASCII)
    doubtful = [core for core in cores if AMBIGUOUS[mark].fullmatch(core)]
    shows_decimals = any(decimal.fullmatch(core) and core.rpartition(mark)[2].strip("0") for core in cores) or any(
        re.fullmatch(rf"[+-]?\d{{4,}}{re.escape(mark)}\d+", core, re.ASCII) for core in cores
    )
    shows_groups = any(several.fullmatch(core) and (core.count(mark) > 1 or other in core) for core in cores)
    if shows_groups != shows_decimals:
        return ("group", True) if shows_groups else ("decimal", False)
    if not doubtful:
        return ("unknown" if shows_groups else "decimal" if mark == "." else usual), False
    low, high = plausible
    as_groups = low <= median(abs(float(core.replace(mark, ""))) for core in doubtful) <= high
    as_decimals = low <= median(abs(float(core.replace(mark, "."))) for core in doubtful) <= high
    if shows_groups or as_groups == as_decimals:
        return usual, usual == "group"
    return ("group", True) if as_groups else ("decimal", False)


def why_unreadable(text: str) -> str:
    """Return what a text is instead of a number: ``a range``, ``suppressed``; empty where it is not known."""
    if SUPPRESSED.fullmatch(text.strip()):
        return "suppressed"
    if RANGE.fullmatch(text.strip()):
        return "a range"
    if text.strip().endswith("%"):
        return "a percentage"
    return "it may be thousands or decimals" if re.fullmatch(r"\d{1,3}[.,]\d{3}", text.strip()) else ""
