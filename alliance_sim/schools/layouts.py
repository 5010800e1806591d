"""Layouts of lists of schools: their columns, codes, and the consequences of missing columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from alliance_sim.schools.column_titles import TITLES, key_of

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
    **dict.fromkeys(("east", "easting", "latitude"), ("easting", "latitude", "east")),
    **dict.fromkeys(("north", "northing", "longitude"), ("northing", "longitude", "north")),
}
"""Fields that serve in place of one that is missing."""
