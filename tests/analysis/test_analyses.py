"""Analyses recover planted effects, and refuse bad input with one sentence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from alliance_sim.study import Study
from alliance_sim.study.results.sensitivity import FIRST, MU_STAR, TOTAL, Index, Indices, morris_indices, sobol_indices
from alliance_sim.study.spec.sampling import saltelli, trajectories
from analysis import calibration, pages, prim, regimes, replicates, sensitivity
from analysis.__main__ import app
from analysis.exact_checks import exact_checks
from analysis.sampled_runs import range_of, study_text
from analysis.sensitivity_targets import Target, find_reversal


def ishigami(unit):
    """Compute the Ishigami function, whose Sobol indices are known: S1 .314, .442, 0; ST .558, .442, .244."""
    x = np.pi * (2.0 * unit - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobol_indices_match_the_ishigami_function():
    names = ["one", "two", "three"]
    found = sobol_indices(ishigami(saltelli(names, 1024, 1, second_order=False)), names, "height")
    firsts = [found.of(FIRST)[name].value for name in names]
    totals = [found.of(TOTAL)[name].value for name in names]
    assert firsts == pytest.approx([0.314, 0.442, 0.0], abs=0.05)
    assert totals == pytest.approx([0.558, 0.442, 0.244], abs=0.05)


def test_morris_gives_the_slopes_of_a_linear_function():
    names = ["steep", "flat", "falling"]
    sample = trajectories(names, 10, 4, 1)
    found = morris_indices(sample @ np.array([3.0, 0.0, -1.0]), sample, names, 4, "height").of(MU_STAR)
    assert [found[name].value for name in names] == pytest.approx([3.0, 0.0, 1.0])


def test_screening_selects_parameters_that_are_large_for_any_target():
    def indices(**strengths):
        rows = [Index(name, "", MU_STAR, value, 0.0, 0.0) for name, value in strengths.items()]
        return Indices("morris", "", tuple(rows), 10, 0)

    found = {
        Target("trust", False): indices(a=1.0, b=0.1, c=0.0),
        Target("sharing", False): indices(a=0.0, b=0.01, c=5.0),
    }
    assert sensitivity.select_by_screening(found, 2) == ["a", "c"]


def test_the_reversal_of_a_gap_is_located():
    where = pd.DataFrame({"x": np.linspace(0, 1, 100), "y": np.tile([0.2, 0.8], 50)})
    found = find_reversal(where, where["x"].to_numpy() - 0.395, "sharing")
    assert (found.by, found.share, found.fifths) == ("x", 0.4, (1.0, 1.0, 0.0, 0.0, 0.0))


def test_screened_parameters_have_a_range_and_exclude_institutions_for_a_gap():
    shared = sensitivity.varied(gap=True)
    assert not {"policy.secrecy", "policy.porosity", "coordinator.present"} & set(shared)
    assert {"policy.secrecy", "trust.initial", "trust.gain"} <= set(sensitivity.varied(gap=False))
    assert range_of("policy.funding") == (0.0, 1.0)
    assert range_of("outcome.misfortune") == pytest.approx((0.015, 0.045))
    low, high = range_of("help.contacts")
    assert (low, high) == (1, 3)
    assert range_of("trust.gain")[1] * range_of("trust.loss_ratio")[1] <= 1.0


def test_prim_finds_a_planted_box():
    rng = np.random.default_rng(1)
    where = pd.DataFrame(rng.random((2000, 4)), columns=list("abcd"))
    where["open"] = np.where(rng.random(2000) < 0.5, "yes", "no")
    planted = ((where["a"] < 0.4) & (where["open"] == "no")).to_numpy()
    box = prim.find_box(where, planted).box
    assert set(box.limits) == {"a", "open"}
    assert box.limits["open"] == ("no",)
    assert 0.4 <= box.limits["a"][1] < 0.51  # a density of .8 is enough, so the box is a little larger
    assert box.density >= 0.8
    assert box.coverage > 0.99
    assert max(box.chance.values()) < 0.001
    assert box.contains(where).sum() == pytest.approx(box.mass * 2000)


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


def test_conditions_are_found_in_a_users_sweep(tmp_path):
    (tmp_path / "mine.toml").write_text(OWN_SWEEP)
    Study.load(tmp_path / "mine.toml").run(tmp_path / "sweep", workers=1)
    words = ["discovery", str(tmp_path / "page"), "--sweep", str(tmp_path / "sweep"), "--outcome", "sharing"]
    result = CliRunner().invoke(app, [*words, "--below", "0.15"])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "page" / "index.html").read_text("utf-8")
    assert "When is sharing under 0.15?" in page
    assert "initial trust" in page
    result = CliRunner().invoke(app, [*words, "--above", "100"])
    assert "This holds at none of" in result.output


def two_figures(values, seed):
    """Return three figures: two depend on a and b with a little noise, the third is constant."""
    noise = np.random.default_rng(seed).normal(0.0, 0.01, 3)
    return [values["a"] + noise[0], values["a"] * values["b"] + noise[1], 5.0]


def test_calibration_recovers_parameters_and_ignores_held_out_figures():
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
        fit, again = calibration.calibrate(aim, 80, 3, pool), calibration.calibrate(aim, 80, 3, pool)
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


def test_the_number_of_seeds_for_a_difference():
    """With a spread as large as the difference, 7 seeds (t · s/√7 = 2.45/2.65) make it clear and 387 narrow."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0.0, 5.0, 4000)
    need = replicates.required_seeds("made up", "sharing", noise + 1.0 + rng.normal(0.0, 1.0, 4000), noise)
    assert need.clear == pytest.approx(7, abs=1)
    assert need.narrow == pytest.approx(387, rel=0.1)
    assert need.saved == pytest.approx(51, rel=0.1)  # (25 + 25 + 1) / 1


def test_all_exact_checks_hold():
    verdict = exact_checks()
    assert verdict.holds, "\n".join(str(check) for check in verdict.checks)


def test_a_page_needs_no_other_files_and_its_figures_are_also_written(tmp_path):
    page = regimes.analyse(tmp_path, 2, quick=True)
    path = pages.write_page(page, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "A quick look" in text
    assert "http" not in text.replace("http://www.w3.org", "")
    assert (tmp_path / "regimes.png").stat().st_size > 10_000
    assert (tmp_path / "regimes.svg").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sensitivity", "{file}"], "is a file; name a folder"),
        (["regimes", "{site}"], "holds other files (index.html)"),
        (["discovery", "{foreign}"], "holds other files (letter.txt)"),
        (["discovery", "{new}", "--below", "1"], "give --sweep DIR"),
        (["discovery", "{new}", "--sweep", "{foreign}"], "give either --below or --above"),
        (["discovery", "{new}", "--sweep", "{foreign}", "--below", "1"], "no results of a study lie here"),
        (["calibration", "{new}", "--data", "{foreign}"], "does not exist; give --data, the folder with"),
        (["patterns", "99"], "there is no pattern 99"),
        (["patterns", "{new}", "{foreign}"], "is the folder already"),
    ],
)
def test_bad_input_is_refused_with_one_sentence(tmp_path, arguments, message):
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("dear all")
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<h1>My own page</h1>")
    places = {"site": site, "file": foreign / "letter.txt", "foreign": foreign, "new": tmp_path / "new"}
    result = CliRunner().invoke(app, [one.format(**places) for one in arguments])
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "new").exists()
    assert (site / "index.html").read_text() == "<h1>My own page</h1>"


def test_a_design_of_all_kinds_of_parameters_loads_as_a_study(tmp_path):
    from alliance_sim.study import Study

    file = tmp_path / "sample.toml"
    names = sensitivity.varied(gap=False)
    design = {"kind": "latin_hypercube", "n": 4, "seed": 1}
    file.write_text(study_text("Does it load?", "baseline", 1, ["trust"], design, names), encoding="utf-8")
    assert Study.load(file).runs == 4
