"""Further columns of a list: what grouping, attainment and reports use where a list has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

FURTHER_GIAS: dict[str, tuple[str, ...]] = {
    "trust_code": ("Trusts (code)",),
    "federation_code": ("Federations (code)",),
    "la_code": ("LA (code)",),
    "establishment": ("EstablishmentNumber",),
    "type": ("TypeOfEstablishment (name)",),
    "type_group": ("EstablishmentTypeGroup (name)",),
    "low_age": ("StatutoryLowAge",),
    "high_age": ("StatutoryHighAge",),
    "capacity": ("SchoolCapacity",),
    "fsm": ("PercentageFSM",),
    "ofsted": ("OfstedRating (name)",),
    "opened": ("OpenDate",),
    "closed": ("CloseDate",),
    "latitude": ("Latitude",),
    "longitude": ("Longitude",),
}
"""Columns of the register, by field."""

FURTHER_PLAIN: dict[str, tuple[str, ...]] = {
    "trust_code": ("trust_code",),
    "federation_code": ("federation_code",),
    "alliance_code": ("alliance_code",),
    "la_code": ("la_code",),
    "establishment": ("establishment_number",),
    "type": ("type",),
    "low_age": ("low_age",),
    "high_age": ("high_age",),
    "capacity": ("capacity",),
    "fsm": ("fsm_percent", "percentage_fsm"),
    "ofsted": ("ofsted", "ofsted_rating"),
    "opened": ("open_date",),
    "closed": ("close_date",),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng"),
}
"""Columns of a plain list, by field."""

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


def further_of(text: Callable[[str], str]) -> Further:
    """Return what the further columns of a row hold.

    Args:
        text: returns the text of a field, empty where the list has no such column.
    """
    capacity, fsm = number_in(text("capacity"), 0, 100_000), number_in(text("fsm").rstrip("% "), 0, 100)
    latitude, longitude = number_in(text("latitude"), -90, 90), number_in(text("longitude"), -180, 180)
    placed = latitude is not None and longitude is not None and (latitude, longitude) != (0.0, 0.0)
    return Further(
        trust_code=text("trust_code"),
        federation_code=text("federation_code"),
        alliance_code=text("alliance_code"),
        la_code=code_in(text("la_code")),
        establishment=code_in(text("establishment")),
        type=" ".join(filter(None, (text("type"), text("type_group")))),
        low_age=number_in(text("low_age"), 0, 100),
        high_age=number_in(text("high_age"), 0, 100),
        capacity=round(capacity or 0),
        fsm=fsm,
        ofsted=text("ofsted") if text("ofsted").isprintable() else "",
        opened=text("opened"),
        closed=text("closed"),
        latitude=latitude if placed else None,
        longitude=longitude if placed else None,
        teachers_given=bool(text("teachers").strip("0. ")),
        pupils_given=bool(text("pupils").strip("0. ")),
    )


def number_in(text: str, least: float, most: float) -> float | None:
    """Parse a number within bounds; return None for other text."""
    text = text.strip()
    if not text or not NUMBER.fullmatch(text):
        return None
    number = float(text.replace(",", "."))
    return number if least <= number <= most else None


def code_in(text: str) -> str:
    """Return a number of a register as written in most tables: ``936`` for ``936.0`` and ``0936``; empty for others."""
    return str(int(text.partition(".")[0])) if text and CODE.fullmatch(text) else ""
