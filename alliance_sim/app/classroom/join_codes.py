"""Codes that let phones join: short enough to type, random, and valid until the next code or the end of the server."""

from __future__ import annotations

import re
import secrets

ALPHABET = "23456789BCDFGHJKMNPQRTVWXY"
"""Digits and letters that cannot be mistaken for another and form no words: no 0, 1, vowels, L, S or Z."""
LENGTH = 4
CODE_PATH = re.compile(rf"/([0-9A-Za-z]{{{LENGTH}}})(/[a-z]*)?", re.ASCII)
"""A path that a phone asks for: the code, and what is asked. Any four letters are taken for a code, right or wrong."""


def make_code(other_than: str = "") -> str:
    """Return a random code.

    Args:
        other_than: a code that is not to be returned again.
    """
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if code != other_than:
            return code


def read_path(path: str) -> tuple[str, str] | None:
    """Return the code and the rest of a phone's path, such as ``("7K4Q", "state")``; ``None`` for other paths.

    Args:
        path: the path of a request, without the root path.
    """
    found = CODE_PATH.fullmatch(path)
    return (found[1].upper(), (found[2] or "").strip("/")) if found else None
