"""Maturity: strands are computed from outcomes, stages are cut at quarters, and reading them changes no byte."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import alliance_sim
from alliance_sim import AllianceModel
from alliance_sim.declarations.maturity import STAGES, STRANDS, indices, stage_of
from alliance_sim.declarations.outcomes import NAMES

THEORY = Path(alliance_sim.__file__).parent / "THEORY.md"
ONE = {
    "sharing": 0.4, "jpd": 0.1, "level": 2.5, "donor_share": 0.4, "refusals": 0.5, "frontier": 2.0, "practice": 1.0,
    "intellectual_capital": 1.25, "mutual_trust": 0.6, "reciprocity": 0.8, "one_wayness": 0.1, "uphill": 0.4,
    "head_trust": 0.7, "practice_min": 0.9, "collaboration": 0.2,
}  # fmt: skip
BY_HAND = {
    "jpd": 0.5 * 0.5 + 0.5 * 0.25,
    "talent": 0.75,
    "coaching": 0.25,
    "information": 0.25,
    "social_capital": 0.7,
    "governance": 0.45,
    "challenge": 0.6 * 0.8,
    "leadership": 0.63,
    "investigation": 0.5,
    "entrepreneurship": 0.4,
    "architecture": 0.2,
    "innovation": 0.1,
}


@pytest.fixture(scope="module")
def model():
    """Ten years of two alliances."""
    model = AllianceModel("silicon_valley", rng=1, **{"population.schools": 8, "population.alliance_size": 4})
    model.run_for(60)
    return model


@pytest.mark.parametrize("strand", STRANDS, ids=lambda strand: strand.name)
def test_an_index_by_hand(strand):
    found = indices({name: np.array([ONE.get(name, 0.0)]) for name in NAMES})
    assert found[strand.name][0] == pytest.approx(BY_HAND[strand.name])


def test_stages_are_cut_at_quarters():
    assert [stage_of(index) for index in (0.0, 0.24, 0.25, 0.5, 0.75, 1.0)] == [
        "Beginning", "Beginning", "Developing", "Embedding", "Leading", "Leading",
    ]  # fmt: skip
    assert stage_of(float("nan")) == ""


def test_eight_strands_have_stages_and_four_have_not():
    assert [strand.staged for strand in STRANDS] == [True] * 8 + [False] * 4


def test_every_alliance_has_an_index_for_each_strand_and_half_term(model):
    frame = model.maturity
    assert list(frame.columns) == ["half_term", "alliance", "name", "strand", "index", "stage"]
    assert len(frame) == 61 * 2 * 12
    simulated = frame[frame["half_term"] > 0]
    assert simulated["index"].between(0, 1).all()
    assert frame[frame["half_term"] == 0]["index"].isna().all()
    staged = simulated[simulated["strand"].isin([strand.name for strand in STRANDS if strand.staged])]
    assert set(staged["stage"]) <= set(STAGES)
    assert staged["stage"].ne("").all()
    row = model.outcomes_by_alliance.query("half_term == 60 and alliance == 1").iloc[0]
    found = frame.query("half_term == 60 and alliance == 1 and strand == 'coaching'")["index"].item()
    assert found == pytest.approx((row["level"] - 1) / 3 * (1 - row["refusals"]), rel=1e-5)


def test_looking_changes_no_byte(model):
    other = AllianceModel("silicon_valley", rng=1, **{"population.schools": 8, "population.alliance_size": 4})
    for _ in range(60):
        other.step()
        _ = other.maturity
    assert other.outcomes.equals(model.outcomes)


def test_collaborative_capital_is_mature_alliances_times_joint_development(model):
    frame = model.maturity
    staged = frame[frame["strand"].isin([strand.name for strand in STRANDS if strand.staged])]
    mean = staged[staged["half_term"] == 60].groupby("alliance")["index"].mean()
    expected = (mean >= 0.5).mean() * model.outcomes["jpd"].iloc[-1]
    assert model.collaborative_capital.iloc[-1] == pytest.approx(expected)


def test_paths_zigzag(model):
    """C25: in most strands the index of an alliance falls at some time, too."""
    falls = model.maturity.groupby(["alliance", "strand"])["index"].apply(lambda index: (index.diff() < -0.01).any())
    assert falls.mean() > 0.5


def test_the_theory_lists_each_strand_with_its_equation():
    text = THEORY.read_text("utf-8")
    for strand in STRANDS:
        assert re.search(rf"\| {strand.title} \| {strand.row} \| `{re.escape(strand.equation)}` \|", text), strand.name


def test_without_alliances_recorded_it_says_so():
    with pytest.raises(ValueError, match="record"):
        _ = AllianceModel(rng=1, record="system", **{"population.schools": 4}).maturity
