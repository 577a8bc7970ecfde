"""Composite indexes on worlds small enough to compute by eye."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.measures.composite import CompositeMethod, composite, rank_limits, z_scores
from layers.measures.errors import MeasureError

VALUES = np.array([[1.0, 30.0, 5.0], [2.0, 20.0, 5.0], [3.0, 10.0, 6.0], [4.0, 0.0, 7.0], [5.0, 40.0, 8.0]])
RANKS = CompositeMethod.PERCENTILE_RANK_SUM


def test_percentile_ranks_are_summed_and_ranked_again():
    result = composite(VALUES, [0, 0, 1], RANKS, high_is_bad=[True, False, True])
    assert result.scores[:, 0].tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert result.scores[:, 1].tolist() == [0.25, 0.5, 0.75, 1, 0]
    assert result.scores[:, 2].tolist() == [0, 0, 0.5, 0.75, 1]
    assert result.themes[:, 0].tolist() == [0.25, 0.75, 1.25, 1.75, 1]
    assert result.theme_ranks[:, 0].tolist() == [0, 0.25, 0.75, 1, 0.5]
    assert result.total.tolist() == [0.25, 0.75, 1.75, 2.5, 2]
    assert result.total_rank.tolist() == [0, 0.25, 0.5, 1, 0.75]


def test_a_missing_value_takes_the_place_out_of_its_theme_only():
    values = VALUES.copy()
    values[0, 2] = np.nan
    result = composite(values, [0, 0, 1], RANKS, high_is_bad=[True, True, True])
    assert np.isnan(result.themes[0, 1])
    assert np.isnan(result.total_rank[0])
    assert not np.isnan(result.themes[0, 0])
    assert result.scores[1:, 2].tolist() == pytest.approx([0, 0.3333, 0.6667, 1])


def test_z_scores_have_mean_0_and_deviation_1():
    scores = z_scores(VALUES)
    assert scores.mean(axis=0) == pytest.approx([0, 0, 0])
    assert scores.std(axis=0) == pytest.approx([1, 1, 1])
    # rounding of the mean must not turn equal values into ±1
    for size in (3, 4, 7):
        assert np.isnan(z_scores(np.column_stack([np.full(size, 0.1), np.ones(size)]))).all()
    result = composite(VALUES, [0, 1, 1], CompositeMethod.Z_SCORE_MEAN, high_is_bad=[True, True, False])
    assert result.total == pytest.approx((scores[:, 0] + (scores[:, 1] - scores[:, 2]) / 2) / 2)


def test_thresholds_are_counted_in_the_bad_direction():
    result = composite(
        VALUES,
        [0, 0, 0],
        CompositeMethod.THRESHOLD_COUNT,
        high_is_bad=[True, False, True],
        thresholds=[4, 10, 8],
    )
    assert result.total.tolist() == [0, 0, 1, 2, 2]


def test_arguments_that_do_not_fit_are_refused():
    with pytest.raises(MeasureError, match="variables"):
        composite(VALUES, [0, 0], RANKS, high_is_bad=[True, True, True])
    with pytest.raises(MeasureError, match="thresholds"):
        composite(
            VALUES, [0, 0, 0], CompositeMethod.THRESHOLD_COUNT, high_is_bad=[True] * 3, thresholds=[1, 2]
        )


def test_ranks_without_error_have_no_spread_and_wide_errors_have_much():
    def rank(numbers):
        return composite(numbers, [0, 0, 0], RANKS, high_is_bad=[True] * 3).total_rank

    own = rank(VALUES)
    lower, upper = rank_limits(VALUES, np.zeros_like(VALUES), rank)
    assert lower.tolist() == upper.tolist() == own.tolist()
    lower, upper = rank_limits(VALUES, np.full_like(VALUES, 100.0), rank)
    assert (upper - lower > 0.7).all()
    assert ((lower <= own) & (own <= upper)).all()


@given(st.permutations(range(5)))
def test_the_order_of_places_does_not_matter(order):
    result = composite(VALUES, [0, 0, 1], RANKS, high_is_bad=[True, True, True])
    turned = composite(VALUES[list(order)], [0, 0, 1], RANKS, high_is_bad=[True, True, True])
    assert turned.total_rank.tolist() == result.total_rank[list(order)].tolist()


def test_a_reversed_rank_is_one_minus_the_rank_with_ties_at_the_worst():
    """Incomes 10, 20, 20, 30: ranks 0, 1/3, 1/3, 1 become 1, 2/3, 2/3, 0."""
    found = composite(
        np.array([[10.0], [20.0], [20.0], [30.0]]),
        [0],
        CompositeMethod.PERCENTILE_RANK_SUM,
        high_is_bad=[False],
    )
    assert found.scores[:, 0].tolist() == [1.0, 0.6667, 0.6667, 0.0]
