"""A real list of schools becomes the schools of a world.

Two kinds of file are read; the header says which it is:

*Get information about schools* (GIAS), the register of England's schools, as its download page gives it. ``URN``,
``EstablishmentName`` and ``NumberOfPupils`` are indispensable. ``EstablishmentStatus (name)``,
``PhaseOfEducation (name)``, ``Trusts (name)``, ``Federations (name)``, ``Town``, ``Postcode``, ``Easting`` and
``Northing`` (metres) are read where they are there; all other columns are passed over.

A *plain* list, for any other country or for a classroom:

==================  =========================================================================================
``name``            indispensable
``pupils``          a whole number; this or ``teachers`` is indispensable
``teachers``        a whole number; where a row has it, it is believed rather than worked out from pupils
``id``              the school's own number (also ``urn``); without it schools are numbered by name
``alliance``        the name of the group it belongs to; blank: grouped by nearness
``east_km``         kilometres eastwards from anywhere
``north_km``        kilometres northwards from there
``status``          only schools whose status begins with ``Open`` are taken
``phase``           counted in the report
``town``            names the groups; stands in for coordinates that are missing
``postcode``        stands in for coordinates that are missing
==================  =========================================================================================

Commas, semicolons, tabs and bars may stand between the fields; UTF-8 and Windows' cp1252 are both read.
"""

from alliance_sim.schools.csv_table import Bounds, SchoolListError
from alliance_sim.schools.read import SchoolList, read_schools, read_schools_from
from alliance_sim.schools.report import Group, Reason, RowNote, SchoolListReport

__all__ = [
    "Bounds",
    "Group",
    "Reason",
    "RowNote",
    "SchoolList",
    "SchoolListError",
    "SchoolListReport",
    "read_schools",
    "read_schools_from",
]
