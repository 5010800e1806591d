"""``alliance-sim run``: one world."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from alliance_sim.cli import console, loading, output

if TYPE_CHECKING:
    from alliance_sim.mesa_model.model import AllianceModel

SHORT = (
    "trust", "head_trust", "reciprocity", "sharing", "jpd", "practice", "frontier", "level", "refusals", "fatigue",
    "attainment", "attainment_gap",
)  # fmt: skip
"""The outcomes of the short table."""
UNITS = "Sharing and joint practice development: helps a teacher and half-term. Attainment: pupil SD. Level: 1 to 4."
YEARS = (1, 3, 5, 10)
MOST_SCHOOL_ROWS = 20_000_000
"""Schools × half-terms of which all rows are kept; the frame of more would take several gigabytes."""


def run(
    config: str, overrides: Sequence[str], seed: int, half_terms: int, schools: str | None, out: Path | None, *,
    csv: bool, story: bool, as_json: bool,
) -> None:  # fmt: skip
    """Live one world, show what became of it, and keep it if asked to."""
    loaded = loading.load([config], overrides, schools)
    options = {"seed": seed, "half-terms": half_terms, "schools": loading.without_folders(schools) if schools else None}
    command = loading.repeatable("run", [config], overrides, options)
    if out is None:
        model = _lived(loaded, seed, half_terms, "alliance", story)
    else:
        with output.write_all_or_none(out) as folder:
            record = _kept(loaded, half_terms)
            model = _lived(loaded, seed, half_terms, record, story)
            tables = {
                "outcomes": model.outcomes,
                "outcomes_by_alliance": model.outcomes_by_alliance,
                "maturity": model.maturity,
            }
            if story:
                tables["incidents"] = model.incidents
            if record == "school":
                tables["outcomes_by_school"] = model.outcomes_by_school
            for name, frame in tables.items():
                output.write_frame(frame, folder, name, csv=csv)
            (folder / "config.toml").write_text(model.scenario.to_toml(), "utf-8")
            told = output.provenance(command, [model.scenario], options | {"set": list(overrides)})
            output.write_json(told, folder / "provenance.json")
            if loaded.school_list is not None:
                output.write_json(loaded.school_list.to_dict(), folder / "schools.json")
    if as_json:
        told = _document(model, loaded, half_terms, out)
        console.show_json(told | {"incidents": model.incidents.to_dict("records")} if story else told)
    else:
        _show(model, half_terms, out)
        if story:
            _tell(model)


def _kept(loaded: loading.Loaded, half_terms: int) -> Literal["alliance", "school"]:
    scenario = loaded.scenarios[0]
    schools = scenario.roster.schools if scenario.roster else int(str(scenario["population.schools"]))
    if schools * (half_terms + 1) <= MOST_SCHOOL_ROWS:
        return "school"
    console.say("So many schools over so many half-terms would fill the memory: outcomes by school are not kept.")
    return "alliance"


def _lived(
    loaded: loading.Loaded, seed: int, half_terms: int, record: Literal["system", "alliance", "school"], story: bool
) -> AllianceModel:
    from alliance_sim.mesa_model.model import AllianceModel

    console.made_ready([loaded.scenarios[0].configuration])
    with console.progress_shown("Living", "half-terms") as progress:
        model = AllianceModel(loaded.scenarios[0], rng=seed, record=record, incidents=story)
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
        "maturity": _maturity(model),
        "collaborative_capital": float(model.collaborative_capital.iloc[-1]),
        "out": str(out) if out else None,
    }


def _show(model: AllianceModel, half_terms: int, out: Path | None) -> None:
    from alliance_sim.declarations.outcomes import NAMES
    from alliance_sim.engine.modules.registry import outcome_declared, outcomes_measured
    from alliance_sim.text import count_noun, format_numbers, title

    roster = model.roster
    moments = {0: "opening"} | {6 * year: f"year {year}" for year in YEARS if 6 * year <= half_terms}
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
        console.show(f"{UNITS} --out DIR keeps all {len(measured)} outcomes, by alliance and by school, too.")
    else:
        console.show(f"{UNITS} All {len(measured)} outcomes lie in {out}.")


TOLD_OF_A_KIND = 2
"""Incidents of one kind that a story tells of a year."""


def _tell(model: AllianceModel) -> None:
    """The story of the world, year by year, from what happened in it."""
    from collections import Counter

    years: dict[int, list[str]] = {}
    told: Counter[tuple[int, str]] = Counter()
    rows = model.incidents[["half_term", "kind", "sentence"]].itertuples(index=False, name=None)
    for half_term, kind, sentence in rows:
        year = (half_term - 1) // 6 + 1
        told[year, kind] += 1
        if told[year, kind] <= TOLD_OF_A_KIND:
            years.setdefault(year, []).append(sentence)
    for year, sentences in years.items():
        rest = sum(many for (when, _), many in told.items() if when == year) - len(sentences)
        console.show("", f"Year {year}. {' '.join(sentences)}{f' And {rest} more of the like.' if rest else ''}")


def _maturity(model: AllianceModel) -> list[dict[str, Any]]:
    """Each strand at the end: the mean index of the alliances, and how many are at which stage."""
    from alliance_sim.declarations.maturity import STAGES, STRANDS, stage_of
    from alliance_sim.mesa_model.maturity import course_of

    courses = course_of(model.outcomes_by_alliance)
    told: list[dict[str, Any]] = []
    for strand in STRANDS:
        now = courses[strand.name][-1].tolist()
        at = [stage_of(index) for index in now]
        stages = {stage: at.count(stage) for stage in STAGES} if strand.staged else {}
        told.append({"strand": strand.name, "index": sum(now) / len(now), "alliances_at": stages})
    return told


def _maturity_table(model: AllianceModel, moments: dict[int, str]) -> Any:
    """The eight staged strands: the mean index of the alliances, and the stage that it has come to."""
    from alliance_sim.declarations.maturity import STRANDS, stage_of
    from alliance_sim.mesa_model.maturity import course_of

    lived = {moment: said for moment, said in moments.items() if moment}
    means = {name: course.mean(axis=1) for name, course in course_of(model.outcomes_by_alliance).items()}
    rows = [
        [strand.title, *(f"{means[strand.name][moment]:.2f}" for moment in lived), stage_of(means[strand.name][-1])]
        for strand in STRANDS
        if strand.staged
    ]
    columns = ["maturity, mean of alliances", *lived.values(), "stage"]
    return console.table(columns, rows, numbers=range(1, len(lived) + 1))
