"""Write the page of an experiment, and the index of all experiments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from alliance_sim.reporting.html import render
from alliance_sim.reporting.study.page import page as report_of
from alliance_sim.statistics.verdicts import Verdict
from alliance_sim.study import Results
from alliance_sim.text import format_numbers, title
from experiments import NAMES
from experiments.pictures import file_content, picture
from experiments.running import FOUND, ExperimentResult

HERE = Path(__file__).parent
SIGNS = {Verdict.HOLDS: "✓", Verdict.DOES_NOT: "✗", Verdict.UNDECIDED: "?"}


def write_page(result: ExperimentResult, out: Path) -> Path:
    """Write picture, report and page of an experiment beside its results; return the page's path."""
    folder = out / result.name
    figure = picture(result)
    for form in ("svg", "png"):
        (folder / f"picture.{form}").write_bytes(file_content(figure, form))
    runs = folder / ("quick_runs" if result.quick else "full_runs")
    (folder / "report.html").write_text(report_of(Results.open(runs)), encoding="utf-8")
    page = folder / "index.html"
    findings = json.loads((folder / FOUND).read_text(encoding="utf-8"))
    values = {"result": result, "findings": _format(findings), "sign": SIGNS[result.verdict]}
    page.write_text(render("page.html", values, HERE), encoding="utf-8")
    return page


def write_index(out: Path) -> Path:
    """Write the index of all experiments that have been run; return its path."""
    found = [json.loads(path.read_text(encoding="utf-8")) for name in NAMES if (path := out / name / FOUND).is_file()]
    page = out / "index.html"
    not_run = [name for name in NAMES if name not in {one["name"] for one in found}]
    rows = [(title(one["name"]), SIGNS[one["verdict"]], _format(one)) for one in found]
    page.write_text(render("index_of_all.html", {"rows": rows, "not_run": not_run}, HERE), encoding="utf-8")
    return page


def _format(findings: dict[str, Any]) -> dict[str, Any]:
    """Add formatted numbers to the findings."""
    for one in findings["findings"]:
        effect, low, high, by = format_numbers(one["effect"], one["low"], one["high"], one["by"], signed=True)
        one |= {"effect_text": effect, "interval_text": f"{low} to {high}", "by_text": f"{one['side']} {by}"}
    return findings
