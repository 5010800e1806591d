"""Read a table that is given beside a list: groups, or results."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from alliance_sim.schools.errors import SchoolListError, visible
from alliance_sim.schools.list_file import LARGEST_FILE, NOT_TEXT, workbook_kind

MISSING = frozenset({"", "na", "n/a", "null", "none", "nan", "not applicable", "not available", "-", "#n/a"})
"""Words for nothing, in lower case."""

DELIMITERS = ",;\t|"


def column_key(title: str) -> str:
    """Return a column's title in lower case, with single underscores for everything but letters and digits."""
    return "_".join("".join(letter if letter.isalnum() else " " for letter in title.casefold()).split())


@dataclass(frozen=True)
class SideTable:
    """The wanted columns of a table, as text.

    Attributes:
        columns: titles in lower case (``column_key``), in the order of the file.
        rows: the number of each row's line, where no field continues on a second line, and its texts by column.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]

    def first_of(self, names: Iterable[str]) -> str | None:
        """Return the first of some columns that the table has, or None."""
        return next((name for name in names if name in self.columns), None)


def read_side_table(
    path: str | os.PathLike[str], wanted: Callable[[str], bool], missing: frozenset[str] = MISSING
) -> SideTable:
    """Read the wanted columns of a CSV file as text.

    Args:
        path: the file.
        wanted: whether a column is read, given its title in lower case.
        missing: words for nothing, in lower case, which are read as empty.

    Raises:
        SchoolListError: if the file cannot be read or is no such table.
    """
    import pandas as pd

    data = _content(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    header = next(iter(text.splitlines()), "")
    delimiter = max(DELIMITERS, key=header.count)
    titles = next(csv.reader([header], delimiter=delimiter), [])
    keys = [column_key(title) for title in titles]
    places = [place for place, key in enumerate(keys) if key and wanted(key) and keys.index(key) == place]
    if not places:
        return SideTable((), ())
    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False, usecols=places, index_col=False
        )
    except (ValueError, pd.errors.ParserError) as error:
        reason = visible(str(error).rpartition(":")[2].strip(), 120)
        raise SchoolListError(path, f"the table cannot be read ({reason}); save it again as a CSV file") from None
    columns = tuple(keys[place] for place in places)
    rows: list[tuple[int, dict[str, str]]] = []
    for line, values in enumerate(frame.itertuples(index=False, name=None), start=2):
        texts = [str(value).strip() if isinstance(value, str) else "" for value in values]
        rows.append(
            (line, {key: "" if it.casefold() in missing else it for key, it in zip(columns, texts, strict=True)})
        )
    return SideTable(columns, tuple(rows))


def titles_of(path: str | os.PathLike[str]) -> list[str]:
    """Return the titles of a table's columns, for messages."""
    header = next(iter(_content(path).decode("utf-8-sig", errors="replace").splitlines()), "")
    return [title.strip() for title in next(csv.reader([header], delimiter=max(DELIMITERS, key=header.count)), [])]


def _content(path: str | os.PathLike[str]) -> bytes:
    if os.path.isdir(path):  # noqa: PTH112 - unlike Path.is_dir, accepts any text
        raise SchoolListError(path, "this is a directory; give the CSV file inside it")
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise SchoolListError(path, "there is no such file; check its path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SchoolListError(path, f"the file cannot be read ({reason}); check its name and permissions") from None
    if len(data) > LARGEST_FILE:
        raise SchoolListError(path, f"the file is larger than {LARGEST_FILE // 1024**2} MB; give a smaller table")
    if not data.strip():
        raise SchoolListError(path, "the file is empty; give a CSV file with a header")
    kinds = [what for start, what in NOT_TEXT.items() if data.startswith(start)]
    for what in filter(None, [workbook_kind(path, data), *kinds]):
        raise SchoolListError(path, f"this is {what}, not a CSV file; save the table as CSV and give that")
    if b"\0" in data:
        raise SchoolListError(path, "this is not text (it holds a NUL byte); save the table as CSV and give that")
    return data
