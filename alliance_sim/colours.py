"""Which colour and line a config has, the same in every figure."""

from __future__ import annotations

from typing import Any

OKABE_ITO = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Colours that people with any kind of colour vision tell apart (Okabe and Ito 2008), strongest first."""
DASHES: tuple[Any, ...] = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
"""What tells lines apart when there are more of them than colours."""


def colour(place: int) -> str:
    """The colour of the config at this place."""
    return OKABE_ITO[place % len(OKABE_ITO)]


def dashes(place: int) -> Any:
    """Its line: whole as long as the colours last."""
    return DASHES[place // len(OKABE_ITO) % len(DASHES)]


def darker(tone: str) -> str:
    """The same colour, dark enough to be read as small letters on white."""
    red, green, blue = (int(tone[at : at + 2], 16) / 255 for at in (1, 3, 5))
    light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    factor = min(1.0, (0.17 / light) ** (1 / 2.2)) if light else 1.0
    return "#" + "".join(f"{round(255 * part * factor):02X}" for part in (red, green, blue))
