# ruff: noqa: E501 - a list stands on one line beside its schools
"""Forms in which people and programs write lists: each is read right, or what is not read is named."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim.schools import SchoolListError
from alliance_sim.schools.text_decoding import decode

READ = {
    "a row of units": ("name,pupils\n,(number)\nAsh,210\nBeech,200\n", {"Ash": 210, "Beech": 200}),
    "titles on two lines": ("School,Number of,\nName,Pupils,Town\nAsh,210,X\nBeech,200,X\n", {"Ash": 210, "Beech": 200}),
    "a title above columns": (",Pupils,\nSchool name,Boys,Total\nAsh,9,210\nBeech,9,200\n", {"Ash": 210, "Beech": 200}),
    "a year in a title": ("School Name,Roll (July 2023)\nAsh,210\nBeech,200\n", {"Ash": 210, "Beech": 200}),
    "a share beside": ("name,Pupils (%),Pupils\nAsh,10%,210\nBeech,20%,200\n", {"Ash": 210, "Beech": 200}),
    "camel case": ("SchoolName,TotalPupils\nAsh,210\nBeech,200\n", {"Ash": 210, "Beech": 200}),
    "empty columns": ("name,pupils,,,\nAsh,210,,,\nBeech,200,,,,,\n", {"Ash": 210, "Beech": 200}),
    "spaces after commas": ('name, pupils\n"Ash, upper", 210\n"Beech", 200\n', {"Ash, upper": 210, "Beech": 200}),
    "sep=": ('"sep=|"\nname|pupils\nAsh|210\nBeech|200\n', {"Ash": 210, "Beech": 200}),
    "lines in quotes": ('"name,pupils"\n"Ash,210"\n"Beech,200"\n', {"Ash": 210, "Beech": 200}),
    "quotes of R": ('"name","pupils"\n"Ash \\"Red\\" School",210\n"Beech",200\n', {'Ash "Red" School': 210, "Beech": 200}),
    "line ends of three systems": ("name,pupils\r\nAsh,210\nBeech,200\rCedar,190", {"Ash": 210, "Beech": 200, "Cedar": 190}),
    "a title on two lines": ('name,"number of\npupils"\nAsh,210\nBeech,200\n', {"Ash": 210, "Beech": 200}),
    "UTF-16 without a mark": ("name,pupils\nAsh,210\nBeech,200\n".encode("utf-16-le"), {"Ash": 210, "Beech": 200}),
    "an end of file of MS-DOS": (b"name,pupils\nAsh,210\nBeech,200\n\x1a", {"Ash": 210, "Beech": 200}),
    "text in Excel": ('id,name,pupils\n="007",="Ash","=""210"""\n\'008,Beech,200\n', {"Ash": 210, "Beech": 200}),
    "a table of Markdown": ("| name | pupils |\n|---|---|\n| Ash | 210 |\n| Beech | 200 |\n", {"Ash": 210, "Beech": 200}),
    "about": ("name,pupils\nA,c. 200\nB,~180\nC,about 170\nD,160 (est.)\nE,150e\n", {"A": 200, "B": 180, "C": 170, "D": 160, "E": 150}),
    "footnote marks": ("name,pupils\nA,210*\nB,200¹\nC,190 [1]\nD,180 (2)\n", {"A": 210, "B": 200, "C": 190, "D": 180}),
    "spaces and apostrophes": ("name,pupils\nA,1\u2009206\nB,1\u202f450\nC,2’100\nD,1\u00a0100\nE,1'300\nF,\"1,234\"\n",
                               {"A": 1206, "B": 1450, "C": 2100, "D": 1100, "E": 1300, "F": 1234}),
    "points in a comma list": ("name,pupils\nA,1.206\nB,980\nC,1.045\n", {"A": 1206, "B": 980, "C": 1045}),
    "three decimals": ("name,pupils\nA,206.000\nB,98.000\nC,1045.000\n", {"A": 206, "B": 98, "C": 1045}),
    "exponents": ("name,pupils\nA,1e+03\nB,2.1E+02\n", {"A": 1000, "B": 210}),
    "pupils in full-time equivalents": ("name,pupils\nA,210.5\nB,199.75\n", {"A": 210, "B": 200}),
    "subtotals": ("name,pupils,town\nA,210,X\nB,200,X\nX total,410,\nC,190,Y\nGrand total,600,\n", {"A": 210, "B": 200, "C": 190}),
    "a subtotal without a name": ("name,pupils,town\nA,210,X\nB,200,X\n,410,\nC,190,Y\n", {"A": 210, "B": 200, "C": 190}),
    "a total beside the names": ("LA,name,pupils\nX,A,210\nX,B,200\nX Total,,410\n", {"A": 210, "B": 200}),
    "a total above": ("name,pupils,town\nEngland,410,\nA,210,X\nB,200,X\n", {"A": 210, "B": 200}),
    "averages": ("name,pupils,town\nA,210,X\nB,200,X\nAverage,205,\nMedian,205,\n", {"A": 210, "B": 200}),
    "footnotes": ("name,pupils,town\nA,210,X\nB,200,X\n\nSource: DfE,,\nNote 1: x,1,\n* estimated figures only\n(1) Provisional,,\n",
                  {"A": 210, "B": 200}),
    "the header again": ("name,pupils\nA,210\nname,pupils\nB,200\n", {"A": 210, "B": 200}),
    "words of status": ("name,pupils,status\nA,210,Active\nB,200,OPEN\nC,1,Inactive\n", {"A": 210, "B": 200}),
    "close dates": ("name,pupils,Close Date\nA,210,\nB,200,9999-12-31\nC,1,41152\nD,1,31/08/2012\nE,1,2012-08-31 00:00\n", {"A": 210, "B": 200}),
    "pandas": ("name,pupils,teachers\nA,210.0,nan\nB,nan,10.0\n", {"A": 210, "B": 200}),
    "short rows": ("name,pupils,town\nA,210\nB,200,X\n", {"A": 210, "B": 200}),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_an_odd_form_is_read(read_text, case):
    text, expected = READ[case]
    found = read_text(text)
    assert dict(zip(found.roster.name, found.roster.pupils.tolist(), strict=True)) == expected
    assert found.report.rows == found.report.taken + len(found.report.left_out)


LEFT_OUT = {
    "200-250": "a range", "<5": "suppressed", "SUPP": "suppressed", "*": "suppressed", "5 or fewer": "suppressed",
    "45%": "a percentage", "5.000": "thousands or decimals", "2l0": "pupils 2l0",
}  # fmt: skip


@pytest.mark.parametrize("written", LEFT_OUT)
def test_what_is_no_number_is_left_out_with_the_reason(read_text, written):
    found = read_text(f"name,pupils\nAsh,{written}\nBeech,200\nCedar,100\n")
    assert found.report.left_out_by_reason == {"unreadable pupils": 1}
    assert LEFT_OUT[written] in found.report.left_out[0].detail


def test_teachers_that_cannot_be_read_are_computed_and_named(read_text):
    found = read_text("name,pupils,teachers\nAsh,210,<5\nBeech,,many\nCedar,200,9\n")
    assert found.roster.teachers.tolist() == [10, 9]
    assert found.report.gaps_by_reason == {"unreadable teachers": 1}
    assert found.report.left_out_by_reason == {"unreadable teachers": 1}


@pytest.mark.parametrize(
    "word", ["NA", "N/A", "#N/A", "NULL", "None", "nan", "Not applicable", "-", "–", "n/a", "(blank)"]
)
def test_words_for_nothing_are_no_group_town_or_phase(read_text, word):
    rows = "".join(f"{name},100,{word},{word},{word},{word}\n" for name in "ABC")
    found = read_text(f"name,pupils,alliance,town,postcode,phase\n{rows}")
    assert found.roster.alliance_name == ("schools of unknown place",)
    assert found.report.phases == {"phase not given": 3}


ASKED = {
    "several years": ("name,Pupils 2021,Pupils 2022\nA,1,2\n", "Pupils 2021 and Pupils 2022 may each be pupils"),
    "boys and girls": ("School name,Boys,Girls\nA,1,2\n", r'pupils or teachers: .*--columns pupils="…"'),
    "JSON": ('[{"name":"A","pupils":2}]', "it seems to be JSON"),
    "columns of spaces": ("name    pupils\nA       2\n", "neither commas nor semicolons, tabs or bars"),
    "shortened numbers": ("id,name,pupils\n1.00E+11,A,20\n1.00E+11,B,20\n", "unreadable URN: 2"),
    "a header further down": ("Roll\n\nschool,Kids\nA,20\n", "line 3, column pupils or teachers"),
    "codes of status": ("name,pupils,status\nA,20,1\nB,20,2\n", "--columns status=none"),
}


@pytest.mark.parametrize("case", ASKED)
def test_what_cannot_be_decided_is_asked_about(read_text, case):
    text, sentence = ASKED[case]
    with pytest.raises(SchoolListError, match=sentence):
        read_text(text)


WARNED = {
    "kilometres": ("URN,EstablishmentName,NumberOfPupils,Easting,Northing\n1,A,20,530.1,180.2\n2,B,30,531.5,181\n", "look like kilometres"),
    "metres": ("name,pupils,east_km,north_km\nA,20,530100,180200\nB,30,531500,181000\n", "look like metres"),
    "x and y": ("name,pupils,x,y\nA,20,530100,180200\nB,30,531500,181000\n", 'x may hold it: say --columns east="x"'),
    "a closed column": ("name,pupils,is_closed\nA,20,no\nB,30,yes\n", "is_closed may hold it"),
    "a row for each year": ("name,year,pupils\nA,2021,20\nA,2022,30\n", "A (lines 2 and 3)"),
}  # fmt: skip


@pytest.mark.parametrize("case", WARNED)
def test_what_may_be_misread_is_a_warning(read_text, case):
    text, fragment = WARNED[case]
    found = read_text(text)
    assert fragment in " ".join(found.report.warnings)
    assert f"Warning: {found.report.warnings[0]}." in found.report.sentences()
    if case in ("kilometres", "metres"):
        assert np.isnan(found.roster.east).all()


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("mac_roman", ["École", "Café", "St Mary’s", "MÜLLER"]),
        ("cp850", ["École", "Café", "Señor"]),
        ("cp1252", ["École", "École à Paris", "ÉCOLE", "Škofja Žižek", "Señor", "MÜLLER"]),
    ],
)
def test_old_encodings_are_distinguished_by_the_words_they_give(codec, names):
    for name in names:
        text = decode(f"name\n{name}\n".encode(codec), "list.csv")
        assert list(text.lines())[1] == f"{name}\n"
        assert bool(text.remarks) == (codec != "cp1252")


def test_metres_with_commas_and_degrees_with_decimal_commas_are_numbers(read_text):
    found = read_text('name,pupils,Easting,Northing\nA,20,"530,100","180,200"\nB,30,"531,500","181,000"\n')
    assert found.roster.east.tolist() == pytest.approx([530.1, 531.5])
    found = read_text("name;pupils;east_km;north_km\nA;20;1,206;2,5\nB;30;1,5;2\n")
    assert found.roster.east.tolist() == pytest.approx([1.206, 1.5])


def test_unread_columns_and_missing_ones_are_listed_once(read_text):
    said = read_text("name,pupils,Head,Website\nA,20,x,y\nB,30,x,y\n").report.sentences()
    assert "Columns that are not read: Head and Website." in said
    assert sum("There is no column" in sentence for sentence in said) == 1


def test_a_dash_within_a_word_shows_an_old_macintosh_only_where_its_line_ends_are_there():
    lines = ["name,pupils", "Ash Primary,1", "Señor Primary,1", ""]
    assert decode("\r".join(lines).encode("mac_roman"), "list.csv").encoding == "Mac Roman"
    for end in ("\n", "\r\n"):
        dashed = end.join(["name,pupils", "north–south Primary,1", "Ash–Beech School,1", ""])
        assert decode(dashed.encode("cp1252"), "list.csv").encoding == "cp1252"
