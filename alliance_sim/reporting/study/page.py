"""The page: all that it shows lies within it, so that it can be opened, mailed and printed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

import alliance_sim
from alliance_sim.comparison.comparison import CONFIDENCE, RESAMPLES
from alliance_sim.comparison.summary import CAUTION
from alliance_sim.config import Event
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.reporting.charts import svg_for_page
from alliance_sim.reporting.study import forest_plots, response_curves, tables
from alliance_sim.reporting.study.findings import Findings, gathered
from alliance_sim.reporting.study.labels import NO_PARAMETERS, factor_called, factor_unit, level_label, outcome_called
from alliance_sim.reporting.study.response_data import axes_of, worth_courses
from alliance_sim.reporting.study.summary import DESIGN_DESCRIPTIONS, answer
from alliance_sim.study.results.effects import HOW
from alliance_sim.study.results.results import Results
from alliance_sim.study.results.sensitivity import MEANINGS
from alliance_sim.study.storage.manifest import Manifest, VariantManifest
from alliance_sim.study.storage.store import begun_with
from alliance_sim.text import format_parameter, format_years, title

INDEX_TITLES = {
    "sobol": "How much of the spread is owed to what",
    "morris": "What a step through its whole range does",
    "ranks": "What outcomes follow",
}
MOST_VALUES = 8


def page(results: Results) -> str:
    """The page about what lies in a folder now.

    Raises:
        StudyError: if no world is done yet, or a part is damaged.
    """
    return rendered(gathered(results))


def rendered(findings: Findings) -> str:
    """The page about findings."""
    environment = Environment(
        loader=PackageLoader("alliance_sim.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["said"] = format_parameter
    environment.filters["called"] = factor_called
    return environment.get_template("study.html").render(_told(findings))


def _told(findings: Findings) -> dict[str, Any]:
    manifest = findings.manifest
    how = Counter(effect.how for effect in findings.effects.values())
    kinds = {found.kind for found in findings.indices.values() if found.rows}
    return {
        "heading": title(manifest.name),
        "under": f"{findings.status.done:,} worlds over {format_years(manifest.half_terms)}, in the model alliance_sim",
        "question": manifest.question,
        "answer": answer(findings),
        "pictures": _pictures(findings),
        "forest": _drawn(
            forest_plots.forest(findings), "forest", "All effects of the table below with their intervals."
        ),
        "effects": tables.effects(findings),
        "how": [HOW[each] for each in HOW if each in how],
        "interactions": tables.interactions(findings),
        "pairs_left_out": findings.pairs_left_out,
        "halves": any(
            each.how == "between points" for found in findings.interactions.values() for each in found.values()
        ),
        "indices": tables.indices(findings),
        "second_order": tables.second_order(findings),
        "index_title": INDEX_TITLES[next(iter(kinds))] if kinds else "",
        "index_trouble": findings.index_trouble,
        "measures": _measures(findings),
        "seeds": tables.seeds(findings),
        "luck": _luck(findings),
        "status": findings.status,
        "failures": [_failed(findings, row) for row in findings.failures],
        "factors": [_factor(findings, name) for name in findings.varied],
        "variants": [_variant(manifest, one) for one in manifest.variants],
        "provenance": _provenance(findings),
        "when": _when(findings),
        "worlds_of": f"{findings.ends.done.shape[1]:,}",
        "confidence": f"{CONFIDENCE:.0%}".replace("%", " %"),
        "resamples": f"{RESAMPLES:,}",
        "sampled": findings.sampled,
        "paired": findings.ends.paired,
        "caution": CAUTION,
        "version": alliance_sim.__version__,
    }


def _when(findings: Findings) -> str:
    judged = findings.ends.judged
    return "at the end" if judged == 1 else f"means over the last {format_years(judged)}"


def _drawn(figure: Figure | None, name: str, described: str) -> Markup | None:
    return None if figure is None else Markup(svg_for_page(figure, name, described))  # noqa: S704


def _pictures(findings: Findings) -> list[dict[str, Any]]:
    """Each picture with its heading and what is to be said beneath."""
    found: list[dict[str, Any]] = []
    if findings.sampled and any(name != "variant" for name in findings.factors):
        if any(each.rows for each in findings.indices.values()):
            kind = next(iter(findings.indices.values())).kind
            said = {
                "sobol": "Filled: the total index. Hollow: the factor alone. What lies between is what it does "
                "together with others.",
                "morris": "The mean size of the change (μ*), in the outcome's unit.",
                "ranks": "Standardised rank regression coefficients; a hollow point is not clear of zero.",
            }[kind]
            drawing = _drawn(forest_plots.indices(findings), "indices", "The indices of the table below.")
            found.append({"title": INDEX_TITLES[kind], "drawing": drawing, "said": f"{said} Bars are 95 % intervals."})
        if findings.ends.kind != "morris":
            drawing = _drawn(forest_plots.scatter(findings), "sample", "Outcomes at every point of the sample.")
            said = (
                "Every grey dot is a point of the sample, the mean of its worlds. Blue: the mean of each fifth of the "
                "points, or of each value, with its 95 % interval."
            )
            found.append({"title": "What happens along the strongest factors", "drawing": drawing, "said": said})
        return found
    axes = axes_of(findings)
    if axes is not None:
        beside = f", a line for each value of {factor_called(axes.lines)}" if axes.lines else ""
        said = (
            f"Along {factor_called(axes.along)}{beside}; everything else that is varied is averaged over. Bands "
            f"are 95 % intervals of the mean over {findings.ends.done.shape[1]:,} seeds."
        )
        drawing = _drawn(response_curves.responses(findings), "responses", "How outcomes follow what was varied.")
        found.append({"title": "How outcomes follow what was varied", "drawing": drawing, "said": said})
    if findings.factors and worth_courses(findings):
        figure, factor = response_curves.years(findings)
        alone = len(findings.ends.levels) == 1
        of = factor_called(factor) if factor in NO_PARAMETERS else f"value of {factor_called(factor)}"
        rest = "bands hold 95 % of the worlds." if alone else "everything else that is varied is averaged over."
        said = f"Means over the years, a line for each {of}; {rest}"
        found.append({"title": "How they grew apart", "drawing": _drawn(figure, "years", said), "said": said})
    return found


def _measures(findings: Findings) -> list[str]:
    used = {row.measure for found in findings.indices.values() for row in found.rows}
    symbols = {"mu_star": "μ*", "mu": "μ", "sigma": "σ"}
    said = [f"{symbols.get(each, each)}, {MEANINGS[each]}." for each in MEANINGS if each in used and each != "S2"]
    for found in findings.indices.values():
        if found.left_out:
            what = {"sobol": "blocks", "morris": "trajectories"}.get(found.kind, "points")
            used = f"{found.left_out:,} {what} are not whole and stay out; {found.used:,} are used"
            said.append(f"{outcome_called(found.outcome)}: {used}.")
    return said


def _luck(findings: Findings) -> list[dict[str, str]]:
    if not findings.sampled:
        return []
    return [
        {
            "outcome": outcome_called(name),
            "share": f"{one.share:.1%}".replace("%", " %") if one.share == one.share else "–",
            "seeds": f"{one.seeds:,}",
            "needed": "–" if one.to_be_little is None else f"{one.to_be_little:,}",
        }
        for name, one in findings.luck.items()
    ]


def _failed(findings: Findings, row: dict[str, Any]) -> dict[str, Any]:
    levels = findings.varied
    at = [
        f"{factor_called(name)} {level_label(name, one.values[one.codes[row['point']]])}"
        for name, one in levels.items()
    ]
    return {**row, "at": ", ".join(at[:4]) + (" …" if len(at) > 4 else "")}


def _factor(findings: Findings, name: str) -> dict[str, Any]:
    levels = findings.varied[name]
    values = [level_label(name, value) for value in levels.values]
    if len(values) > MOST_VALUES:
        walked = f"{len(values):,} values from {values[0]} to {values[-1]}"
    else:
        walked = "; ".join(values)
    parameter = None if name == "variant" else PARAMETERS[name]
    return {
        "name": name,
        "symbol": "" if parameter is None else parameter.symbol,
        "meaning": "which of the worlds described below" if parameter is None else parameter.meaning,
        "unit": factor_unit(name),
        "walked": walked,
        "source": "" if parameter is None else parameter.source,
    }


def _variant(manifest: Manifest, one: VariantManifest) -> dict[str, Any]:
    """A world's question, and where it differs from the default."""
    differs = [
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in one.values.items()
        if name not in manifest.varies
        and (tuple(value) if isinstance(value, list) else value) != PARAMETERS[name].default
    ]
    events = [(event.year, event.effects()) for event in map(Event.of, one.events)]
    return {"title": title(one.name), "question": one.question, "differs": differs, "events": events}


def _provenance(findings: Findings) -> list[tuple[str, str]]:
    manifest = findings.manifest
    begun = begun_with(findings.results.folder, manifest)
    versions = ", ".join(f"{name} {number}" for name, number in dict(begun.get("versions", {})).items())
    machine = " ".join(str(part) for part in dict(begun.get("platform", {})).values())
    sample = "".join(f", {name.replace('_', ' ')} {format_parameter(value)}" for name, value in manifest.sample.items())
    seeds = manifest.seeds
    said = f"1 to {seeds}" if isinstance(seeds, int) and findings.ends.paired else "each point its own"
    if not isinstance(seeds, int):
        said = ", ".join(map(str, seeds[:12])) + (" …" if len(seeds) > 12 else "")
    schools = manifest.schools or "drawn anew for each seed"
    rows = [
        ("Study", manifest.name),
        ("Design", DESIGN_DESCRIPTIONS[manifest.design] + sample),
        (
            "Worlds",
            f"{manifest.points:,} points × {findings.ends.done.shape[1]:,} seeds, {manifest.half_terms:,} half-terms",
        ),
        ("Seeds", said),
        ("Schools", f"the list {schools}" if manifest.schools else schools),
        ("Kept", f"{'at the end' if manifest.at == 'end' else 'every half-term'}: {', '.join(manifest.keep)}"),
        ("Model", manifest.model),
        ("Fingerprint of the study", manifest.hash),
        ("Begun with", versions or "not known: provenance.json is missing"),
        ("On", machine or "not known"),
    ]
    used = findings.snapshot.environments_used()
    shown = "; ".join(f"{one['runs']:,} runs: {one['cpu']}, numpy {one['numpy']}, numba {one['numba']}" for one in used)
    return [*rows, ("Numerical environments" if len(used) > 1 else "Numerical environment", shown or "not recorded")]
