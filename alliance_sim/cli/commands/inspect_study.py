"""The output of ``alliance-sim check`` for a valid study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alliance_sim.cli import console

if TYPE_CHECKING:
    from alliance_sim.study import Study
    from alliance_sim.study.spec.factors import Column

FEW = 5


def summarise(study: Study) -> dict[str, Any]:
    """Return the design of a study for ``--json``."""
    points = study.points
    return {
        "name": study.name,
        "question": study.question,
        "variants": [each.name for each in points.variants],
        "design": points.design.kind,
        "varies": list(points.design.names),
        "points": len(points),
        "seeds": study.seeds_a_point,
        "runs": study.runs,
        "half_terms": study.half_terms,
        "keep": list(study.keep),
        "at": study.at,
        "random_numbers": study.random_numbers,
        "matters": dict(study.matters),
    }


def show_valid(name: str, study: Study) -> None:
    """Show how many runs a study has, and what they differ in."""
    points, design = study.points, study.points.design
    runs = f"{len(points):,} points × {study.seeds_a_point:,} seeds = {study.runs:,} runs"
    console.show(f"{name}: valid. {study.question}", f"{runs} of {study.half_terms:,} half-terms.")
    if len(points.variants) > 1:
        console.show(f"Variants: {', '.join(each.name for each in points.variants)}.")
    if design.columns:
        rows = [[column.name, _format_values(column)] for column in design.columns]
        console.show(console.table([f"varied ({design.kind})", "values"], rows))
    recorded = "at the end" if study.at == "end" else "every half-term"
    console.show(f"Recorded {recorded}: {', '.join(study.keep)}.")


def _format_values(column: Column) -> str:
    """Return values as ``0; 0.5; 1``, or the lowest and the highest of many."""
    from alliance_sim.declarations.parameters import PARAMETERS
    from alliance_sim.text import format_parameter

    different = list(dict.fromkeys(column.values()))
    if PARAMETERS[column.name].kind in {"share", "number", "count"}:
        different.sort()
    if len(different) <= FEW:
        return "; ".join(format_parameter(value) for value in different)
    return f"{len(different):,} values from {format_parameter(different[0])} to {format_parameter(different[-1])}"
