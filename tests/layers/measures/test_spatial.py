"""Spatial pattern against esda's own example and a board whose pattern can be seen."""

from pathlib import Path

import libpysal
import numpy as np
import pyogrio
import pytest

from layers.measures.errors import EmptyInputError, MeasureError, ShapeMismatchError
from layers.measures.spatial import CLASSES, spatial_pattern


def board(size: int) -> dict[int, list[int]]:
    """Rook neighbours of a square board."""
    found = {}
    for row in range(size):
        for column in range(size):
            near = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
            inside = [a * size + b for a, b in near if 0 <= a < size and 0 <= b < size]
            found[row * size + column] = inside
    return found


def test_the_example_of_esda_is_reproduced():
    """Deaths by sudden infant death per county of North Carolina, as esda's documentation has it."""
    path = libpysal.examples.get_path("sids2.gal")
    lines = Path(path).read_text().split("\n")
    neighbours, ids = {}, []
    for head, near in zip(lines[1::2], lines[2::2], strict=False):
        if head.strip():
            ids.append(int(head.split()[0]))
            neighbours[ids[-1]] = [int(one) for one in near.split()]
    place = {one: position for position, one in enumerate(ids)}
    near = {place[one]: [place[other] for other in others] for one, others in neighbours.items()}
    table = pyogrio.read_dataframe(libpysal.examples.get_path("sids2.dbf"), read_geometry=False)
    found = spatial_pattern(table["SIDR74"].to_numpy(), near)
    assert found.moran == pytest.approx(0.24772519320480135, rel=1e-12)
    assert found.expected == pytest.approx(-1 / 99)
    assert found.p_value < 0.001
    assert found.places == 100


def test_a_hot_corner_is_high_among_high_and_its_mirror_low_among_low():
    size = 8
    hot = [float(row < 4 and column < 4) for row in range(size) for column in range(size)]
    values = 10 * np.array(hot) + np.random.default_rng(1).normal(size=size * size)
    inside = size + 1
    found = spatial_pattern(values, board(size))
    assert found.moran > 0.6
    assert found.local_p_value[inside] < 0.05
    assert found.classes[inside] == "high_high"
    assert "high_high" not in found.classes.reshape(size, size)[5:, 5:]
    assert set(found.classes) <= set(CLASSES)
    assert spatial_pattern(-values, board(size)).classes[inside] == "low_low"
    again = spatial_pattern(values, board(size))
    assert (again.classes == found.classes).all()


def test_a_chess_board_repels():
    values = np.array([float((row + column) % 2) for row in range(6) for column in range(6)])
    assert spatial_pattern(values, board(6)).moran == pytest.approx(-1)


def test_places_without_a_value_or_a_neighbour_take_no_part():
    values = np.arange(9.0)
    values[0] = np.nan
    near = board(3) | {8: []}
    near = {one: [other for other in others if other != 8] for one, others in near.items()}
    found = spatial_pattern(values, near)
    assert found.classes[0] == found.classes[8] == "no_part"
    assert np.isnan(found.local[[0, 8]]).all()
    assert found.places == 7


def test_what_has_no_pattern_is_refused():
    with pytest.raises(EmptyInputError, match="0 places have a value"):
        spatial_pattern([1.0], {})
    with pytest.raises(EmptyInputError, match="not all equal"):
        spatial_pattern(np.ones(9), board(3))
    with pytest.raises(ShapeMismatchError, match="1 positions of neighbours lie outside"):
        spatial_pattern([1.0, 2.0], {0: [7]})
    with pytest.raises(MeasureError, match="infinity"):
        spatial_pattern([1.0, np.inf], {0: [1], 1: [0]})
