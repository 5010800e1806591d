"""Export results: tables, descriptions of their columns, the study file and its provenance."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from alliance_sim.declarations.labels import note_on_list
from alliance_sim.reporting.export import ro_crate
from alliance_sim.reporting.export.data_dictionary import describe_columns, describe_parameters
from alliance_sim.reporting.export.study_toml import POINTS_FILE, study_points, study_text
from alliance_sim.reporting.export.tables import RUNS, results_in_order, write_rows, write_tables
from alliance_sim.study.errors import StudyError
from alliance_sim.study.results.results import Results
from alliance_sim.study.storage.manifest import PROVENANCE, STUDY, Manifest, manifest_content
from alliance_sim.study.storage.points_table import read_points
from alliance_sim.study.storage.snapshot import Snapshot, require_intact
from alliance_sim.study.storage.store import begun_with, provenance_content
from alliance_sim.text import count_noun

type Format = Literal["csv", "parquet", "ro-crate"]


def export(results: Results, out: Path, how: Format, made: ro_crate.Published) -> dict[str, str]:
    """Write the results of a study into an empty folder.

    Args:
        results: the results to export.
        out: an empty folder.
        how: format of the tables, CSV or Parquet; an RO-Crate has Parquet, the report and its metadata.
        made: licence, author and date of an RO-Crate.

    Returns:
        the description of each file, by name.

    Raises:
        StudyError: if no run is done yet, or a part is damaged.
    """
    manifest, folder = results.manifest, results.folder
    snapshot, points = require_intact(folder, manifest), read_points(folder, manifest)
    if not snapshot.done:
        raise StudyError(f"{folder}: no run is done yet, so there is nothing to export")
    ending = "csv" if how == "csv" else "parquet"
    runs = snapshot.runs.select(list(RUNS))
    write_tables(results_in_order(snapshot, points, manifest), out / f"results.{ending}")
    write_tables(iter([points]), out / f"points.{ending}")
    write_tables(iter([runs]), out / f"runs.{ending}")
    files = {
        f"results.{ending}": "the outcomes: one row per run and half-term, sorted by point, seed and half-term",
        f"points.{ending}": "the design: one row per point",
        f"runs.{ending}": "the runs: one row per run, with the reason of a failure",
    }
    results_columns = [name for name in points.column_names if name != "point"]
    results_columns += ["point", "seed", "half_term", *manifest.keep]
    rows = [
        *describe_columns(f"results.{ending}", results_columns),
        *describe_columns(f"points.{ending}", points.column_names),
        *describe_columns(f"runs.{ending}", list(RUNS)),
    ]
    write_rows(rows, out / "columns.csv")
    write_rows(describe_parameters(manifest), out / "parameters.csv")
    files["columns.csv"] = "meaning and unit of each column of the tables"
    files["parameters.csv"] = "every parameter of the model: meaning, unit, source, and its value in each variant"
    files |= _study(manifest, points, snapshot, folder, out)
    if how == "ro-crate":
        from alliance_sim.reporting.study.page import page

        (out / "report.html").write_text(page(results), "utf-8")
        files["report.html"] = "the findings: effects, interactions and the number of seeds needed"
    (out / "README.md").write_text(readme(manifest, snapshot, files, how, made), "utf-8")
    files["README.md"] = "the contents of this folder"
    if how == "ro-crate":
        text = ro_crate.metadata(out, manifest, begun_with(folder, manifest), files, made)
        (out / ro_crate.METADATA).write_text(text, "utf-8")
        files[ro_crate.METADATA] = "description and provenance of the files, for programs (RO-Crate 1.1)"
    return files


def _study(manifest: Manifest, points: Any, snapshot: Snapshot, folder: Path, out: Path) -> dict[str, str]:
    """Write the study file, its points, its manifest and its provenance."""
    (out / "study.toml").write_text(study_text(manifest), "utf-8")
    files = {"study.toml": "the study, to be repeated with: alliance-sim sweep study.toml --out DIR"}
    if manifest.varies:
        (out / POINTS_FILE).write_text(study_points(manifest, points), "utf-8")
        files[POINTS_FILE] = "the points that study.toml refers to"
    (out / STUDY).write_bytes(manifest_content(folder, manifest))
    files[STUDY] = "the manifest of the sweep"
    if started := begun_with(folder, manifest):
        started |= {"environments": snapshot.environments_used()}
        (out / PROVENANCE).write_bytes(provenance_content(started))
        files[PROVENANCE] = "software and system at the start, and the numerical environments of the runs"
    return files


def readme(manifest: Manifest, snapshot: Snapshot, files: dict[str, str], how: Format, made: ro_crate.Published) -> str:
    """Return the text of README.md, which lists the files of the folder."""
    listed = "\n".join(f"- `{name}`: {description}" for name, description in files.items())
    schools = manifest.schools
    school_note = (
        f"\n{note_on_list(schools)}\n\nIts list is not included; put it beside `study.toml`, and with it the files "
        "that the study names.\n"
        if schools
        else ""
    )
    licence = f"\nLicence: {made.licence}\n" if how == "ro-crate" else ""
    return (
        f"# {manifest.name.replace('_', ' ')}\n\n{manifest.question}\n\n"
        f"{snapshot.done:,} of {count_noun(manifest.runs, 'simulated run')} of {manifest.half_terms:,} half-terms, "
        f"made with alliance_sim (model {manifest.model}).\n\n{listed}\n{school_note}{licence}"
    )
