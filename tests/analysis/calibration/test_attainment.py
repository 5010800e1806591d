"""The model keeps the calibrated spread and persistence of results as published for Surrey."""

from pathlib import Path

import pytest

from analysis.attainment import measure_spread, modelled_spread, published_spread

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "surrey_ks2_2017_2019.csv"


def test_the_measure_spread_a_small_table_is_as_computed_by_hand():
    import pandas as pd

    # Two schools, two years: each year's sample SD is sqrt(2)/2 · |difference|; the order of the two never changes.
    spread = measure_spread(pd.DataFrame({"2017": [0.0, 1.0], "2018": [0.0, 1.0]}))
    assert spread.between_schools == pytest.approx(2**-0.5)
    assert spread.year_to_year == pytest.approx(1.0)


@pytest.mark.skipif(not PUBLISHED.exists(), reason=f"published results are missing: {PUBLISHED.name}")
def test_model_matches_published_spread_and_persistence():
    published, modelled = published_spread(PUBLISHED), modelled_spread(seed=1)
    assert modelled.between_schools == pytest.approx(published.between_schools, rel=0.10)
    assert modelled.year_to_year == pytest.approx(published.year_to_year, abs=0.08)
