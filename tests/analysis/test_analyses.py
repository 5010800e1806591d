"""Analyses find what was planted, and refuse in a sentence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from alliance_sim.study import Study
from alliance_sim.study.results.sensitivity import FIRST, MU_STAR, TOTAL, Index, Indices, morris_indices, sobol_indices
from alliance_sim.study.spec.sampling import saltelli, trajectories
from analysis import calibration, discovery, pages, regimes, replicates, sensitivity
from analysis.__main__ import app
from analysis.exact_checks import exact_checks
from analysis.sampled_worlds import range_of, study_text
from analysis.sensitivity_targets import Target, flip_of


def ishigami(unit):
    """A function whose Sobol's indices are known: S1 .314, .442, 0; ST .558, .442, .244."""
    x = np.pi * (2.0 * unit - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobols_indices_of_a_function_that_is_known():
    names = ["one", "two", "three"]
    found = sobol_indices(ishigami(saltelli(names, 1024, 1, second_order=False)), names, "height")
    firsts = [found.of(FIRST)[name].value for name in names]
    totals = [found.of(TOTAL)[name].value for name in names]
    assert firsts == pytest.approx([0.314, 0.442, 0.0], abs=0.05)
    assert totals == pytest.approx([0.558, 0.442, 0.244], abs=0.05)


def test_morris_tells_the_slope_of_a_straight_line():
    names = ["steep", "flat", "falling"]
    sample = trajectories(names, 10, 4, 1)
    found = morris_indices(sample @ np.array([3.0, 0.0, -1.0]), sample, names, 4, "height").of(MU_STAR)
    assert [found[name].value for name in names] == pytest.approx([3.0, 0.0, 1.0])


def test_screening_leaves_what_is_large_for_any_target():
    def told(**strengths):
        rows = [Index(name, "", MU_STAR, value, 0.0, 0.0) for name, value in strengths.items()]
        return Indices("morris", "", tuple(rows), 10, 0)

    found = {Target("trust", False): told(a=1.0, b=0.1, c=0.0), Target("sharing", False): told(a=0.0, b=0.01, c=5.0)}
    assert sensitivity.left_by_screening(found, 2) == ["a", "c"]


def test_where_a_gap_turns_round():
    where = pd.DataFrame({"x": np.linspace(0, 1, 100), "y": np.tile([0.2, 0.8], 50)})
    found = flip_of(where, where["x"].to_numpy() - 0.395, "sharing")
    assert (found.by, found.share, found.fifths) == ("x", 0.4, (1.0, 1.0, 0.0, 0.0, 0.0))


def test_what_is_screened_has_a_range_around_its_default_and_is_what_the_institutions_share():
    alike = sensitivity.varied(gap=True)
    assert not {"policy.secrecy", "policy.porosity", "coordinator.present"} & set(alike)
    assert {"policy.secrecy", "trust.initial", "trust.gain"} <= set(sensitivity.varied(gap=False))
    assert range_of("policy.funding") == (0.0, 1.0)
    assert range_of("outcome.misfortune") == pytest.approx((0.015, 0.045))
    low, high = range_of("help.contacts")
    assert (low, high) == (1, 3)
    assert range_of("trust.gain")[1] * range_of("trust.loss_ratio")[1] <= 1.0


def test_prim_finds_a_planted_box():
    lot = np.random.default_rng(1)
    where = pd.DataFrame(lot.random((2000, 4)), columns=list("abcd"))
    where["open"] = np.where(lot.random(2000) < 0.5, "yes", "no")
    planted = ((where["a"] < 0.4) & (where["open"] == "no")).to_numpy()
    box = discovery.peeled(where, planted).box
    assert set(box.limits) == {"a", "open"}
    assert box.limits["open"] == ("no",)
    assert 0.4 <= box.limits["a"][1] < 0.51  # four fifths of the box are enough: a little more than planted stays
    assert box.density >= 0.8
    assert box.coverage > 0.99
    assert max(box.chance.values()) < 0.001
    assert box.holds(where).sum() == pytest.approx(box.mass * 2000)


OWN_SWEEP = """
question = "When is little shared?"
seeds = 1
half_terms = 12
keep = ["sharing"]
[design]
kind = "latin_hypercube"
n = 120
"policy.funding" = { from = 0.0, to = 1.0 }
"trust.initial" = { from = 0.1, to = 0.9 }
[set]
"population.schools" = 4
"population.alliance_size" = 4
"""


def test_conditions_are_found_in_a_sweep_of_ones_own(tmp_path):
    (tmp_path / "mine.toml").write_text(OWN_SWEEP)
    Study.load(tmp_path / "mine.toml").run(tmp_path / "sweep", workers=1)
    words = ["discovery", str(tmp_path / "page"), "--sweep", str(tmp_path / "sweep"), "--outcome", "sharing"]
    heard = CliRunner().invoke(app, [*words, "--below", "0.15"])
    assert heard.exit_code == 0, heard.output
    page = (tmp_path / "page" / "index.html").read_text("utf-8")
    assert "When is sharing under 0.15?" in page
    assert "initial trust" in page
    heard = CliRunner().invoke(app, [*words, "--above", "100"])
    assert "It is so in none of" in heard.output


def two_figures(values, seed):
    """A model of two figures: the first tells a and b apart, the second nothing; luck is a little noise."""
    luck = np.random.default_rng(seed).normal(0.0, 0.01, 3)
    return [values["a"] + luck[0], values["a"] * values["b"] + luck[1], 5.0]


def test_calibration_finds_what_made_the_figures_and_never_looks_at_what_is_held_out():
    aim = calibration.Aim(
        "made_up",
        "What made these figures?",
        {"a": (0.0, 1.0), "b": (0.0, 1.0)},
        two_figures,
        ("first", "second", "held out"),
        np.array([0.6, 0.3, 99.0]),
        np.full(3, 0.02),
        np.array([False, False, True]),
    )
    with ThreadPoolExecutor(1) as pool:
        fit, again = calibration.fitted(aim, 80, 3, pool), calibration.fitted(aim, 80, 3, pool)
    assert fit.best.values == again.best.values
    assert fit.best.loss < 1.0
    low, high = fit.interval("a")
    assert low < 0.6 < high
    assert high - low < 0.3
    assert len(fit.accepted) > 3


def test_survival_to_the_fourth_year_is_held_out(tmp_path):
    (tmp_path / calibration.REGISTER).write_text(
        "years,share_surviving,standard_error\n1,.97,.01\n2,.92,.01\n3,.87,.01\n4,.81,.01\n5,.77,.01\n"
    )
    assert calibration.survival_aim(tmp_path).held_out.tolist() == [False, False, False, True, True]


def test_how_many_seeds_a_difference_needs():
    """A spread as large as the difference: clear with 7 seeds (t · s/√7 = 2.45/2.65), narrow with 387."""
    lot = np.random.default_rng(1)
    luck = lot.normal(0.0, 5.0, 4000)
    need = replicates.need_of("made up", "sharing", luck + 1.0 + lot.normal(0.0, 1.0, 4000), luck)
    assert need.clear == pytest.approx(7, abs=1)
    assert need.narrow == pytest.approx(387, rel=0.1)
    assert need.saved == pytest.approx(51, rel=0.1)  # (25 + 25 + 1) / 1


def test_everything_that_must_hold_exactly_does():
    verdict = exact_checks()
    assert verdict.holds, "\n".join(str(check) for check in verdict.checks)


def test_a_page_stands_alone_with_its_figures_beside_it(tmp_path):
    page = regimes.analysed(tmp_path, 2, quick=True)
    path = pages.write_page(page, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "A quick look" in text
    assert "http" not in text.replace("http://www.w3.org", "")
    assert (tmp_path / "regimes.png").stat().st_size > 10_000
    assert (tmp_path / "regimes.svg").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sensitivity", "{file}"], "is a file; name a folder"),
        (["regimes", "{site}"], "holds other things (index.html)"),
        (["discovery", "{foreign}"], "holds other things (letter.txt)"),
        (["discovery", "{new}", "--below", "1"], "give --sweep DIR"),
        (["discovery", "{new}", "--sweep", "{foreign}"], "say what to look for in the sweep"),
        (["discovery", "{new}", "--sweep", "{foreign}", "--below", "1"], "no results of a study lie here"),
        (["calibration", "{new}", "--data", "{foreign}"], "is not there; say with --data in which folder"),
        (["patterns", "99"], "there is no pattern 99"),
        (["patterns", "{new}", "{foreign}"], "is the folder already"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(tmp_path, arguments, said):
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("dear all")
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<h1>My own page</h1>")
    places = {"site": site, "file": foreign / "letter.txt", "foreign": foreign, "new": tmp_path / "new"}
    heard = CliRunner().invoke(app, [one.format(**places) for one in arguments])
    assert heard.exit_code == 2
    assert said in heard.stderr
    assert not (tmp_path / "new").exists()
    assert (site / "index.html").read_text() == "<h1>My own page</h1>"


def test_a_design_that_varies_all_sorts_is_a_study(tmp_path):
    from alliance_sim.study import Study

    file = tmp_path / "sample.toml"
    names = sensitivity.varied(gap=False)
    design = {"kind": "latin_hypercube", "n": 4, "seed": 1}
    file.write_text(study_text("Does it load?", "baseline", 1, ["trust"], design, names), encoding="utf-8")
    assert Study.load(file).runs == 4
