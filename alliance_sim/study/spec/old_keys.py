"""Old keys of study files and manifests: ``luck = "paired"`` is now ``random_numbers = "common"``."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, override

from alliance_sim.config.errors import DeprecatedKeyWarning
from alliance_sim.config.files import SourceFile
from alliance_sim.config.toml_lines import KeyPath

KEY, OLD_KEY = "random_numbers", "luck"
OLD_VALUES = {"paired": "common"}
"""Values before version 0.2 and their names now."""
HASHED_AS = {"common": "paired", "independent": "independent", "by_point": "independent"}
"""How each value enters a study's hash. The old name stays, so that results of earlier versions keep their hash."""


def current_names(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of a study with the old key and value replaced; a table with both keys keeps both."""
    renamed = {KEY if key == OLD_KEY and KEY not in table else key: value for key, value in table.items()}
    return {key: current_value(value) if key == KEY else value for key, value in renamed.items()}


def current_value(value: object) -> object:
    """Return the current name of a value of the key; anything else is returned as it is."""
    return OLD_VALUES.get(value, value) if isinstance(value, str) else value


@dataclass(frozen=True)
class _RenamedFile(SourceFile):
    """A study file with the old key: a problem with the new key is placed on the line of the old one."""

    @override
    def place(self, path: KeyPath) -> tuple[str, int | None]:
        """Return file and line of a key, of the old key where the new one is asked for."""
        return super().place((OLD_KEY,) if path == (KEY,) else path)


def with_current_names(file: SourceFile) -> SourceFile:
    """Return a study file with the old key and value replaced, and warn where it has either.

    Warns:
        DeprecatedKeyWarning: with the file, the line and the text to write instead.
    """
    document = current_names(file.document)
    if document == file.document:
        return file
    old = OLD_KEY if OLD_KEY in file.document else KEY
    shown_as, line = file.place((old,))
    value = document[KEY]
    remedy = f'write {KEY} = "{value}"' if value in HASHED_AS else f"write {KEY}"
    given = f'{old} = "{file.document[old]}"' if isinstance(file.document[old], str) else old
    warnings.warn(
        f"{shown_as}, line {line}: {given} is the old form, which version 0.3 will refuse; {remedy}",
        DeprecatedKeyWarning,
        stacklevel=2,
    )
    if old == KEY:
        return replace(file, document=document)
    return _RenamedFile(file.path, file.shown_as, file.text, document, file.in_memory)
