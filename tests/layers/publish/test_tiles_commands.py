"""The commands against the examples of the Mapbox Vector Tile Specification 2.1, section 4.3.5."""

import numpy as np
import pytest
import shapely

from layers.publish.tiles.commands import commands
from layers.publish.tiles.encoding import packed, value, varint

ORIGIN = np.zeros((1, 2), np.int64)
EXAMPLES = {
    "POINT (25 17)": [9, 50, 34],
    "MULTIPOINT ((5 7), (3 2))": [17, 10, 14, 3, 9],
    "LINESTRING (2 2, 2 10, 10 10)": [9, 4, 4, 18, 0, 16, 16, 0],
    "MULTILINESTRING ((2 2, 2 10, 10 10), (1 1, 3 5))": [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8],
    "POLYGON ((3 6, 8 12, 20 34, 3 6))": [9, 6, 12, 18, 10, 12, 24, 44, 15],
    "MULTIPOLYGON (((0 0, 10 0, 10 10, 0 10, 0 0)),"
    " ((11 11, 20 11, 20 20, 11 20, 11 11), (13 13, 13 17, 17 17, 17 13, 13 13)))": [
        9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15, 9, 4, 13, 26, 0, 8, 8, 0,
        0, 7, 15,
    ],
}  # fmt: skip


def numbers(text: bytes) -> list[int]:
    found, number, shift = [], 0, 0
    for byte in text:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            found.append(number)
            number, shift = 0, 0
    return found


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_of_the_specification(text: str) -> None:
    (found,) = commands(np.array([shapely.from_wkt(text)]), ORIGIN)
    assert numbers(found) == EXAMPLES[text]


def test_rings_are_turned_as_the_specification_demands() -> None:
    clockwise = shapely.from_wkt("POLYGON ((0 0, 0 9, 9 9, 9 0, 0 0), (3 3, 6 3, 6 6, 3 6, 3 3))")
    (found,) = commands(np.array([clockwise]), ORIGIN)
    right = shapely.from_wkt("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (3 3, 3 6, 6 6, 6 3, 3 3))")
    (expected,) = commands(np.array([right]), ORIGIN)
    assert found == expected


def test_points_on_a_straight_line_and_repeated_ones_are_left_out() -> None:
    rich = shapely.from_wkt("LINESTRING (0 0, 0 0, 2 2, 5 5, 5 5, 5 9, 5 3)")
    plain = shapely.from_wkt("LINESTRING (0 0, 5 5, 5 9, 5 3)")
    assert commands(np.array([rich]), ORIGIN) == commands(np.array([plain]), ORIGIN)


def test_several_features_are_cut_out_one_by_one_and_moved_to_their_tile() -> None:
    shapes = np.array([shapely.Point(4096, 1), shapely.Point(3, 4), shapely.Point(0, 8193)])
    found = commands(shapes, np.array([[4096, 0], [0, 0], [0, 8192]]))
    assert [numbers(one) for one in found] == [[9, 0, 2], [9, 6, 8], [9, 0, 2]]


def test_numbers_of_every_length_come_back() -> None:
    given = [0, 1, 127, 128, 300, 2**14, 2**21, 2**28, 2**32 - 1]
    first, second = packed(np.array(given, np.uint32), np.array([4, 5]))
    assert numbers(first + second) == given
    assert first + second == b"".join(map(varint, given))
    assert packed(np.empty(0, np.uint32), np.array([0, 0])) == [b"", b""]


def test_values_in_the_examples_of_protocol_buffers() -> None:
    assert value("testing") == b"\x0a\x07testing"
    assert value(150) == b"\x28\x96\x01"
    assert value(-1) == b"\x30\x01"
    assert value(True) == b"\x38\x01"
    assert value(1.0) == b"\x19\x00\x00\x00\x00\x00\x00\xf0\x3f"
