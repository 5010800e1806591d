"""Read the bytes of a list of schools, and refuse files of other kinds."""

from __future__ import annotations

import io
import math
import os
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

from alliance_sim.declarations.roster import LARGEST_SCHOOL_ID
from alliance_sim.limits import LARGEST_LIST, LONGEST_LIST_LINE
from alliance_sim.schools.errors import SchoolListError, first_few, visible
from alliance_sim.schools.text_decoding import SAVE_AS

LARGEST_FILE = LARGEST_LIST

MOST_ROWS = LARGEST_SCHOOL_ID
"""Rows of a list, twenty times those of England's register."""

MOST_LINES = 4 * MOST_ROWS
"""Lines of a list; some have empty lines between rows, and names that continue on the next line."""

NOT_TEXT = {
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"{\\rtf": "a word-processor document",
    b"$FL2": "an SPSS file",
    b"$FL3": "an SPSS file",
    b"<stata_dta>": "a Stata file",
    b"RDX": "a file of R",
    b"SQLite format 3": "a database",
}
ZIP, OLD_EXCEL = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0"
WORKBOOK_PARTS = {"xl/workbook.xml": "an Excel workbook", "xl/workbook.bin": "an Excel workbook"}
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
PAGE_STARTS = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"<table")


@dataclass(frozen=True)
class Bounds:
    """Limits on a list that is opened in the page.

    Attributes:
        lines: lines of the file.
        schools: schools that can be used.
        seconds: time for reading the file.
        cure: the remedy for a larger list, for messages.
        files: whether choices may name further files; if not, none is accessed.
    """

    lines: int = MOST_LINES
    schools: int = MOST_ROWS
    seconds: float = math.inf
    cure: str = "give only the schools that you mean to study"
    files: bool = True


def content(path: str | os.PathLike[str]) -> bytes:
    """Read the bytes of a regular file.

    Raises:
        SchoolListError: if it is not a regular file or cannot be read.
    """
    data = b""
    try:
        kind = Path(path).stat().st_mode
        if stat.S_ISREG(kind):
            with Path(path).open("rb") as file:
                data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise SchoolListError(path, "there is no such file; check the path to the list of schools") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SchoolListError(path, f"the file cannot be read ({reason}); check its name and permissions") from None
    if stat.S_ISDIR(kind):
        raise SchoolListError(path, "this is a directory; give the list inside it")
    if not stat.S_ISREG(kind):
        raise SchoolListError(path, "this is not an ordinary file; save the list as a CSV file and give that")
    return data


def workbook_kind(path: object, data: bytes) -> str:
    """Return the kind of a workbook (``an Excel workbook``), or empty for other files.

    Raises:
        SchoolListError: if it is another zip archive, or a damaged one.
    """
    if data.startswith(OLD_EXCEL):
        return "an old Excel workbook"
    if not data.startswith(ZIP):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            mimetype = archive.open("mimetype").read(100) if "mimetype" in names else b""
    except Exception:  # each kind of damage and compression fails in its own way
        trouble = f"this is an Excel workbook or another zip archive, and it is damaged; open it and {SAVE_AS}"
        raise SchoolListError(path, trouble) from None
    if mimetype.startswith(OPEN_DOCUMENT):
        return "an OpenDocument spreadsheet"
    for name, kind in WORKBOOK_PARTS.items():
        if name in names:
            return kind
    inside = first_few([visible(name) for name in names], 5)
    trouble = (
        f"this is a zip archive{f' (with {inside})' if inside else ' with no file in it'}; unpack it and give a list"
    )
    raise SchoolListError(path, trouble)


def refuse_other_files(path: object, data: bytes, bounds: Bounds) -> None:
    """Refuse a file that is too large, empty, or neither text nor a workbook.

    Raises:
        SchoolListError: if it is.
    """
    if len(data) > LARGEST_FILE:
        limit = LARGEST_FILE // 1024**2
        raise SchoolListError(path, f"the file is larger than {limit} MB; give only the schools that you mean to study")
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise SchoolListError(path, "the file is empty; give a CSV file with a header and a row for each school")
    for start, what in NOT_TEXT.items():
        if data.startswith(start):
            raise SchoolListError(path, f"this is {what}, not a CSV file; open it in a spreadsheet and {SAVE_AS}")


def refuse_unfit_text(path: object, data: bytes, bounds: Bounds) -> None:
    """Refuse text that is no table, or has too many lines or too long ones.

    Args:
        path: the file, for messages.
        data: its text in an encoding of which ASCII is a part.
        bounds: limits on the list.

    Raises:
        SchoolListError: if it is.
    """
    start = data[:500].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(PAGE_STARTS):
        what = "an XML document" if start.startswith(b"<?xml") and b"<html" not in start else "a web page"
        trouble = f"this is {what}, not a CSV file; download the list itself, not the page about it"
        raise SchoolListError(path, trouble)
    most = min(MOST_LINES, bounds.lines)
    if max(data.count(b"\n"), data.count(b"\r")) > most:
        raise SchoolListError(path, f"the file has more than {most:,} lines; {bounds.cure}")
    if (longest := _longest_line(data)) > LONGEST_LIST_LINE:
        trouble = f"a line has {longest:,} bytes, but may have {LONGEST_LIST_LINE:,}; give a row for each school"
        raise SchoolListError(path, trouble)


def _longest_line(data: bytes) -> int:
    """Return the length of the longest line."""
    end = b"\n" if b"\n" in data else b"\r"
    longest = start = 0
    while (stop := data.find(end, start)) >= 0:
        longest, start = max(longest, stop - start), stop + 1
    return max(longest, len(data) - start)
