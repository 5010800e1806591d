"""A roster made by hand is valid or refused in one sentence before a model is created; rows cannot be set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alliance_sim import AllianceModel


@pytest.fixture(scope="module")
def model():
    """Six schools in two alliances."""
    return AllianceModel(rng=1, **{"population.schools": 6, "population.alliance_size": 3})


@pytest.mark.parametrize(
    ("column", "change", "said"),
    [
        ("teachers", lambda x: x[:5], r"teachers has 5 entries, but id has 6; give one a school in each column"),
        ("name", lambda x: x[:2], r"name has 2 entries, but id has 6"),
        ("teachers", lambda x: -x, r"teachers\[0\] is -\d+, but must be 1 to 4,096"),
        ("teachers", lambda x: x * 0 + 5_000, r"teachers\[0\] is 5,000, but must be 1 to 4,096"),
        ("pupils", lambda x: x.astype(float), r"pupils holds float64 numbers; give whole ones"),
        ("alliance", lambda x: x[::-1].copy(), r"alliance must go 0, 0, …, 1, 1, … to 1, the last of its 2 alliance"),
        ("alliance", lambda x: x + 1, r"alliance must go 0, 0"),
        ("alliance_name", lambda x: (*x, "Third"), r"alliance must go 0, 0, …, 1, 1, … to 2"),
        ("id", np.zeros_like, r"id has the same number twice; random numbers are keyed by it"),
    ],
)
def test_an_unsound_roster_is_refused(model, column, change, said):
    with pytest.raises(ValueError, match=said):
        replace(model.roster, **{column: change(getattr(model.roster, column))})


def test_a_row_cannot_be_set(model):
    for one in (model.teachers[3], model.schools[1], model.coordinators[0], model.teachers[0].ties[0]):
        before = one.row
        with pytest.raises(AttributeError, match="row is the position in the columns and cannot be set"):
            one.row = 5
        assert one.row == before
