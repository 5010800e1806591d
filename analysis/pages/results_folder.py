"""The folder of an analysis: which folders are accepted, and how bad input is refused."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from alliance_sim.cli.errors import REFUSED

PAGE = "index.html"
GENERATOR = 'content="alliance_sim analysis"'
"""The mark in a page's head by which an earlier page is recognised."""
RUNS = "_runs"
"""Suffix of folders that hold a study's runs."""
PAIRED = f"paired{RUNS}"
"""Folder of the figures of paired runs inside a folder of results."""


def results_folder(name: str) -> Path:
    """Return the user's folder, or refuse it with one sentence and exit code 2."""
    folder = Path(name)
    if folder.is_file():
        refuse(f"{name} is a file; name a folder for the results, new or of an earlier try")
    if folder.is_dir() and not _is_replaceable(folder):
        there = sorted(found.name for found in folder.iterdir())[0]
        refuse(f"{name} holds other files ({there}); name a new folder, or one of an earlier try")
    return folder


def _is_replaceable(folder: Path) -> bool:
    """Whether a folder is empty, or holds the page or runs of an earlier try, so that no other page is overwritten."""
    page = folder / PAGE
    if page.is_file():
        return GENERATOR in page.read_text(encoding="utf-8", errors="replace")
    names = [found.name for found in folder.iterdir()]
    return not names or any(name.endswith(RUNS) for name in names)


def refuse(sentence: str, code: int = REFUSED) -> NoReturn:
    """Print a sentence to standard error and exit with this code."""
    Console(stderr=True).print(f"{sentence}.", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)
