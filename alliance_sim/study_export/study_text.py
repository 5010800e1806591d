"""The study as a file that can be swept again: every parameter written out, and its points in a CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

import tomli_w

from alliance_sim.study.arrow import Table

POINTS_FILE = "study_points.csv"


def study_text(told: dict[str, Any]) -> str:
    """A study file with the same worlds, whatever becomes of the configs that they were made from.

    Its points are in ``POINTS_FILE`` beside it. A list of schools must be put beside it, too.
    """
    document: dict[str, Any] = {
        "question": told["question"],
        "seeds": told["seeds"],
        "half_terms": told["half_terms"],
        "keep": told["keep"],
        "at": told["at"],
        "luck": told["luck"],
    }
    if told["schools"] is not None:
        document["schools"] = told["schools"]
    document["variants"] = {
        one["name"]: {
            "base": "baseline",
            "set": {name: value for name, value in one["values"].items() if name not in told["varies"]},
            "events": one["events"],
        }
        for one in told["variants"]
    }
    if told["varies"]:
        document["design"] = {"kind": "points", "file": POINTS_FILE}
    heading = "# Written by alliance_sim: every parameter of every world, so that nothing but this file decides.\n"
    return heading + tomli_w.dumps(document)


def study_points(told: dict[str, Any], points: Table) -> str:
    """The points that ``study_text`` speaks of: what is varied, a row a point."""
    rows = points.num_rows // len(told["variants"])
    columns = [points[name][:rows].to_pylist() for name in told["varies"]]
    with io.StringIO(newline="") as text:
        file = csv.writer(text, lineterminator="\n")
        file.writerow(told["varies"])
        file.writerows([_written(value) for value in row] for row in zip(*columns, strict=True))
        return text.getvalue()


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else str(value)
