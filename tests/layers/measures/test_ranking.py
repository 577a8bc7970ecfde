"""Ranks: ties, what sampling error leaves of an order, and the properties that hold for any values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.measures.acs import Significance
from layers.measures.errors import MeasureError
from layers.measures.ranking import ranked

SAME, DIFFERENT, UNKNOWN = Significance.NOT_DIFFERENT, Significance.DIFFERENT, Significance.UNKNOWN


def test_the_highest_is_first_and_equal_values_share_a_rank() -> None:
    found = ranked([10, 30, 20, 30], [1, 1, 1, 1])

    assert found.order.tolist() == [1, 3, 2, 0]
    assert found.rank.tolist() == [1, 1, 3, 4]
    assert found.tied.tolist() == [True, True, False, False]
    assert found.differs.tolist() == [SAME, DIFFERENT, DIFFERENT]


def test_the_lowest_is_first_when_asked_for() -> None:
    found = ranked([10, 30, 20], [1, 1, 1], falling=False)

    assert found.order.tolist() == [0, 2, 1]
    assert found.rank.tolist() == [1, 2, 3]


def test_sampling_error_widens_a_rank_to_a_range() -> None:
    # margins of 3 and 3 make one of 4.2 for a difference: 50 and 48 are alike, 48 and 45, too, 50 and 45 are not
    found = ranked([50, 48, 45, 10], [3, 3, 3, 3])

    assert found.differs.tolist() == [SAME, SAME, DIFFERENT]
    assert found.best.tolist() == [1, 1, 2, 4]
    assert found.worst.tolist() == [2, 3, 3, 4]


def test_what_is_missing_has_no_rank_and_a_missing_margin_says_nothing() -> None:
    found = ranked([np.nan, 5, 9], [1, np.nan, 1])

    assert found.order.tolist() == [2, 1]
    assert found.differs.tolist() == [UNKNOWN]
    assert (found.best.tolist(), found.worst.tolist()) == ([1, 1], [2, 2])


def test_nothing_and_one_value() -> None:
    assert ranked([], []).rank.tolist() == []
    assert ranked([np.nan], [np.nan]).order.tolist() == []
    assert ranked([3], [1]).differs.tolist() == []


def test_values_and_margins_must_line_up() -> None:
    with pytest.raises(MeasureError):
        ranked([1, 2], [1, 2, 3])
    with pytest.raises(MeasureError):
        ranked([1, 2], [1, -2])


@given(st.lists(st.tuples(st.integers(-5, 5), st.floats(0, 3)), min_size=1, max_size=60), st.booleans())
def test_ranks_hold_for_any_values(pairs: list[tuple[int, float]], falling: bool) -> None:
    values, moe = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    found = ranked(values, moe, falling=falling)
    ahead = np.greater if falling else np.less

    assert sorted(found.order.tolist()) == list(range(len(values)))
    for position, rank in zip(found.order, found.rank, strict=True):
        assert rank == 1 + ahead(values, values[position]).sum()
    assert (found.best <= found.rank).all()
    assert (found.rank <= found.worst).all()
    exact = ranked(values, np.zeros(len(values)), falling=falling)
    assert (exact.best == exact.rank).all()


def test_many_values_give_the_same_as_one_by_one() -> None:
    random = np.random.default_rng(5)
    values, moe = random.normal(size=1200), random.uniform(0, 1, size=1200)
    found = ranked(values, moe)
    ordered, error = values[found.order], moe[found.order]
    clear = np.abs(ordered[700] - ordered) > np.hypot(error[700], error)

    assert found.best[700] == 1 + (clear & (ordered > ordered[700])).sum()
    assert found.worst[700] == 1200 - (clear & (ordered < ordered[700])).sum()
