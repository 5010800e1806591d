"""Bring the catalogues of the languages up to date with the texts of the page, and find texts that lack a translation.

``python -m alliance_sim.app.translation_catalogue`` adds new texts to every file in ``locales/`` with an empty
translation, and marks translations of changed texts as fuzzy. A new language begins as
``python -m alliance_sim.app.translation_catalogue cy``.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from alliance_sim.app.language import ENGLISH, LOCALES, languages
from alliance_sim.app.lesson.lesson_file import load_lesson, shipped_lessons
from alliance_sim.app.lesson.translation import texts
from alliance_sim.app.lesson.words import EVENT_CLAIMS, KIND_CLAIMS
from alliance_sim.app.views.claims import SOURCES, claim
from alliance_sim.declarations.outcomes import OUTCOMES

HERE = Path(__file__).parent
KEYWORDS: dict[str, Any] = {"_": None, "mark": None, "n_": (1, 2), "p_": ((1, "c"), 2)}
"""The functions whose arguments are texts of the page; see ``language.py``."""
WIDTH = 120


def all_texts() -> Catalog:
    """Return every text that a class may read: those of the code, the shipped lessons, the claims and the outcomes."""
    found = Catalog(project="alliance_sim", charset="utf-8", fuzzy=False)
    extracted = extract_from_dir(HERE, [("**.py", "python")], keywords=KEYWORDS)
    for file, _line, message, _comments, context in sorted(extracted, key=lambda one: (one[0], one[1])):
        found.add(message, locations=[(file, 0)], context=context)
    for name, path in shipped_lessons().items():
        _add(found, texts(load_lesson(path)), f"lessons/{name}.toml")
    rows = sorted({*EVENT_CLAIMS.values(), *KIND_CLAIMS.values()})
    _add(found, (claim(row)["claim"] for row in rows), "THEORY.md")
    _add(found, SOURCES.values(), "views/claims.py")
    _add(found, (text for outcome in OUTCOMES for text in (outcome.title, outcome.unit)), "declarations/outcomes.py")
    return found


def _add(catalogue: Catalog, found: Iterable[str], file: str) -> None:
    for text in found:
        if text:
            catalogue.add(text, locations=[(file, 0)])


def stored(code: str) -> Catalog:
    """Return the catalogue of a language as its file has it; an empty one if there is no file.

    Args:
        code: the code of the language.
    """
    path = LOCALES / f"{code}.po"
    if not path.is_file():
        return Catalog(locale=code, project="alliance_sim", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=code)


def missing(code: str) -> list[str]:
    """Return the texts without a translation, or with one that a change of the text has made doubtful.

    Args:
        code: the code of the language.
    """
    known = stored(code)
    found: list[str] = []
    for message in all_texts():
        translated = known.get(message.id, message.context) if message.id else None
        if message.id and (translated is None or translated.fuzzy or not _is_complete(translated.string)):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found


def _is_complete(translated: Any) -> bool:
    return all(translated) if isinstance(translated, tuple) else bool(translated)


def update(code: str) -> Path:
    """Write the catalogue of a language with every text of the page, and return its path.

    Args:
        code: the code of the language.
    """
    known = stored(code)
    known.update(all_texts(), update_header_comment=False)
    known.obsolete.clear()
    content = io.BytesIO()
    write_po(content, known, width=WIDTH, include_lineno=False, sort_by_file=True)
    path = LOCALES / f"{code}.po"
    # The dates of Babel's header would change the file at every update.
    lines = [line for line in content.getvalue().splitlines(keepends=True) if b"-Date: " not in line]
    path.write_bytes(b"".join(lines))
    return path


def main(codes: list[str]) -> None:
    """Update the catalogues of languages, all known ones if none is named, and print what is missing."""
    for code in codes or [one for one in languages() if one != ENGLISH]:
        path = update(code)
        print(f"{path.name}: {len(missing(code))} texts without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
