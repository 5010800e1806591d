"""The library uses the field's words: none of the private words of its first version is left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDERS = ("alliance_sim", "analysis", "benchmarks", "configs", "docs", "experiments", "tests")
SUFFIXES = {".py", ".md", ".vue", ".html", ".css", ".toml", ".ipynb"}
ROOT_FILES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "pyproject.toml")

# Each entry is a regular expression for whole words and the word to use.
FORBIDDEN = {
    r"told|retold": "manifest, report, message",
    r"lived|relive[sd]?|reliving|live_all|open_world": "simulate, reproduce, initialize",
    r"luck": "random numbers, stream, seed",
    r"desk|tray": "workspace, request queue",
    r"leanings?": "modifiers",
    r"zeal": "need_factor",
    r"haze": "noise_factor",
    r"stance": "utility_offset",
    r"mended": "fixed",
    r"minds are made up": "decision phase",
    r"alliances work": "exchange phase",
    r"time passes": "decay phase",
    r"happenings?": "event",
    r"chronicle": "incident log",
    r"foresight": "estimate",
    r"crew": "worker pool",
    r"sign of life": "heartbeat",
    r"drawn by lot|by lot": "in a random order",
    r"melts?": "is inlined, compiles to",
    r"whoever": "a plain subject",
    r"rows? ahead|send for rows": "prefetch",
    r"nobody|somebody": "a plain subject",
    r"hangs? on": "depends on",
    r"grows? apart": "diverges",
    r"hand events?": "intervention",
}

# Files that must quote the words: this list, and the records of old names.
ALLOWED_FILES = {
    "tests/test_vocabulary.py",
    "CHANGELOG.md",
    "docs/own_mechanism.md",
    "alliance_sim/study/spec/old_keys.py",
    "tests/study/test_old_keys.py",
    "alliance_sim/config/old_names.py",
}

# How many lines still have a word of each entry. A number may only fall; an entry that reaches 0 is removed.
REMAINING: dict[str, int] = {}


def text_files() -> list[Path]:
    """Return all files that a reader may open."""
    found = [REPOSITORY / name for name in ROOT_FILES]
    for folder in FOLDERS:
        found += [path for path in (REPOSITORY / folder).rglob("*") if path.suffix in SUFFIXES]
    return sorted(path for path in found if path.is_file() and not {"_build", "__pycache__"} & set(path.parts))


def split_identifiers(line: str) -> str:
    """Return a line with the words of snake_case and camelCase identifiers separated."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", line)


@pytest.mark.parametrize("pattern", FORBIDDEN, ids=lambda pattern: pattern.replace("|", "-"))
def test_no_private_word_is_left(pattern):
    word = re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    places = []
    for path in text_files():
        name = path.relative_to(REPOSITORY).as_posix()
        if name in ALLOWED_FILES:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if word.search(line) or word.search(split_identifiers(line)):
                places.append(f"{name}:{number}: {line.strip()[:100]}")
    assert len(places) <= REMAINING.get(pattern, 0), f"use {FORBIDDEN[pattern]!r} instead:\n" + "\n".join(places)
