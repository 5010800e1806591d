"""Read a list of real schools as the schools of a simulation.

Two layouts are read; the header determines which:

*Get information about schools* (GIAS), the register of England's schools, as its download page provides it. ``URN``,
``EstablishmentName`` and ``NumberOfPupils`` are required. ``EstablishmentStatus (name)``,
``PhaseOfEducation (name)``, ``Trusts (name)``, ``Federations (name)``, ``Town``, ``Postcode``, ``Easting`` and
``Northing`` (metres) are optional; other columns are ignored.

A *plain* list, for other countries or for a classroom:

==================  =========================================================================================
``name``            required
``pupils``          a whole number; this or ``teachers`` is required
``teachers``        a whole number; where it is blank, it is computed from pupils
``id``              the school's own number (also ``urn``); without it schools are numbered by name
``alliance``        the name of the school's group; schools without one are grouped by distance
``east_km``         kilometres east of an arbitrary origin
``north_km``        kilometres north of the same origin
``status``          only schools whose status begins with ``Open`` are used
``phase``           counted in the report
``town``            names the groups; replaces missing coordinates
``postcode``        replaces missing coordinates
==================  =========================================================================================

Fields are separated by commas, semicolons, tabs or bars; the encoding is UTF-8 or Windows' cp1252.
"""

from alliance_sim.schools.errors import SchoolListError
from alliance_sim.schools.list_file import Bounds
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
