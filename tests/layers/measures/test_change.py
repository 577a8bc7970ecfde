"""Change between two periods: margins by hand and by repeated surveys."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.measures.change import change
from layers.measures.errors import MeasureError, NegativeValueError

NAN = np.nan


def test_a_change_by_hand():
    made = change([20.0], [3.0], [30.0], [4.0])
    assert made.difference.tolist() == [10]
    assert made.difference_moe.tolist() == [5]
    assert made.percent.tolist() == [50]
    assert made.percent_moe[0] == pytest.approx(100 * np.sqrt(4**2 + 1.5**2 * 3**2) / 20)


def test_margins_are_those_of_repeated_surveys():
    generator = np.random.default_rng(6)
    before, after = 40 + 1.5 * generator.standard_normal(40_000), 50 + 2 * generator.standard_normal(40_000)
    repeated = change(before, np.zeros(40_000), after, np.zeros(40_000))
    ours = change(40.0, 1.5 * 1.645, 50.0, 2 * 1.645)
    assert float(ours.difference_moe) / 1.645 == pytest.approx(repeated.difference.std(), rel=0.02)
    assert float(ours.percent_moe) / 1.645 == pytest.approx(repeated.percent.std(), rel=0.02)


def test_what_is_missing_or_zero_has_no_change_or_no_percentage():
    made = change([NAN, 10.0, 0.0, 10.0], [1.0, 1.0, 1.0, NAN], [5.0, NAN, 5.0, 5.0], [1.0, 1.0, 1.0, 1.0])
    np.testing.assert_array_equal(made.difference, [NAN, NAN, 5, -5])
    np.testing.assert_array_equal(made.percent, [NAN, NAN, NAN, -50])
    assert np.isnan(made.difference_moe).tolist() == [True, True, False, True]


@given(*(st.floats(1, 1e6) for _ in range(2)), *(st.floats(0, 1e5) for _ in range(2)))
def test_turning_time_round_turns_the_sign_and_keeps_the_margin(one, other, moe, other_moe):
    there, back = change(one, moe, other, other_moe), change(other, other_moe, one, moe)
    assert float(there.difference) == -float(back.difference)
    assert float(there.difference_moe) == pytest.approx(float(back.difference_moe))


def test_negative_margins_and_other_shapes_are_refused():
    with pytest.raises(NegativeValueError):
        change([1.0], [-1.0], [1.0], [1.0])
    with pytest.raises(MeasureError):
        change([1.0, 2.0], [1.0, 1.0], [1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
