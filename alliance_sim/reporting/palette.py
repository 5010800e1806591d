"""Colours and line styles of configs, the same in every figure, and the colours of pages."""

from __future__ import annotations

import math
from typing import Any

OKABE_ITO = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Colours that people with any kind of colour vision can distinguish (Okabe and Ito 2008), strongest first."""
TRUST = ("#FFF7D6", "#E3EFB4", "#B7E0B0", "#7CCBB5", "#45B0C0", "#2B8CBB", "#2562A6", "#1F3A83", "#14204F")
"""Colours from no trust to full trust, darkening so that hues need not be distinguished (after ColorBrewer)."""
PAGE = {
    "ink": "#222",
    "pale": "#5f5f5f",
    "rule": "#d9d9d9",
    "wash": "#f6f6f3",
    "link": "#0b5c93",
    "accent": OKABE_ITO[1],
    "warning": "#b35900",
}
"""Colours of pages, by the name of their variable in ``page.css``."""
DASHES: tuple[Any, ...] = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
"""Line styles; they distinguish lines when there are more lines than colours."""


def colour(place: int) -> str:
    """Return the colour of the config at this index."""
    return OKABE_ITO[place % len(OKABE_ITO)]


def dashes(place: int) -> Any:
    """Return the line style of the config at this index: solid until the colours repeat."""
    return DASHES[place // len(OKABE_ITO) % len(DASHES)]


def shade(trust: float) -> str:
    """Return the colour of a trust value from 0 to 1; grey where trust is undefined (NaN)."""
    if math.isnan(trust):
        return "#BDBDBD"
    place = min(max(trust, 0.0), 1.0) * (len(TRUST) - 1)
    low = min(int(place), len(TRUST) - 2)
    pairs = ((TRUST[low][at : at + 2], TRUST[low + 1][at : at + 2]) for at in (1, 3, 5))
    mixed = (int(first, 16) * (1 - place + low) + int(second, 16) * (place - low) for first, second in pairs)
    return "#" + "".join(f"{round(part):02X}" for part in mixed)


def darker(tone: str) -> str:
    """The same colour, dark enough to be read as small letters on white."""
    red, green, blue = (int(tone[at : at + 2], 16) / 255 for at in (1, 3, 5))
    light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    factor = min(1.0, (0.17 / light) ** (1 / 2.2)) if light else 1.0
    return "#" + "".join(f"{round(255 * part * factor):02X}" for part in (red, green, blue))
