"""Writing results for others: tables, what their columns mean, the study to sweep again, where it comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from alliance_sim.plain_words import counted
from alliance_sim.study.reading import Snapshot, points_of, sound
from alliance_sim.study.results import Results
from alliance_sim.study.store import PROVENANCE
from alliance_sim.study.store import STUDY as DOCUMENT
from alliance_sim.study.trouble import StudyError
from alliance_sim.study_export import crate
from alliance_sim.study_export.dictionary import columns_told, parameters_told
from alliance_sim.study_export.study_text import POINTS_FILE, study_points, study_text
from alliance_sim.study_export.tables import RUNS, results_in_order, write_rows, write_tables

type Format = Literal["csv", "parquet", "ro-crate"]


def export(results: Results, out: Path, how: Format, made: crate.Published) -> dict[str, str]:
    """Write everything into an empty folder.

    Args:
        results: what is exported.
        out: an empty folder.
        how: whether tables are CSV or Parquet; an RO-Crate has Parquet, the report and its metadata, too.
        made: licence, author and day, for the crate.

    Returns:
        each file's name, and what it is.

    Raises:
        StudyError: if no world is done yet, or a part is damaged.
    """
    told, folder = results.about, results.folder
    snapshot, points = sound(folder, told), points_of(folder)
    if not snapshot.done:
        raise StudyError(f"{folder}: no world is done yet, so there is nothing to export")
    ending = "csv" if how == "csv" else "parquet"
    runs = snapshot.runs.select(list(RUNS))
    write_tables(results_in_order(snapshot, points, told), out / f"results.{ending}")
    write_tables(iter([points]), out / f"points.{ending}")
    write_tables(iter([runs]), out / f"runs.{ending}")
    files = {
        f"results.{ending}": "the outcomes: one row a run and half-term, sorted by point, seed and half-term",
        f"points.{ending}": "the design: one row a point",
        f"runs.{ending}": "the runs: one row each, with why it failed if it did",
    }
    results_columns = [name for name in points.column_names if name != "point"]
    results_columns += ["point", "seed", "half_term", *told["keep"]]
    rows = [
        *columns_told(f"results.{ending}", results_columns),
        *columns_told(f"points.{ending}", points.column_names),
        *columns_told(f"runs.{ending}", list(RUNS)),
    ]
    write_rows(rows, out / "columns.csv")
    write_rows(parameters_told(told), out / "parameters.csv")
    files["columns.csv"] = "what each column of the tables means, and its unit"
    files["parameters.csv"] = "every parameter of the model: meaning, unit, source, and its value in each world"
    files |= _study(told, points, folder, out)
    if how == "ro-crate":
        from alliance_sim.study_report.page import page

        (out / "report.html").write_text(page(results), "utf-8")
        files["report.html"] = "what was found: effects, interactions, whether the seeds were enough"
    (out / "README.md").write_text(readme(told, snapshot, files, how, made), "utf-8")
    files["README.md"] = "what is in this folder"
    if how == "ro-crate":
        text = crate.metadata(out, told, _begun(folder), files, made)
        (out / crate.METADATA).write_text(text, "utf-8")
        files[crate.METADATA] = "what the files are and where they come from, for programs (RO-Crate 1.1)"
    return files


def _study(told: dict[str, Any], points: Any, folder: Path, out: Path) -> dict[str, str]:
    """The study to sweep again, and the account of it."""
    (out / "study.toml").write_text(study_text(told), "utf-8")
    files = {"study.toml": "the study, to be swept again: alliance-sim sweep study.toml --out DIR"}
    if told["varies"]:
        (out / POINTS_FILE).write_text(study_points(told, points), "utf-8")
        files[POINTS_FILE] = "the points that study.toml speaks of"
    for name, said in ((DOCUMENT, "the study as it was swept"), (PROVENANCE, "with what it was begun")):
        if (folder / name).exists():
            (out / name).write_bytes((folder / name).read_bytes())
            files[name] = said
    return files


def _begun(folder: Path) -> dict[str, Any]:
    try:
        found: Any = json.loads((folder / PROVENANCE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def readme(told: dict[str, Any], snapshot: Snapshot, files: dict[str, str], how: Format, made: crate.Published) -> str:
    """What is in the folder, for people."""
    listed = "\n".join(f"- `{name}`: {said}" for name, said in files.items())
    schools = told["schools"]
    beside = f"\nIts list of schools, `{schools}`, is not here; put it beside `study.toml`.\n" if schools else ""
    licence = f"\nLicence: {made.licence}\n" if how == "ro-crate" else ""
    return (
        f"# {told['name'].replace('_', ' ')}\n\n{told['question']}\n\n"
        f"{snapshot.done:,} of {counted(told['runs'], 'simulated world')} of {told['half_terms']:,} half-terms, "
        f"lived by alliance_sim (model {told['model']}).\n\n{listed}\n{beside}{licence}"
    )
