"""The list of schools of a study: its path, the choices about it, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from alliance_sim.config import Configuration, Problem
from alliance_sim.config.files import SourceFile
from alliance_sim.config.list_choices import FILE, placed_choices, with_choices
from alliance_sim.config.resolve import default_configuration
from alliance_sim.declarations.parameters import DEFAULTS, Value
from alliance_sim.study.spec.points import GROUPING, Points


def list_of(stated: Mapping[str, tuple[Any, SourceFile]]) -> tuple[Path | None, dict[str, Any]]:
    """Return the path of the list of schools, and the choices about it."""
    if "schools" not in stated:
        return None, {}
    given, file = stated["schools"]
    table = {FILE: given} if isinstance(given, str) else cast("dict[str, Any]", given)
    folder = Path(file.shown_as).parent
    chosen = {name: value for name, value in table.items() if name != FILE}
    return folder / table[FILE], placed_choices(chosen, folder)


def as_chosen(
    variant: Configuration, chosen: Mapping[str, Any], stated: Mapping[str, tuple[Any, SourceFile]]
) -> Configuration:
    """Return a variant with the choices of the study about the list on top of its config's, and its own on top."""
    variants, file = stated.get("variants", ({}, None))
    table = cast("dict[str, Any]", variants).get(variant.name, {}) if isinstance(variants, dict) else {}
    variant = with_choices(variant, chosen) if chosen else variant
    own = table.get("schools")
    if own and file is not None:
        variant = with_choices(variant, placed_choices(own, Path(file.shown_as).parent))
    return variant


def choices_without_list(stated: Mapping[str, tuple[Any, SourceFile]]) -> list[Problem]:
    """Return a problem for each variant that has choices about a list, where the study has none."""
    variants, file = stated.get("variants", ({}, None))
    if not isinstance(variants, dict) or file is None:
        return []
    return [
        Problem(
            *file.place(("variants", name, "schools")), f"variants.{name}.schools", "", "a list", "",
            f'variants.{name}.schools has no effect, since the study has no list; add schools = "FILE" at the top',
        )
        for name, table in cast("dict[str, dict[str, Any]]", variants).items()
        if "schools" in table
    ]  # fmt: skip


def bad_list(points: Points, file: SourceFile) -> list[Problem]:
    """Return the problem of the school list, if any, for each way in which points read it.

    Args:
        points: the points.
        file: the file that names the list.
    """
    from alliance_sim.schools import SchoolListError

    reads = [
        replace(variant, values={**variant.values, **values})
        for variant in points.variants or [default_configuration()]
        for values in groupings(points) or [DEFAULTS]
    ]
    try:
        for configuration in reads:
            points.roster_digest(configuration)
    except SchoolListError as error:
        return [Problem(error.path, error.line, None, "", "a list of schools", "", error.trouble)]
    except (TypeError, ValueError) as error:
        name = str(error).partition(" ")[0].partition("[")[0].rstrip(":")
        return [Problem(*file.place(("schools", name)), f"schools.{name}", "", "", "", f"schools.{error}")]
    return []


def groupings(points: Points) -> list[dict[str, Value]]:
    """Return every pair of values by which a school list is grouped at some point."""
    columns = [column for column in points.design.columns if column.name in GROUPING]
    varied = {column.name: dict.fromkeys(column.values()) for column in columns}
    size, pupils = GROUPING
    found = {
        (one, other)
        for variant in points.variants
        for one in varied.get(size, {variant.values[size]: None})
        for other in varied.get(pupils, {variant.values[pupils]: None})
    }
    return [{size: one, pupils: other} for one, other in sorted(found, key=str)]
