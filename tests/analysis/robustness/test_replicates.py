"""The number of seeds that a comparison needs agrees with the formula."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.robustness import replicates


def test_the_number_of_seeds_for_a_difference():
    """With a spread as large as the difference, 7 seeds (t · s/√7 = 2.45/2.65) make it clear and 387 narrow."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0.0, 5.0, 4000)
    need = replicates.required_seeds("made up", "sharing", noise + 1.0 + rng.normal(0.0, 1.0, 4000), noise)
    assert need.clear == pytest.approx(7, abs=1)
    assert need.narrow == pytest.approx(387, rel=0.1)
    assert need.saved == pytest.approx(51, rel=0.1)  # (25 + 25 + 1) / 1
