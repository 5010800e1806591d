"""Render the report on a list of schools as a page."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from alliance_sim.reporting.charts import svg_for_page
from alliance_sim.reporting.html import render
from alliance_sim.reporting.schools.map import alliance_map
from alliance_sim.schools import SchoolList
from alliance_sim.schools.group_notes import KINDS
from alliance_sim.schools.wording import width_text


def page(found: SchoolList) -> str:
    """Return the report as HTML: what was used, a map of the groups, and every group with its members.

    Args:
        found: the list.
    """
    report = found.report
    figure = alliance_map(found.roster, report)
    name = Path(report.file).name
    drawing = "" if figure is None else Markup(svg_for_page(figure, "map", "Schools and their alliances."))  # noqa: S704 - an SVG that this library drew
    return render(
        "schools.html",
        {
            "heading": f"The schools of {name}",
            "sentences": [sentence.replace(report.file, name) for sentence in report.sentences()],
            "map": drawing,
            "groups": [
                {
                    "name": group.name,
                    "kind": KINDS[group.kind][0],
                    "invented": group.invented,
                    "schools": group.schools,
                    "teachers": f"{group.teachers:,}",
                    "width": width_text(group.width_km),
                    "members": "; ".join(group.members),
                }
                for group in sorted(report.groups, key=lambda group: (group.invented, -group.schools, group.name))
            ],
        },
    )
