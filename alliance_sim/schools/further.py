"""Further columns of a list: what grouping, attainment and reports use where a list has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

NUMBER = re.compile(r"[+-]?\d{1,7}(?:[.,]\d{1,15})?", re.ASCII)
CODE = re.compile(r"\d{1,12}(?:\.0+)?", re.ASCII)


@dataclass(frozen=True)
class Further:
    """What the further columns of one row hold; empty or None where a column is missing or unreadable.

    Attributes:
        trust_code: the trust's number in the register; several are separated by ``~``.
        federation_code: the federation's number in the register.
        alliance_code: the alliance's own number.
        la_code: the local authority's number.
        establishment: the school's number within its authority; most schools keep it when they become academies.
        type: the type of establishment.
        low_age: the lowest age of pupils.
        high_age: the highest age of pupils.
        capacity: the number of places.
        fsm: percentage of pupils who may have free school meals.
        ofsted: Ofsted's judgement, as written.
        opened: the date of opening, as written.
        closed: the date of closing, as written.
        latitude: degrees north.
        longitude: degrees east.
        teachers_given: whether the row gives the number of teachers.
        pupils_given: whether the row gives the number of pupils.
    """

    trust_code: str = ""
    federation_code: str = ""
    alliance_code: str = ""
    la_code: str = ""
    establishment: str = ""
    type: str = ""
    low_age: float | None = None
    high_age: float | None = None
    capacity: int = 0
    fsm: float | None = None
    ofsted: str = ""
    opened: str = ""
    closed: str = ""
    latitude: float | None = None
    longitude: float | None = None
    teachers_given: bool = False
    pupils_given: bool = False

    @property
    def establishment_key(self) -> tuple[str, str] | None:
        """The authority's and the school's number, which tables of results also hold; None where one is missing."""
        return (self.la_code, self.establishment) if self.la_code and self.establishment else None


FURTHER_NUMBERS = ("capacity", "latitude", "longitude")


def further_of(
    texts: Mapping[str, str], numbers: Mapping[str, float | None], *, pupils_given: bool, teachers_given: bool
) -> Further:
    """Return what the further columns of a row hold.

    Args:
        texts: the text of each field that has a column.
        numbers: the number of each of ``FURTHER_NUMBERS``, None where it is missing or cannot be read.
        pupils_given: whether the row gives the number of pupils.
        teachers_given: whether the row gives the number of teachers.
    """
    text = texts.get
    capacity, fsm = _within(numbers["capacity"], 0, 100_000), number_in(text("fsm", "").rstrip("% "), 0, 100)
    latitude, longitude = _within(numbers["latitude"], -90, 90), _within(numbers["longitude"], -180, 180)
    placed = latitude is not None and longitude is not None and (latitude, longitude) != (0.0, 0.0)
    return Further(
        trust_code=text("trust_code", ""),
        federation_code=text("federation_code", ""),
        alliance_code=text("alliance_code", ""),
        la_code=code_in(text("la_code", "")),
        establishment=code_in(text("establishment", "")),
        type=" ".join(filter(None, (text("type", ""), text("type_group", "")))),
        low_age=number_in(text("low_age", ""), 0, 100),
        high_age=number_in(text("high_age", ""), 0, 100),
        capacity=round(capacity or 0),
        fsm=fsm,
        ofsted=text("ofsted", "") if text("ofsted", "").isprintable() else "",
        opened=text("opened", ""),
        closed=text("closed", ""),
        latitude=latitude if placed else None,
        longitude=longitude if placed else None,
        teachers_given=teachers_given,
        pupils_given=pupils_given,
    )


def number_in(text: str, least: float, most: float) -> float | None:
    """Parse a number within bounds; return None for other text."""
    text = text.strip()
    if not text or not NUMBER.fullmatch(text):
        return None
    number = float(text.replace(",", "."))
    return number if least <= number <= most else None


def _within(number: float | None, least: float, most: float) -> float | None:
    return number if number is not None and least <= number <= most else None


def code_in(text: str) -> str:
    """Return a number of a register as written in most tables: ``936`` for ``936.0`` and ``0936``; empty for others."""
    return str(int(text.partition(".")[0])) if text and CODE.fullmatch(text) else ""
