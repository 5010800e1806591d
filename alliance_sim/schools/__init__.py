"""Read a list of real schools as the schools of a simulation.

The header determines the layout. Any field may stand in any layout, under its title there or a general one:

*Get information about schools* (GIAS), the register of England's schools, as its download page provides it. ``URN``,
``EstablishmentName`` and ``NumberOfPupils`` are required. ``EstablishmentStatus (name)``,
``PhaseOfEducation (name)``, ``Trusts (name)``, ``Federations (name)``, ``Town``, ``Postcode``, ``Easting`` and
``Northing`` (metres) are optional; the report lists columns that are not read.

The Common Core of Data (NCES), New Zealand's directory, and the lists of Scotland and Northern Ireland, with their own
titles (``layouts.py``).

A *plain* list, for other countries or for a classroom:

==================  =========================================================================================
``name``            required
``pupils``          a whole number; this or ``teachers`` is required
``teachers``        a number, which may be in full-time equivalents; where it is blank, it is computed from pupils
``id``              the school's own number (also ``urn``); without it schools are numbered by name
``alliance``        the name of the school's group; schools without one are grouped by distance
``east_km``         kilometres east of an arbitrary origin
``north_km``        kilometres north of the same origin
``status``          only schools whose status begins with ``Open`` are used
``phase``           counted in the report
``town``            names the groups; replaces missing coordinates
``postcode``        replaces missing coordinates
==================  =========================================================================================

Fields are separated by commas, semicolons, tabs or bars; the encoding is UTF-8, UTF-16, Windows' cp1252, Mac Roman or
MS-DOS's cp850, also line by line. Workbooks are read with the extra ``tables``.
"""

from alliance_sim.schools.errors import SchoolListError
from alliance_sim.schools.group_notes import Group
from alliance_sim.schools.list_file import Bounds
from alliance_sim.schools.read import SchoolList, read_schools, read_schools_from, titles_in
from alliance_sim.schools.report import SchoolListReport
from alliance_sim.schools.row_notes import Reason, RowNote

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
    "titles_in",
]
