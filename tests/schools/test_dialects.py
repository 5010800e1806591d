"""One truth, written in ten dialects, reads to one roster."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim.schools import SchoolList, read_schools

EXAMPLES = int(os.environ.get("DIALECT_EXAMPLES", "12"))
"""Lists for each dialect and layout; CI runs few."""

FIELDS = ("id", "name", "pupils", "teachers", "alliance", "status", "phase", "town", "postcode", "east", "north")
TITLES = {
    "plain": dict(zip(FIELDS, (*FIELDS[:9], "east_km", "north_km"), strict=True)),
    "register": {
        "id": "URN", "name": "EstablishmentName", "pupils": "NumberOfPupils", "teachers": "teachers",
        "alliance": "Trusts (name)", "status": "EstablishmentStatus (name)", "phase": "PhaseOfEducation (name)",
        "town": "Town", "postcode": "Postcode", "east": "Easting", "north": "Northing",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How a program writes a list."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quoting: int = csv.QUOTE_MINIMAL
    quote: str = '"'
    decimal: str = "."
    thousands: str = ""
    missing: str = ""
    end: str = "\r\n"
    titles: str = ""
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    total: bool = False
    blanks: bool = False
    padding: int = 0

    def title(self, title: str) -> str:
        """Return a title as this program changes it."""
        if self.titles == "r":
            return "".join(letter if letter.isalnum() or letter == "_" else "." for letter in title)
        if self.titles == "snake":
            words = "".join(f" {letter}" if letter.isupper() else letter for letter in title)
            return "_".join("".join(letter if letter.isalnum() else " " for letter in words).lower().split())
        return f" {title.upper()} " if self.titles == "upper" else title

    def whole(self, number: int | None) -> str:
        """Return a whole number."""
        return self.missing if number is None else f"{number:,}".replace(",", self.thousands)


DIALECTS = {
    "Excel, English": Dialect("utf-8-sig", thousands=",", padding=2),
    "Excel, German": Dialect("cp1252", ";", decimal=",", thousands=".", total=True),
    "Excel, French": Dialect("utf-8", ";", decimal=",", thousands="\N{NARROW NO-BREAK SPACE}", missing="-"),
    "Excel, Swiss": Dialect("cp1252", ";", thousands="'", missing="n/a", blanks=True),
    "Excel, Unicode text": Dialect("utf-16", "\t", above=("Schools in the area", ""), missing="#N/A"),
    "Excel on an old Macintosh": Dialect("mac_roman", ",", end="\r", missing="None"),
    "R": Dialect("utf-8", quoting=csv.QUOTE_NONNUMERIC, missing="NA", end="\n", titles="r"),
    "pandas": Dialect("utf-8", missing="nan", end="\n", titles="snake", below=("Source: a register, 2023",)),
    "a database": Dialect("utf-8", "|", csv.QUOTE_ALL, missing="NULL", end="\n", titles="upper", total=True),
    "an office": Dialect(
        "utf-8", ",", csv.QUOTE_ALL, "'", missing="Not applicable", thousands=" ", blanks=True,
        above=("Roll", "", "as at 1 May 2023"), below=("", "Note 1: numbers are provisional"),
    ),
}  # fmt: skip

WORDS = st.sampled_from(["Ash", "Beech", "St Zénobie's", "École Élan", "Señor", "Oak & Elm", "Upper, Lower", "King’s"])
SCHOOL = st.fixed_dictionaries({
    "name": st.tuples(WORDS, st.sampled_from(["Primary", "Infant School", "Academy"])).map(" ".join),
    "pupils": st.one_of(st.integers(1, 2999), st.none()),
    "teachers": st.one_of(st.integers(1, 150), st.none()),
    "alliance": st.sampled_from(["Nord-Ost Hub", "Südhub", "Reach2", None]),
    "status": st.sampled_from(["Open", "Open", "Open, but proposed to close", "Closed"]),
    "phase": st.sampled_from(["Primary", "Secondary", None]),
    "town": st.sampled_from(["Dale", "Hill", "Ærø", None]),
    "postcode": st.sampled_from(["ZZ1 1AA", "YY22 1AA", None]),
    "place": st.one_of(st.tuples(st.integers(4000, 4400), st.integers(1000, 1600)), st.none()),
})  # fmt: skip
TRUTH = st.lists(SCHOOL, min_size=3, max_size=9).filter(
    lambda schools: sum(one["status"] != "Closed" and one["pupils"] is not None for one in schools) >= 2
)


def row_of(number: int, school: dict, dialect: Dialect, kind: str) -> dict[str, str]:
    """Return the fields of a school as a program writes them."""
    texts = {name: dialect.missing if school[name] is None else school[name] for name in FIELDS if name in school}
    texts |= {"id": str(number), "name": f"{school['name']} {number}"}
    pupils = school["pupils"] if school["pupils"] or school["teachers"] is None else None
    texts |= {"pupils": dialect.whole(pupils), "teachers": dialect.whole(school["teachers"])}
    places = school["place"] or (None, None)
    for name, tenths in zip(("east", "north"), places, strict=True):
        kilometres = None if tenths is None else f"{tenths / 10:.1f}".replace(".", dialect.decimal)
        metres = None if tenths is None else str(tenths * 100)
        text = kilometres if kind == "plain" else metres
        texts[name] = dialect.missing if text is None else text
    return texts


def written(schools: list[dict], dialect: Dialect, kind: str, order: list[str]) -> bytes:
    """Return a list as a program writes it."""
    text = io.StringIO()
    writer = csv.writer(
        text, delimiter=dialect.delimiter, quoting=dialect.quoting, quotechar=dialect.quote, lineterminator=dialect.end
    )
    rows = [row_of(number, school, dialect, kind) for number, school in enumerate(schools, start=100)]
    for line in dialect.above:
        text.write(line + dialect.end)
    writer.writerow([*(dialect.title(TITLES[kind][name]) for name in order), *[""] * dialect.padding])
    for row in rows:
        writer.writerow([*(row[name] for name in order), *[""] * dialect.padding])
        if dialect.blanks:
            writer.writerow([""] * len(order))
    if dialect.total:
        count = sum(school["pupils"] or 0 for school in schools)
        total = {"name": "Total", "pupils": dialect.whole(count)}
        writer.writerow([total.get(name, "") for name in order])
    for line in dialect.below:
        text.write(line + dialect.end)
    return text.getvalue().encode(dialect.encoding)


def read(data: bytes) -> SchoolList:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(data)
        return read_schools(path, alliance_size=3)


@pytest.mark.parametrize("kind", TITLES)
@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_one_truth_reads_alike_in_every_dialect(dialect, kind):
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(TRUTH, st.permutations(FIELDS))
    def check(schools, order):
        truth = read(written(schools, Dialect(end="\n"), kind, list(FIELDS)))
        found = read(written(schools, dialect, kind, order))
        assert found.roster.digest == truth.roster.digest
        assert {note.name for note in found.report.left_out if note.reason == "closed"} == {
            note.name for note in truth.report.left_out if note.reason == "closed"
        }
        assert found.report.groups == truth.report.groups

    check()


def test_there_are_ten_dialects_that_differ():
    assert len(set(DIALECTS.values())) == len(DIALECTS) == 10
    assert len({dialect.encoding for dialect in DIALECTS.values()}) >= 5
    assert len({dialect.missing for dialect in DIALECTS.values()}) >= 8


def test_the_truth_is_read_as_it_was_written():
    school = {
        "name": "Ash Academy", "pupils": 1206, "teachers": 61, "alliance": "Südhub", "status": "Open", "phase": None,
        "town": None, "postcode": None, "place": (4001, 1002),
    }  # fmt: skip
    for kind in TITLES:
        roster = read(
            written([school, school | {"pupils": None}], DIALECTS["Excel, German"], kind, list(FIELDS))
        ).roster
        assert roster.name == ("Ash Academy 100", "Ash Academy 101")
        assert roster.pupils.tolist() == [1206, 1220]
        assert roster.teachers.tolist() == [61, 61]
        assert roster.alliance_name == ("Südhub",)
        assert roster.east.tolist() == pytest.approx([400.1, 400.1])
        assert roster.north.tolist() == pytest.approx([100.2, 100.2])
