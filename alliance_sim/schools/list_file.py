"""Read the bytes of a list of schools, refuse files of other kinds, and detect the encoding."""

from __future__ import annotations

import codecs
import io
import math
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alliance_sim.declarations.roster import LARGEST_SCHOOL_ID
from alliance_sim.limits import LARGEST_LIST, LONGEST_LIST_LINE
from alliance_sim.schools.errors import SchoolListError

LARGEST_FILE = LARGEST_LIST

MOST_ROWS = LARGEST_SCHOOL_ID
"""Rows of a list, twenty times those of England's register."""

MOST_LINES = 4 * MOST_ROWS
"""Lines of a list; some have empty lines between rows, and names that continue on the next line."""

NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook or another zip archive",
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"{\\rtf": "a word-processor document",
}
PAGE_STARTS = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"<table")
SAVE_AS = 'save it as "CSV UTF-8 (comma delimited)" and give that file'


@dataclass(frozen=True)
class Bounds:
    """Limits on a list that is opened in the page.

    Attributes:
        lines: lines of the file.
        schools: schools that can be used.
        seconds: time for reading the file.
        cure: the remedy for a larger list, for messages.
    """

    lines: int = MOST_LINES
    schools: int = MOST_ROWS
    seconds: float = math.inf
    cure: str = "give only the schools that you mean to study"


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
        raise SchoolListError(path, "this is a directory; give the CSV file inside it")
    if not stat.S_ISREG(kind):
        raise SchoolListError(path, "this is not an ordinary file; save the list as a CSV file and give that")
    return data


def refuse_other_files(path: object, data: bytes, bounds: Bounds) -> None:
    """Refuse a file that is too large, empty, or not text.

    Raises:
        SchoolListError: if it is.
    """
    if len(data) > LARGEST_FILE:
        limit = LARGEST_FILE // 1024**2
        raise SchoolListError(path, f"the file is larger than {limit} MB; give only the schools that you mean to study")
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise SchoolListError(path, "the file is empty; give a CSV file with a header and a row for each school")
    for start, what in NOT_TEXT.items():
        if data.startswith(start):
            raise SchoolListError(path, f"this is {what}, not a CSV file; open it in a spreadsheet and {SAVE_AS}")
    if data[:500].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(PAGE_STARTS):
        raise SchoolListError(
            path, "this is a web page, not a CSV file; download the list itself, not the page about it"
        )
    most = min(MOST_LINES, bounds.lines)
    if max(data.count(b"\n"), data.count(b"\r")) > most:
        raise SchoolListError(path, f"the file has more than {most:,} lines; {bounds.cure}")
    if (longest := max(map(len, data.replace(b"\r", b"\n").split(b"\n")))) > LONGEST_LIST_LINE:
        trouble = f"a line has {longest:,} bytes, but may have {LONGEST_LIST_LINE:,}; give a row for each school"
        raise SchoolListError(path, trouble)
    if (nul := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise SchoolListError(path, f"this is not text (it holds a NUL byte), so not a CSV file; {SAVE_AS}", line)


def encoding_of(data: bytes, path: object) -> str:
    """Return UTF-8 where the bytes are valid UTF-8, else cp1252, which GIAS and Excel write."""
    if first_invalid_byte(data, "utf-8") is None:
        return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    if (at := first_invalid_byte(data, "cp1252")) is None:
        return "cp1252"
    line = data.count(b"\n", 0, at) + 1
    trouble = f"byte 0x{data[at]:02x} is neither UTF-8 nor Windows text (cp1252), so this is no CSV file; {SAVE_AS}"
    raise SchoolListError(path, trouble, line)


def first_invalid_byte(data: bytes, encoding: str) -> int | None:
    """Return the position of the first byte that is invalid in an encoding, or None."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return None


def lines_of(data: bytes, encoding: str) -> Iterator[str]:
    """Return the lines of a file with their ends (Windows, Unix or classic Mac OS)."""
    return iter(io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline=""))
