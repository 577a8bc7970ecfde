import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from layers.measures.acs import ZeroMargins, moe_proportion, moe_sum
from layers.measures.areal import (
    Method,
    Missing,
    Statistic,
    Status,
    Weights,
    move_extensive,
    move_intensive,
    move_median,
    nesting_weights,
    weighted_mean,
)
from layers.measures.areal.errors import MedianNotMovableError, RateNeedsPartsError
from layers.measures.errors import NegativeValueError, NotFiniteError, ShapeMismatchError

NAN = np.nan


@pytest.fixture
def split():
    """Two sources whole in A, one shared between A (a quarter) and B (a half), a quarter of it nowhere."""
    matrix = sparse.csr_array(np.array([[1.0, 0, 0], [1, 0, 0], [0.25, 0.5, 0]]))
    return Weights(
        matrix, ["s1", "s2", "s3"], ["A", "B", "C"], Method.POPULATION, "test", np.array([0, 0, 0.25])
    )


@pytest.fixture
def nested():
    return nesting_weights(["s1", "s2", "s3"], ["A", "A", "B"], basis="test")


def test_counts_are_divided_and_added_and_the_rest_is_reported(split):
    moved = move_extensive([10, 20, 40], split)
    np.testing.assert_array_equal(moved.value, [40, 20, NAN])
    assert moved.uncovered == 10
    assert moved.status.tolist() == [Status.COMPLETE, Status.COMPLETE, Status.NO_SOURCE]
    assert moved.method.tolist() == [Method.POPULATION, Method.POPULATION, Method.NESTING]
    assert moved.split_share == pytest.approx([0.25 / 2.25, 1, 0])
    assert moved.coverage.tolist() == [1, 1, 0]
    assert moved.moe is None


def test_further_axes_are_moved_each_for_itself(split):
    values = np.arange(18.0).reshape(3, 2, 3)
    moved = move_extensive(values, split)
    assert moved.value.shape == moved.status.shape == (3, 2, 3)
    assert moved.uncovered.shape == (2, 3)
    np.testing.assert_allclose(moved.value[0], values[0] + values[1] + values[2] / 4)


def test_a_missing_source_refuses_its_targets_only(split):
    moved = move_extensive([NAN, 20, 40], split)
    np.testing.assert_array_equal(moved.value, [NAN, 20, NAN])
    assert moved.status.tolist() == [Status.MISSING, Status.COMPLETE, Status.NO_SOURCE]
    assert moved.coverage[0] == pytest.approx(1.25 / 2.25)


def test_available_sources_are_used_when_asked_and_coverage_says_how_many(split):
    moved = move_extensive([NAN, 20, 40], split, missing=Missing.AVAILABLE)
    np.testing.assert_array_equal(moved.value, [30, 20, NAN])
    assert moved.status.tolist() == [Status.PARTIAL, Status.COMPLETE, Status.NO_SOURCE]


def test_a_target_without_any_available_source_is_missing_not_zero(split):
    moved = move_extensive([1, 2, NAN], split, missing=Missing.AVAILABLE, moe=[1, 1, 1])
    assert np.isnan(moved.value[1])
    assert np.isnan(moved.moe[1])
    assert moved.status[1] == Status.MISSING
    assert moved.coverage[1] == 0


def test_missing_in_one_column_leaves_the_others_alone(nested):
    moved = move_extensive([[1, NAN], [2, 2], [3, 3]], nested)
    np.testing.assert_array_equal(moved.value, [[3, NAN], [3, 3]])


def test_margins_follow_the_rule_of_sums(nested):
    moved = move_extensive([100, 50, 7], nested, moe=[30, 40, 9])
    assert moved.moe.tolist() == [50, 9]
    assert moved.unchanged.tolist() == [False, True]


def test_zero_estimates_bring_their_largest_margin_once():
    ids = ["a", "b", "c", "d"]
    nested = nesting_weights(ids, ["T"] * 4, basis="x")
    estimate, moe = [0, 0, 0, 12], [10, 11, 12, 5]
    assert move_extensive(estimate, nested, moe=moe).moe[0] == 13
    assert move_extensive(estimate, nested, moe=moe, zeros=ZeroMargins.ALL).moe == pytest.approx(
        moe_sum(estimate, moe, zeros=ZeroMargins.ALL)
    )


def test_the_margin_of_a_part_is_weight_times_margin(split):
    moved = move_extensive([10, 20, 40], split, moe=[3, 4, 8])
    np.testing.assert_allclose(moved.moe[:2], [np.sqrt(9 + 16 + 4), 4])
    assert np.isnan(moved.moe[2])


def test_a_missing_margin_is_never_zero(nested):
    moved = move_extensive([100, 50, 7], nested, moe=[30, NAN, 9])
    np.testing.assert_array_equal(moved.value, [150, 7])
    np.testing.assert_array_equal(moved.moe, [NAN, 9])


def test_a_margin_beside_a_missing_value_does_not_count(nested):
    moved = move_extensive([100, NAN, 7], nested, moe=[30, 99, 9], missing=Missing.AVAILABLE)
    np.testing.assert_array_equal(moved.moe, [30, 9])


def test_overlapping_targets_claim_no_conservation():
    buffers = nesting_weights(["a", "a"], ["X", "Y"], basis="x", overlapping=True)
    moved = move_extensive([5], buffers)
    assert moved.value.tolist() == [5, 5]
    assert moved.uncovered is None


def test_a_missing_margin_where_nobody_lives_does_not_matter():
    matrix = sparse.csr_array((np.array([1.0, 0.0]), np.array([0, 0]), np.array([0, 1, 2])), shape=(2, 1))
    touching = Weights(matrix, ["a", "b"], ["T"], Method.POPULATION, "x", np.array([0.0, 1.0]))
    moved = move_extensive([10, NAN], touching, moe=[3, NAN])
    assert (moved.value.tolist(), moved.moe.tolist(), moved.status.tolist()) == ([10], [3], [Status.COMPLETE])
    assert move_extensive([10, 5], touching, moe=[3, NAN]).moe.tolist() == [3]


def test_every_result_says_what_its_weights_were_made_of(split):
    assert move_extensive([1, 2, 3], split).basis == "test"
    assert move_intensive([1, 2, 3], [4, 5, 6], split).basis == "test"
    assert weighted_mean([1, 2, 3], [4, 5, 6], split).basis == "test"


def test_values_must_line_up_and_be_finite(nested):
    with pytest.raises(ShapeMismatchError, match="order of source_ids"):
        move_extensive([1, 2], nested)
    with pytest.raises(ShapeMismatchError, match="one margin per value"):
        move_extensive([1, 2, 3], nested, moe=[[1, 1], [1, 1], [1, 1]])
    with pytest.raises(NotFiniteError):
        move_extensive([1, 2, np.inf], nested)
    with pytest.raises(NegativeValueError):
        move_extensive([1, 2, 3], nested, moe=[1, 1, -555555555])


def test_rates_go_through_numerator_and_denominator(nested):
    moved = move_intensive([10, 30, 5], [100, 100, 50], nested)
    assert moved.value == pytest.approx([0.2, 0.1])
    assert moved.uncovered is None


def test_the_mean_of_rates_is_not_the_rate(nested):
    moved = move_intensive([1, 90, 5], [10, 900, 50], nested)
    assert moved.value[0] == pytest.approx(91 / 910)


def test_a_rate_needs_both_parts_of_a_source(nested):
    refused = move_intensive([10, NAN, 5], [100, 100, 50], nested)
    np.testing.assert_allclose(refused.value, [NAN, 0.1])
    available = move_intensive([10, NAN, 5], [100, 100, 50], nested, missing=Missing.AVAILABLE)
    np.testing.assert_allclose(available.value, [0.1, 0.1])
    assert available.status.tolist() == [Status.PARTIAL, Status.COMPLETE]


def test_a_rate_over_nobody_is_not_zero(nested):
    moved = move_intensive([0, 0, 5], [0, 0, 50], nested)
    assert np.isnan(moved.value[0])
    assert moved.status.tolist() == [Status.ZERO_DENOMINATOR, Status.COMPLETE]


def test_rate_margins_use_the_formula_of_their_kind(nested):
    parts = {"numerator_moe": [3, 4, 2], "denominator_moe": [6, 8, 5]}
    share = move_intensive([10, 30, 5], [100, 100, 50], nested, **parts)
    assert share.moe == pytest.approx(moe_proportion([40, 5], [5, 2], [200, 50], [10, 5]).moe)
    ratio = move_intensive([10, 30, 5], [100, 100, 50], nested, statistic=Statistic.RATIO, **parts)
    assert ratio.moe[0] == pytest.approx(np.sqrt(5**2 + 0.2**2 * 10**2) / 200)
    assert ratio.moe[0] > share.moe[0]


def test_a_finished_rate_is_refused_with_advice(nested):
    with pytest.raises(RateNeedsPartsError, match=r"weighted_mean.*median_from_bins"):
        move_intensive([0.1, 0.2, 0.3], None, nested)
    with pytest.raises(RateNeedsPartsError, match="both parts"):
        move_intensive([1, 2, 3], [4, 5, 6], nested, numerator_moe=[1, 1, 1])
    with pytest.raises(ShapeMismatchError):
        move_intensive([1, 2, 3], [4, 5], nested)


def test_means_are_weighted_by_people_and_by_weight(split):
    moved = weighted_mean([1.0, 4.0, 8.0], [10, 30, 40], split)
    np.testing.assert_allclose(moved.value, [(10 + 120 + 80) / 50, 8, NAN])
    assert moved.status.tolist() == [Status.COMPLETE, Status.COMPLETE, Status.NO_SOURCE]


def test_means_leave_missing_values_out_and_say_how_many_people_that_is(nested):
    moved = weighted_mean([[NAN], [4.0], [NAN]], [10, 30, 5], nested)
    np.testing.assert_array_equal(moved.value, [[4], [NAN]])
    assert moved.coverage[:, 0].tolist() == [0.75, 0]
    assert moved.status[:, 0].tolist() == [Status.PARTIAL, Status.MISSING]
    assert np.isnan(weighted_mean([NAN, 4.0, 5.0], [10, 30, 5], nested, missing=Missing.REFUSE).value[0])


def test_a_missing_level_where_nobody_lives_does_not_matter(nested):
    moved = weighted_mean([3.0, NAN, 5.0], [10, 0, 5], nested, missing=Missing.REFUSE)
    assert moved.value.tolist() == [3, 5]
    assert moved.status.tolist() == [Status.COMPLETE, Status.COMPLETE]
    assert moved.coverage.tolist() == [1, 1]


def test_a_mean_over_nobody_is_not_zero(nested):
    moved = weighted_mean([3.0, 4.0, 5.0], [0, 0, 5], nested)
    np.testing.assert_array_equal(moved.value, [NAN, 5])
    assert moved.status.tolist() == [Status.ZERO_DENOMINATOR, Status.COMPLETE]


def test_mean_needs_populations_that_line_up(nested):
    with pytest.raises(ShapeMismatchError):
        weighted_mean(np.ones((3, 3)), np.ones((3, 2)), nested)
    with pytest.raises(NegativeValueError):
        weighted_mean([1, 2, 3], [1, 1, -1], nested)


def test_medians_pass_under_a_new_id_with_their_margins():
    renamed = nesting_weights(["09001", "09003"], ["09190", "09110"], basis="id table")
    moved = move_median([70_000, NAN], renamed, moe=[1_200, NAN])
    np.testing.assert_array_equal(moved.value, [NAN, 70_000])
    np.testing.assert_array_equal(moved.moe, [NAN, 1_200])
    assert moved.unchanged.all()


def test_medians_are_neither_combined_nor_split(nested, split):
    with pytest.raises(MedianNotMovableError, match=r"as A would need.*median_from_bins"):
        move_median([1, 2, 3], nested)
    with pytest.raises(MedianNotMovableError, match="A, B"):
        move_median([1, 2, 3], split)


def weights_for(shares: list[list[float]]) -> Weights:
    """Make weights from raw shares whose last column stands for "in no target"."""
    rows = np.array(shares) + 1e-3
    rows /= rows.sum(axis=1, keepdims=True)
    return Weights(
        sparse.csr_array(rows[:, :-1]),
        [f"s{i}" for i in range(len(rows))],
        [f"t{i}" for i in range(rows.shape[1] - 1)],
        Method.AREA,
        "hypothesis",
        rows[:, -1],
    )


@given(
    st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_totals_are_conserved(shares, random):
    weights = weights_for(shares)
    values = np.array([[random.uniform(-1e4, 1e6) for _ in range(3)] for _ in shares])
    moved = move_extensive(values, weights)
    np.testing.assert_allclose(
        moved.value.sum(axis=0) + moved.uncovered, values.sum(axis=0), rtol=1e-9, atol=1e-6
    )


@given(st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=12), st.data())
def test_available_totals_are_conserved_over_the_values_present(shares, data):
    weights = weights_for(shares)
    values = np.array(
        data.draw(
            st.lists(st.one_of(st.just(NAN), st.floats(0, 1e6)), min_size=len(shares), max_size=len(shares))
        )
    )
    moved = move_extensive(values, weights, missing=Missing.AVAILABLE)
    assert np.nansum(moved.value) + moved.uncovered == pytest.approx(np.nansum(values), rel=1e-9, abs=1e-6)
    assert ((moved.coverage >= 0) & (moved.coverage <= 1)).all()
    assert (np.isnan(moved.value) == (moved.coverage == 0)).all()
