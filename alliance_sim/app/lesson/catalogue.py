"""The catalogue of the lesson's words: every text that the page shows passes through ``_``.

A language is one file, ``locales/LANGUAGE/LC_MESSAGES/alliance_sim.mo``; without it the texts stay English.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).resolve().parents[1] / "locales"


@cache
def translation(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; the texts themselves where there is none.

    Args:
        language: its code, such as ``de``.
    """
    return gettext.translation("alliance_sim", LOCALES, [language], fallback=True)


def _(text: str) -> str:
    """Return a text in the language of the page."""
    return translation("en").gettext(text)


def n_(one: str, many: str, number: int) -> str:
    """Return the form of a text for a number of things."""
    return translation("en").ngettext(one, many, number)
