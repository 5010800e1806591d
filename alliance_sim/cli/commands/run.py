"""``alliance-sim run``: simulate one school system."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from alliance_sim.cli import console, loading, output
from alliance_sim.cli.commands.groups import is_split, rows_by_group, show_groups
from alliance_sim.cli.list_options import as_written
from alliance_sim.declarations.labels import note_on
from alliance_sim.engine.simulation.splits import groups_of

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.mesa_model.model import AllianceModel
    from alliance_sim.schools.choices import Choices

SHORT = (
    "trust", "head_trust", "reciprocity", "sharing", "jpd", "practice", "frontier", "level", "asked", "refusals",
    "fatigue", "attainment", "attainment_gap",
)  # fmt: skip
"""The outcomes of the short table."""
UNITS = (
    "Sharing and joint practice development: acts of help per teacher per half-term. "
    "Attainment: pupil SD. Level: 1 to 4."
)
YEARS = (1, 3, 5, 10)
MOST_SCHOOL_ROWS = 20_000_000
"""Most schools × half-terms that are recorded by school; a larger frame would take several gigabytes."""


class Shown(NamedTuple):
    """Where results go: a folder or None, its tables also as CSV, incidents, and JSON instead of text."""

    out: Path | None
    csv: bool
    story: bool
    as_json: bool


def run(
    config: str, overrides: Sequence[str], seed: int, half_terms: int, schools: str | None, choices: Choices,
    shown: Shown,
) -> None:  # fmt: skip
    """Simulate one school system, show its outcomes, and write them if a folder is given."""
    out, csv, story, as_json = shown
    loaded = loading.load([config], overrides, schools, choices)
    options: dict[str, Any] = {"seed": seed, "half-terms": half_terms}
    options |= {"schools": loading.without_folders(schools) if schools else None} | as_written(choices)
    command = loading.repeatable("run", [config], overrides, options)
    if out is None:
        by_group = bool(groups_of(loaded.scenarios[0].roster))
        record = _recorded_level(loaded, half_terms) if by_group else "alliance"
        model = _simulate(loaded, seed, half_terms, record, story)
    else:
        with output.write_all_or_none(out) as folder:
            record = _recorded_level(loaded, half_terms)
            model = _simulate(loaded, seed, half_terms, record, story)
            for name, frame in _tables(model, story=story).items():
                output.write_frame(frame, folder, name, csv=csv)
            (folder / "config.toml").write_text(model.scenario.to_toml(), "utf-8")
            provenance = output.provenance(command, [model.scenario], options | {"set": list(overrides)})
            output.write_json(provenance, folder / "provenance.json")
            if loaded.school_list is not None:
                output.write_json(loaded.school_list.to_dict(), folder / "schools.json")
    if as_json:
        document = _document(model, loaded, half_terms, out)
        if story:
            document["incidents"] = model.incidents.to_dict("records")
        console.show_json(document)
    else:
        _show(model, half_terms, out)
        if is_split(model):
            show_groups(model)
        if loaded.school_list is not None:
            console.show(*loaded.school_list.known.sentences(), note_on(model.roster))
        if story:
            _show_story(model)


def _tables(model: AllianceModel, *, story: bool) -> dict[str, pd.DataFrame]:
    """Return the tables that are written, by name."""
    tables = {
        "outcomes": model.outcomes,
        "outcomes_by_alliance": model.outcomes_by_alliance,
        "maturity": model.maturity,
    }
    if story:
        tables["incidents"] = model.incidents
    if model.simulation.recorder.record == "school":
        tables["outcomes_by_school"] = model.outcomes_by_school
    if is_split(model):
        tables["outcomes_by_group"] = model.outcomes_by_group
    return tables


def _recorded_level(loaded: loading.Loaded, half_terms: int) -> Literal["alliance", "school"]:
    scenario = loaded.scenarios[0]
    schools = scenario.roster.schools if scenario.roster else int(str(scenario["population.schools"]))
    if schools * (half_terms + 1) <= MOST_SCHOOL_ROWS:
        return "school"
    console.say(
        "Note: outcomes by school are not written, since so many schools and half-terms would not fit into memory."
    )
    return "alliance"


def _simulate(
    loaded: loading.Loaded, seed: int, half_terms: int, record: Literal["system", "alliance", "school"], story: bool
) -> AllianceModel:
    from alliance_sim.config import ASKED_FROM, memory_needed
    from alliance_sim.mesa_model.model import AllianceModel

    scenario = loaded.scenarios[0]
    needed = memory_needed(scenario.configuration.values, scenario.roster) / 1e9
    if needed > ASKED_FROM:
        console.say(f"Note: so large a system needs about {needed:,.0f} GB of memory.")
    console.compile_rules([scenario.configuration])
    with console.show_progress("Simulating", "half-terms") as progress:
        model = AllianceModel(scenario, rng=seed, record=record, incidents=story, memory_limit=math.inf)
        for half_term in range(1, half_terms + 1):
            model.step()
            progress(half_term, half_terms)
    return model


def _document(model: AllianceModel, loaded: loading.Loaded, half_terms: int, out: Path | None) -> dict[str, Any]:
    outcomes = model.outcomes.reset_index()
    return {
        "config": model.scenario.name,
        "question": model.scenario.question,
        "hash": model.scenario.hash,
        "seed": model.seed,
        "half_terms": half_terms,
        "schools": model.roster.schools,
        "alliances": model.roster.alliances,
        "teachers": int(model.roster.teachers.sum()),
        "school_list": loaded.school_list.to_dict() if loaded.school_list else None,
        "outcomes": {name: column.tolist() for name, column in outcomes.items()},
        "outcomes_by_group": rows_by_group(model),
        "maturity": _maturity(model),
        "collaborative_capital": float(model.collaborative_capital.iloc[-1]),
        "out": str(out) if out else None,
    } | ({"note": note_on(model.roster)} if loaded.school_list else {})


def _show(model: AllianceModel, half_terms: int, out: Path | None) -> None:
    from alliance_sim.declarations.outcomes import NAMES
    from alliance_sim.engine.modules.registry import outcome_declared, outcomes_measured
    from alliance_sim.text import count_noun, format_numbers, title

    roster = model.roster
    moments = {0: "start"} | {6 * year: f"year {year}" for year in YEARS if 6 * year <= half_terms}
    if half_terms not in moments:
        years, rest = divmod(half_terms, 6)
        moments[half_terms] = f"half-term {half_terms:,}" if rest else f"year {years:,}"
    outcomes = model.outcomes
    measured = [outcome.name for outcome in outcomes_measured([model.scenario.configuration])]
    rows = [
        [outcome_declared(name).title, *format_numbers(*(float(outcomes.at[moment, name]) for moment in moments))]
        for name in (*SHORT, *measured[len(NAMES) :])
    ]
    console.show(
        f"{title(model.scenario.name)}: {model.scenario.question}",
        f"{count_noun(roster.schools, 'school')} in {count_noun(roster.alliances, 'alliance')}, "
        f"{roster.teachers.sum():,} teachers; seed {model.seed}.",
        console.table(["", *moments.values()], rows, numbers=range(1, len(moments) + 1)),
    )
    console.show(_maturity_table(model, moments))
    if out is None:
        console.show(f"{UNITS} --out DIR writes all {len(measured)} outcomes, also by alliance and by school.")
    else:
        console.show(f"{UNITS} All {len(measured)} outcomes were written to {out}.")


SHOWN_OF_A_KIND = 2
"""Incidents of one kind that the story shows per year."""


def _show_story(model: AllianceModel) -> None:
    """Print the incidents of the run, year by year."""
    from collections import Counter

    if note := note_on(model.roster):
        console.show("", note)
    years: dict[int, list[str]] = {}
    counts: Counter[tuple[int, str]] = Counter()
    rows = model.incidents[["half_term", "kind", "sentence"]].itertuples(index=False, name=None)
    for half_term, kind, sentence in rows:
        year = (half_term - 1) // 6 + 1
        counts[year, kind] += 1
        if counts[year, kind] <= SHOWN_OF_A_KIND:
            years.setdefault(year, []).append(sentence)
    for year, sentences in years.items():
        rest = sum(count for (when, _), count in counts.items() if when == year) - len(sentences)
        console.show("", f"Year {year}. {' '.join(sentences)}{f' {rest} more incidents.' if rest else ''}")


def _maturity(model: AllianceModel) -> list[dict[str, Any]]:
    """Return for each strand the mean index of the alliances at the end, and how many are at each stage."""
    from alliance_sim.declarations.maturity import STAGES, STRANDS, stage_of
    from alliance_sim.mesa_model.maturity import course_of

    courses = course_of(model.outcomes_by_alliance)
    strands: list[dict[str, Any]] = []
    for strand in STRANDS:
        now = courses[strand.name][-1].tolist()
        at = [stage_of(index) for index in now]
        stages = {stage: at.count(stage) for stage in STAGES} if strand.staged else {}
        strands.append({"strand": strand.name, "index": sum(now) / len(now), "alliances_at": stages})
    return strands


def _maturity_table(model: AllianceModel, moments: dict[int, str]) -> Any:
    """Return a table of the staged strands: the mean index of the alliances, and the stage at the end."""
    from alliance_sim.declarations.maturity import STRANDS, stage_of
    from alliance_sim.mesa_model.maturity import course_of

    later = {moment: heading for moment, heading in moments.items() if moment}
    means = {name: course.mean(axis=1) for name, course in course_of(model.outcomes_by_alliance).items()}
    rows = [
        [strand.title, *(f"{means[strand.name][moment]:.2f}" for moment in later), stage_of(means[strand.name][-1])]
        for strand in STRANDS
        if strand.staged
    ]
    columns = ["maturity, mean of alliances", *later.values(), "stage"]
    return console.table(columns, rows, numbers=range(1, len(later) + 1))
