"""Sentences follow from data by rules: other data, other sentences."""

import numpy as np
import pytest

from alliance_sim.app.lesson import sentences
from alliance_sim.app.lesson.displays import axis, display, known_axis, yearly_mean
from alliance_sim.app.lesson.runs import Band

SHARING, TRUST = display("sharing"), display("trust")
TITLES = ("Open", "Closed")


def band(first, second):
    values = np.array([first, second], float)[:, :, np.newaxis].repeat(2, axis=2)
    return Band(tuple(range(len(first))), values)


@pytest.mark.parametrize(
    ("ends", "said"),
    [((48, 16), "a third of the acts of help"), ((16, 48), "a third of the acts of help"), ((48, 24), "half of the"),
     ((48, 46), "Hardly any difference"), ((0, 0), "Hardly any difference"), ((float("nan"), 3), "The outcome")],
)  # fmt: skip
def test_the_heading_of_a_reveal_follows_from_both_ends(ends, said):
    assert said in sentences.reveal_title(SHARING, TITLES, ends, same_competition=True)


def test_a_heading_names_the_lower_system_if_competition_differs():
    assert sentences.reveal_title(SHARING, TITLES, (16, 48), same_competition=False).startswith("Open")
    assert sentences.reveal_title(TRUST, TITLES, (30, 60), same_competition=True).startswith("Closed end higher")


def test_trust_grew_fell_or_stayed():
    said = sentences.reveal([(0.5, 0.7), (0.5, 0.4)])
    assert "A grew to [a:70%]" in said
    assert "B fell to [b:40%]" in said
    assert "B stayed at" in sentences.reveal([(0.5, 0.7), (0.5, 0.502)])


def test_a_curve_that_never_fell_is_not_said_to_come_back():
    rising, fallen = [50.0, 51, 52, 53, 54, 55, 56], [50.0, 50, 40, 42, 45, 50, 51]
    lost = [50.0, 50, 40, 38, 37, 36, 36]
    assert sentences.came_back(rising, 1) == 0
    assert sentences.came_back(fallen, 1) == 4
    assert sentences.came_back(lost, 1) is None
    said = sentences.after_event([("A", fallen, rising), ("B", lost, rising)], 1, TRUST)
    assert "in A it is back after [a:half a year]" in said
    assert "in B, not by" in said


def test_an_event_without_a_fall_is_measured_at_the_end():
    said = sentences.after_event([("A", [5.0, 5, 6], [5.0, 5, 9]), ("B", [5.0, 5, 5], [5.0, 5, 5.2])], 0, SHARING)
    assert said == "A ends at [a:6], 9 without it; B ends as without it, at [b:5]."


def test_chance_is_named_only_where_the_runs_agree():
    *_, remark, caption = sentences.chance(band([30] * 10, [10] * 10), TITLES, SHARING)
    assert "stays below" in remark
    assert "The gap stays" in caption
    big, what, remark, caption = sentences.chance(band([30, 5] * 5, [10] * 10), TITLES, SHARING)
    assert big == "5 of 10"
    assert "Open" in what
    assert "overlap" in remark
    assert "can turn" in caption


def test_a_coordinator_is_credited_only_where_the_runs_agree():
    assert "there is more: " in sentences.coordinator(band([30] * 10, [10] * 10), SHARING)
    assert "there is less: " in sentences.coordinator(band([10] * 10, [30] * 10), SHARING)
    assert "often chance decides" in sentences.coordinator(band([30, 5] * 5, [10] * 10), SHARING)


def test_a_ladder_that_no_pair_has_climbed_is_not_praised():
    assert "Not one has reached the top" in sentences.ladder([3, 9, 3, 0], 10)
    assert "[*:4 of 15] pairs of schools invent lessons together" in sentences.ladder([1, 5, 5, 4], 10)


def test_a_yearly_mean_leaves_out_what_is_undefined():
    values = np.array([np.nan, 6, 6, 6, 6, 6, 6, 12.0])
    assert np.allclose(yearly_mean(values)[1:], [6, 6, 6, 6, 6, 6, 7])
    assert np.isnan(yearly_mean(values)[0])


def test_an_axis_has_at_most_four_lines_and_contains_all_values():
    for values in ([48, 16], [0.2, 0.21], [103, 97], [0.0], [5e3, 2]):
        for how in (SHARING, TRUST, display("practice"), display("attainment")):
            shown = [min(one, how.most) for one in values]
            low, high, ticks = axis(how, shown)
            assert low <= min(shown)
            assert max(shown) <= high
            assert len(ticks) <= 5


def test_the_axis_of_a_bet_follows_only_from_what_is_known():
    assert known_axis(SHARING, [45, 14]) == known_axis(SHARING, [14, 45, float("nan")])
    _low, high, _ = known_axis(SHARING, [45, 14])
    assert high > 45


def test_numbers_have_no_negative_zero():
    assert display("attainment").number(-0.001) == "0.00"
    assert display("attainment").number(-0.25) == "−0.25"
    assert SHARING.number(float("nan")) == "–"


@pytest.mark.parametrize(("value", "shown"), [(56.496, "57"), (0.5, "1"), (-0.5, "−1"), (-0.4, "0"), (2.4949, "2")])
def test_numbers_are_rounded_as_browsers_round_them(value, shown):
    how = display("practice")
    assert how.number(value) == shown
    assert how.rounded(value) == float(shown.replace("−", "-"))
