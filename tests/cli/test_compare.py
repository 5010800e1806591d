"""``alliance-sim compare`` and its page."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.cli import main

SHORT = ("--seeds", "3", "--half-terms", "7")


@pytest.fixture(scope="module")
def made(small, tmp_path_factory, fading) -> Path:
    """Return the folder of a comparison with a user's config."""
    out = tmp_path_factory.mktemp("comparison") / "made"
    assert main(["compare", "route128", "silicon_valley", str(fading), *SHORT, *small, "--out", str(out)]) == 0
    return out


def test_every_file_is_written(made):
    assert {path.name for path in made.iterdir()} == {
        "comparison.html", "comparison.svg", "comparison.png", "comparison.parquet", "differences.csv",
        "provenance.json", "route128.toml", "silicon_valley.toml", "fading_money.toml",
    }  # fmt: skip
    frame = pd.read_parquet(made / "comparison.parquet")
    assert list(frame.columns[:3]) == ["config", "seed", "half_term"]
    assert len(frame) == 3 * 3 * 8
    assert len(pd.read_csv(made / "differences.csv")) == 2 * 26
    assert (made / "comparison.png").read_bytes().startswith(b"\x89PNG")


def test_the_page_is_self_contained(made):
    page = (made / "comparison.html").read_text("utf-8")
    assert "http" not in page
    assert not re.search(r"<(script|link|iframe|img|object|embed|base)\b|@import|url\((?!#)", page)
    links = re.findall(r'\b(?:href|src|srcset|action|data)="([^"]*)"', page)
    assert all(link.startswith("#") for link in links)


def test_the_page_shows_questions_findings_and_methods(made):
    page = (made / "comparison.html").read_text("utf-8")
    assert "Route 128, Silicon Valley and Fading Money" in page
    assert "What if &lt;b&gt;money&lt;/b&gt; &amp; [time] fade?" in page
    assert "policy.porosity" in page
    assert "after year 0.5" in page
    assert "alliance-sim compare route128 silicon_valley fading_money.toml --set population.schools=6" in page
    assert "3 seeds (1 to 3)" in page
    assert "forecasts nothing" in page
    assert "Open Government Licence" not in page  # no real schools, so no attribution
    assert str(made.parent) not in page


def test_the_page_is_valid_html(made):
    page = (made / "comparison.html").read_text("utf-8")
    checked = Checked()
    checked.feed(page)
    assert checked.open == []
    assert len(checked.ids) == len(set(checked.ids))
    assert checked.headings == sorted(checked.headings, key=lambda level: level != 1)  # one h1, and it comes first
    assert checked.tables == checked.captions
    assert page.count('role="img" aria-label="') == 3


def test_the_register_is_attributed(say, school_list, tmp_path):
    out = tmp_path / "made"
    heard = say("compare", "baseline", "isolated", *SHORT, "--schools", school_list, "--out", out)
    assert heard.code == 0
    page = (out / "comparison.html").read_text("utf-8")
    assert "Contains public sector information licensed under the Open Government Licence v3.0." in page
    assert "Left out: 1 row (closed: 1)." in page
    assert str(tmp_path) not in page
    assert "4 schools in 2 alliances" in page


def test_the_table_names_the_configs_compared(say, small):
    heard = say("compare", "route128", "silicon_valley", *SHORT, *small)
    assert heard.code == 0
    assert "Silicon Valley minus Route 128" in heard.out
    assert "Three times, two runs started with the same schools" in heard.out
    assert "95 % interval" in heard.out
    assert max(map(len, heard.out.splitlines())) <= 80


def test_long_names_do_not_truncate_numbers(say, small, tmp_path):
    names = ("incomprehensibilities_of_school_finance", "collaborative", "competitive")
    own = tmp_path / f"{names[0]}.toml"
    own.write_text('question = "Who pays?"\nextends = "baseline"\n')
    heard = say("compare", own, *names[1:], *SHORT, *small)
    assert heard.code == 0
    assert "…" not in heard.out
    assert max(map(len, heard.out.splitlines())) <= 80


def test_the_number_of_workers_does_not_change_the_files(say, small, tmp_path):
    for workers in (1, 2):
        out = tmp_path / str(workers)
        heard = say("compare", "route128", "baseline", *SHORT, *small, "--workers", workers, "--out", out)
        assert heard.code == 0
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "12")
    assert one == two


def test_json_is_one_document(say, small, tmp_path):
    heard = say("compare", "route128", "baseline", *SHORT, *small, "--json", "--out", tmp_path / "out")
    document = json.loads(heard.out)
    assert [config["name"] for config in document["configs"]] == ["route128", "baseline"]
    assert document["seeds"] == [1, 2, 3]
    assert document["differs_in"]["coordinator.present"] == [False, True]
    first = next(row for row in document["differences"] if row["outcome"] == "sharing")
    assert first["low"] <= first["difference"] <= first["high"]
    assert document["page"].endswith("comparison.html")


def test_equal_configs_are_noted(say, small):
    same = ("--set", "policy.competition=0.4", "--set", "policy.funding=0.4")
    heard = say("compare", "competitive", "collaborative", *SHORT, *small, *same)
    assert heard.code == 0
    assert "competitive and collaborative are the same scenario" in heard.err


class Checked(HTMLParser):
    """Collect the elements of a page."""

    EMPTY = ("meta", "br", "hr", "link", "input", "path", "use", "rect")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.tables = self.captions = 0

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_shows_how_far_alliances_have_come(say, small, tmp_path):
    out = tmp_path / "result"
    heard = say("compare", "route128", "silicon_valley", "--seeds", "2", "--half-terms", "18", "--out", out, *small)
    assert heard.code == 0
    page = (out / "comparison.html").read_text("utf-8")
    assert "How far alliances have come" in page
    assert "distributed system leadership" in page
    short = say(
        "compare", "route128", "silicon_valley", "--seeds", "2", "--half-terms", "3", "--out", out / "3", *small
    )
    assert short.code == 0
    assert "How far alliances have come" not in (out / "3" / "comparison.html").read_text("utf-8")


def test_a_smallest_effect_of_interest_is_judged_and_a_wrong_one_refused(say, small):
    heard = say("compare", "route128", "silicon_valley", *SHORT, *small, "--matters", "sharing=0.02", "--json")
    assert heard.code == 0
    rows = {row["outcome"]: row for row in json.loads(heard.out)["differences"]}
    assert rows["sharing"]["smallest"] == 0.02
    assert rows["sharing"]["matters"] in {"holds", "does not hold", "cannot be decided"}
    assert rows["trust"]["smallest"] is None
    assert rows["sharing"]["low_simultaneous"] <= rows["sharing"]["low"] <= rows["sharing"]["high"]
    for given, message in (
        ("sharing", "give an outcome and a number"),
        ("sharing=much", "give an outcome and a number"),
        ("sharng=0.1", "did you mean sharing?"),
        ("sharing=0", "must be above 0"),
    ):
        refused = say("compare", "route128", "silicon_valley", *SHORT, "--matters", given)
        assert refused.code == 2
        assert message in refused.err
        assert "Traceback" not in refused.err
