import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.publish.hilbert import BITS, NOWHERE, hilbert_codes, hilbert_distance


def test_curve_of_sixteen_cells_is_the_textbook_one():
    column, row = np.meshgrid(np.arange(4, dtype=np.uint32), np.arange(4, dtype=np.uint32))
    distance = hilbert_distance(column.ravel(), row.ravel(), 2).reshape(4, 4)
    assert distance.tolist() == [[0, 1, 14, 15], [3, 2, 13, 12], [4, 7, 8, 11], [5, 6, 9, 10]]


def test_curve_visits_every_cell_once_and_moves_one_cell_at_a_time():
    column, row = (axis.ravel() for axis in np.meshgrid(*[np.arange(64, dtype=np.uint32)] * 2))
    order = np.argsort(hilbert_distance(column, row, 6))
    assert sorted(hilbert_distance(column, row, 6)) == list(range(64 * 64))
    steps = np.abs(np.diff(column[order].astype(int))) + np.abs(np.diff(row[order].astype(int)))
    assert set(steps) == {1}


def test_quarters_of_the_earth_are_visited_south_west_north_west_north_east_south_east():
    x, y = np.array([-90.0, -90.0, 90.0, 90.0]), np.array([-45.0, 45.0, 45.0, -45.0])
    assert np.argsort(hilbert_codes(x, y)).tolist() == [0, 1, 2, 3]


def test_corners_are_the_ends_and_points_outside_count_as_on_the_edge():
    codes = hilbert_codes(np.array([-180.0, 180.0, -999.0, 999.0]), np.array([-90.0, -90.0, -999.0, -999.0]))
    assert codes.tolist() == [0, 2 ** (2 * BITS) - 1] * 2


def test_points_that_are_nowhere_come_after_all_places():
    codes = hilbert_codes(np.array([180.0, np.nan]), np.array([-90.0, 1.0]))
    assert codes[1] == NOWHERE > codes[0]


@pytest.mark.filterwarnings("error")
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1))
def test_place_depends_on_the_point_alone(points):
    x, y = np.array(points).T
    together = hilbert_codes(x, y)
    assert together.tolist() == [int(hilbert_codes(x[i : i + 1], y[i : i + 1])[0]) for i in range(len(x))]
