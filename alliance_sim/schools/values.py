"""Interpret the texts of a list: words for nothing, status, dates, phases, numbers of schools, names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from alliance_sim.schools.errors import visible
from alliance_sim.schools.row_notes import Reason, Refusal

LONGEST_NAME = 120
ACTED_ON = "=+@-|\\"
"""Initial characters of text that spreadsheets may interpret; results contain the schools' names."""

MISSING = frozenset(
    (
        "", "na", "n/a", "n.a.", "n.a", "#n/a", "#na", "<na>", "n / a", "nan", "null", "(null)", "#null!", "none",
        "nil", "nat", "not applicable", "not available", "not known", "not recorded", "not supplied", "not provided",
        "not given", "not reported", "not collected", "no data", "no data available", "unknown", "missing",
        "(missing)", "blank", "(blank)", "empty", "undefined", "tbc", "tbd", "tba", "-", "--", "---", "–", "—", "−",
        ".", "..", "...", "…", "?", "??", "\\n", "†", "#ref!", "#value!", "#div/0!", "#name?", "does not apply",
        "no trust", "no federation", "no alliance", "not in a trust", "not in a federation",
        "not under a federation", "not supported by a trust", "not supported by a federation",
    )
)  # fmt: skip
"""Words for nothing, in lower case."""

LONGEST_MISSING = max(map(len, MISSING))
FORMULA_TEXT = re.compile(r'="(.*)"')
WHOLE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.0+)?|\d+(?:\.0*)?", re.ASCII)
LETTERED = re.compile(r"(?=.*[^\W_])[\w./ -]{1,40}")
"""A school's number with letters or signs between its digits."""

SCIENTIFIC = re.compile(r"\d[.,]\d+e[+-]?\d+|\de[+-]\d+", re.IGNORECASE | re.ASCII)
"""A number that a spreadsheet has shortened."""

OPEN = ("open", "re-open", "reopen", "currently operational", "operational", "operating", "active", "current", "new",
        "added", "changed", "live", "in operation")  # fmt: skip
CLOSED = ("closed", "inactive", "ceased", "defunct", "permanently closed", "no longer", "close")
PROPOSED = ("proposed", "future", "planned", "pre-opening", "under construction", "not yet open")
NEVER = re.compile(
    r"^(?:9999|2[1-9]\d\d|0000|1[0-8]\d\d|1900)\b|\b(?:9999|2[1-9]\d\d|0000|1[0-8]\d\d|1900)$|^0+$|00[-/.]00[-/.]"
)
"""Dates that stand for no date."""

DATE = re.compile(
    r"\d{1,4}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ]\d{2,4}(?:[t ].*)?|[a-z]{3,9} \d{1,2},? \d{4}|[a-z]{3,9}[-/. ]\d{2,4}"
    r"|(?:19|20)\d{6}|(?:19|20)\d\d|[34]\d{4}(?:\.0+)?",
    re.IGNORECASE,
)
"""A date, among them the number of a day as Excel stores it."""


@lru_cache(maxsize=2**15)
def plain_text(text: str) -> str:
    """Return a text without spaces around it, and without the signs by which Excel marks text; empty for nothing."""
    text = text.strip(" \t\r\n\v\f\N{NO-BREAK SPACE}\u200b\ufeff")
    if text.startswith('="') and (found := FORMULA_TEXT.fullmatch(text)):
        text = found[1].strip()
    elif text[:1] == "'" and text[1:2].isdigit() and text[-1] != "'":
        text = text[1:]
    if len(text) <= LONGEST_MISSING and text.casefold() in MISSING:
        return ""
    return text


def whole(text: str) -> int | None:
    """Parse a non-negative whole number, such as ``1,206`` or ``206.0``; return None for other text."""
    if not WHOLE.fullmatch(text) or len(text) > 30:
        return None
    return int(text.partition(".")[0].replace(",", ""))


def not_open(status: str) -> Refusal | None:
    """Return the reason why a school of a status is left out; None if open, such as "Open, but proposed to close"."""
    folded = " ".join(re.sub(r"^\d+\s*[-–.:]\s*", "", status).split()).casefold()
    if folded.startswith(OPEN):
        return None
    if folded.startswith(CLOSED):
        return Refusal(Reason.CLOSED)
    if folded.startswith(PROPOSED):
        return Refusal(Reason.PROPOSED)
    return Refusal(Reason.NOT_OPEN, f"status {visible(status, 30)}" if status else "no status")


def closed_by(date: str) -> Refusal | None:
    """Return the reason why a school with a date of closing is left out; None where there is no such date."""
    folded = date.casefold()
    if not date or NEVER.search(folded) or folded in ("open", "no", "n", "false"):
        return None
    known = DATE.fullmatch(folded) is not None or folded in ("closed", "yes", "y", "true")
    return Refusal(Reason.CLOSED if known else Reason.NOT_OPEN, f"close date {visible(date, 30)}")


@lru_cache(maxsize=2**15)
def harmless(text: str) -> str:
    """Return a name that is safe in terminals and spreadsheets: one line, no control characters, no formula."""
    shown = text[: 4 * LONGEST_NAME]
    if not shown.isprintable():
        kinds = ((letter, unicodedata.category(letter)) for letter in shown)
        shown = "".join(" " if kind[0] in "CZ" else letter for letter, kind in kinds if kind != "Cf")
    shown = " ".join(shown.split()).lstrip(ACTED_ON + " ")
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1].rstrip()}…"


PHASES = {
    "primary": r"\bprimary|elementary|\bjunior|\binfant|contributing|\bfirst school",
    "secondary": r"secondary|\bhigh\b|grammar|post-primary|upper school|\b(?:years?|yr) (?:7|9)\b",
    "nursery": r"nursery|\bpre-?k|early years|preschool",
    "special": r"special",
    "middle": r"\bmiddle\b",
    "all-through": r"all[- ]through|composite|combined",
    "16 plus": r"16 plus|sixth form|post[- ]?16",
}
"""Words in the column of phases by which a phase is known."""


def has_phase(phase: str, wanted: str) -> bool:
    """Return whether a text of the column of phases belongs to a phase: ``Middle deemed primary`` is primary."""
    folded, sought = " ".join(phase.split()).casefold(), " ".join(wanted.split()).casefold()
    if folded == sought:
        return True
    if sought == "primary" and re.search(r"post-primary|secondary", folded):
        return False
    if sought in PHASES:
        return re.search(PHASES[sought], folded) is not None
    return folded.startswith(sought)
