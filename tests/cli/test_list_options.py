"""Options on lists of schools: groups written and given back, results, and labels wherever real names are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.cli.list_options import LIST_OPTIONS, as_written
from alliance_sim.declarations.labels import ILLUSTRATIVE
from alliance_sim.schools.choices import choices_of

EXAMPLE = Path(__file__).parents[2] / "configs" / "example_schools.csv"
LABEL = "no statement about any school"
LISTED = ("--schools", EXAMPLE)


def words(text: str) -> str:
    return " ".join(text.split())


def test_groups_are_written_with_a_map_and_a_page_and_can_be_given_back(say, tmp_path):
    first = say("schools", EXAMPLE, "--out", tmp_path / "one")
    assert first.code == 0
    names = {"alliances.csv", "map.svg", "map.png", "schools.html", "schools.json"}
    assert {path.name for path in (tmp_path / "one").iterdir()} == names
    table = pd.read_csv(tmp_path / "one" / "alliances.csv")
    assert list(table) == ["urn", "name", "alliance", "grouped_by"]
    assert len(table) == 53
    page = (tmp_path / "one" / "schools.html").read_text("utf-8")
    assert "<svg" in page
    assert "(invented)" in page
    assert str(EXAMPLE.parent) not in page
    assert (tmp_path / "one" / "map.png").read_bytes().startswith(b"\x89PNG")

    groups = tmp_path / "one" / "alliances.csv"
    assert say("schools", EXAMPLE, "--groups", groups, "--out", tmp_path / "two").code == 0
    again = pd.read_csv(tmp_path / "two" / "alliances.csv")
    assert again.set_index("urn")["alliance"].to_dict() == table.set_index("urn")["alliance"].to_dict()


def test_the_same_list_gives_the_same_files(say, tmp_path):
    for name in ("one", "two"):
        assert say("schools", EXAMPLE, "--out", tmp_path / name).code == 0
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_limit_on_distance_is_kept(say):
    report = json.loads(say("schools", EXAMPLE, "--farthest", "5", "--json").out)
    assert max(group["width_km"] for group in report["groups"] if group["kind"] == "nearness") <= 5


BAD = {
    "--groups": ("Nowhere", "no such column"),
    "--farthest": ("far", "no distance"),
    "--attainment": ("nowhere.csv", "no such file"),
    "--missing-pupils": ("guess", "leave-out, predecessor or capacity"),
    "--pupils-per-teacher": ("primary=none", "give a number, england"),
    "--phrase": ("secret", "--phrase needs --anonymise"),
}


@pytest.mark.parametrize("option", BAD)
def test_a_bad_option_is_refused_in_one_sentence_and_nothing_is_written(say, tmp_path, option):
    value, fragment = BAD[option]
    heard = say("schools", EXAMPLE, option, value, "--out", tmp_path / "out")
    assert heard.code == 2
    assert fragment in heard.err
    assert not (tmp_path / "out").exists()


def test_options_on_a_list_need_a_list(say):
    heard = say("run", "baseline", "--attainment", "ks2.csv")
    assert heard.code == 2
    assert "--attainment needs --schools" in heard.err


def test_a_run_with_real_names_is_marked_on_the_terminal_and_in_every_table(say, tmp_path):
    out = tmp_path / "out"
    heard = say("run", "baseline", "--half-terms", "12", *LISTED, "--story", "--csv", "--out", out)
    assert heard.code == 0
    assert words(heard.out).count(LABEL) == 2  # beside the outcomes, and above the story
    assert "Sampled for every run" in heard.out
    for name in ("outcomes_by_school", "outcomes_by_alliance", "maturity", "incidents"):
        frame = pd.read_parquet(out / f"{name}.parquet")
        assert set(frame["basis"]) == {"simulated"}
        assert set(pd.read_csv(out / f"{name}.csv")["basis"]) == {"simulated"}
        assert frame.attrs["note"] == ILLUSTRATIVE
    schools = pd.read_parquet(out / "outcomes_by_school.parquet")
    assert {"urn", "name", "phase"} <= set(schools.attrs["data"])
    assert "trust" in schools.attrs["simulated"]
    assert len(schools.groupby("phase", observed=True)["trust"].mean()) > 1
    provenance = json.loads((out / "provenance.json").read_text("utf-8"))
    assert provenance["configs"][0]["roster"]["note"] == ILLUSTRATIVE


def test_a_run_with_sampled_schools_is_not_marked(say, small, tmp_path):
    heard = say("run", "baseline", "--half-terms", "1", *small, "--out", tmp_path / "out")
    assert LABEL not in words(heard.out)
    assert "basis" not in pd.read_parquet(tmp_path / "out" / "outcomes_by_school.parquet")


def test_a_comparison_with_real_names_is_marked_and_can_be_anonymised(say, tmp_path):
    command = ("compare", "baseline", "isolated", "--seeds", "2", "--half-terms", "6", *LISTED)
    heard = say(*command, "--out", tmp_path / "named")
    assert LABEL in words(heard.out)
    page = (tmp_path / "named" / "comparison.html").read_text("utf-8")
    assert ILLUSTRATIVE in page
    assert "Schools and their alliances" in page

    heard = say(*command, "--anonymise", "--phrase", "our phrase", "--out", tmp_path / "hidden")
    assert heard.code == 0
    texts = [path.read_text("utf-8") for path in (tmp_path / "hidden").iterdir() if path.suffix in (".html", ".json")]
    for text in texts:
        assert "Zénobie" not in text
        assert "OAK" not in text
        assert "our phrase" not in text
    provenance = json.loads((tmp_path / "hidden" / "provenance.json").read_text("utf-8"))
    assert "--anonymise" in provenance["command"]
    differences = [(tmp_path / name / "differences.csv").read_bytes() for name in ("named", "hidden")]
    assert differences[0] == differences[1]


def test_the_choices_are_recorded_without_folders_and_without_the_phrase():
    choices = choices_of(
        groups="/home/one/groups.csv",
        farthest=9.0,
        attainment=("/a/x.csv", "y.csv"),
        anonymise="secret",
        columns={"name": "School, full"},
        where="Town = Ash*",
        join="/b/census.csv",
        pupils_per_teacher="england",
        missing_pupils="capacity",
    )
    assert as_written(choices) == {
        "columns": 'name="School, full"',
        "where": ["Town = Ash*"],
        "join": ["census.csv"],
        "pupils-per-teacher": "england",
        "groups": "groups.csv",
        "farthest": 9.0,
        "attainment": ["x.csv", "y.csv"],
        "missing-pupils": "capacity",
        "anonymise": True,
    }
    assert "secret" not in repr(choices)
    assert choices_of(**choices.keywords()) == choices


def test_surrey_from_list_and_results_to_a_report(say, tmp_path):
    """The whole path of an analyst: read, correct the groups, compare with attainment, and read the report."""
    above = Path(__file__).parents
    data = next((each / "shared" / "data" for each in above if (each / "shared" / "data").is_dir()), None)
    if data is None:
        pytest.skip("Surrey's list and results are not part of the repository (../shared/data)")
    listed = (data / "surrey_schools_gias_2022.csv", "--attainment", data / "surrey_ks2_2017_2019.csv")
    options = ("--missing-pupils", "predecessor", "--pupils-per-teacher", "england")
    assert say("schools", *listed, *options, "--out", tmp_path / "groups").code == 0
    table = pd.read_csv(tmp_path / "groups" / "alliances.csv")
    assert len(table) == 284
    table.loc[table["name"] == "Claygate Primary School", "alliance"] = "around Esher"
    table.to_csv(tmp_path / "corrected.csv", index=False)

    heard = say(
        "compare", "competitive", "collaborative", "--seeds", "2", "--half-terms", "6", "--schools", *listed, *options,
        "--groups", tmp_path / "corrected.csv", "--out", tmp_path / "report",
    )  # fmt: skip
    assert heard.code == 0
    page = words((tmp_path / "report" / "comparison.html").read_text("utf-8"))
    assert ILLUSTRATIVE in page
    assert "removed by shrinkage" in page
    assert "Open Government Licence" in page
    assert "predecessors (Frimley CofE Junior School 337" in page
    assert "invented here" in page
    provenance = json.loads((tmp_path / "report" / "provenance.json").read_text("utf-8"))
    assert "--attainment surrey_ks2_2017_2019.csv" in provenance["command"]
    report = json.loads((tmp_path / "report" / "schools.json").read_text("utf-8"))
    esher = next(group for group in report["groups"] if group["name"] == "around Esher")
    assert "Claygate Primary School" in esher["members"]
    assert esher["kind"] == "file"


GIVEN = {
    "columns": ("--columns", "name=School"),
    "where": ("--where", "Town = Ash"),
    "phase": ("--phase", "primary"),
    "layout": ("--layout", "plain"),
    "join": ("--join", "census.csv"),
    "on": ("--on", "URN"),
    "strict": ("--strict",),
    "groups": ("--groups", "Hub"),
    "farthest": ("--farthest", "9"),
    "mix_phases": ("--mix-phases",),
    "attainment": ("--attainment", "ks2.csv"),
    "missing_pupils": ("--missing-pupils", "capacity"),
    "pupils_per_teacher": ("--pupils-per-teacher", "england"),
    "anonymise": ("--anonymise",),
    "phrase": ("--anonymise", "--phrase", "ours"),
}


@pytest.mark.parametrize("option", LIST_OPTIONS)
@pytest.mark.parametrize("command", [("run", "baseline"), ("compare", "baseline", "isolated")], ids=["run", "compare"])
def test_an_option_on_a_list_needs_a_list(say, command, option):
    heard = say(*command, *GIVEN[option])
    assert heard.code == 2
    assert f"{GIVEN[option][0]} needs --schools; give a list of schools" in heard.err


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (("--columns", "pupil=Roll"), "--columns has 'pupil', but must have fields among number, name, pupils"),
        (("--where", "Town"), "--where is 'Town', but must be a column, a sign and a value"),
        (("--layout", "wales"), "--layout is 'wales', but must be gias, nces, nz, scotland, ni or plain"),
    ],
)
def test_a_choice_that_is_not_known_is_refused(say, words, fragment):
    heard = say("schools", EXAMPLE, *words)
    assert heard.code == 2
    assert fragment in heard.err


def test_choices_of_rows_and_groups_go_together_in_one_command(say, tmp_path):
    (tmp_path / "hubs.csv").write_text("URN,Hub\n" + "".join(f"{urn},A\n" for urn in range(900_001, 900_006)), "utf-8")
    heard = say(
        "schools", EXAMPLE, "--phase", "primary", "--join", tmp_path / "hubs.csv", "--where", "Hub = A",
        "--groups", "Hub", "--json",
    )  # fmt: skip
    assert heard.code == 0
    report = json.loads(heard.out)
    assert [(group["name"], group["kind"]) for group in report["groups"]] == [("A", "alliance")]
    assert report["taken"] == report["groups"][0]["schools"] > 1
