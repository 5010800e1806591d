"""Layouts of lists of schools: their columns, codes, and the consequences of missing columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

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
        "headcount", "pupil headcount", "pupils total", "all pupils", "total enrolment", "total enrollment", "enrolment", "enrollment", "enrolments",
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

GIAS_STATUS = {"1": "Open", "2": "Closed", "3": "Open, but proposed to close", "4": "Proposed to open"}
GIAS_PHASE = {
    "0": "Not applicable", "1": "Nursery", "2": "Primary", "3": "Middle deemed primary", "4": "Secondary",
    "5": "Middle deemed secondary", "6": "16 plus", "7": "All-through",
}  # fmt: skip
NCES_STATUS = {
    "1": "Open", "2": "Closed", "3": "New", "4": "Added", "5": "Changed agency", "6": "Inactive", "7": "Future",
    "8": "Reopened",
}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of list.

    Attributes:
        key: its name on the command line.
        title: its name in reports.
        described: the layout in words, for the report.
        columns: titles of each field's column, the preferred one first; fields that are not here may have the
            general titles.
        required: groups of fields of which one each is required: a plain list needs pupils *or* teachers.
        expected: optional fields whose absence is reported.
        codes: the meanings of codes, by field.
        lacks: what lists of this kind do not have, for the report.
    """

    key: str
    title: str
    described: str
    columns: dict[str, tuple[str, ...]]
    required: tuple[tuple[str, ...], ...]
    expected: tuple[str, ...]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    lacks: str = ""

    def title_of(self, name: str) -> str:
        """Return the preferred title of a field's column."""
        return (self.columns.get(name) or TITLES[name])[0]

    @cached_property
    def own_keys(self) -> dict[str, tuple[str, ...]]:
        """The comparable titles of each field in this layout."""
        return {name: tuple(dict.fromkeys(map(key_of, titles))) for name, titles in self.columns.items()}


GIAS = Layout(
    "gias",
    "GIAS",
    "the columns of Get information about schools",
    {
        "number": ("URN",),
        "name": ("EstablishmentName",),
        "pupils": ("NumberOfPupils",),
        "status": ("EstablishmentStatus (name)", "EstablishmentStatus"),
        "status_code": ("EstablishmentStatus (code)",),
        "closed": ("CloseDate",),
        "phase": ("PhaseOfEducation (name)", "PhaseOfEducation"),
        "phase_code": ("PhaseOfEducation (code)",),
        "trust": ("Trusts (name)", "Trust (name)"),
        "trust_code": ("Trusts (code)", "Trust (code)"),
        "federation": ("Federations (name)", "Federation (name)"),
        "federation_code": ("Federations (code)", "Federation (code)"),
        "town": ("Town",),
        "postcode": ("Postcode",),
        "easting": ("Easting",),
        "northing": ("Northing",),
        "capacity": ("SchoolCapacity",),
        "la_code": ("LA (code)",),
        "establishment": ("EstablishmentNumber",),
        "type": ("TypeOfEstablishment (name)",),
        "type_group": ("EstablishmentTypeGroup (name)",),
        "low_age": ("StatutoryLowAge",),
        "high_age": ("StatutoryHighAge",),
        "fsm": ("PercentageFSM",),
        "ofsted": ("OfstedRating (name)",),
        "opened": ("OpenDate",),
    },
    (("number",), ("name",), ("pupils",)),
    ("status", "phase", "trust", "federation", "town", "postcode", "easting", "northing"),
    {"status": GIAS_STATUS, "status_code": GIAS_STATUS, "phase": GIAS_PHASE, "phase_code": GIAS_PHASE},
    "the register has no numbers of teachers",
)

NCES = Layout(
    "nces",
    "NCES",
    "the columns of the Common Core of Data (NCES)",
    {
        "number": ("NCESSCH", "NCES school ID", "School ID - NCES Assigned", "School ID (12-digit) - NCES Assigned"),
        "name": ("SCH_NAME", "SCHNAM", "School Name"),
        "pupils": (
            "MEMBER", "TOTAL", "STUDENT_COUNT", "Total Students, All Grades (Excludes AE)", "Total Students All Grades",
        ),
        "teachers": ("FTE", "TEACHERS", "Full-Time Equivalent (FTE) Teachers"),
        "status": ("SY_STATUS_TEXT", "UPDATED_STATUS_TEXT", "Start of Year Status", "Updated Status"),
        "status_code": ("SY_STATUS", "UPDATED_STATUS", "STATUS"),
        "phase": ("SCHOOL_LEVEL", "LEVEL", "School Level"),
        "town": ("LCITY", "Location City", "MCITY"),
        "postcode": ("LZIP", "Location ZIP", "MZIP"),
        "latitude": ("LATCOD", "LAT", "Latitude"),
        "longitude": ("LONCOD", "LON", "Longitude"),
    },
    (("number",), ("name",), ("pupils", "teachers")),
    ("pupils", "teachers", "status", "phase", "town", "latitude", "longitude"),
    {"status": NCES_STATUS, "status_code": NCES_STATUS},
    "the Common Core of Data has no trusts, federations or alliances; a district is no group here unless --columns "
    "alliance=LEA_NAME says so",
)  # fmt: skip

NEW_ZEALAND = Layout(
    "nz",
    "New Zealand",
    "the columns of New Zealand's schools directory",
    {
        "number": ("School_Id", "School Number", "School ID"),
        "name": ("Org_Name", "School Name"),
        "pupils": ("Total", "Total School Roll"),
        "status": ("Status",),
        "phase": ("Org_Type", "School Type"),
        "alliance": (
            "Col_Name", "Community of Learning: Name", "Community of Learning Name", "Kāhui Ako Name", "Kahui Ako",
        ),
        "alliance_code": ("Col_Id", "Community of Learning: ID", "Community of Learning ID", "Kāhui Ako ID"),
        "town": ("Add1_City", "Town / City", "Town/City"),
        "postcode": ("Add2_Postal_Code", "Postal Code"),
        "latitude": ("Latitude",),
        "longitude": ("Longitude",),
    },
    (("number",), ("name",), ("pupils",)),
    ("phase", "alliance", "town", "latitude", "longitude"),
    {},
    "the directory has no numbers of teachers; a Kāhui Ako is an alliance named in the list",
)  # fmt: skip

SCOTLAND = Layout(
    "scotland",
    "Scotland",
    "the columns of the Scottish Government's lists of schools",
    {
        "number": ("SeedCode", "Seed Code", "Seed number"),
        "name": ("SchoolName", "School Name"),
        "pupils": ("PupilRoll", "Pupil roll", "School roll", "Roll", "Total pupils"),
        "teachers": ("FTETeachers", "FTE teachers", "Teachers FTE", "Number of teachers (FTE)"),
        "phase": ("SchoolType", "School Type", "Sector"),
        "town": ("Address Line 3", "Town"),
        "postcode": ("PostCode", "Post Code"),
        "easting": ("GridRefEasting", "Grid reference easting"),
        "northing": ("GridRefNorthing", "Grid reference northing"),
    },
    (("number",), ("name",), ("pupils", "teachers")),
    ("pupils", "teachers", "phase", "postcode", "easting", "northing"),
    {},
    "Scotland's lists have open schools only, and neither trusts nor federations nor alliances",
)

NORTHERN_IRELAND = Layout(
    "ni",
    "Northern Ireland",
    "the columns of the Department of Education's lists for Northern Ireland",
    {
        "number": ("De ref", "DE Ref", "Institution Reference Number", "Reference Number", "School reference"),
        "name": ("School Name", "Institution Name"),
        "pupils": ("Total pupils", "Total enrolment", "Enrolment", "Total Pupils (Years 1-7)"),
        "status": ("Status", "Institution Status"),
        "phase": ("Institution Type", "School Type", "Phase"),
        "town": ("Town", "Address 3", "Address line 3"),
        "postcode": ("Postcode", "Post Code"),
    },
    (("number",), ("name",), ("pupils",)),
    ("phase", "postcode"),
    {},
    "Northern Ireland's lists have no numbers of teachers, no groups and no coordinates; their reference numbers "
    "have a hyphen or letters, so schools are numbered in order",
)

PLAIN = Layout(
    "plain",
    "plain",
    "the columns of a plain list",
    {
        "name": ("name",),
        "pupils": ("pupils",),
        "teachers": ("teachers",),
        "number": ("id", "urn"),
        "alliance": ("alliance",),
        "east": ("east_km",),
        "north": ("north_km",),
        "status": ("status",),
        "phase": ("phase",),
        "town": ("town",),
        "postcode": ("postcode",),
    },
    (("name",), ("pupils", "teachers")),
    ("number", "status", "phase", "alliance", "town", "postcode", "east", "north"),
)

LAYOUTS = (GIAS, NCES, NEW_ZEALAND, SCOTLAND, NORTHERN_IRELAND, PLAIN)

ABSENT = {  # consequences of missing columns
    "number": "schools are numbered in the order of their names",
    "pupils": "pupils are computed from teachers",
    "teachers": "teachers are computed from pupils",
    "status": "every school is taken to be open",
    "phase": "phases are not known",
    "trust": "no school is known to belong to a trust",
    "federation": "no school is known to belong to a federation",
    "alliance": "no school is known to belong to an alliance",
    "town": "groups are not named by their towns",
    "postcode": "a school without coordinates cannot be placed by its postcode",
} | dict.fromkeys(("east", "north", "easting", "northing", "latitude", "longitude"), "schools have no coordinates")

INSTEAD = {
    "status": ("status_code", "closed"),
    "phase": ("phase_code",),
    **{name: ("easting", "latitude", "east") for name in ("east", "easting", "latitude")},
    **{name: ("northing", "longitude", "north") for name in ("north", "northing", "longitude")},
}
"""Fields that serve in place of one that is missing."""


def comparable(title: str) -> str:
    """Return a column's title without differences of case and spacing."""
    return " ".join(title.split()).casefold()


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
    r"\b(?:as at|as of|latest available year|census|autumn|spring|summer|january|february|march|april|may|june|july|august"
    r"|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b",
    re.IGNORECASE,
)


def bare_key(title: str) -> str:
    """Return the key of a title without a unit, year or remark: ``Pupils (2023)`` and ``Roll, July 2023``."""
    bare = REMARK.sub(" ", title.replace("_", " "))
    dated = YEAR.sub(" ", bare)
    if dated != bare or WHEN.search(dated):
        bare = re.sub(r"\b\d{1,2}(?:st|nd|rd|th)?\b", " ", WHEN.sub(" ", dated))
    return "" if "%" in bare else key_of(bare)
