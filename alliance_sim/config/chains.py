"""The files that extend each other, of configs as of studies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alliance_sim.config.errors import ConfigError, Problem, shown
from alliance_sim.config.files import CONFIGS, Shelf, SourceFile, found, list_names, read

LONGEST_CHAIN = 12
"""Files that may extend each other in a row."""


def chain_of(
    name_or_path: str | Path | SourceFile, shelf: Shelf = CONFIGS, *, untrusted: bool = False
) -> tuple[list[SourceFile], list[Problem]]:
    """The files from the one asked for down, as far as they can be read, and why they go no further.

    Args:
        name_or_path: a shipped name, a path, or a file that is read already.
        shelf: what is looked for.
        untrusted: whether the files may extend only what is shipped, by its name; no other path is then looked at.
    """
    files: list[SourceFile] = []
    wanted: str | Path | SourceFile | None = name_or_path
    while wanted is not None:
        try:
            if not isinstance(wanted, SourceFile):
                path, shown_as = found(wanted, said_by=files[-1] if files else None, shelf=shelf)
                _refuse_endless(files, path)
                wanted = read(path, shown_as)
            files.append(wanted)
            extends = wanted.document.get("extends")
            wanted = (extends.strip() or None) if isinstance(extends, str) else None
            if untrusted and wanted is not None:
                _refuse_all_but_shipped(files[-1], wanted, shelf)
        except ConfigError as error:
            return files, list(error.problems)
    return files, []


def _refuse_all_but_shipped(file: SourceFile, wanted: str, shelf: Shelf) -> None:
    """The sentence is the same whether there is such a file or not, so that it reveals nothing about the disk."""
    shipped = shelf.shipped()
    if wanted not in shipped:
        sentence = f"here a {shelf.what} can extend only what is shipped: {list_names(shipped)}"
        where = file.place(("extends",))
        raise ConfigError([Problem(*where, "extends", shown(wanted), "a shipped name", "", sentence)])


def _refuse_endless(files: Sequence[SourceFile], path: Path) -> None:
    if any(path.samefile(file.path) for file in files if not file.in_memory):
        steps = " → ".join((*(file.path.name for file in files), path.name))
        sentence = f"extends leads back to a file of its own chain ({steps}); remove one of the links"
    elif len(files) == LONGEST_CHAIN:
        sentence = f"extends goes on through more than {LONGEST_CHAIN} files; join some of them"
    else:
        return
    where = files[-1].place(("extends",))
    given = str(files[-1].document["extends"])
    raise ConfigError([Problem(*where, "extends", given, "a chain that ends", "", sentence)])
