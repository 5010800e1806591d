"""The language of the page: every text that a class reads passes through this catalogue.

A language is one file, ``locales/LANGUAGE.po``; a text that it lacks stays English. The texts of a module are looked up
when they are shown: ``mark`` names a text for the catalogue where the language is not known yet.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

ENGLISH = "en"
LOCALES = Path(__file__).with_name("locales")
_SPOKEN: ContextVar[str | None] = ContextVar("language", default=None)


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that the page knows, English first."""
    return (ENGLISH, *sorted(path.stem for path in LOCALES.glob("*.po")))


def known_language(code: object) -> str | None:
    """Return the language that a code names, such as ``de`` for ``de-CH``; None if the page does not know it.

    Args:
        code: the code; untrusted.
    """
    if not isinstance(code, str):
        return None
    plain = code.strip().lower().replace("_", "-").partition("-")[0]
    return plain if plain in languages() else None


def language() -> str:
    """Return the code of the language in which texts are looked up here."""
    return _SPOKEN.get() or ENGLISH


@contextmanager
def speaking(code: str) -> Generator[None]:
    """Look up texts in a language inside a ``with`` block; threads that start in it do not inherit it.

    Args:
        code: the code of a language of ``languages()``.
    """
    before = _SPOKEN.set(code)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


@cache
def catalogue(code: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; the texts themselves where there is none.

    Args:
        code: the code of the language.
    """
    path = LOCALES / f"{code}.po"
    if code == ENGLISH or not path.is_file():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def mark(text: str) -> str:
    """Return a text unchanged; it is part of the catalogue, and is looked up where it is shown."""
    return text


def _(text: str) -> str:
    """Return a text in the language of the page."""
    return catalogue(language()).gettext(text) if text else ""


def n_(one: str, many: str, number: int) -> str:
    """Return the form of a text for a number of things."""
    return catalogue(language()).ngettext(one, many, number)


def p_(context: str, text: str) -> str:
    """Return a text that has several translations, by its context."""
    return catalogue(language()).pgettext(context, text)


def own_name(code: str) -> str:
    """Return the name of a language in that language."""
    with speaking(code):
        return p_("name of this language", "English")


def number(value: float, decimals: int = 0) -> str:
    """Return a number with the signs of the language, and a minus sign instead of a hyphen.

    Args:
        value: the number.
        decimals: its decimals.
    """
    text = f"{value:,.{decimals}f}"
    whole, _point, rest = text.replace("-", "−").partition(".")
    whole = whole.replace(",", p_("thousands sign", ","))
    return f"{whole}{decimal_sign()}{rest}" if rest else whole


def short_number(value: float) -> str:
    """Return a number with as few decimals as it needs."""
    return f"{value:g}".replace("-", "−").replace(".", decimal_sign())


def decimal_sign() -> str:
    """Return the sign between a whole number and its decimals."""
    return p_("decimal sign", ".")


def percent_sign() -> str:
    """Return what follows a number of percent."""
    return p_("after a number", "%")


def percent(share: float) -> str:
    """Return a share as a whole percentage."""
    return f"{100 * share:.0f}{percent_sign()}"


NUMBERS = (
    mark("no"), mark("one"), mark("two"), mark("three"), mark("four"), mark("five"), mark("six"), mark("seven"),
    mark("eight"), mark("nine"), mark("ten"), mark("eleven"), mark("twelve"),
)  # fmt: skip


def spelled(count: int) -> str:
    """Return a count in words up to twelve, in figures above."""
    return _(NUMBERS[count]) if 0 <= count < len(NUMBERS) else number(count)


def school_name(name: str) -> str:
    """Return the name of a school in the language of the page: sampled schools have numbers, others their own names."""
    return _numbered(name, "School ", _("School {number}"))


def alliance_name(name: str) -> str:
    """Return the name of an alliance in the language of the page."""
    return _numbered(name, "Alliance ", _("Alliance {number}"))


def _numbered(name: str, prefix: str, translated: str) -> str:
    rest = name.removeprefix(prefix)
    return translated.format(number=rest) if rest != name and rest.isdecimal() else name
