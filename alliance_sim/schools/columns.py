"""Find the columns of a list that are read: by choice, by title, or by a title that is nearly right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alliance_sim.schools.column_titles import TITLES, bare_key, comparable, key_of
from alliance_sim.schools.errors import SchoolListError, first_few, visible
from alliance_sim.schools.layouts import ABSENT, GIAS, INSTEAD, LAYOUTS, PLAIN, Layout

NOT_READ = ("", "-", "none")
"""Titles that mean, for a field chosen by the user, that no column is read."""

RESEMBLES = {
    "status": r"status|clos(?:ed|ure|ing)|is.?open",
    "trust": r"trust|\bmat\b(?! ?(?:average|prog|score|exp|high|cov))",
    "federation": r"federation",
    "alliance": r"alliance|\bhub|cluster|partnership|consorti|kahui|kāhui",
    "teachers": r"teacher|teaching staff|\bfte\b",
    "phase": r"phase|school.?level",
    "town": r"\btown|\bcity",
    "postcode": r"post.?code|\bzip",
    "east": r"easting|longitude|grid.?ref|coordinate|^x$",
    "north": r"northing|latitude|^y$",
}
"""Titles that may be the column of a field that was not found."""

KNOWN_KEYS = frozenset(
    key_of(title)
    for columns in (TITLES, *(layout.columns for layout in LAYOUTS))
    for titles in columns.values()
    for title in titles
)


@dataclass(frozen=True)
class Columns:
    """The columns of a list.

    Attributes:
        layout: the layout.
        positions: the position of each field that is read.
        renamed: the titles of fields that are read under a title other than the layout's.
        asked: sentences about columns that may mean something and are not read.
        unread: titles that are not read.
        own: number of fields found under the layout's own titles.
        ambiguous: the positions of fields for which there are several columns.
    """

    layout: Layout
    positions: dict[str, int]
    renamed: dict[str, str]
    asked: tuple[str, ...]
    unread: tuple[str, ...]
    own: int
    ambiguous: dict[str, list[int]]

    @property
    def missing(self) -> list[str]:
        """Required columns that were not found: ``NumberOfPupils``, ``pupils or teachers``."""
        return [
            " or ".join(self.layout.title_of(name) for name in either)
            for either in self.layout.required
            if not any(name in self.positions or name in self.ambiguous for name in either)
        ]

    @property
    def absent(self) -> dict[str, str]:
        """Optional columns that were not found, with the consequence of each."""
        return {
            self.layout.title_of(name): ABSENT[name]
            for name in self.layout.expected
            if name not in self.positions and not any(other in self.positions for other in INSTEAD.get(name, ()))
        }


def looks_like_title(text: str) -> bool:
    """Return whether a text is the title of a column that some layout knows."""
    return bool(text) and (key_of(text) in KNOWN_KEYS or bare_key(text) in KNOWN_KEYS)


def find_columns(
    path: object, header: Sequence[str], line: int, chosen: Mapping[str, str], layout: Layout | None
) -> Columns:
    """Find the columns of a header.

    Args:
        path: the file, for messages.
        header: the titles.
        line: the line of the header, for messages.
        chosen: the titles that the user chose, by field.
        layout: the layout that the user chose; the one with most of the columns where None.

    Raises:
        SchoolListError: if required columns are missing, ambiguous or there twice, or a chosen one is not there.
    """
    found = [_matched(path, header, line, chosen, each) for each in ((layout,) if layout else LAYOUTS)]
    columns = max(found, key=lambda each: (-len(each.missing), each.own, len(each.positions)))
    if trouble := _ambiguous(columns):
        raise SchoolListError(path, trouble[1], line, trouble[0])
    if columns.missing:
        raise _missing(path, header, line, columns)
    return columns


def is_complete(path: object, header: Sequence[str], chosen: Mapping[str, str]) -> bool:
    """Return whether a header has the required columns of some layout."""
    try:
        return any(not _matched(path, header, 1, chosen, layout).missing for layout in LAYOUTS)
    except SchoolListError:  # a chosen title is not there
        return False


def _matched(path: object, header: Sequence[str], line: int, chosen: Mapping[str, str], layout: Layout) -> Columns:
    """Return the columns of a header in one layout."""
    positions = _chosen_positions(path, header, line, chosen)
    taken = set(positions.values())
    ambiguous: dict[str, list[int]] = {}
    exact, keys, bare = ([form(title) for title in header] for form in (comparable, key_of, bare_key))
    own = 0
    fields = [name for name in TITLES if name not in chosen]

    def take(name: str, titles: Iterable[str], among: Sequence[str]) -> bool:
        for title in titles:
            places = [at for at, text in enumerate(among) if text == title and at not in taken]
            if len(places) > 1:
                ambiguous[name] = places
                return True
            if places:
                positions[name] = places[0]
                taken.add(places[0])
                return True
        return False

    def open_fields() -> list[str]:
        return [name for name in fields if name not in positions and name not in ambiguous]

    for name in open_fields():
        titles = layout.columns.get(name, ())
        found = take(name, map(comparable, titles), exact)
        own += found or take(name, layout.own_keys.get(name, ()), keys)
    for name in open_fields():
        take(name, map(key_of, TITLES[name]), keys)
    for name in open_fields():
        wanted = dict.fromkeys([*layout.own_keys.get(name, ()), *map(key_of, TITLES[name])])
        places = [at for at, key in enumerate(bare) if key in wanted and at not in taken]
        if len(places) == 1:
            positions[name] = places[0]
            taken.add(places[0])
        elif places:
            ambiguous[name] = places
    renamed = {
        name: header[at]
        for name, at in positions.items()
        if comparable(header[at]) != comparable(layout.title_of(name))
    }
    unread = [at for at, title in enumerate(header) if at not in taken and title.strip()]
    asked = _asked(layout, positions, chosen, [header[at] for at in unread])
    asked += tuple(
        f"{_titles(header, places)} may each be {name}, and none is read; choose one with --columns {name}=TITLE"
        for name, places in ambiguous.items()
    )
    return Columns(layout, positions, renamed, asked, tuple(header[at] for at in unread), own, ambiguous)


def _chosen_positions(path: object, header: Sequence[str], line: int, chosen: Mapping[str, str]) -> dict[str, int]:
    """Return the positions of the columns that the user chose."""
    positions: dict[str, int] = {}
    for name, title in chosen.items():
        if title.strip().casefold() in NOT_READ:
            continue
        for form in (comparable, key_of):
            places = [at for at, text in enumerate(header) if form(text) == form(title)]
            if places:
                break
        if not places:
            close = nearest(title, header)
            hint = f"; did you mean {visible(close)}?" if close else ""
            trouble = f"--columns {name}={visible(title)}: there is no such column (found: {shown(header)}){hint}"
            raise SchoolListError(path, trouble.removesuffix("?"), line)
        if len(places) > 1:
            trouble = f"the header has this column {len(places)} times; rename the one that is meant"
            raise SchoolListError(path, trouble, line, title)
        positions[name] = places[0]
    return positions


def _ambiguous(columns: Columns) -> tuple[str, str] | None:
    """Return the column and the problem if a field that decides about schools has several candidates."""
    for name in ("number", "name", "pupils", "status"):
        if name in columns.ambiguous:
            sentence = next(text for text in columns.asked if f"may each be {name}," in text)
            times = len(columns.ambiguous[name])
            title = columns.layout.title_of(name)
            return title, (
                f"the header has this column {times} times, or under {times} titles; keep the one that is meant, or "
                f"choose it: {sentence.replace(', and none is read', '')}"
            )
    return None


def _missing(path: object, header: Sequence[str], line: int, columns: Columns) -> SchoolListError:
    """Return the refusal of a header without required columns."""
    found = shown(header)
    if not columns.positions:
        register, plain = (
            ", ".join(" or ".join(map(kind.title_of, either)) for either in kind.required) for kind in (GIAS, PLAIN)
        )
        seems = "; it seems to be JSON" if header and header[0].lstrip().startswith(("{", "[")) else ""
        if not seems and len(header) == 1 and len(header[0].split()) > 1:
            seems = "; neither commas nor semicolons, tabs or bars separate its columns"
        trouble = (
            f"the header has no column of a list of schools (found: {found or 'nothing'}){seems}; it needs {register} "
            f"as in Get information about schools, or {plain} for a plain list; or say which columns they are, as in "
            f'--columns name="…",pupils="…"'
        )
        return SchoolListError(path, trouble, line)
    missing = columns.missing
    free = list(columns.unread)
    meant = {title: close for title in missing for close in [nearest(title.split(" or ")[0], free)] if close}
    hint = "".join(f", or rename {visible(close)} to {title} (did you mean that?)" for title, close in meant.items())
    many = len(missing) > 1
    fields = [either[0] for either in columns.layout.required if not any(name in columns.positions for name in either)]
    example = ",".join(f'{name}="{visible(next(iter(meant.values()), "…"), 30)}"' for name in fields)
    trouble = (
        f"{'these columns are' if many else 'this column is'} required and not in the header (found: {found}"
        f"; read as {columns.layout.described}); add {'them' if many else 'it'}{hint}, or say which column it is with "
        f"--columns {example}"
    )
    return SchoolListError(path, trouble, line, ", ".join(missing))


def _asked(
    layout: Layout, positions: Mapping[str, int], chosen: Mapping[str, str], unread: Sequence[str]
) -> tuple[str, ...]:
    """Return sentences about titles that resemble a field that was not found."""
    sentences: list[str] = []
    for name, pattern in RESEMBLES.items():
        instead = (name, *INSTEAD.get(name, ()), f"{name}_code")
        if name in chosen or any(other in positions for other in instead):
            continue
        like = [title for title in unread if re.search(pattern, title.replace("_", " "), re.IGNORECASE)]
        if like:
            sentences.append(
                f"no column is read as {name}, but {first_few([visible(title, 40) for title in like], 4)} may hold it: "
                f'say --columns {name}="{visible(like[0], 40)}", or --columns {name}=none if not'
            )
    return tuple(sentences)


def nearest(title: str, header: Iterable[str]) -> str | None:
    """Return the column of a header that is most similar to a title, or None."""
    titles = {comparable(column): column for column in header if column.strip()}
    close = difflib.get_close_matches(comparable(title), titles, n=1, cutoff=0.7)
    return titles[close[0]] if close else None


def shown(header: Sequence[str]) -> str:
    """Return the first titles of a header for a message."""
    return ", ".join(visible(title, 30) for title in header[:12] if title.strip()) + (", …" if len(header) > 12 else "")


def _titles(header: Sequence[str], places: Sequence[int]) -> str:
    return first_few([visible(header[at], 40) for at in places], 5)
