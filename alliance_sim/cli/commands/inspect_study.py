"""What ``alliance-sim check`` says about a study that nothing is wrong with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alliance_sim.cli import console

if TYPE_CHECKING:
    from alliance_sim.study import Study
    from alliance_sim.study.spec.factors import Column

FEW = 5


def special(study: Study) -> dict[str, Any]:
    """The same for programs."""
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
        "luck": study.luck,
    }


def show_fine(name: str, study: Study) -> None:
    """How many worlds there are, and what they differ in."""
    points, design = study.points, study.points.design
    count_noun = f"{len(points):,} points × {study.seeds_a_point:,} seeds = {study.runs:,} worlds"
    console.show(f"{name}: fine. {study.question}", f"{count_noun} of {study.half_terms:,} half-terms.")
    if len(points.variants) > 1:
        console.show(f"Side by side: {', '.join(each.name for each in points.variants)}.")
    if design.columns:
        rows = [[column.name, _walked(column)] for column in design.columns]
        console.show(console.table([f"varied ({design.kind})", "over"], rows))
    kept = "at the end" if study.at == "end" else "every half-term"
    console.show(f"Kept {kept}: {', '.join(study.keep)}.")


def _walked(column: Column) -> str:
    """``0; 0.5; 1``, or from where to where."""
    from alliance_sim.declarations.parameters import PARAMETERS
    from alliance_sim.text import format_parameter

    different = list(dict.fromkeys(column.values()))
    if PARAMETERS[column.name].kind in {"share", "number", "count"}:
        different.sort()
    if len(different) <= FEW:
        return "; ".join(format_parameter(value) for value in different)
    return f"{len(different):,} values from {format_parameter(different[0])} to {format_parameter(different[-1])}"
