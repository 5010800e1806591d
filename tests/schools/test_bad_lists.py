"""Invalid lists are refused in one sentence with place, problem and remedy."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim.schools import SchoolListError, list_file, read_schools

HEADER = b"URN,EstablishmentName,EstablishmentStatus (name),NumberOfPupils\n"

BAD = {
    "empty": (b"", ["empty", "header"]),
    "only a byte-order mark and blank lines": (b"\xef\xbb\xbf\n \r\n", ["empty"]),
    "header only": (HEADER, ["line 1", "no row under it", "add a row"]),
    "header in broken quotes": (b'"URN,Name\n1,2\n', ["line 1", "header cannot be read", "never closed"]),
    "Excel workbook": (b"PK\x03\x04rest", ["Excel workbook", "CSV UTF-8"]),
    "old Excel workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", ["old Excel workbook", "save it"]),
    "PDF": (b"%PDF-1.7 ...", ["PDF", "spreadsheet"]),
    "gzip": (b"\x1f\x8b\x08\x00", ["gzip", "CSV"]),
    "UTF-16 cut short": ("URN,name".encode("utf-16")[:-1], ["UTF-16", "CSV UTF-8"]),
    "web page": (b"\n<!DOCTYPE html><html>", ["web page", "download the list"]),
    "NUL bytes": (HEADER + b"1,A\0B,Open,20\n", ["line 2", "NUL", "CSV UTF-8"]),
    "no known text": (HEADER + b"1,A\x81,Open,20\n", ["line 2", "0x81", "cp1252"]),
    "other columns": (
        b"day,rain\n1,2\n",
        [
            "line 1",
            "found: day, rain",
            "URN, EstablishmentName, NumberOfPupils",
            "or name, pupils or teachers for a plain list",
        ],
    ),
    "JSON": (b'[{"URN": 1}]', ["line 1", "no column of a list of schools"]),
    "one column misspelt": (
        b"URN,EstablishmentName,NumberOfPupil\n1,A,20\n",
        ["line 1", "column NumberOfPupils", "rename NumberOfPupil to NumberOfPupils", "did you mean"],
    ),
    "columns missing": (b"URN,Town\n1,A\n", ["line 1", "EstablishmentName, NumberOfPupils", "add them"]),
    "plain without sizes": (b"name,east_km,north_km\nA,1,2\n", ["line 1", "pupils or teachers", "add it"]),
    "column twice": (b"URN,EstablishmentName,NumberOfPupils,urn\n1,A,20,2\n", ["line 1", "column URN", "2 times"]),
    "all closed": (HEADER + b"1,A,Closed,20\n2,B,Closed,30\n", ["no school is open", "closed: 2", "begins with Open"]),
    "no pupils": (HEADER + b"1,A,Open,\n2,B,Open,0\n3,C,Closed,9\n", ["no open school has pupils", "NumberOfPupils"]),
    "absurd numbers": (
        HEADER + b"1,A,Open,-3\n2,B,Open,1e9\n",
        ["no row can be used", "unbelievable number of pupils or teachers: 2", "line 2"],
    ),
    "text for numbers": (HEADER + b"1,A,Open,2x0\n2,B,Open,many\n", ["unreadable pupils: 2", "pupils 2x0", "correct"]),
    "ragged": (HEADER + b"1,A\n2,B,Open,20,x,y\n", ["broken row: 2", "2 fields where the header has 4", "line 2"]),
    "one school": (HEADER + b"1,A,Open,20\n2,B,Closed,20\n", ["only A can be used", "closed: 1", "needs two"]),
    "one school twice": (HEADER + b"1,A,Open,20\n1,A,Open,20\n", ["only A", "duplicate URN: 1"]),
    "quote bomb": (HEADER + b'1,"' * 5000, ["no row can be used", "broken row", "line 2"]),
    "endless field": (HEADER + b"1," + b"A" * 200_000 + b",Open,20\n", ["131,072 characters", "line 2"]),
    "field within field": (b"x" * 300_000, ["line 1", "131,072 characters"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_list_is_refused_in_one_sentence_with_a_place_and_a_way_out(tmp_path, case):
    content, fragments = BAD[case]
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(SchoolListError) as refusal:
        read_schools(path, alliance_size=6, pupils_per_teacher=20)
    said = str(refusal.value)
    assert said.startswith(str(path))
    assert said.endswith(".")
    assert said.isprintable()
    assert "{" not in said or b"{" in content
    assert len(said) < 700
    for fragment in fragments:
        assert fragment in said


def refusal_of(path: object) -> str:
    with pytest.raises(SchoolListError) as refusal:
        read_schools(path, alliance_size=6, pupils_per_teacher=20)
    return str(refusal.value)


def test_a_path_that_is_no_file_is_refused(tmp_path):
    assert "there is no such file" in refusal_of(tmp_path / "nowhere.csv")
    assert "this is a directory" in refusal_of(tmp_path)
    assert "cannot be read" in refusal_of("a\0b.csv")
    assert "not an ordinary file" in refusal_of("/dev/null")
    assert "cannot be read" in refusal_of("x" * 5000)


def test_a_file_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(list_file, "LARGEST_FILE", 1024 * 1024)
    path = tmp_path / "large.csv"
    path.write_bytes(HEADER + b"1,A,Open,20\n" * 100_000)
    assert "larger than 1 MB" in refusal_of(path)


def test_too_many_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("alliance_sim.schools.list_table.MOST_ROWS", 10)
    path = tmp_path / "long.csv"
    path.write_bytes(HEADER + b"1,A,Open,20\n" * 11)
    assert "line 12: there are more than 10 rows" in refusal_of(path)
    monkeypatch.setattr(list_file, "MOST_LINES", 11)
    assert "more than 11 lines" in refusal_of(path)


def tried(content: bytes) -> None:
    """Read these bytes as a list: schools with consistent counts, or a refusal; anything else is a failure."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(content)
        try:
            found = read_schools(path, alliance_size=3, pupils_per_teacher=20)
        except SchoolListError as refusal:
            said = [str(refusal)]
        else:
            said = found.report.sentences()
            assert found.report.rows == found.report.taken + len(found.report.left_out)
            assert found.roster.schools == found.report.taken >= 2
            assert all(name.isprintable() and name for name in (*found.roster.name, *found.roster.alliance_name))
        assert said
        assert all(sentence.isprintable() for sentence in said)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", HEADER, b"name,pupils\n", b"name;teachers;id;alliance\n"]))
def test_no_bytes_crash_it(noise, header):
    tried(header + noise)


EXAMPLE = (Path(__file__).parents[2] / "configs" / "example_schools.csv").read_bytes()
SLIPS = [
    b'"',
    b",",
    b"\n",
    b'",',
    b"\r",
    b"\xe9",
    b"\x81",
    b"",
    b"-",
    b"1e308",
    b"nan",
    b"\x1a",
    b"=1+1",
    b"\xff",
    b"\xc3\xa9",
]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(EXAMPLE)), st.integers(0, 40), st.sampled_from(SLIPS)), max_size=12))
def test_no_slip_of_the_keyboard_crashes_it(slips):
    content = EXAMPLE
    for at, length, instead in slips:
        content = content[:at] + instead + content[at + length :]
    tried(content)


FIELDS = st.one_of(
    st.sampled_from(["", "1", "2", "20", "Open", "Closed", "A", "-1", "1e9", "500000", "GU1 1AA"]), st.text(max_size=8)
)
COLUMNS = st.sampled_from(
    ["name", "pupils", "teachers", "id", "alliance", "east_km", "north_km", "status", "town", "postcode", "x"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(COLUMNS, unique=True, max_size=8),
    st.lists(st.lists(FIELDS, min_size=6, max_size=8), max_size=12),
    st.data(),
)
def test_no_table_crashes_it(columns, rows, data):
    columns = ["name", "pupils", *[column for column in columns if column not in ("name", "pupils")]]
    with tempfile.TemporaryFile("w+", newline="", encoding="utf-8", errors="replace") as file:
        csv.writer(file).writerows([columns, *[(row * 2)[: len(columns)] for row in rows]])
        file.seek(0)
        tried(file.read().encode(errors="replace"))


def test_one_open_quote_in_a_long_file_does_not_cost_the_rest(tmp_path):
    path = tmp_path / "long.csv"
    path.write_bytes(HEADER + b'0,"A,Open,20\n' + b"".join(b"%d,A,Open,20\n" % n for n in range(1, 20_001)))
    found = read_schools(path, alliance_size=6, pupils_per_teacher=20)
    assert found.report.taken == 20_000
    assert [note.detail for note in found.report.left_out] == ["a quote that is never closed"]


def test_quotes_that_stay_open_for_ever_cost_no_more_than_their_lines(tmp_path):
    path = tmp_path / "bomb.csv"
    path.write_bytes(HEADER + b'x","\n' * 20_000)
    assert "(broken row: 20,000;" in refusal_of(path)
