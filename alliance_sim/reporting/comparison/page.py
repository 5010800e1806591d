"""Render a comparison as one self-contained HTML page that can be opened, mailed and printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from alliance_sim.comparison.comparison import Comparison
from alliance_sim.comparison.decomposition import Decomposition
from alliance_sim.comparison.difference import Difference
from alliance_sim.comparison.groups import GroupDifference
from alliance_sim.comparison.parallel import teachers_in
from alliance_sim.comparison.summary import CAUTION, answer, judged_over, same_start
from alliance_sim.declarations.labels import note_on
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.engine.modules.registry import outcome_declared
from alliance_sim.engine.simulation.splits import SPLITS
from alliance_sim.mesa_model.scenario import Scenario
from alliance_sim.reporting.charts import four_curves, relative_differences, svg_for_page
from alliance_sim.reporting.comparison.maturity_chart import maturity_strips
from alliance_sim.reporting.html import render
from alliance_sim.reporting.schools.map import alliance_map
from alliance_sim.schools import SchoolListReport
from alliance_sim.schools.layouts import GIAS
from alliance_sim.statistics import Interval
from alliance_sim.statistics.intervals import CONFIDENCE, LEAST_UNITS
from alliance_sim.statistics.verdicts import Verdict
from alliance_sim.text import count_noun, format_estimate, format_numbers, format_years, join_words, spell_number, title

REGISTER = "Get information about schools"
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."


MATTERS: dict[str, str] = {Verdict.HOLDS: "yes", Verdict.DOES_NOT: "no", Verdict.UNDECIDED: "undecided"}


@dataclass(frozen=True)
class Row:
    """One row of the table of differences, formatted for display."""

    outcome: str
    meaning: str
    unit: str
    first: str
    second: str
    difference: str
    interval: str
    simultaneous: str
    ratio: str
    pairs: str
    undefined: str
    matters: str
    clear: bool


def page(
    comparison: Comparison,
    *,
    command: str,
    school_list: SchoolListReport | None = None,
    decompositions: Sequence[Decomposition] = (),
) -> str:
    """Return the page as HTML.

    Args:
        comparison: the simulated comparison.
        command: the command line that repeats it.
        school_list: the report on the list of schools, if the schools come from one.
        decompositions: the decompositions of its gaps, if they were asked for.
    """
    values = _template_values(comparison, command, school_list)
    values["decompositions"] = [_decomposed(one) for one in decompositions]
    return render("comparison.html", values)


def _decomposed(one: Decomposition) -> dict[str, Any]:
    """Return the sentences and the rows of a decomposition: interactions first, then shares, then feedback."""
    rows = [(f"{' × '.join(part.names)} (interaction)", *_effect(part.effect), "") for part in one.interactions]
    rows += [(part.names[0], *_effect(part.effect), _share(part.share)) for part in one.shares]
    rows.append(("while trust is frozen", *_effect(one.frozen_gap), ""))
    rows.append(("the whole gap", *_effect(one.gap), ""))
    return {"outcome": title(one.outcome), "sentences": one.sentences(), "rows": rows, "pairs": one.gap.n}


def _effect(found: Interval) -> tuple[str, str]:
    value, low, high = format_estimate(found.estimate, found.low, found.high)
    return value, f"{low} to {high}" if math.isfinite(found.low) else ""


def _share(found: Interval | None) -> str:
    if found is None:
        return ""
    limits = f" [{100 * found.low:.0f} to {100 * found.high:.0f}]" if math.isfinite(found.low) else ""
    return f"{100 * found.estimate:.0f} %{limits}"


def _template_values(comparison: Comparison, command: str, school_list: SchoolListReport | None) -> dict[str, Any]:
    others = range(1, len(comparison.scenarios))
    sentences = answer(comparison)
    return {
        "heading": heading(comparison),
        "configs": [
            {"title": name, "name": own, "question": scenario.question, "hash": scenario.hash}
            for name, own, scenario in zip(comparison.titles, comparison.names, comparison.scenarios, strict=True)
        ],
        "answer": sentences,
        "curves": Markup(svg_for_page(four_curves(comparison), "curves", " ".join(sentences[1:-1]))),  # noqa: S704 - an SVG that this library drew
        "plot": Markup(  # noqa: S704 - an SVG that this library drew
            svg_for_page(relative_differences(comparison), "plot", "The differences of the table above as a plot.")
        ),
        "maturity": _strips(comparison),
        "tables": [{"second": comparison.titles[other], "rows": rows(comparison, other)} for other in others],
        "splits": splits(comparison),
        "first": comparison.titles[0],
        "when": judged_over(comparison)[0].lower() + judged_over(comparison)[1:],
        "contrasts": [(PARAMETERS[contrast.name], contrast.values) for contrast in comparison.contrasts],
        "events": [
            (name, event.year, event.effects())
            for name, scenario in zip(comparison.titles, comparison.scenarios, strict=True)
            for event in scenario.events
        ],
        "same_start": same_start(comparison),
        "seeds": f"{comparison.seeds[0]} to {comparison.seeds[-1]}",
        "pairs": len(comparison.seeds),
        "systems": spell_number(len(comparison.scenarios), "school system").capitalize(),
        "duration": format_years(comparison.half_terms),
        "half_terms": comparison.half_terms,
        "population": population(comparison),
        "school_list": anonymised_sentences(school_list) if school_list else [],
        "note": note_on(comparison.scenarios[0].roster),
        "map": _map(comparison, school_list),
        "attribution": ATTRIBUTION if school_list and school_list.layout == GIAS.title else "",
        "register": REGISTER,
        "confidence": f"{CONFIDENCE:.0%}".replace("%", " %"),
        "differences": len(comparison.differences) + len(comparison.practice_changes),
        "smallest": [(name, f"{effect:g}") for name, effect in comparison.matters.items()],
        "command": command,
        "caution": CAUTION,
    }


def _strips(comparison: Comparison) -> Markup | str:
    """Return the maturity chart; empty for runs of less than a year."""
    figure = maturity_strips(comparison)
    if figure is None:
        return ""
    return Markup(svg_for_page(figure, "maturity", "The stage of eight strands of maturity, year by year."))  # noqa: S704 - an SVG that this library drew


def _map(comparison: Comparison, school_list: SchoolListReport | None) -> Markup | str:
    """Return a map of the alliances of a list; empty without a list or coordinates."""
    roster = comparison.scenarios[0].roster
    figure = alliance_map(roster, school_list) if roster is not None and school_list is not None else None
    if figure is None:
        return ""
    return Markup(svg_for_page(figure, "map", "Schools and their alliances."))  # noqa: S704 - an SVG that this library drew


def heading(comparison: Comparison) -> str:
    """Return the heading, such as ``Route 128 and Silicon Valley``."""
    return join_words(list(comparison.titles))


def rows(comparison: Comparison, other: int) -> list[Row]:
    """Return the rows of the table of differences for the config at index ``other``."""
    return [row(outcome, comparison.difference(outcome.name, other)) for outcome in comparison.outcomes]


def splits(comparison: Comparison) -> list[dict[str, Any]]:
    """Return the tables of differences by group of schools, one a split and other config."""
    tables: dict[tuple[str, str], dict[str, list[GroupDifference]]] = {}
    for one in comparison.group_differences:
        table = tables.setdefault((one.group.split, one.difference.second), {})
        table.setdefault(one.group.name, []).append(one)
    titles = dict(zip(comparison.names, comparison.titles, strict=True))
    return [
        {
            "title": f"by {SPLITS.get(split, split)}",
            "second": titles[second],
            "outcomes": [(outcome_declared(one.difference.outcome).title, one.difference.unit) for one in found[0]],
            "rows": [
                {"name": name, "schools": f"{cells[0].group.schools:,}", "cells": [_cell(one) for one in cells]}
                for name, cells in groups.items()
            ],
        }
        for (split, second), groups in tables.items()
        for found in [list(groups.values())]
    ]


def _cell(one: GroupDifference) -> dict[str, Any]:
    found = one.difference
    value, low, high = format_estimate(found.difference, found.low_simultaneous, found.high_simultaneous)
    return {"value": value, "interval": f"{low} to {high}", "clear": found.direction != 0}


def row(outcome: Outcome, found: Difference) -> Row:
    """Format one difference as a row."""
    name = outcome.title
    first, second = format_numbers(found.first_value, found.second_value)
    difference, low, high = format_estimate(found.difference, found.low, found.high)
    _, lowest, highest = format_estimate(found.difference, found.low_simultaneous, found.high_simultaneous)
    return Row(
        name[0].upper() + name[1:],
        outcome.meaning,
        found.unit,
        first,
        second,
        difference,
        f"{low} to {high}" if math.isfinite(found.low) else "–",
        f"{lowest} to {highest}" if math.isfinite(found.low_simultaneous) else "–",
        _ratio(found),
        f"{round(found.positive_share * found.n)} of {found.n}" if found.n else "–",
        _undefined(found),
        MATTERS.get(found.matters, ""),
        found.direction != 0,
    )


def _ratio(found: Difference) -> str:
    """Return the ratio of the means with Fieller's interval; a dash where the outcome has no ratio."""
    if found.ratio is None or found.ratio_low is None or found.ratio_high is None:
        return "–"
    if not (math.isfinite(found.ratio_low) and math.isfinite(found.ratio_high)):
        return f"{found.ratio:,.2f} (no finite interval)" if found.n >= LEAST_UNITS else f"{found.ratio:,.2f}"
    ratio, low, high = format_numbers(found.ratio, found.ratio_low, found.ratio_high)
    return f"{ratio} ({low} to {high})"


def _undefined(found: Difference) -> str:
    """Return the numbers of runs without a value under both configs; empty if there are none."""
    if not found.undefined_first and not found.undefined_second:
        return ""
    return f"{found.undefined_first:,} and {found.undefined_second:,}"


def population(comparison: Comparison) -> list[str]:
    """Return a sentence on the number and source of schools and teachers, or one per config where they differ."""
    sentences = [f"{_schools_of(scenario)}." for scenario in comparison.scenarios]
    if len(set(sentences)) == 1:
        return sentences[:1]
    return [f"{name}: {sentence}" for name, sentence in zip(comparison.titles, sentences, strict=True)]


def _schools_of(scenario: Scenario) -> str:
    roster = scenario.roster
    if roster is None:
        return (
            f"{scenario['population.schools']:,} schools in alliances of about {scenario['population.alliance_size']}, "
            f"sampled for each seed, with about {teachers_in(scenario):,.0f} teachers"
        )
    return (
        f"{count_noun(roster.schools, 'school')} in {count_noun(roster.alliances, 'alliance')} with "
        f"{roster.teachers.sum():,} teachers, from the list {Path(roster.source).name}"
    )


def anonymised_sentences(school_list: SchoolListReport) -> Sequence[str]:
    """Return the report on a list of schools without the folder of its file, which is private."""
    name = Path(school_list.file).name
    return [sentence.replace(school_list.file, name) for sentence in school_list.sentences()]
