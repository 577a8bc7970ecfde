"""Sums of margins: the zero rule, groups, missing and refused values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from layers.measures.acs import ZeroMargins, group_sums, moe_sum
from layers.measures.errors import (
    EmptyInputError,
    NegativeValueError,
    NotFiniteError,
    ScaleError,
    ShapeMismatchError,
    UnknownPolicyError,
)

counts = st.integers(0, 10_000).map(float)
components = st.lists(st.tuples(counts, st.integers(0, 500).map(float)), min_size=1, max_size=12)


def test_only_the_largest_zero_margin_counts_once() -> None:
    estimate, moe = [5, 0, 0, 0], [3, 4, 2, 4]
    assert moe_sum(estimate, moe) == 5
    assert moe_sum(estimate, moe, zeros=ZeroMargins.ALL) == pytest.approx(np.sqrt(9 + 16 + 4 + 16))


def test_zero_rule_with_no_zero_one_zero_and_only_zeros() -> None:
    assert moe_sum([1, 1], [3, 4]) == 5
    assert moe_sum([1, 0], [3, 4]) == 5
    assert moe_sum([0, 0, 0], [13, 13, 12]) == 13


def test_axis_is_summed_away() -> None:
    estimate = np.array([[1, 0], [1, 0]])
    moe = np.array([[3, 6], [4, 8]])
    np.testing.assert_array_equal(moe_sum(estimate, moe, axis=0), [5, 8])
    np.testing.assert_array_equal(moe_sum(estimate, moe, axis=0, zeros=ZeroMargins.ALL), [5, 10])


@pytest.mark.parametrize("zeros", ZeroMargins)
@pytest.mark.parametrize(
    ("estimate", "moe"), [([1, np.nan], [3, 4]), ([1, 2], [3, np.nan]), ([1, 0], [3, np.nan])]
)
def test_missing_component_makes_the_margin_missing(
    estimate: list[float], moe: list[float], zeros: ZeroMargins
) -> None:
    assert np.isnan(moe_sum(estimate, moe, zeros=zeros))
    assert np.isnan(group_sums(estimate, moe, [0, 0], 1, zeros=zeros).moe).all()


def test_controlled_components_add_no_error() -> None:
    assert moe_sum([100, 200], [0, 0]) == 0
    assert moe_sum([100, 200], [0, 7]) == 7


def test_groups_in_any_order_and_an_empty_group() -> None:
    sums = group_sums([5, 1, 0, 2, 0], [3, 3, 4, 4, 12], [2, 0, 2, 0, 2], 3)
    np.testing.assert_array_equal(sums.estimate, [3, np.nan, 5])
    np.testing.assert_allclose(sums.moe, [5, np.nan, np.hypot(3, 12)])


def test_group_columns_are_independent() -> None:
    estimate = np.array([[1.0, 0.0], [2.0, 0.0], [3.0, np.nan]])
    moe = np.array([[3.0, 5.0], [4.0, 12.0], [6.0, 7.0]])
    sums = group_sums(estimate, moe, [0, 0, 1], 2)
    np.testing.assert_array_equal(sums.estimate, [[3, 0], [3, np.nan]])
    np.testing.assert_array_equal(sums.moe, [[5, 12], [6, np.nan]])


def test_no_rows_give_empty_groups() -> None:
    sums = group_sums(np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=int), 3)
    assert sums.moe.shape == sums.estimate.shape == (3, 2)
    assert np.isnan(sums.moe).all()
    assert np.isnan(sums.estimate).all()


def test_zero_rule_by_its_text_and_no_other() -> None:
    assert moe_sum([0, 0], [3, 4], zeros="all") == 5  # type: ignore[arg-type]
    with pytest.raises(UnknownPolicyError, match="'never' is no ZeroMargins; allowed: largest-once, all"):
        moe_sum([0, 0], [3, 4], zeros="never")  # type: ignore[arg-type]


def test_refusals() -> None:
    with pytest.raises(NegativeValueError, match=r"moe is negative at position 1 \(1 of 2 cells\)"):
        moe_sum([1, 2], [1, -1])
    with pytest.raises(NotFiniteError, match="moe"):
        moe_sum([1, 2], [1, np.inf])
    with pytest.raises(ShapeMismatchError, match=r"estimate \(2,\), moe \(3,\)"):
        moe_sum([1, 2], [1, 2, 3])
    with pytest.raises(ShapeMismatchError, match="axis 1"):
        moe_sum([1, 2], [1, 2], axis=1)
    with pytest.raises(EmptyInputError):
        moe_sum([], [])
    with pytest.raises(ScaleError, match=r"group runs from -1 to 0; allowed: 0 … 1"):
        group_sums([1, 2], [1, 2], [0, -1], 2)
    with pytest.raises(ScaleError, match="from 0 to 2"):
        group_sums([1, 2], [1, 2], [0, 2], 2)
    with pytest.raises(ScaleError, match="float64"):
        group_sums([1, 2], [1, 2], [0.0, 1.0], 2)
    with pytest.raises(ShapeMismatchError, match=r"group has shape \(1,\)"):
        group_sums([1, 2], [1, 2], [0], 2)
    with pytest.raises(ShapeMismatchError, match="single number"):
        group_sums(1, 1, [0], 1)


@given(components, st.randoms(use_true_random=False), st.sampled_from(ZeroMargins))
def test_order_does_not_matter(parts: list[tuple[float, float]], random: object, zeros: ZeroMargins) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = np.array(parts).T, np.array(shuffled).T
    assert moe_sum(*one, zeros=zeros) == pytest.approx(moe_sum(*other, zeros=zeros), rel=1e-12)


@given(components)
def test_zero_rule_never_widens_and_never_drops_below_any_component(parts: list[tuple[float, float]]) -> None:
    estimate, moe = np.array(parts).T
    once, every = moe_sum(estimate, moe), moe_sum(estimate, moe, zeros=ZeroMargins.ALL)
    assert once <= every * (1 + 1e-12)
    assert once >= moe.max() * (1 - 1e-12)


@given(
    hnp.arrays(float, (9, 3), elements=st.integers(0, 3).map(float)),
    hnp.arrays(float, (9, 3), elements=st.integers(0, 40).map(float)),
    hnp.arrays(int, 9, elements=st.integers(0, 3)),
    st.sampled_from(ZeroMargins),
)
def test_groups_equal_sums_of_their_rows(
    estimate: np.ndarray, moe: np.ndarray, group: np.ndarray, zeros: ZeroMargins
) -> None:
    sums = group_sums(estimate, moe, group, 4, zeros=zeros)
    for number in np.unique(group):
        rows = group == number
        np.testing.assert_allclose(sums.estimate[number], estimate[rows].sum(axis=0))
        np.testing.assert_allclose(sums.moe[number], moe_sum(estimate[rows], moe[rows], zeros=zeros, axis=0))


def test_zeros_alone_count_once_and_beside_others_all_count():
    assert moe_sum([0, 0], [13, 13], zeros="alone-once") == 13
    assert moe_sum([0, 9, 0], [13, 12, 13], zeros="alone-once") == pytest.approx(np.sqrt(2 * 13**2 + 12**2))
    found = group_sums([0, 0, 0, 9], [13, 19, 3, 4], [0, 0, 1, 1], 2, zeros="alone-once")
    np.testing.assert_array_equal(found.moe, [19, 5])
    assert np.isnan(group_sums([1.0], [1.0], [0], 2, zeros="alone-once").moe[1])
