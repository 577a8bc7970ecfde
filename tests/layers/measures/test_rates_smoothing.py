"""Empirical Bayes: tiny cases, properties, missing, refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from layers.measures.errors import NegativeValueError, ScaleError, ShapeMismatchError
from layers.measures.rates import empirical_bayes, neighbour_matrix, spatial_empirical_bayes

nan = float("nan")
events_of_places = hnp.arrays(float, 6, elements=st.integers(0, 80).map(float))
people_of_places = hnp.arrays(float, 6, elements=st.integers(1, 900).map(float))


def test_global_by_hand() -> None:
    # mean 0.5, spread 0.04: 0.3 and 0.7, a = 0.04 - 0.5/100 = 0.035, weight 0.035/0.04
    np.testing.assert_allclose(empirical_bayes([30, 70], [100, 100]), [0.5 - 0.2 * 0.875, 0.5 + 0.2 * 0.875])


def test_differences_that_chance_explains_vanish() -> None:
    np.testing.assert_allclose(empirical_bayes([4, 6], [100, 100]), [0.05, 0.05])


def test_no_events_anywhere() -> None:
    np.testing.assert_array_equal(empirical_bayes([0, 0], [5, 9]), [0, 0])
    np.testing.assert_array_equal(spatial_empirical_bayes([0, 0], [5, 9], [[1], [0]]), [0, 0])


def test_missing_and_empty_places_take_no_part() -> None:
    smoothed = empirical_bayes([30, nan, 70, 3, 0], [100, 50, 100, nan, 0])
    np.testing.assert_allclose(smoothed, [0.325, nan, 0.675, nan, nan])
    around = spatial_empirical_bayes([30, nan, 70], [100, 50, 100], [[1, 2], [0, 2], [0, 1]])
    np.testing.assert_allclose(around, [0.325, nan, 0.675])
    assert np.isnan(empirical_bayes([nan, nan], [1, 1])).all()


def test_columns_are_smoothed_each_for_itself() -> None:
    events, people = np.array([[30, 4], [70, 6]]), np.array([[100, 100], [100, 100]])
    smoothed = empirical_bayes(events, people)
    for column in range(2):
        np.testing.assert_array_equal(
            smoothed[:, column], empirical_bayes(events[:, column], people[:, column])
        )


def test_everybody_a_neighbour_is_the_global_estimate() -> None:
    events, people = [3, 40, 9, 0], [200, 500, 90, 40]
    everybody = [[j for j in range(4) if j != i] for i in range(4)]
    np.testing.assert_allclose(
        spatial_empirical_bayes(events, people, everybody), empirical_bayes(events, people), rtol=1e-12
    )


def test_island_keeps_its_rate() -> None:
    smoothed = spatial_empirical_bayes([30, 70, 8], [100, 100, 40], [[1], [0], []])
    np.testing.assert_allclose(smoothed, [0.325, 0.675, 0.2])


def test_weights_self_links_and_repeats_do_not_matter() -> None:
    events, people = [30, 70, 8], [100, 100, 40]
    plain = spatial_empirical_bayes(events, people, [[1, 2], [0], [0]])
    weighted = sparse.csr_array(np.array([[0.5, 0.3, 0.2], [1, 0, 0], [9, 0, 0]]))
    np.testing.assert_array_equal(spatial_empirical_bayes(events, people, weighted), plain)
    np.testing.assert_array_equal(spatial_empirical_bayes(events, people, [[1, 2, 1, 0], [0], [0]]), plain)


@given(events_of_places, people_of_places)
def test_smoothed_rates_lie_between_raw_and_mean(events: np.ndarray, people: np.ndarray) -> None:
    raw, mean = events / people, events.sum() / people.sum()
    smoothed = empirical_bayes(events, people)
    assert (smoothed >= np.minimum(raw, mean) - 1e-12).all()
    assert (smoothed <= np.maximum(raw, mean) + 1e-12).all()


@given(events_of_places, people_of_places, st.permutations(range(6)))
def test_order_of_places_does_not_matter(events: np.ndarray, people: np.ndarray, order: list[int]) -> None:
    np.testing.assert_allclose(
        empirical_bayes(events[order], people[order]),
        empirical_bayes(events, people)[order],
        rtol=1e-6,
        atol=1e-9,
    )
    ring = [[(i + 1) % 6, (i - 1) % 6] for i in range(6)]
    position = {place: new for new, place in enumerate(order)}
    moved = [[position[j] for j in ring[place]] for place in order]
    np.testing.assert_allclose(
        spatial_empirical_bayes(events[order], people[order], moved),
        spatial_empirical_bayes(events, people, ring)[order],
        rtol=1e-6,
        atol=1e-9,
    )


def test_neighbour_matrix() -> None:
    matrix = neighbour_matrix([[1], [0, 2], []])
    np.testing.assert_array_equal(matrix.toarray(), [[0, 1, 0], [1, 0, 1], [0, 0, 0]])


def test_refusals() -> None:
    with pytest.raises(ScaleError, match="neighbours run from 0 to 3; allowed: 0 … 1"):
        neighbour_matrix([[0], [3]])
    with pytest.raises(ShapeMismatchError, match=r"events has shape \(2,\), population \(3,\)"):
        empirical_bayes([1, 2], [1, 2, 3])
    with pytest.raises(ShapeMismatchError, match=r"allowed: \(2, 2\)"):
        spatial_empirical_bayes([1, 2], [1, 2], [[0]])
    with pytest.raises(ShapeMismatchError, match="one value per place"):
        spatial_empirical_bayes([[1, 2]], [[1, 2]], [[]])
    with pytest.raises(NegativeValueError, match="events"):
        empirical_bayes([-1], [1])
