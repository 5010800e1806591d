"""Tables of THEORY.md, made from stored results and compared with the page: ``python -m analysis theory``.

Each table is between two marks, which name its results. The rest of the page is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import alliance_sim
from alliance_sim.files import write_atomically
from alliance_sim.statistics.verdicts import Verdict
from analysis.evidence import Check, Evaluation, format_effect
from analysis.stored_results import StoredResults, read_results
from analysis.thresholds import thresholds_of

PAGE = Path(alliance_sim.__file__).parent / "THEORY.md"
BEGIN, END = "<!-- results: {} -->", "<!-- end of results -->"
_BLOCK = re.compile(r"<!-- results: (?P<name>[a-z]+) -->\n(?P<table>.*?)<!-- end of results -->\n", re.DOTALL)


class TheoryError(Exception):
    """The page and its results do not fit; the message says where and what to do."""


def table_of(results: StoredResults) -> str:
    """Return the table of a command's results, with model version, seeds and date above it."""
    head = (
        f"Model {results.model}, {results.seeds} paired seeds from {results.first_seed}, simulated on {results.date} "
        f"(`analysis/results/{results.command}.json`).\n\n"
    )
    return head + "\n".join(TABLES[results.command](results)) + "\n"


def _verdicts(results: StoredResults) -> list[str]:
    rows = [f"| # | {results.command[:-1]} | effect [95 % interval], required | verdict |", "|---|---|---|---|"]
    for found in results.evaluations():
        # Rows of the tables above have the plain ids of claims.
        number = f"claim {found.number}" if results.command == "claims" else f"{found.number}"
        rows.append(f"| {number} | {found.name} | {_checks(found)} | {_verdict(found)} |")
    return rows


def _checks(found: Evaluation) -> str:
    return "; ".join(_escaped(f"{check}{_own_verdict(check, found)}") for check in found.checks)


def _own_verdict(check: Check, found: Evaluation) -> str:
    """Return a check's own verdict where it is not that of the whole."""
    return "" if check.result is found.result else f" ({check.result})"


def _verdict(found: Evaluation) -> str:
    return str(found.result) if found.result is Verdict.HOLDS else f"**{found.sentence}**"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _orders(results: StoredResults) -> list[str]:
    names = [effect.what for effect in results.entries[0].effects]
    rows = [f"| all at once minus one after another | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    rows += [
        f"| {entry.name} | {' | '.join(format_effect(effect) for effect in entry.effects)} |"
        for entry in results.entries
    ]
    return rows


TABLES: Mapping[str, Callable[[StoredResults], list[str]]] = {
    "patterns": _verdicts,
    "claims": _verdicts,
    "order": _orders,
    "experiments": _verdicts,
}
"""How the table of each command's results is made."""


def names_on(page: str) -> list[str]:
    """Return the names of the results whose tables are on the page, in order.

    Raises:
        TheoryError: if a mark has no counterpart, or names results that have no table.
    """
    found = [block["name"] for block in _BLOCK.finditer(page)]
    if len(found) != page.count("<!-- results:") or len(found) != page.count(END):
        raise TheoryError(f"{PAGE.name}: a table's mark has no counterpart; write {BEGIN.format('patterns')} … {END}")
    if unknown := [name for name in found if name not in TABLES]:
        raise TheoryError(f"{PAGE.name}: there is no table of {unknown[0]}; the tables are {', '.join(TABLES)}")
    return found


def with_tables(page: str, folder: Path) -> str:
    """Return the page with its tables made again from the results in ``folder``.

    Raises:
        TheoryError: if the page's marks are wrong.
        StoredResultsError: if results are missing.
    """
    tables = {name: table_of(read_results(folder, name)) for name in names_on(page)}
    return _BLOCK.sub(lambda block: f"{BEGIN.format(block['name'])}\n{tables[block['name']]}{END}\n", page)


def differing_lines(page: str, folder: Path) -> list[str]:
    """Return the lines of the page's tables that differ from those made from the results."""
    expected = with_tables(page, folder)
    there = set(page.splitlines())
    return [line for line in expected.splitlines() if line not in there]


def require_all(found: Sequence[StoredResults], registered: Mapping[str, Sequence[int | str]]) -> None:
    """Refuse results of some patterns or claims only.

    Args:
        found: the results of each table.
        registered: the numbers that each command must have.

    Raises:
        TheoryError: if a number is missing or unknown.
    """
    for results in found:
        numbers = [entry.number for entry in results.entries]
        expected = registered.get(results.command, numbers)
        if differ := sorted(map(str, set(expected) ^ set(numbers))):
            raise TheoryError(
                f"{results.command}.json must have each of the {len(expected)} {results.command} once, but differs in "
                f"{', '.join(differ)}; run python -m analysis {results.command} RESULTS"
            )


def changed_thresholds(results: StoredResults) -> list[str]:
    """Return the checks whose threshold is not the one by which the stored results were judged.

    Experiments state their thresholds in their own files.
    """
    if results.command == "experiments":
        return []
    section = results.command[:-1]
    found: list[str] = []
    for entry in results.entries:
        if not entry.thresholds:
            continue
        now = thresholds_of(section, entry.number)
        keys = [*now, *(key for key in entry.thresholds if key not in now)]
        found += [f"{section} {entry.number}, {key}" for key in keys if now.get(key) != entry.thresholds.get(key)]
    return found


def write_page(folder: Path, page: Path = PAGE) -> bool:
    """Write the page with its tables made again; return whether it has changed."""
    before = page.read_text(encoding="utf-8")
    after = with_tables(before, folder)
    if after != before:
        write_atomically(page, after)
    return after != before
