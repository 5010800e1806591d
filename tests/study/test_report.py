"""The page about a study: what it says, that it holds all it shows, and that it can be made of any study."""

from __future__ import annotations

import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from alliance_sim.cli import main
from alliance_sim.reporting.study.findings import collect_findings
from alliance_sim.reporting.study.labels import factor_axis, factor_called
from alliance_sim.reporting.study.page import page, rendered
from alliance_sim.reporting.study.summary import answer
from alliance_sim.reporting.study.to_json import document
from alliance_sim.study import Results
from alliance_sim.study.errors import StudyError
from alliance_sim.study.storage.store import open_store

KEPT = 'seeds = 10\nhalf_terms = 6\nkeep = ["sharing", "trust"]\n'
DESIGNS = {
    "factorial": '[design]\n"policy.competition" = [0.0, 0.5, 1.0]\n"trust.initial" = [0.3, 0.5]\n'
    '"practice.jpd" = [true, false]\n',
    "variants": 'variants = ["route128", "silicon_valley", "cosy_club"]\n',
    "variants and values": 'variants = ["route128", "silicon_valley"]\n[design]\n"policy.competition" = [0.0, 1.0]\n',
    "independent": 'random_numbers = "independent"\n[design]\n'
    '"policy.competition" = [0.0, 0.5, 1.0]\n"trust.initial" = [0.3, 0.5]\n',
    "latin hypercube": '[design]\nkind = "latin_hypercube"\nn = 30\nexplore = ["policy", "trust.competition_enters"]\n',
    "sequence": '[design]\nkind = "sobol_sequence"\nn = 16\n"policy.competition" = {}\n',
    "sobol": '[design]\nkind = "sobol"\nn = 16\nsecond_order = true\nexplore = ["policy"]\n',
    "morris": '[design]\nkind = "morris"\nn = 5\nexplore = ["policy", "practice.jpd"]\n',
    "points": '[design]\nfile = "points.csv"\n',
    "levels": '[design]\n"level.gate" = [[0.1, 0.35, 0.55, 0.7], [0.2, 0.4, 0.6, 0.8]]\n',
    "one point": "",
    "the end only": 'at = "end"\n[design]\n"policy.competition" = [0.0, 1.0]\n',
}


def formula(values, seed):
    """Competition takes 0.4 of sharing; seeds move both outcomes a little, and not the same way."""
    competition, wobble = float(values.get("policy.competition", 0.5)), 0.01 * math.sin(7.0 * seed)
    shut = 0.1 * (values["variant"] == "route128")
    trust = float(values.get("trust.initial", 0.45))
    return {
        "sharing": 0.6 - (0.4 + wobble) * competition + wobble - shut,
        "trust": trust + wobble + 0.1 * trust * competition,
    }


class Outside(HTMLParser):
    """Collects whatever a browser would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag in {"script", "link", "iframe", "img", "object", "embed"}:
            self.found.append(tag)
        self.found += [
            value for name in ("src", "href", "xlink:href") if (value := attributes.get(name)) and value[0] != "#"
        ]
        if tag not in {"meta", "br", "path", "use", "rect", "line", "circle"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in {"path", "use", "rect", "line", "circle"}:
            assert self.open.pop() == tag


@pytest.mark.parametrize("name", DESIGNS)
def test_any_study_has_a_page_that_holds_all_it_shows(study, written, write, name):
    write("policy.competition,trust.initial\n0.2,0.4\n0.8,0.4\n0.8,0.6\n", "points.csv")
    results = written(study(KEPT + DESIGNS[name]), formula)
    text = page(results)
    looked = Outside()
    looked.feed(text)
    assert looked.found == []
    assert looked.open == []
    assert "What if?" in text
    assert text == page(results), "the same results give the same page"
    assert not re.search(r"\bnan\b|None|&lt;built-in|Levels\(", re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    json.dumps(document(collect_findings(results)), default=str)


def test_the_answer_is_in_plain_sentences(study, written):
    sentences = answer(collect_findings(written(study(KEPT + DESIGNS["factorial"]), formula)))
    assert sentences[0] == (
        "120 runs of one year each: 12 points with 10 seeds, the same random numbers at each point, "
        "varying competition C, initial trust T0 and practice JPD (every combination of the values)."
    )
    assert any(
        one.startswith("Sharing depends most on competition C: from 0 to 1 it falls (−0.40") for one in sentences
    )
    assert any(
        one.startswith("Trust depends most on initial trust T0: from 0.3 to 0.5 it rises (+0.210 trust")
        for one in sentences
    )
    assert any(
        "What competition C does to trust depends on initial trust T0: it is higher at 0.5" in one for one in sentences
    )
    assert any(one.startswith("The ten seeds were enough") for one in sentences)
    assert sentences[-1].endswith("forecasts nothing.")


def test_too_few_seeds_are_reported_with_a_sufficient_number(study, written):
    def noisy(values, seed):
        return {"sharing": values["policy.competition"] * (0.1 + math.sin(5.0 * seed)), "trust": 0.5}

    findings = collect_findings(written(study(KEPT + '[design]\n"policy.competition" = [0.0, 1.0]\n'), noisy))
    (wide,) = findings.sample_sizes["sharing"]
    assert not wide.clear
    assert wide.to_be_within > 100
    assert any(
        "were not enough for 1 of 2 effects" in one and f"{wide.to_be_within:,} seeds" in one
        for one in answer(findings)
    )
    one_seed = collect_findings(written(study(KEPT.replace("10", "1") + DESIGNS["factorial"]), formula, "one"))
    assert any("With a single seed there are no intervals" in one for one in answer(one_seed))
    assert page(one_seed.results)


def test_failed_and_missing_runs_are_reported(study, written, write_part):
    asked = study(KEPT + '[design]\n"policy.competition" = [0.0, 1.0]\n')
    with open_store(Path("out"), asked):
        pass
    every = [(point, seed) for point in range(2) for seed in range(1, 9)]
    write_part(Path("out"), asked, 1, every, lambda values, seed: None if seed == 3 else formula(values, seed))
    text = page(Results.open("out"))
    assert "2 of 20 runs failed and 4 are not done yet" in text
    assert "2 × it rained" in text
    assert "competition C 1" in text
    assert "14 of 20 runs of" in text


def test_what_users_wrote_is_shown_and_never_obeyed(write, written):
    from alliance_sim.study import Study

    path = write('question = "<script>alert(1)</script> & so?"\n' + KEPT + '[design]\n"trust.initial" = [0.3, 0.5]\n')
    text = page(written(Study.load(path), formula))
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so?" in text


def test_undefined_outcomes_are_reported(study, written):
    def undefined(values, seed):
        return {"sharing": 0.1, "trust": math.nan if values["policy.competition"] == 1.0 and seed < 4 else 0.5}

    results = written(study(KEPT + '[design]\n"policy.competition" = [0.0, 1.0]\n'), undefined)
    assert any("trust in 3" in one for one in answer(collect_findings(results)))
    nowhere = written(
        study(KEPT + '[design]\n"policy.competition" = [0.0, 1.0]\n'),
        lambda values, seed: {"sharing": 0.1, "trust": math.nan},
        "b",
    )
    assert "Trust: there are too few runs to show what it depends on." in answer(collect_findings(nowhere))
    assert page(nowhere)


def test_an_outcome_undefined_at_a_level_has_no_interaction(study, written):
    """Without spawning no teams are spawned, so the other outcome's interaction stands alone in its row."""

    def spawned_where_on(values, seed):
        count = math.nan if values["spawning.rate"] == 0.0 else 3.0 + seed
        return {"trust": 0.5 + 0.1 * values["spawning.rate"] * values["policy.funding"] + 0.01 * seed, "spawned": count}

    made = study(
        'base = "collaborative"\nkeep = ["spawned", "trust"]\nseeds = 6\n[design]\n'
        '"spawning.rate" = [0.0, 0.8]\n"policy.funding" = [0.0, 1.0]'
    )
    text = page(written(made, spawned_where_on))
    (row,) = re.findall(r"<tr>(?:(?!</tr>).)*how much larger the effect(?:(?!</tr>).)*</tr>", text, re.DOTALL)
    assert "undefined" in row
    assert "0.08" in row


def test_labels_have_the_symbols_and_units_of_their_declarations():
    assert factor_axis("policy.competition") == "competition C (share)"
    assert factor_axis("trust.gain") == "trust gain λ (per honoured promise)"
    assert factor_called("practice.jpd") == "practice JPD"
    assert factor_called("population.practice_sd") == "spread of practice σ_q"


def test_nothing_is_reported_of_nothing(study):
    with open_store(Path("out"), study(KEPT)):
        pass
    with pytest.raises(StudyError, match="no run is done yet"):
        page(Results.open("out"))


def test_the_command_writes_the_page_and_tells_the_answer(study, written, capsys):
    written(study(KEPT + DESIGNS["factorial"]), formula)
    assert main(["report", "out"]) == 0
    sentences = " ".join(capsys.readouterr().out.split())
    assert "Sharing depends most on competition C" in sentences
    assert sentences.endswith("out/report.html")
    text = Path("out/report.html").read_text("utf-8")
    assert text == rendered(collect_findings(Results.open("out")))
    assert main(["report", "out"]) == 0, "a page of this library is replaced"
    assert main(["report", "out", "--out", "mine.html", "--json"]) == 0
    document = json.loads(capsys.readouterr().out.split("report.html")[-1].strip())
    assert document["page"] == "mine.html"
    assert document["done"] == 120
    assert {row["factor"] for row in document["effects"]} == {"policy.competition", "trust.initial", "practice.jpd"}
    assert Path("mine.html").read_text("utf-8") == text
    Path("out/report.html").unlink()
    assert main(["report", "out", "--json"]) == 0
    json.loads(capsys.readouterr().out)
    assert not Path("out/report.html").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["report", "nowhere"], "no results of a study lie here"),
        (["report", "."], "no results of a study lie here"),
        (["report", "out", "--out", "notes.txt"], "this file is not a report of alliance-sim"),
        (["report", "out", "--out", "."], "this is a folder; give the name of a file"),
        (["report", "out", "--out", "gone/report.html"], "the folder gone does not exist"),
        (["export", "out"], "export needs --out DIR"),
        (["export", "out", "--out", "full"], "the folder is not empty"),
        (["export", "out", "--out", "x", "--format", "xls"], "'xls' is not known; give csv, parquet or ro-crate"),
        (["export", "out", "--out", "x", "--licence", "mine"], "'mine' is not an address"),
        (["export", "nowhere", "--out", "x"], "no results of a study lie here"),
        (["verify", "out", "--runs", "3"], "--runs and --schools need --deep"),
        (["verify", "out", "--deep", "--runs", "few"], "'few' is not a whole number"),
        (["verify", "nowhere", "--deep"], "no results of a study lie here"),
        (["status", "nowhere"], "no results of a study lie here"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_written(study, written, capsys, words, message):
    written(study(KEPT + DESIGNS["factorial"]), formula)
    Path("notes.txt").write_text("mine")
    Path("full").mkdir()
    Path("full/mine").write_text("mine")
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert main(words) == 2
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    assert main([*words, "--json"]) == 2
    assert message in json.loads(capsys.readouterr().out)["error"]
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


def test_a_damaged_study_is_not_reported_and_status_tells(study, written, capsys):
    written(study(KEPT + DESIGNS["factorial"]), formula)
    (series,) = Path("out/parts").glob("*.series.parquet")
    series.write_bytes(series.read_bytes()[:-1])
    assert main(["report", "out"]) == 2
    assert "sweep again into the same folder" in capsys.readouterr().err
    assert main(["status", "out"]) == 1
    assert "1 parts are damaged" in capsys.readouterr().out
    assert main(["verify", "out", "--deep"]) == 1
    assert "its series have" in " ".join(capsys.readouterr().out.split())
