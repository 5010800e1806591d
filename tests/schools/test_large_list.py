"""A list with the rows and columns of England's register is read in little time and memory."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

ROWS = int(os.environ.get("LARGE_LIST_ROWS", "3000"))
"""Rows of the list; the register has about 50,000, CI reads few."""

COLUMNS = 140
MEASURE = r"""
import json, re, sys, time
from pathlib import Path
import numpy, scipy.cluster.hierarchy, scipy.spatial, alliance_sim.schools as schools
start = time.process_time()
found = schools.read_schools(sys.argv[1])
seconds = time.process_time() - start
megabytes = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps([found.report.rows, found.report.taken, seconds, megabytes]))
"""
"""Reads a list in a process of its own. ``ru_maxrss`` would begin with the peak of the process that started it."""


def write_register(path: Path) -> int:
    """Write a register of invented schools, and return the number of open ones."""
    numbers = random.Random(5)
    titles = [
        "URN", "LA (name)", "EstablishmentName", "EstablishmentStatus (name)", "CloseDate", "PhaseOfEducation (name)",
        "NumberOfPupils", "Trusts (name)", "Federations (name)", "Town", "Postcode", "Easting", "Northing",
    ]  # fmt: skip
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([*titles, *(f"Further column {n} (name)" for n in range(COLUMNS - len(titles)))])
        opened = 0
        for n in range(ROWS):
            here = numbers.random() < 0.5
            opened += here
            trust = f"TRUST {numbers.randrange(ROWS // 20 + 1)}" if numbers.random() < 0.4 else ""
            place = numbers.randrange(100_000, 650_000), numbers.randrange(10_000, 650_000)
            status = ("Open", "") if here else ("Closed", "31-08-2012")
            row = [
                100_000 + n, f"Shire {n % 150}", f"School {n}", *status,
                "Primary" if n % 5 else "Secondary", numbers.randrange(20, 1500) if here else "", trust, "NA",
                f"Town {n % 900}", f"ZZ{n % 99} {n % 9}AA", *place,
            ]  # fmt: skip
            further = [numbers.choice(("", "Not applicable", "Some value", "12345")) for _ in range(COLUMNS - len(row))]
            writer.writerow([*row, *further])
    return opened


def test_a_list_as_large_as_the_register_is_read_in_ten_seconds_and_500_megabytes(tmp_path):
    path = tmp_path / "register.csv"
    opened = write_register(path)
    heard = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    rows, taken, seconds, megabytes = json.loads(heard.stdout)
    assert (rows, taken) == (ROWS, opened)
    assert seconds < max(3.0, 10 * ROWS / 50_000)
    assert megabytes < 500
