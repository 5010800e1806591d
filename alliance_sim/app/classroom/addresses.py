"""The address at which phones join, and its QR code."""

from __future__ import annotations

import segno


def qr_path(text: str) -> tuple[str, int]:
    """Return a QR code as the path of an SVG picture, and the number of its modules in one line.

    Args:
        text: the text that a phone reads, such as ``http://192.0.2.4:8765/7K4Q``.
    """
    code = segno.make(text, error="m", micro=False)
    path: list[str] = []
    for y, line in enumerate(code.matrix):
        x = 0
        while x < len(line):
            end = x
            while end < len(line) and line[end]:
                end += 1
            if end > x:
                path.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = end + 1
    return "".join(path), len(code.matrix)


def without_scheme(address: str) -> str:
    """Return an address as it is typed into a phone: without ``http://``."""
    return address.removeprefix("http://")
