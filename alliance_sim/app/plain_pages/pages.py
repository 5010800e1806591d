"""Make a page from its parts: everything is inside the page, and its policy admits nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from alliance_sim.app.language import _, decimal_sign, mark

HERE = Path(__file__).parent


@cache
def text_of(path: Path) -> str:
    """Return the text of a file of this package."""
    return path.read_text("utf-8")


def data_script(name: str, data: Any) -> str:
    """Return data as an element that no browser runs, whatever texts it has.

    Args:
        name: the id of the element.
        data: what JSON can express.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Texts of users cannot end the element or begin a comment in it.
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'<script type="application/json" id="{name}">{text}</script>'


WORDS = {
    "year_end": mark("year {year}"),
    "your_bet": mark("{letter}, {name}: your bet for year {year}"),
    "unknown": mark("not known"),
    "rest_covered": mark("The years up to year {year} are covered."),
    "bet_stated": mark("Your bet: A {a}, B {b}."),
    "plot_at": mark("{title}, {unit}, year {year}: {values}."),
}
"""The words of the plot, by key."""


def plain_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return the words of a page and of its plot in the language of the page.

    Args:
        words: the words of the page, by key.
    """
    return {"decimal": decimal_sign()} | {key: _(text) for key, text in {**WORDS, **words}.items()}


def script_with(path: Path) -> str:
    """Return the script of a page, which begins with what all plain pages share. It leaves no name outside of it.

    Args:
        path: the file of the page's own script.
    """
    parts = (HERE / "shared.js", HERE / "plot.js", path)
    return "(() => {\n" + "".join(map(text_of, parts)) + "\n})();"


def hash_of(text: str) -> str:
    """Return the source by which a content security policy admits an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page_policy(scripts: Sequence[str], styles: Sequence[str], connects: bool) -> str:
    """Return a content security policy that admits these scripts and styles alone.

    Args:
        scripts: the texts of the page's scripts.
        styles: the texts of its styles.
        connects: whether it may ask the server that it came from.
    """
    parts = [
        "default-src 'none'",
        f"script-src {' '.join(map(hash_of, scripts))}",
        f"style-src {' '.join(map(hash_of, styles))}",
        "img-src data:",
        *(["connect-src 'self'"] if connects else []),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(parts)
