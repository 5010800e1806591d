"""``alliance-sim schools``: show how a list is read and grouped, and write the groups to correct them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from alliance_sim.cli import console, loading, output

if TYPE_CHECKING:
    from alliance_sim.schools import SchoolList
    from alliance_sim.schools.choices import Choices

GROUPS_SHOWN = 30
GROUPS_FILE = "alliances.csv"
PAGE = "schools.html"


def schools(file: str, overrides: Sequence[str], out: Path | None, choices: Choices, as_json: bool) -> None:
    """Show which schools of a list are used and how they are grouped, and write the groups if ``out`` is given."""
    (configuration,) = loading.read_configs(["baseline"], overrides)
    if out is None:
        found = loading.read_list(file, configuration, choices)
    else:
        with output.write_all_or_none(out) as folder:
            found = loading.read_list(file, configuration, choices)
            _write(found, folder)
    if as_json:
        console.show_json(found.report.to_dict() | ({"out": str(out)} if out else {}))
        return
    _show(found)
    if out is not None:
        console.show(f"Written to {out}: {GROUPS_FILE} to correct and give back with --groups, the map, and {PAGE}.")


def _write(found: SchoolList, folder: Path) -> None:
    from alliance_sim.reporting import charts
    from alliance_sim.reporting.schools.map import alliance_map
    from alliance_sim.reporting.schools.page import page
    from alliance_sim.schools.group_file import group_table

    roster = found.roster
    kinds = {
        group.name: "nearness" if group.invented and group.kind == "file" else group.kind
        for group in found.report.groups
    }
    alliances = [roster.alliance_name[at] for at in roster.alliance.tolist()]
    table = group_table(roster.name, roster.urn.tolist(), alliances, [kinds[name] for name in alliances])
    table.to_csv(folder / GROUPS_FILE, index=False, lineterminator="\n")
    figure = alliance_map(roster, found.report)
    if figure is not None:
        (folder / "map.svg").write_text(charts.svg(figure), "utf-8")
        (folder / "map.png").write_bytes(charts.png(figure))
    (folder / PAGE).write_text(page(found), "utf-8")
    output.write_json(found.report.to_dict(), folder / "schools.json")


def _show(found: SchoolList) -> None:
    from alliance_sim.schools.wording import width_text

    for sentence in found.report.sentences():
        console.show(sentence)
    groups = sorted(found.report.groups, key=lambda group: -group.schools)
    rows = [
        [
            one.name,
            f"{one.kind} (invented)" if one.invented else one.kind,
            f"{one.schools:,}",
            f"{one.teachers:,}",
            width_text(one.width_km),
        ]
        for one in groups[:GROUPS_SHOWN]
    ]
    columns = ["alliance", "grouped by", "schools", "teachers", "km across"]
    console.show(console.table(columns, rows, numbers=(2, 3, 4)))
    if len(groups) > GROUPS_SHOWN:
        console.show(f"and {len(groups) - GROUPS_SHOWN:,} smaller alliances; --json lists them all.")
