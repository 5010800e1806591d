"""Whatever shows a school of a list beside simulated values says that these are no statement about the school."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim import Study, read_schools
from alliance_sim.app import startup
from alliance_sim.app.classroom.phone_page import phone_page
from alliance_sim.app.lesson.lesson_file import load_lesson
from alliance_sim.app.lesson.scenes import scene
from alliance_sim.app.lesson.state import LessonState
from alliance_sim.app.lesson_export.kept_lesson import keep_lesson
from alliance_sim.app.lesson_export.one_file import one_file
from alliance_sim.app.lesson_export.slides import slide
from alliance_sim.app.session import downloads
from alliance_sim.app.session.presets import FIRST, PRESETS
from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import Schools, of_preset
from alliance_sim.app.views.cards import school_card, teacher_card
from alliance_sim.config import ConfigError
from alliance_sim.declarations.labels import note_on
from alliance_sim.reporting.export.export import export
from alliance_sim.reporting.export.ro_crate import Published
from alliance_sim.reporting.study.findings import collect_findings
from alliance_sim.reporting.study.page import rendered
from alliance_sim.reporting.study.to_json import document

LABEL = "no statement about any school"
NAMES = [f"{first} {last}" for first in ("Quillfeather", "Zephyrbourne") for last in ("Infant", "Junior", "Academy")]
GROUPS = ("Umbrellastone Trust", "Vexingham Trust")
REAL = ("Quillfeather", "Zephyrbourne", "Umbrellastone", "Vexingham")
LIST = "name,pupils,alliance\n" + "".join(f"{name},{70 + at},{GROUPS[at // 3]}\n" for at, name in enumerate(NAMES))
SMALL = '{ "population.schools" = 6, "population.alliance_size" = 3, "population.teachers_median" = 4 }'
LESSON = f"""
title = "Who shares more?"
question = "Does it matter whether schools are open?"
years = 3
shown_years = 1
a = {{ title = "Open", base = "silicon_valley", set = {SMALL} }}
b = {{ title = "Closed", base = "route128", set = {SMALL} }}
[[screens]]
id = "bet"
kind = "bet"
label = "Your bet"
question = "How much will each share?"
[[screens]]
id = "reveal"
kind = "reveal"
label = "Reveal"
[[screens]]
id = "event"
kind = "event"
label = "What if"
outcome = "trust"
events = [{{ event = "betrayal", year = 2 }}]
"""


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(LIST, "utf-8")
    return path


def names_in(text: str) -> bool:
    """Return whether a text has a real name."""
    return any(name.casefold() in text.casefold() for name in REAL)


def is_labelled(text: str) -> bool:
    """Return whether a text says that its outcomes are no statement about a school."""
    return LABEL in " ".join(text.split())


def test_terminal_json_and_every_file_of_run_and_compare_are_labelled(say, listed, tmp_path):
    run = ("run", "baseline", "--half-terms", "7", "--schools", listed, "--story")
    pair = ("compare", "baseline", "isolated", "--half-terms", "6", "--seeds", "2", "--schools", listed)
    with_names = 0
    for command in (run, pair):
        for form in ((), ("--json",)):
            heard = say(*command, *form)
            assert is_labelled(heard.out), command
            with_names += names_in(heard.out)
    assert with_names >= 3  # the story, and both documents
    assert say(*run, "--csv", "--out", tmp_path / "run").code == 0
    assert say(*pair, "--out", tmp_path / "pair").code == 0
    found = 0
    for path in sorted([*(tmp_path / "run").iterdir(), *(tmp_path / "pair").iterdir()]):
        if path.suffix == ".parquet":
            frame = pd.read_parquet(path)
            text = frame.to_csv() + str(frame.attrs.get("note", ""))
        else:
            text = path.read_bytes().decode("utf-8", "replace")
        simulated = path.name not in ("schools.json", "provenance.json") and path.suffix not in (".toml", ".png")
        if names_in(text) and simulated:
            found += 1
            in_rows = path.suffix in (".csv", ".parquet") and set(_frame(path)["basis"]) == {"simulated"}
            assert is_labelled(text) or in_rows, path.name
    assert found >= 6  # incidents, alliances, schools and maturity in two forms, and the page


def _frame(path: Path) -> pd.DataFrame:
    return pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)


def test_results_of_a_study_with_a_list_are_labelled(listed, tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(
        'question = "Why?"\nseeds = 3\nhalf_terms = 2\nkeep = ["trust"]\nschools = "own.csv"\n'
        f'[[events]]\nyear = 0\nevent = "betrayal"\nschool = "{NAMES[0]}"\n[design]\n"trust.gain" = [0.1, 0.2]\n',
        "utf-8",
    )
    results = Study.load(file).run(tmp_path / "out", workers=1)
    assert results.done == 6
    from alliance_sim import Results

    opened = Results.open(tmp_path / "out")
    findings = collect_findings(opened)
    page = rendered(findings)
    assert names_in(page if isinstance(page, str) else page.decode())  # the event names a school
    assert is_labelled(page if isinstance(page, str) else page.decode())
    assert is_labelled(json.dumps(document(findings)))
    (tmp_path / "export").mkdir()
    export(opened, tmp_path / "export", "csv", Published("https://spdx.org/licenses/CC0-1.0", "", None))
    assert is_labelled((tmp_path / "export" / "README.md").read_text("utf-8"))


def test_cards_story_and_downloads_of_the_page_are_labelled(listed):
    setup = of_preset(PRESETS[FIRST], schools=Schools("own.csv", listed))
    session = Session(setup)
    session.intervene("betrayal", "both", 0)
    session.step()
    for card in (school_card(session, 0, 0), teacher_card(session, 0, 0)):
        assert names_in(json.dumps(card))
        assert is_labelled(json.dumps(card))
    assert not names_in(downloads.csv(session) + downloads.config(session, 0))
    assert is_labelled(note_on(session.runs[0].model.roster))  # what the story and the pictures show


def test_lessons_phones_and_kept_files_show_no_school_of_a_list(listed, tmp_path, monkeypatch):
    monkeypatch.setattr(startup.SERVED, "schools", Schools("own.csv", listed))
    path = tmp_path / "lesson.toml"
    path.write_text(LESSON, "utf-8")
    lesson = load_lesson(path)
    state = LessonState(lesson)
    texts = [
        json.dumps(scene(replace(state, at=at)), default=str)
        for at in range(len(lesson.screens))
        if lesson.screens[at].kind != "reveal"
    ]
    kept = keep_lesson(lesson)
    texts += [one_file(kept), *phone_page()]
    texts += [slide(kept, "svg", branch).decode() for branch in range(len(kept.branches))]
    assert not any(map(names_in, texts))
    # The animation draws these runs without names.
    rosters = [run.roster for branch in kept.branches for run in branch.runs]
    assert {roster.source for roster in rosters} == {"drawn"}
    path.write_text(LESSON.replace("[[screens]]", 'schools = "own.csv"\n[[screens]]', 1), "utf-8")
    with pytest.raises(ConfigError, match="schools"):
        load_lesson(path)


def test_a_roster_of_a_list_is_labelled_also_where_its_names_are_replaced(listed):
    assert is_labelled(note_on(read_schools(listed).roster))
    assert is_labelled(note_on(read_schools(listed, anonymise=True).roster))
    assert note_on(None) == ""
