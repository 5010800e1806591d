"""Read the rows of an Excel workbook or an OpenDocument spreadsheet."""

from __future__ import annotations

import datetime
import importlib
import io
from collections.abc import Iterator
from typing import Any

from alliance_sim.schools.csv_table import Row
from alliance_sim.schools.errors import SchoolListError
from alliance_sim.schools.text_decoding import SAVE_AS


def sheets_of(path: object, data: bytes, kind: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield the name and the rows of each visible sheet, with the rows' numbers in the sheet.

    Args:
        path: the file, for messages.
        data: its bytes.
        kind: the kind of the workbook, for messages.

    Raises:
        SchoolListError: if the workbook cannot be read, or the package that reads workbooks is not installed.
    """
    try:
        calamine: Any = importlib.import_module("python_calamine")
    except ModuleNotFoundError:
        trouble = (
            f"this is {kind}, and the package python-calamine, which reads it, is not installed; install it with pip "
            f"install 'alliance-sim[tables]', or open the file and {SAVE_AS}"
        )
        raise SchoolListError(path, trouble) from None
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet and sheet.visible == calamine.SheetVisibleEnum.Visible
        ]
        for name in sheets:
            yield name, _rows(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
    except SchoolListError:
        raise
    except Exception as error:  # the package raises errors of several kinds
        reason = " ".join(str(error).split()) or type(error).__name__
        trouble = f"this is {kind} that cannot be read ({reason[:120]}); open it in a spreadsheet and {SAVE_AS}"
        raise SchoolListError(path, trouble) from None


def _rows(cells: list[list[Any]]) -> list[Row]:
    return [
        Row(line, fields) for line, row in enumerate(cells, start=1) if any(fields := [cell_text(cell) for cell in row])
    ]


def cell_text(value: object) -> str:
    """Return the value of a cell as a CSV file would have it: ``210`` for 210.0, ``2012-08-31`` for a date."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)
