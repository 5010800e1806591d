"""Blocks stay whole, a box's limits vary as its sample does, and fresh shares have intervals that cover."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest

from alliance_sim.study.results.endpoints import Levels
from alliance_sim.study.spec.sampling import saltelli, trajectories
from analysis.discovery import stability
from analysis.discovery.prim import Box, LabelledPoints, find_box
from analysis.discovery.stability import bootstrap_limits, coverage_of, density_of, resample_blocks, split_blocks
from analysis.discovery.study import blocks_of

SETS = int(os.environ.get("DISCOVERY_SETS", "4"))
"""Simulated samples in which the bootstrap of limits is repeated; each takes a few seconds."""
RESAMPLES = 10


def labelled(where, cases, blocks=None):
    return LabelledPoints(where, np.asarray(cases, bool), np.arange(len(where)) if blocks is None else blocks)


def levels_of(design, variants=1, *, variant_first=True):
    codes = np.tile if variant_first else np.repeat
    found = {
        f"p{column}": Levels(f"p{column}", tuple(values), codes(place, variants))
        for column in range(design.shape[1])
        for values, place in [np.unique(design[:, column], return_inverse=True)]
    }
    if variants > 1:
        other = np.repeat if variant_first else np.tile
        found["variant"] = Levels("variant", tuple("ab"[:variants]), other(np.arange(variants), len(design)))
    return found


@pytest.mark.parametrize("variant_first", [True, False])
@pytest.mark.parametrize("variants", [1, 2])
@pytest.mark.parametrize(
    ("kind", "design", "length"),
    [
        ("morris", trajectories(["p0", "p1", "p2"], 6, 4, 1), 4),
        ("sobol", saltelli(["p0", "p1", "p2"], 8, 1, second_order=False), 5),
        ("sobol", saltelli(["p0", "p1", "p2"], 8, 1, second_order=True), 8),
        ("latin_hypercube", np.random.default_rng(1).random((12, 3)), 1),
    ],
)
def test_a_block_is_what_the_sample_drew_with_all_of_its_variants(kind, design, length, variants, variant_first):
    found = blocks_of(kind, levels_of(design, variants, variant_first=variant_first))
    expected = np.arange(len(design)) // length
    assert found.tolist() == (np.tile if variant_first else np.repeat)(expected, variants).tolist()


def test_blocks_are_split_and_resampled_whole():
    blocks = np.repeat(np.arange(30), 4)
    where = pd.DataFrame({"x": np.arange(120.0)})
    points = labelled(where, where["x"] > 60, blocks)
    seen = split_blocks(points, 2 / 3)
    assert not set(blocks[seen]) & set(blocks[~seen])
    assert len(set(blocks[seen])) == 20
    again = resample_blocks(points, 1)
    assert len(again.cases) == 120
    for block in range(30):
        rows = again.where["x"].to_numpy()[again.blocks == block]
        assert (np.diff(rows) == 1).all()
        assert rows[0] % 4 == 0
    assert len(set(again.where["x"])) < 120


def test_a_single_block_is_refused():
    with pytest.raises(ValueError, match="single block"):
        split_blocks(labelled(pd.DataFrame({"x": [1.0, 2.0]}), [True, False], np.zeros(2, np.int64)), 0.5)


@pytest.mark.parametrize(("within", "least"), [(1, 0.93), (4, 0.93)])
def test_fresh_density_and_coverage_cover_the_truth_also_where_points_of_a_block_are_alike(within, least):
    rng = np.random.default_rng(1)
    box, covered = Box({"x": (0.0, 0.5)}, {}, 0, 0, 0), []
    for _ in range(400):
        x = np.repeat(rng.random(40), within)
        cases = np.repeat(rng.random(40), within) < np.where(x <= 0.5, 0.8, 0.2)
        points = labelled(pd.DataFrame({"x": x}), cases, np.repeat(np.arange(40), within))
        density, coverage = density_of(box, points), coverage_of(box, points)
        covered.append((density.low <= 0.8 <= density.high, coverage.low <= 0.8 <= coverage.high))
    assert np.mean(covered, axis=0).min() >= least


def test_a_box_without_fresh_points_has_no_density():
    empty = Box({"x": (5.0, 6.0)}, {}, 0, 0, 0)
    found = density_of(empty, labelled(pd.DataFrame({"x": [1.0, 2.0]}), [True, False]))
    assert found.n == 0
    assert np.isnan(found.estimate)


def noisy_sample(rng, many):
    """Cases become rarer along x, and y does nothing: the box of an infinite sample ends where its density is .8."""
    where = pd.DataFrame(rng.random((many, 2)), columns=["x", "y"])
    chance = 1.0 / (1.0 + np.exp(12.0 * (where["x"].to_numpy() - 0.5)))
    return labelled(where, rng.random(many) < chance)


def infinite_limit():
    x = np.linspace(0.0, 1.0, 100_001)
    density = np.cumsum(1.0 / (1.0 + np.exp(12.0 * (x - 0.5)))) / np.arange(1, len(x) + 1)
    return float(x[np.flatnonzero(density >= 0.8)[-1]])


def test_the_bootstrap_of_a_limit_covers_the_limit_of_an_infinite_sample():
    rng, truth, covered = np.random.default_rng(1), infinite_limit(), []
    for _ in range(SETS):
        points = noisy_sample(rng, 300)
        box = find_box(points.where, points.cases).box
        found = bootstrap_limits(points, box, RESAMPLES)["x"]
        assert found.restricted == 1.0
        covered.append(found.high[0] <= truth <= found.high[1])
    assert np.mean(covered) >= 0.7  # the range of 10 resamples covers .8 at most


def test_a_spurious_restriction_is_seldom_repeated():
    points = noisy_sample(np.random.default_rng(3), 300)
    box = find_box(points.where, points.cases).box
    spurious = Box({**box.limits, "y": (0.0, 0.97)}, box.chance, 0, 0, 0)
    found = bootstrap_limits(points, spurious, 6)
    assert found["y"].restricted < found["x"].restricted == 1.0
    assert found["y"].high[1] > 0.99


def test_resamples_without_cases_are_left_out():
    where = pd.DataFrame({"x": np.linspace(0, 1, 30)})
    points = labelled(where, where["x"] < 0.01)  # one case, in about a third of resamples none
    assert any(stability.limits_of_resample(points, seed) is None for seed in range(1, 20))
