"""Make a page from its parts: everything is inside the page, and its policy admits nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

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
