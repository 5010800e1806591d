"""Titles of columns in lists of schools, and their comparison."""

from __future__ import annotations

import re
from functools import lru_cache

NUMERIC = ("pupils", "teachers", "capacity", "east", "north", "easting", "northing", "latitude", "longitude")
"""Fields that hold a number."""

TITLES: dict[str, tuple[str, ...]] = {
    "number": ("id", "urn", "school id", "school number", "school code", "unique reference number", "seed code"),
    "name": (
        "name", "school name", "establishment name", "institution name", "name of school", "organisation name",
        "school", "establishment", "institution", "sch name", "org name",
    ),
    "pupils": (
        "pupils", "number of pupils", "total pupils", "total number of pupils", "no of pupils", "pupil numbers",
        "pupil count", "number on roll", "nor", "total school roll", "school roll", "pupil roll", "total roll", "roll",
        "headcount", "TOTPUPS", "pupil headcount", "pupils total", "all pupils", "total enrolment", "total enrollment",
        "enrolment", "enrollment", "enrolments",
        "number of students", "total students", "student count", "students",
    ),
    "teachers": (
        "teachers", "number of teachers", "no of teachers", "total teachers", "teacher count", "FTE teachers",
        "teachers FTE", "full-time equivalent teachers", "number of FTE teachers", "teaching staff",
    ),
    "status": ("status", "school status", "establishment status", "establishment status name", "status name"),
    "status_code": ("status code", "establishment status code"),
    "closed": ("close date", "closed date", "date closed", "closing date", "closure date", "date of closure"),
    "phase": ("phase", "phase of education", "phase of education name", "school phase", "school level", "sector"),
    "phase_code": ("phase code", "phase of education code"),
    "trust": ("trust", "trusts name", "trust name", "trusts", "academy trust", "multi-academy trust", "MAT"),
    "trust_code": ("trusts code", "trust code", "trust id", "trust UID"),
    "federation": ("federation", "federations name", "federation name", "federations"),
    "federation_code": ("federations code", "federation code", "federation id", "federation UID"),
    "alliance": ("alliance", "alliance name", "hub", "cluster", "partnership", "consortium"),
    "alliance_code": ("alliance code", "alliance id", "hub code", "hub id", "cluster code", "cluster id"),
    "town": ("town", "city", "town city", "post town", "town or city"),
    "postcode": ("postcode", "post code", "postal code", "zip code", "zip"),
    "east": ("east_km", "east in km"),
    "north": ("north_km", "north in km"),
    "easting": ("easting", "eastings", "grid ref easting", "grid reference easting", "east_m"),
    "northing": ("northing", "northings", "grid ref northing", "grid reference northing", "north_m"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "long", "lng"),
    "capacity": ("school capacity", "capacity"),
    "la_code": ("LA code", "local authority code"),
    "establishment": ("establishment number",),
    "type": ("type", "type of establishment name", "type of establishment", "establishment type"),
    "type_group": ("establishment type group name", "establishment type group"),
    "low_age": ("statutory low age", "low age"),
    "high_age": ("statutory high age", "high age"),
    "fsm": ("percentage FSM", "FSM percent", "percent FSM"),
    "ofsted": ("ofsted rating name", "ofsted rating", "ofsted"),
    "opened": ("open date", "opening date", "date opened"),
}  # fmt: skip
"""Titles under which any list may have a field, the preferred one first. Case, spaces and signs do not matter."""


def comparable(title: str) -> str:
    """Return a column's title without differences of case and spacing."""
    return " ".join(title.split()).casefold()


@lru_cache(maxsize=4096)
def key_of(title: str) -> str:
    """Return only the letters and digits of a title: ``Trusts (name)``, ``Trusts..name.`` and ``trusts_name`` agree."""
    return re.sub(r"[\W_]+", "", title).casefold()


REMARK = re.compile(
    r"""[\(\[]\s*(?:(?:19|20)\d\d.*?|.*?(?:19|20)\d\d|fte|f\.t\.e\.|headcount|count|number|total|all|n|no\.?|persons?
    |excludes\ ae|public\ school|12-digit|census|km|metres?|meters?|m|degrees?|years?\ .*?)\s*[\)\]]""",
    re.IGNORECASE | re.VERBOSE,
)
"""A unit, a year or a remark in brackets that does not change the meaning of a title; ``(boys)`` and ``(%)`` do."""

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?:\s?[-–/]\s?(?:\d{4}|\d\d))?(?!\d)")
WHEN = re.compile(
    r"\b(?:as at|as of|latest available year|census|autumn|spring|summer|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def bare_key(title: str) -> str:
    """Return the key of a title without a unit, year or remark: ``Pupils (2023)`` and ``Roll, July 2023``."""
    bare = REMARK.sub(" ", title.replace("_", " "))
    dated = YEAR.sub(" ", bare)
    if dated != bare or WHEN.search(dated):
        bare = re.sub(r"\b\d{1,2}(?:st|nd|rd|th)?\b", " ", WHEN.sub(" ", dated))
    return "" if "%" in bare else key_of(bare)
