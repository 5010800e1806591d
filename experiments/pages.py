"""The page of an experiment, and the index that gathers them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from alliance_sim.reporting.study.page import page as report_of
from alliance_sim.study import Results
from alliance_sim.text import format_numbers, title
from experiments import NAMES
from experiments.pictures import drawn, picture
from experiments.running import FOUND, Ran

TEMPLATES = Path(__file__).parent
SIGNS = {"holds": "✓", "holds in part": "◐", "does not hold": "✗"}


def write_page(ran: Ran, out: Path) -> Path:
    """Write picture, report and page of an experiment beside its results; returns the page."""
    folder = out / ran.name
    figure = picture(ran)
    for form in ("svg", "png"):
        (folder / f"picture.{form}").write_bytes(drawn(figure, form))
    runs = folder / ("quick_runs" if ran.quick else "full_runs")
    (folder / "report.html").write_text(report_of(Results.open(runs)), encoding="utf-8")
    page = folder / "index.html"
    told = json.loads((folder / FOUND).read_text(encoding="utf-8"))
    text = _template("page.html").render(ran=ran, told=_said(told), title=title(ran.name), sign=SIGNS[ran.verdict])
    page.write_text(text, encoding="utf-8")
    return page


def write_index(out: Path) -> Path:
    """Gather what has been run so far; returns the page."""
    found = [json.loads(path.read_text(encoding="utf-8")) for name in NAMES if (path := out / name / FOUND).is_file()]
    page = out / "index.html"
    waiting = [name for name in NAMES if name not in {one["name"] for one in found}]
    rows = [(title(one["name"]), SIGNS[one["verdict"]], _said(one)) for one in found]
    page.write_text(_template("index_of_all.html").render(rows=rows, waiting=waiting), encoding="utf-8")
    return page


def _said(told: dict[str, Any]) -> dict[str, Any]:
    """The findings, figures in words."""
    for one in told["findings"]:
        effect, low, high, by = format_numbers(one["effect"], one["low"], one["high"], one["by"], signed=True)
        one |= {"effect_said": effect, "interval_said": f"{low} to {high}", "by_said": f"{one['side']} {by}"}
    return told


def _template(name: str) -> Any:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals["style"] = (TEMPLATES / "page.css").read_text(encoding="utf-8")  # pages stand alone
    return environment.from_string((TEMPLATES / name).read_text(encoding="utf-8"))
