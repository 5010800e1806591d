"""The files that extend each other, of configs as of studies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alliance_sim.configuration.problems import ConfigError, Problem
from alliance_sim.configuration.source_files import CONFIGS, Shelf, SourceFile, found, read

LONGEST_CHAIN = 12
"""Files that may extend each other in a row."""


def chain_of(name_or_path: str | Path, shelf: Shelf = CONFIGS) -> tuple[list[SourceFile], list[Problem]]:
    """The files from the one asked for down, as far as they can be read, and why they go no further."""
    files: list[SourceFile] = []
    wanted: str | Path | None = name_or_path
    while wanted is not None:
        try:
            path, shown_as = found(wanted, said_by=files[-1] if files else None, shelf=shelf)
            _refuse_endless(files, path)
            files.append(read(path, shown_as))
        except ConfigError as error:
            return files, list(error.problems)
        extends = files[-1].document.get("extends")
        wanted = (extends.strip() or None) if isinstance(extends, str) else None
    return files, []


def _refuse_endless(files: Sequence[SourceFile], path: Path) -> None:
    if any(path.samefile(file.path) for file in files):
        steps = " → ".join((*(file.path.name for file in files), path.name))
        sentence = f"extends leads back to a file of its own chain ({steps}); remove one of the links"
    elif len(files) == LONGEST_CHAIN:
        sentence = f"extends goes on through more than {LONGEST_CHAIN} files; join some of them"
    else:
        return
    where = files[-1].place(("extends",))
    given = str(files[-1].document["extends"])
    raise ConfigError([Problem(*where, "extends", given, "a chain that ends", "", sentence)])
