"""The pattern of a published column over squares whose neighbours can be seen."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from catalog.errors import DataError
from catalog.indicators import Indicator
from catalog.places import PlacesConfiguration
from catalog.records import PublishedColumn
from catalog.vocabulary import vocabulary
from layers.derive.indicators import derive_indicator
from layers.derive.spatial import column_pattern, contiguous
from layers.measures.spatial import CLASSES, spatial_pattern

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


PLACES = PlacesConfiguration.model_validate(
    {"state": {"geoid": "99", "name": "Testland"}, "boundaries": {"town": {"2020": "squares"}}}
)
INDICATOR = {
    "id": "late",
    "title": "Late",
    "title_es": "Tarde",
    "definition": "Students who come late to school.",
    "definition_es": "Estudiantes que llegan tarde a la escuela.",
    "universe": "Students",
    "universe_es": "Estudiantes",
    "theme": "education",
    "kind": "count",
    "unit": "students",
    "decimals": 0,
    "direction": "lower_is_better",
    "source": {
        "layer": "counts",
        "place": {"type": "town", "vintage": "2020", "id": "geoid"},
        "period": {"fixed": "2022"},
    },
    "cells": {"shape": "wide", "groups": [{"numerator": ["late"]}]},
    "places": ["town"],
    "spatial": {"places": ["town"]},
}


def derived(testland, published, **changes: object):
    published_layer(testland, published)
    ids = [f"{number:03}" for number in range(len(SQUARES))]
    values = [float(number >= SIZE * SIZE / 2) * 10 + number % 3 for number in range(len(SQUARES))]
    published("counts", pa.table({"geoid": ids[:-1], "late": values[:-1]}))
    indicator = Indicator.model_validate(INDICATOR | changes)
    return derive_indicator(testland, indicator, PLACES)[1]


def test_an_indicator_asks_for_the_class_as_a_column_with_its_receipt(testland, published):
    outcome = derived(testland, published)
    assert outcome.receipt.error is None
    version = testland.store.current("late-town")
    table = pq.read_table(version.data).to_pandas().set_index("geoid")
    codes = {term["code"] for term in vocabulary("spatial-patterns").model_dump()["terms"]}
    assert codes == set(CLASSES)
    assert set(table["total_hot_spot"]) <= codes
    assert (table.loc["008", "total_hot_spot"], table.loc["027", "total_hot_spot"]) == (
        "low_low",
        "high_high",
    )
    assert table.loc[f"{len(SQUARES) - 1:03}", "total_hot_spot"] == "no_part"  # it has no value
    assert version.record.column("total_hot_spot").vocabulary == "spatial-patterns"
    (told,) = [note for note in version.receipt.steps if note.step == "spatial"]
    assert told.message.startswith("Moran's I of total_estimate 0.")
    assert told.rows == len(SQUARES) - 1
    assert derived(testland, published).receipt.outcome == "unchanged"


def test_a_group_that_is_not_there_is_named(testland, published):
    outcome = derived(testland, published, spatial={"places": ["town"], "groups": ["totals"]})
    assert "there is no group 'totals'; did you mean total" in outcome.receipt.error


def test_islands_and_equal_values_take_no_part_and_equal_values_have_equal_classes():
    grid = {n: [m for m in (n - 1, n + 1, n - 6, n + 6) if 0 <= m < 36] for n in range(36)}
    values = np.arange(36.0) // 12 + np.arange(36) % 5 * 0.1
    one, other = (spatial_pattern(values, grid) for _ in range(2))
    np.testing.assert_array_equal(one.local_p_value, other.local_p_value)
    island = spatial_pattern(np.append(values, 50.0), grid)
    assert island.classes[36] == "no_part"
    assert island.moran == pytest.approx(one.moran)
