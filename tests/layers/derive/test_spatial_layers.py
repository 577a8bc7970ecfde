"""The pattern of a published column over squares whose neighbours can be seen."""

import numpy as np
import pyarrow as pa
import pytest
import shapely

from catalog.errors import DataError
from catalog.records import PublishedColumn
from layers.derive import column_pattern
from layers.derive.spatial import contiguous

SIZE = 6
SQUARES = [shapely.box(column, row, column + 1, row + 1) for row in range(SIZE) for column in range(SIZE)]


def test_squares_that_share_a_border_or_a_corner_are_neighbours():
    near = contiguous(np.array(SQUARES, dtype=object))
    assert near[0] == [1, SIZE, SIZE + 1]
    assert len(near[SIZE + 1]) == 8
    assert all(one in near[other] for one, others in near.items() for other in others)


def published_layer(testland, published):
    ids = [f"{number:03}" for number in range(len(SQUARES))]
    values = [float(number >= SIZE * SIZE / 2) + number * 1e-3 for number in range(len(SQUARES))]
    table = pa.table(
        {"geoid": ids, "name": ids, "share": values, "geometry": shapely.to_wkb(SQUARES).tolist()}
    )
    columns = tuple(
        PublishedColumn(name=name, type=kind, title=name, description="A column.")
        for name, kind in (("geoid", "string"), ("name", "string"), ("share", "number"))
    )
    place = {"type": "town", "vintage": "2020", "id": "geoid", "name": "name"}
    published(
        "squares",
        table,
        kind="features",
        geometry_type="Polygon",
        places=place,
        columns=columns,
        key=["geoid"],
    )
    return testland.store.current("squares")


def test_hot_and_cold_spots_have_their_class(testland, published):
    found = column_pattern(published_layer(testland, published), "share")
    classes = dict(zip(found.places["geoid"], found.places["class"], strict=True))
    assert found.pattern.moran > 0.5
    assert (classes["008"], classes["027"]) == ("low_low", "high_high")
    assert list(found.places.columns) == ["geoid", "name", "share", "local_moran", "p_value", "class"]


def test_what_has_no_neighbours_or_numbers_is_refused(testland, published):
    version = published_layer(testland, published)
    with pytest.raises(DataError, match="did you mean share"):
        column_pattern(version, "shares")
    with pytest.raises(DataError, match="there is no column of numbers 'name'"):
        column_pattern(version, "name")
    published("words", pa.table({"geoid": ["1"]}))
    with pytest.raises(DataError, match="only a layer of polygons"):
        column_pattern(testland.store.current("words"), "geoid")
