"""Render the findings of a study as one self-contained HTML page."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, cast

from markupsafe import Markup
from matplotlib.figure import Figure

from alliance_sim.comparison.summary import CAUTION
from alliance_sim.config import Event
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.reporting.charts import svg_for_page
from alliance_sim.reporting.html import render
from alliance_sim.reporting.study import forest_plots, response_curves, tables
from alliance_sim.reporting.study.findings import Findings, collect_findings
from alliance_sim.reporting.study.labels import NO_PARAMETERS, factor_called, factor_unit, level_label, outcome_called
from alliance_sim.reporting.study.response_data import axes_of, has_courses
from alliance_sim.reporting.study.summary import DESIGN_DESCRIPTIONS, answer
from alliance_sim.statistics.intervals import CONFIDENCE
from alliance_sim.study.results.contrasts import HOW
from alliance_sim.study.results.results import Results
from alliance_sim.study.results.sensitivity import MEANINGS
from alliance_sim.study.storage.manifest import Manifest, VariantManifest
from alliance_sim.study.storage.store import begun_with
from alliance_sim.text import format_numbers, format_parameter, format_years, title

INDEX_TITLES = {
    "sobol": "Shares of the variance due to each factor",
    "morris": "Effect of a step across the whole range",
    "ranks": "Rank regression of outcomes on factors",
}
INDEX_METHODS = {
    "sobol": "over base blocks (Saltelli et al. 2010, Comput. Phys. Commun. 181:259), and over seeds if shared",
    "morris": "over trajectories (Morris 1991, Technometrics 33:161), and over seeds if they are shared",
    "ranks": "over points (HC2), and over seeds if they are shared",
}
MOST_VALUES = 8


def page(results: Results) -> str:
    """Return the page about stored results as HTML.

    Raises:
        StudyError: if no run is done yet, or a part is damaged.
    """
    return rendered(collect_findings(results))


def rendered(findings: Findings) -> str:
    """Return the page about findings as HTML."""
    return render("study.html", _template_values(findings))


def _template_values(findings: Findings) -> dict[str, Any]:
    manifest = findings.manifest
    how = Counter(effect.how for effect in findings.effects.values())
    kinds = {found.kind for found in findings.indices.values() if found.rows}
    return {
        "heading": title(manifest.name),
        "under": f"{findings.status.done:,} runs over {format_years(manifest.half_terms)}, in the model alliance_sim",
        "question": manifest.question,
        "answer": answer(findings),
        "pictures": _pictures(findings),
        "forest": _render(
            forest_plots.forest(findings), "forest", "All effects of the table above with their intervals."
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
        "seed_shares": _seed_shares(findings),
        "status": findings.status,
        "failures": [_failed(findings, row) for row in findings.failures],
        "factors": [_factor(findings, name) for name in findings.varied],
        "variants": [_variant(manifest, one) for one in manifest.variants],
        "provenance": _provenance(findings),
        "when": _when(findings),
        "confidence": f"{CONFIDENCE:.0%}".replace("%", " %"),
        "family": f"{findings.family:,}",
        "smallest": [(outcome_called(name), f"{one:g}") for name, one in manifest.matters.items()],
        "until": manifest.until,
        "sampled": findings.sampled,
        "paired": findings.ends.paired,
        "caution": CAUTION,
    }


def _when(findings: Findings) -> str:
    judged = findings.ends.judged
    return "at the end" if judged == 1 else f"means over the last {format_years(judged)}"


def _render(figure: Figure | None, name: str, described: str) -> Markup | None:
    return None if figure is None else Markup(svg_for_page(figure, name, described))  # noqa: S704 - an SVG that this library drew


def _pictures(findings: Findings) -> list[dict[str, Any]]:
    """Return each chart with its heading and caption."""
    found: list[dict[str, Any]] = []
    if findings.sampled and any(name != "variant" for name in findings.factors):
        if any(each.rows for each in findings.indices.values()):
            kind = next(iter(findings.indices.values())).kind
            caption = {
                "sobol": "Filled: the total index. Hollow: the first-order index of the factor alone. The "
                "difference is due to interactions.",
                "morris": "The mean size of the change (μ*), in the outcome's unit.",
                "ranks": "Standardised rank regression coefficients; a hollow point's interval includes zero.",
            }[kind]
            drawing = _render(forest_plots.indices(findings), "indices", "The indices of the table below.")
            found.append(
                {
                    "title": INDEX_TITLES[kind],
                    "drawing": drawing,
                    "caption": f"{caption} Bars are 95 % intervals {INDEX_METHODS[kind]}.",
                }
            )
        if findings.ends.kind != "morris":
            drawing = _render(forest_plots.scatter(findings), "sample", "Outcomes at every point of the sample.")
            caption = (
                "Each grey dot is a point of the sample, the mean of its runs. Blue: the mean of each fifth of the "
                "points, or of each value, with its 95 % interval over points (t)."
            )
            found.append({"title": "Outcomes over the strongest factors", "drawing": drawing, "caption": caption})
        return found
    axes = axes_of(findings)
    if axes is not None:
        beside = f", one line per value of {factor_called(axes.lines)}" if axes.lines else ""
        caption = (
            f"Over {factor_called(axes.along)}{beside}, averaged over all other factors. Bands "
            f"are 95 % intervals of the mean over {findings.ends.done.shape[1]:,} seeds, given the points (t)."
        )
        drawing = _render(response_curves.responses(findings), "responses", "Outcomes over the factors.")
        found.append({"title": "Outcomes over the factors", "drawing": drawing, "caption": caption})
    if findings.factors and has_courses(findings):
        figure, factor = response_curves.years(findings)
        alone = len(findings.ends.levels) == 1
        of = factor_called(factor) if factor in NO_PARAMETERS else f"value of {factor_called(factor)}"
        rest = "bands are the middle 95 % of these runs." if alone else "averaged over all other factors."
        caption = f"Means over the years, one line per {of}; {rest}"
        found.append(
            {"title": "Outcomes over the years", "drawing": _render(figure, "years", caption), "caption": caption}
        )
    return found


def _measures(findings: Findings) -> list[str]:
    used = {row.measure for found in findings.indices.values() for row in found.rows}
    symbols = {"mu_star": "μ*", "mu": "μ", "sigma": "σ"}
    lines = [f"{symbols.get(each, each)}, {MEANINGS[each]}." for each in MEANINGS if each in used and each != "S2"]
    lines += _noise_floors(findings)
    for found in findings.indices.values():
        if found.few:
            lines.append(f"{outcome_called(found.outcome)}: {found.few}.")
        if found.left_out:
            what = {"sobol": "blocks", "morris": "trajectories"}.get(found.kind, "points")
            used = f"{found.left_out:,} {what} are incomplete and left out; {found.used:,} are used"
            lines.append(f"{outcome_called(found.outcome)}: {used}.")
    return lines


def _noise_floors(findings: Findings) -> list[str]:
    """Return a sentence on the index of a dummy factor, which has no effect."""
    known = [found for found in findings.indices.values() if found.rows and found.kind != "ranks"]
    if not known:
        return []
    floors = [found for found in known if math.isfinite(found.noise_floor)]
    if not floors:
        return ["With a single seed, the index of a factor without effect is not known, and the indices contain noise."]
    shown = [f"{outcome_called(one.outcome).lower()} {format_numbers(one.noise_floor)[0]}" for one in floors]
    return [f"Noise floor, the index that a dummy factor without effect may reach: {', '.join(shown)}."]


def _seed_shares(findings: Findings) -> list[dict[str, str]]:
    if not findings.sampled:
        return []
    return [
        {
            "outcome": outcome_called(name),
            "share": f"{one.share:.1%}".replace("%", " %") if one.share == one.share else "–",
            "seeds": f"{one.seeds:,}",
            "needed": "–" if one.to_be_little is None else f"{one.to_be_little:,}",
        }
        for name, one in findings.seed_shares.items()
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
        values_text = f"{len(values):,} values from {values[0]} to {values[-1]}"
    else:
        values_text = "; ".join(values)
    parameter = None if name == "variant" else PARAMETERS[name]
    return {
        "name": name,
        "symbol": "" if parameter is None else parameter.symbol,
        "meaning": "one of the variants described below" if parameter is None else parameter.meaning,
        "unit": factor_unit(name),
        "levels": values_text,
        "source": "" if parameter is None else parameter.source,
    }


def _variant(manifest: Manifest, one: VariantManifest) -> dict[str, Any]:
    """Return a variant's question, differences from the defaults, and events."""
    differs = [
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in one.values.items()
        if name not in manifest.varies
        and (tuple(value) if isinstance(value, list) else value) != PARAMETERS[name].default
    ]
    events = [(event.year, event.effects()) for event in map(Event.from_dict, one.events)]
    return {"title": title(one.name), "question": one.question, "differs": differs, "events": events}


def _choices(manifest: Manifest) -> list[tuple[str, str]]:
    """Return the choices about the list of schools, in one row, or in one a variant where they differ."""
    chosen = {
        one.name: {**({"columns": one.columns} if one.columns else {}), **one.schools} for one in manifest.variants
    }
    texts = {
        name: "; ".join(f"{key.replace('_', ' ')}: {_chosen(value)}" for key, value in choices.items())
        for name, choices in chosen.items()
    }
    if len(set(texts.values())) == 1:
        texts = {"": next(iter(texts.values()))}
    return [(f"List read with{f' ({title(name)})' * bool(name)}", text) for name, text in texts.items() if text]


def _chosen(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} = {one}" for name, one in cast("dict[str, Any]", value).items())
    return ", ".join(map(str, cast("list[Any]", value))) if isinstance(value, list) else format_parameter(value)


def _provenance(findings: Findings) -> list[tuple[str, str]]:
    manifest = findings.manifest
    started = begun_with(findings.results.folder, manifest)
    versions = ", ".join(f"{name} {number}" for name, number in dict(started.get("versions", {})).items())
    machine = " ".join(str(part) for part in dict(started.get("platform", {})).values())
    sample = "".join(f", {name.replace('_', ' ')} {format_parameter(value)}" for name, value in manifest.sample.items())
    seeds = manifest.seeds
    seeds_text = f"1 to {seeds}" if isinstance(seeds, int) and findings.ends.paired else "separate for each point"
    if manifest.variants_share and len(manifest.variants) > 1:
        seeds_text += ", shared by its variants"
    if not isinstance(seeds, int):
        seeds_text = ", ".join(map(str, seeds[:12])) + (" …" if len(seeds) > 12 else "")
    schools = manifest.schools or "sampled for each seed"
    rows = [
        ("Study", manifest.name),
        ("Design", DESIGN_DESCRIPTIONS[manifest.design] + sample),
        (
            "Runs",
            f"{manifest.points:,} points × {findings.ends.done.shape[1]:,} seeds, {manifest.half_terms:,} half-terms",
        ),
        ("Seeds", seeds_text),
        ("Schools", f"the list {schools}" if manifest.schools else schools),
        *_choices(manifest),
        ("Recorded", f"{'at the end' if manifest.at == 'end' else 'every half-term'}: {', '.join(manifest.keep)}"),
        ("Model", manifest.model),
        ("Hash of the study", manifest.hash),
        ("Started with", versions or "not known: provenance.json is missing"),
        ("System", machine or "not known"),
    ]
    used = findings.snapshot.environments_used()
    shown = "; ".join(f"{one['runs']:,} runs: {one['cpu']}, numpy {one['numpy']}, numba {one['numba']}" for one in used)
    return [*rows, ("Numerical environments" if len(used) > 1 else "Numerical environment", shown or "not recorded")]
