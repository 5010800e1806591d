"""Limits on input from files, links and the browser page, each with its reason.

Without them, a single file could occupy a browser session or a terminal for minutes.
"""

from __future__ import annotations

LARGEST_CONFIG = 1_000_000
"""Bytes of a config or study file; the longest useful one has a few thousand."""

LARGEST_CONFIG_IN_PAGE = 200_000
"""Bytes of a config opened in the page: each kilobyte costs about 1 ms, and several users share the server."""

LONGEST_LINE = 100_000
"""Characters in a line of a config or study. A list of 10,000 seeds on one line fits."""

MOST_KEYS = 5_000
"""Values set in one file. The parser and the checks take about 0.1 ms for each."""

MOST_TABLES = 2_500
"""Table headers in one file, ``[[events]]`` among them. A century has 600 half-terms; each takes 0.1 ms."""

DEEPEST_KEY = 20
"""Dots in a dotted name; the parser's time grows with their square. The longest valid name has four."""

DEEPEST_BRACKETS = 30
"""Nested brackets; each level takes two frames of the parser's stack. Studies need four."""

LARGEST_LIST = 200 * 1024 * 1024
"""Bytes of a list of schools given to a command. The register of England has about 60 MB."""

LARGEST_LIST_IN_PAGE = 8_000_000
"""Bytes of a list opened in the page; in base64 it fits into a WebSocket message, which the server limits to 16 MiB."""

MOST_LINES_IN_PAGE = 50_000
"""Lines of a list opened in the page, closed schools among them; 50,000 rows are read in about 2 s."""

MOST_SCHOOLS_IN_PAGE = 1_000
"""Schools of a system that the page shows. Drawings of more are illegible, and slow to transmit."""

MOST_TEACHERS_IN_PAGE = 40_000
"""Teachers of a system that the page shows; a half-term of both systems then takes about 0.5 s."""

LONGEST_LIST_LINE = 500_000
"""Characters in a line of a list of schools. The register's header, its longest line, has about 5,000."""

MOST_COLUMNS = 1_000
"""Columns of a list of schools or points. The register has about 140."""

LARGEST_POINTS = 2 * 10**9
"""Bytes of a file of points: ten million points with ten columns."""

SECONDS_TO_READ_A_LIST = 20.0
"""Time to read and group a list opened in the page; the largest accepted one takes about 3 s on one core."""

LONGEST_LINK = 8_000
"""Characters of a link; browsers and proxies pass on at least this many."""

SECONDS_TO_FOLLOW_A_LINK = 900.0
"""Time to recompute what a link describes; the largest one (40,000 teachers, 60 half-terms) takes about 2 minutes."""
