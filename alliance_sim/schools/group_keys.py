"""Tell groups of a list apart: by code where there is one, else by names that are spelled alike."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

LEGAL_FORMS = re.compile(r"\b(?:limited|ltd|plc|cio)\b")
SEPARATOR = "~"
"""Separates the groups of one school in the register."""


class Written(NamedTuple):
    """A group as one row of a list writes it; several are separated by ``~``."""

    name: str
    code: str = ""


@lru_cache(maxsize=65_536)
def alike(name: str) -> str:
    """Return a name without differences of spelling that make no other group: case, ’ and ', & and AND, Limited."""
    text = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    text = re.sub(r"['’‘`´ʼ.]", "", text)
    text = re.sub(r"[^\w]+", " ", text)
    text = " ".join(LEGAL_FORMS.sub(" ", text).split())
    return text.removeprefix("the ") or text


def parts(text: str) -> list[str]:
    """Return the entries of a ``~`` list, without empty ones."""
    return [part for part in (" ".join(each.split()) for each in text.split(SEPARATOR)) if part]


def gather_groups(written: Sequence[Written]) -> list[tuple[str, list[int]]]:
    """Gather rows that belong to the same group.

    Codes decide where rows have them. A name without a code belongs to the code that this name has elsewhere, if there
    is only one. Of a ``~`` list, one entry in common is enough.

    Args:
        written: the group of each row; empty name and code for none.

    Returns:
        For each group its name and the positions of its rows, in the order of their first rows. Groups of one name that
        codes tell apart have their code added: ``St Mary's Federation (501)``.
    """
    codes_of: defaultdict[str, set[str]] = defaultdict(set)
    for name, code in written:
        for spelling in map(alike, parts(name)):
            codes_of[spelling].update(parts(code))
    keys = [_keys(name, code, codes_of) for name, code in written]
    groups = [(members, next(iter(keys[members[0]])), _name_of(members, written, keys)) for members in _connected(keys)]
    spelled = [alike(name) for _, _, name in groups]
    return [
        (f"{name} ({key[1]})" if key[0] == "code" and spelled.count(alike(name)) > 1 else name, members)
        for members, key, name in groups
    ]


type Key = tuple[str, str]


def _keys(name: str, code: str, codes_of: dict[str, set[str]]) -> dict[Key, str]:
    """Return the keys of one row, each with the spelling by which it is shown."""
    names, codes = parts(name), parts(code)
    if codes:
        return {("code", each): names[min(at, len(names) - 1)] if names else each for at, each in enumerate(codes)}
    keys: dict[Key, str] = {}
    for each in names:
        known = codes_of[alike(each)]
        key = ("code", next(iter(known))) if len(known) == 1 else ("name", alike(each))
        keys.setdefault(key, each)
    return keys


def _connected(keys: Sequence[dict[Key, str]]) -> list[list[int]]:
    """Return rows that have a key in common, directly or through other rows."""
    group = list(range(len(keys)))

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    first: dict[Key, int] = {}
    for at, found in enumerate(keys):
        for key in found:
            one, other = sorted((root(first.setdefault(key, at)), root(at)))
            group[other] = one
    members: defaultdict[int, list[int]] = defaultdict(list)
    for at, found in enumerate(keys):
        if found:
            members[root(at)].append(at)
    return list(members.values())


def _name_of(members: Sequence[int], written: Sequence[Written], keys: Sequence[dict[Key, str]]) -> str:
    """Return the name that the most rows of a group have in common, as its first row with that name writes it."""
    counts: defaultdict[str, int] = defaultdict(int)
    spelling: dict[str, str] = {}
    for at in members:
        shown = {alike(each): each for each in reversed([*parts(written[at].name), *keys[at].values()])}
        for key, each in shown.items():
            counts[key] += 1
            spelling.setdefault(key, each)
    first = next(iter(keys[members[0]].values()))
    best = max(counts.values())
    return spelling[alike(first)] if counts[alike(first)] == best else spelling[max(counts, key=lambda n: counts[n])]
