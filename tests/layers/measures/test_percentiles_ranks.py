import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.measures.errors import NotFiniteError, ScaleError, ShapeMismatchError
from layers.measures.percentiles import cutoff_percentile, percentile_rank, rank_share, ratio_to_average

NAN = np.nan
EVEN = np.arange(101.0)


def test_a_cutoff_counts_once_it_is_reached():
    assert cutoff_percentile([0.5, 1, 1.5, 99.9, 100, 250], EVEN).tolist() == [0, 1, 1, 99, 100, 100]


def test_a_tie_with_the_minimum_is_zero_and_not_the_last_of_the_tied():
    mostly_zero = np.maximum(EVEN - 60, 0)
    assert cutoff_percentile([-1, 0, 0.5, 1], mostly_zero).tolist() == [0, 0, 60, 61]


def test_ties_above_the_minimum_get_the_highest():
    steps = np.repeat(np.arange(11.0), 10)[:101]
    assert cutoff_percentile([3], steps).tolist() == [39]


def test_missing_stays_missing():
    np.testing.assert_array_equal(cutoff_percentile([[NAN, 5]], EVEN), [[NAN, 5]])


@pytest.mark.parametrize(
    ("cutoffs", "error"),
    [
        (EVEN[:100], ShapeMismatchError),
        (EVEN[::-1], ScaleError),
        (np.where(EVEN == 7, NAN, EVEN), NotFiniteError),
    ],
)
def test_broken_cutoffs_are_refused(cutoffs, error):
    with pytest.raises(error):
        cutoff_percentile([1.0], cutoffs)


@given(st.floats(-5, 105), st.lists(st.floats(0, 100), min_size=101, max_size=101))
def test_the_percentile_is_the_highest_reached(value, draw):
    cutoffs = np.sort(draw)
    expected = 0 if value <= cutoffs[0] else max(p for p in range(101) if cutoffs[p] <= value)
    assert cutoff_percentile([value], cutoffs)[0] == expected


def test_percentile_rank_by_hand():
    np.testing.assert_array_equal(percentile_rank([30, 10, NAN, 20, 20]), [1, 0, NAN, 0.3333, 0.3333])
    assert percentile_rank([1, 2, 3, 4], decimals=None)[1] == pytest.approx(1 / 3, rel=1e-15)


def test_exact_halves_are_rounded_upward():
    ranks = percentile_rank(np.arange(33.0))
    assert ranks[[1, 3, 17, 31]].tolist() == [0.0313, 0.0938, 0.5313, 0.9688]
    assert percentile_rank([[5.0], [NAN]]).tolist()[0] != percentile_rank([[5.0], [NAN]]).tolist()[0]


def test_rank_share_by_hand():
    np.testing.assert_array_equal(rank_share([30, 10, NAN, 20, 20]), [1, 0.25, NAN, 0.625, 0.625])


def test_columns_are_ranked_each_for_itself():
    values = np.array([[1, 9], [2, NAN], [3, 7]])
    np.testing.assert_array_equal(percentile_rank(values), [[0, 1], [0.5, NAN], [1, 0]])
    np.testing.assert_allclose(rank_share(values), [[1 / 3, 1], [2 / 3, NAN], [1, 0.5]])


def test_one_place_alone_has_no_percentile_rank():
    assert np.isnan(percentile_rank([5.0, NAN])).all()
    assert np.isnan(percentile_rank([NAN, NAN])).all()
    assert percentile_rank([]).size == 0


@given(st.lists(st.one_of(st.just(NAN), st.integers(0, 9).map(float)), min_size=1, max_size=40))
def test_rank_share_is_that_of_pandas(values):
    np.testing.assert_allclose(rank_share(values), pd.Series(values, dtype=float).rank(pct=True))


def test_ratio_to_average():
    np.testing.assert_array_equal(ratio_to_average([3, NAN, 4], 2), [1.5, NAN, 2])
    assert np.isnan(ratio_to_average([3], 0)).all()
    with pytest.raises(ShapeMismatchError):
        ratio_to_average([1, 2, 3], [1, 2])
