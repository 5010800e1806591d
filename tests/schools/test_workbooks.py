# ruff: noqa: E501 - parts of workbooks are single lines
"""Workbooks are read like CSV files, if the package that reads them is installed."""

from __future__ import annotations

import importlib.util
import io
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from alliance_sim.schools import SchoolListError, read_schools
from alliance_sim.schools.workbook import cell_text

NEEDS_CALAMINE = pytest.mark.skipif(
    importlib.util.find_spec("python_calamine") is None, reason="python-calamine is not installed (extra tables)"
)
TITLE, EMPTY = ["List of schools, 2023"], [""]
SHEET = [
    TITLE,
    EMPTY,
    ["name", "Pupils (2023)", "town", "Opened"],
    ["Ash", 1206.0, "Dale", ""],
    ["Beech", 98, "Dale", ""],
]
TYPES = "http://schemas.openxmlformats.org"


def xlsx(*sheets: list[list[object]]) -> bytes:
    """Return a workbook with these sheets."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/'
            'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{TYPES}/package/2006/content-types"><Default Extension="rels" ContentType="application/'
            'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
            f'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{parts}</Types>',
        )
        relation = f"{TYPES}/officeDocument/2006/relationships"
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{TYPES}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{TYPES}/package/2006/relationships">'
            + "".join(
                f'<Relationship Id="r{n}" Type="{relation}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                for n in range(1, len(sheets) + 1)
            )
            + "</Relationships>",
        )
        names = "".join(f'<sheet name="Sheet {n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{TYPES}/spreadsheetml/2006/main" xmlns:r="{relation}"><sheets>{names}</sheets></workbook>',
        )
        for n, rows in enumerate(sheets, start=1):
            cells = "".join(
                f'<row r="{at}">{"".join(map(_cell, row, (f"{chr(65 + place)}{at}" for place in range(len(row)))))}</row>'
                for at, row in enumerate(rows, start=1)
            )
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{TYPES}/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>',
            )
    return data.getvalue()


def _cell(value: object, place: str) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else ""
    return f'<c r="{place}"><v>{value}</v></c>'


def ods(rows: list[list[object]]) -> bytes:
    """Return an OpenDocument spreadsheet with one sheet."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="float" office:value="{value}"/>'
            if not isinstance(value, str)
            else f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
            for value in row
        )
        + "</table:table-row>"
        for row in rows
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
            f'xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Roll">{cells}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return data.getvalue()


@NEEDS_CALAMINE
@pytest.mark.parametrize("data", [xlsx([["About this file"]], SHEET), ods(SHEET)], ids=["xlsx", "ods"])
def test_a_workbook_is_read_like_a_csv_file(tmp_path, data):
    path = tmp_path / "roll.xlsx"
    path.write_bytes(data)
    found = read_schools(path)
    assert dict(zip(found.roster.name, found.roster.pupils.tolist(), strict=True)) == {"Ash": 1206, "Beech": 98}
    assert found.roster.alliance_name == ("around Dale",)
    assert any("the header is on line 3" in remark for remark in found.report.remarks)
    assert "sheet “" in found.report.sentences()[0]


@NEEDS_CALAMINE
def test_a_workbook_without_a_list_is_refused(tmp_path):
    path = tmp_path / "roll.xlsx"
    path.write_bytes(xlsx([]))
    with pytest.raises(SchoolListError, match="the workbook is empty"):
        read_schools(path)
    path.write_bytes(xlsx(SHEET)[:-400])
    with pytest.raises(SchoolListError, match=r"damaged|cannot be read"):
        read_schools(path)


def test_without_the_package_the_refusal_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    for name, data, kind in (
        ("roll.xlsx", xlsx(SHEET), "an Excel workbook"),
        ("roll.ods", ods(SHEET), "an OpenDocument"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(SchoolListError, match=rf"{kind}.*python-calamine.*'alliance-sim\[tables\]'.*CSV UTF-8"):
            read_schools(path)


def test_another_archive_is_named_with_what_it_holds(tmp_path):
    path: Path = tmp_path / "list.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("edubase.csv", "URN,EstablishmentName\n")
    with pytest.raises(SchoolListError, match=r"zip archive \(with edubase.csv\); unpack it"):
        read_schools(path)


def test_cells_are_written_as_in_a_csv_file():
    import datetime

    cells = [210.0, 10.5, True, "text", datetime.date(2012, 8, 31), datetime.datetime(2012, 8, 31), ""]
    assert [cell_text(cell) for cell in cells] == ["210", "10.5", "TRUE", "text", "2012-08-31", "2012-08-31", ""]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_spreadsheet_whose_compressed_kind_is_damaged_is_refused(tmp_path, method):
    """Each compression has an error of its own, none of which is an OSError or a ValueError."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet" * 9)
    data = bytearray(file.getvalue())
    start = 30 + len("mimetype")
    data[start + 4 : start + 24] = b"\xff" * 20
    path = tmp_path / "list.ods"
    path.write_bytes(data)
    with pytest.raises(SchoolListError, match="it is damaged; open it and"):
        read_schools(path)
