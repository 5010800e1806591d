"""Stored figures of the coverage simulation, case by case, so that a stopped run loses only the case in progress."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from alliance_sim.files import write_atomically
from tests.statistics.coverage.cases import CASES, Measured

FILE = Path(__file__).with_name("measured.csv")
COLUMNS = ("case", "date", "section", "what", "data", "n", "rule", "share", "sets")


def read_all(file: Path = FILE) -> dict[str, list[Measured]]:
    """Return the stored figures of each case, in the order of the cases."""
    return {name: found for name, (_, found) in _read(file).items()}


def dates(file: Path = FILE) -> tuple[str, str]:
    """Return the first and the last date on which a stored case was measured."""
    found = sorted(day for day, _ in _read(file).values())
    return found[0], found[-1]


def store(name: str, found: list[Measured], file: Path = FILE) -> None:
    """Replace the stored figures of one case."""
    known = _read(file)
    known[name] = date.today().isoformat(), found
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for case in (name for name in CASES if name in known):
        day, figures = known[case]
        for one in figures:
            rows.writerow([case, day, one.section, one.what, one.data, one.n, one.rule, f"{one.share:.5f}", one.sets])
    write_atomically(file, text.getvalue())


def _read(file: Path) -> dict[str, tuple[str, list[Measured]]]:
    known: dict[str, tuple[str, list[Measured]]] = {}
    if file.exists():
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                one = Measured(
                    row["section"], row["what"], row["data"], int(row["n"]), row["rule"], float(row["share"]),
                    int(row["sets"]),
                )  # fmt: skip
                known.setdefault(row["case"], (row["date"], []))[1].append(one)
    return {name: known[name] for name in CASES if name in known}
