"""A study file that repeats a study: the value of every parameter, and its points in a CSV file."""

from __future__ import annotations

import csv
import io
from typing import Any

import tomli_w

from alliance_sim.study.storage.arrow import Table
from alliance_sim.study.storage.manifest import Manifest, VariantManifest

POINTS_FILE = "study_points.csv"


def study_text(manifest: Manifest) -> str:
    """Return a study file that does not depend on the configs that the study was made from.

    Its points are in ``POINTS_FILE`` beside it. A list of schools, and files that choices about it name, must be put
    beside it as well.
    """
    document: dict[str, Any] = {
        "question": manifest.question,
        "seeds": manifest.seeds,
        "half_terms": manifest.half_terms,
        "keep": manifest.keep,
        "at": manifest.at,
        # the points are in a file, where variants share seeds only if this is stated
        "random_numbers": "by_point" if manifest.variants_share else manifest.random_numbers,
    }
    if manifest.matters:
        document["matters"] = manifest.matters
    if manifest.schools is not None:
        document["schools"] = manifest.schools
    document["variants"] = {
        one.name: {
            "base": "baseline",
            "set": {name: value for name, value in one.values.items() if name not in manifest.varies},
            "events": one.events,
            **_choices(one),
        }
        for one in manifest.variants
    }
    if manifest.varies:
        document["design"] = {"kind": "points", "file": POINTS_FILE}
    heading = "# Written by alliance_sim, with every parameter of every variant: the study depends on no config.\n"
    return heading + tomli_w.dumps(document)


def _choices(variant: VariantManifest) -> dict[str, Any]:
    """Return what a variant chooses about the list of schools, as its table has it."""
    columns = {"columns": variant.columns} if variant.columns else {}
    return {"schools": {**columns, **variant.schools}} if columns or variant.schools else {}


def study_points(manifest: Manifest, points: Table) -> str:
    """Return the points that ``study_text`` refers to as CSV, one row per point."""
    rows = points.num_rows // len(manifest.variants)
    columns = [points[name][:rows].to_pylist() for name in manifest.varies]
    with io.StringIO(newline="") as text:
        file = csv.writer(text, lineterminator="\n")
        file.writerow(manifest.varies)
        file.writerows([_written(value) for value in row] for row in zip(*columns, strict=True))
        return text.getvalue()


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else str(value)
