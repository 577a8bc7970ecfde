import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.measures.areal import MedianKind, Sample, median_from_bins
from layers.measures.errors import (
    MeasureError,
    NegativeValueError,
    NotFiniteError,
    ScaleError,
    ShapeMismatchError,
)

INF = np.inf


def test_linear_median_in_the_middle_bin():
    result = median_from_bins([[10, 20, 10]], [0, 10, 20, 30])
    assert result.value.tolist() == [15]
    assert result.kind.tolist() == [MedianKind.LINEAR]
    assert result.standard_error is None


def test_a_median_on_an_edge_is_that_edge():
    assert median_from_bins([[5, 0, 5]], [0, 10, 20, 30]).value.tolist() == [10]


def test_pareto_halves_at_the_value_where_half_are_left():
    # 100 people at or above 10,000 and 25 at or above 40,000: share left = 10,000 / income, so half at 20,000
    result = median_from_bins([[0, 75, 25]], [0, 10_000, 40_000, INF])
    assert result.value == pytest.approx([20_000])
    assert result.kind.tolist() == [MedianKind.PARETO]
    even = median_from_bins([[0, 75, 25]], [0, 10_000, 40_000, INF], pareto_width=INF)
    assert even.value == pytest.approx([30_000])
    assert even.kind.tolist() == [MedianKind.LINEAR]


def test_pareto_is_not_used_from_zero_nor_in_the_last_bin_with_people():
    assert median_from_bins([[100, 10]], [0, 10_000, 20_000]).kind.tolist() == [MedianKind.LINEAR]
    assert median_from_bins([[10, 100]], [0, 10_000, 20_000]).kind.tolist() == [MedianKind.LINEAR]


def test_open_ends_give_their_edge_and_say_so():
    result = median_from_bins([[90, 5, 5], [5, 5, 90], [5, 90, 5]], [-INF, 10, 20, INF], sample=Sample(0.125))
    assert result.value.tolist() == [10, 20, 15]
    assert result.kind.tolist() == [MedianKind.BELOW, MedianKind.ABOVE, MedianKind.LINEAR]
    assert np.isnan(result.standard_error).tolist() == [True, True, False]


def test_nobody_and_missing_bins_have_no_median():
    result = median_from_bins([[0, 0], [np.nan, 4]], [0, 10, 20], sample=Sample(0.05))
    assert np.isnan(result.value).all()
    assert np.isnan(result.standard_error).all()
    assert result.kind.tolist() == [MedianKind.NONE, MedianKind.NONE]


def test_standard_error_by_hand():
    # SE(50 %) = 1.5 sqrt(95 / (5 · 1000)) · 50 = 10.34 %: 103.4 of 1000 people, in a bin of 400 over 10
    result = median_from_bins([[300, 400, 300]], [0, 10, 20, 30], sample=Sample(0.05, design_factor=1.5))
    share = 1.5 * np.sqrt(95 / (5 * 1000)) * 0.5
    assert result.standard_error == pytest.approx([share * 1000 / 400 * 10])


def test_standard_error_from_the_margins_of_the_bins():
    # bins of 300, 400 and 300 with margins 16.45, 0 and 32.9: the sum's is 36.78, so SE(50 %) is 1.118 %
    moe = np.hypot(16.45, 32.9)
    result = median_from_bins([[300, 400, 300]], [0, 10, 20, 30], sum_moe=[moe])
    assert result.standard_error == pytest.approx([0.5 * moe / 1.645 / 400 * 10])
    parts = np.array([10.0, 20.0])
    assert 0.5 * moe / 1.645 == pytest.approx(np.sqrt(((0.5 * parts) ** 2).sum()))
    unknown = median_from_bins([[300, 400, 300]], [0, 10, 20, 30], sum_moe=[np.nan])
    assert unknown.value == [15] and np.isnan(unknown.standard_error).all()
    certain = median_from_bins([[300, 400, 300]], [0, 10, 20, 30], sum_moe=[0.0])
    assert certain.standard_error.tolist() == [0]


def test_one_way_to_the_error_and_one_margin_per_place():
    with pytest.raises(MeasureError, match="both given"):
        median_from_bins([[1, 1]], [0, 1, 2], sample=Sample(0.1), sum_moe=[1.0])
    with pytest.raises(ShapeMismatchError, match="one per place"):
        median_from_bins([[1, 1]], [0, 1, 2], sum_moe=[1.0, 2.0])


def test_an_error_that_reaches_beyond_everybody_is_not_known():
    result = median_from_bins([[1, 1]], [0, 10, 20], sample=Sample(0.01))
    assert np.isnan(result.standard_error).all()


def test_published_example_of_a_neighbourhood_in_los_angeles():
    # households by income, ACS 2013, and the median and 90 % margin that the Data Desk's aggregator documents
    counts = [1382, 2377, 1332, 3129, 1927, 1825, 1567, 1996, 1757, 3523, 4360, 6424, 5257, 3485, 2926, 4215]
    edges = [2499, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 75, 100, 125, 150, 200, 250.001]
    result = median_from_bins(
        [counts], [2499, *(1000 * e for e in edges[1:])], sample=Sample(0.025), pareto_width=INF
    )
    # it ends bins at 74,999 and the like, hence the dollar
    assert result.value == pytest.approx([70_065.84266055046], abs=1)
    assert 1.645 * result.standard_error == pytest.approx([3850.680465234964], abs=2)


@pytest.mark.parametrize(
    ("counts", "edges", "error"),
    [
        ([[1, 2]], [0, 10], ShapeMismatchError),
        ([1, 2], [0, 10, 20], ShapeMismatchError),
        ([[1, 2]], [0, 20, 10], ScaleError),
        ([[1, 2]], [0, np.nan, 10], ScaleError),
        ([[1, 2, 3]], [0, 10, INF, INF], NotFiniteError),
        ([[1, -2]], [0, 10, 20], NegativeValueError),
        ([[1]], [-INF, INF], MeasureError),
        ([[]], [5], ShapeMismatchError),
    ],
)
def test_impossible_distributions_are_refused(counts, edges, error):
    with pytest.raises(error):
        median_from_bins(counts, edges)


@pytest.mark.parametrize(
    "sample", [{"fraction": 0}, {"fraction": 12.5}, {"fraction": 0.1, "design_factor": 0}]
)
def test_impossible_samples_are_refused(sample):
    with pytest.raises(ScaleError):
        Sample(**sample)


@given(st.lists(st.integers(0, 1000), min_size=5, max_size=5), st.booleans())
def test_half_of_the_people_are_below_the_median(counts, pareto):
    edges = np.array([0, 10_000, 20_000, 50_000, 90_000, 200_000.0])
    result = median_from_bins([counts], edges, pareto_width=0 if pareto else INF)
    if sum(counts) == 0:
        assert np.isnan(result.value[0])
        return
    upto = np.concatenate([[0], np.cumsum(counts)])
    slot = np.searchsorted(upto, sum(counts) / 2, side="left")
    assert edges[slot - 1] <= result.value[0] <= edges[slot]
