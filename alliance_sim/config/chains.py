"""Chains of files that extend one another, for configs and studies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alliance_sim.config.errors import ConfigError, Problem, shown
from alliance_sim.config.files import CONFIGS, FileKind, SourceFile, list_names, locate, read

LONGEST_CHAIN = 12
"""Files in a chain."""


def chain_of(
    name_or_path: str | Path | SourceFile, kind: FileKind = CONFIGS, *, untrusted: bool = False
) -> tuple[list[SourceFile], list[Problem]]:
    """Read a file, the file that it extends, and so on.

    Args:
        name_or_path: a shipped name, a path, or a file that was read before.
        kind: the kind of file.
        untrusted: whether files may extend only shipped files, by name; no other path is then accessed.

    Returns:
        The files that could be read, and the problems that ended the chain early.
    """
    files: list[SourceFile] = []
    wanted: str | Path | SourceFile | None = name_or_path
    while wanted is not None:
        try:
            if not isinstance(wanted, SourceFile):
                path, shown_as = locate(wanted, named_in=files[-1] if files else None, kind=kind)
                _refuse_endless(files, path)
                wanted = read(path, shown_as)
            files.append(wanted)
            extends = wanted.document.get("extends")
            wanted = (extends.strip() or None) if isinstance(extends, str) else None
            if untrusted and wanted is not None:
                _refuse_all_but_shipped(files[-1], wanted, kind)
        except ConfigError as error:
            return files, list(error.problems)
    return files, []


def _refuse_all_but_shipped(file: SourceFile, wanted: str, kind: FileKind) -> None:
    # The sentence is the same whether or not the file exists, so that it reveals nothing about the disk.
    shipped = kind.shipped()
    if wanted not in shipped:
        sentence = f"here a {kind.name} can extend only what is shipped: {list_names(shipped)}"
        where = file.place(("extends",))
        raise ConfigError([Problem(*where, "extends", shown(wanted), "a shipped name", "", sentence)])


def _refuse_endless(files: Sequence[SourceFile], path: Path) -> None:
    if any(path.samefile(file.path) for file in files if not file.in_memory):
        steps = " → ".join((*(file.path.name for file in files), path.name))
        sentence = f"extends leads back to a file of its own chain ({steps}); remove one of the links"
    elif len(files) == LONGEST_CHAIN:
        sentence = f"extends leads through more than {LONGEST_CHAIN} files; join some of them"
    else:
        return
    where = files[-1].place(("extends",))
    given = str(files[-1].document["extends"])
    raise ConfigError([Problem(*where, "extends", given, "a chain that ends", "", sentence)])
