from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from services.maps.topology import DEGREES, Topology, simplified


def _decoded(document: Any, name: str) -> list[shapely.Geometry]:
    """Polygons of a topology by the TopoJSON specification."""
    (scale_x, scale_y), (west, south) = document["transform"]["scale"], document["transform"]["translate"]
    arcs = [np.cumsum(arc, axis=0) * [scale_x, scale_y] + [west, south] for arc in document["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        parts = [arcs[~number][::-1] if number < 0 else arcs[number] for number in numbers]
        return np.concatenate([part if at == 0 else part[1:] for at, part in enumerate(parts)])

    return [
        shapely.MultiPolygon(
            [(ring(part[0]), [ring(hole) for hole in part[1:]]) for part in geometry["arcs"]]
        )
        if geometry["type"]
        else shapely.MultiPolygon()
        for geometry in document["objects"][name]["geometries"]
    ]


def _array(*shapes: shapely.Geometry) -> Any:
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


def test_a_border_of_two_squares_is_stored_once() -> None:
    topology = Topology((0.0, 0.0))
    topology.add("squares", _array(shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)))
    document: Any = topology.document()
    shared = [[round(1 / DEGREES), 0], [0, round(1 / DEGREES)]]
    turned = [[round(1 / DEGREES), round(1 / DEGREES)], [0, -round(1 / DEGREES)]]
    assert len(document["arcs"]) == 3
    assert sum(arc in (shared, turned) for arc in document["arcs"]) == 1
    first, second = (set(geometry["arcs"][0][0]) for geometry in document["objects"]["squares"]["geometries"])
    assert {~number for number in first} & second or first & second


def test_an_island_in_a_lake_shares_the_whole_ring() -> None:
    lake = shapely.box(1, 1, 2, 2)
    topology = Topology((0.0, 0.0))
    topology.add("land", _array(shapely.box(0, 0, 3, 3).difference(lake), lake))
    document: Any = topology.document()
    assert len(document["arcs"]) == 2
    outer, island = _decoded(document, "land")
    assert outer.area == pytest.approx(8)
    assert island.equals(lake)


@given(st.lists(st.sampled_from(range(4)), min_size=16, max_size=16))
def test_decoding_gives_the_polygons_back(owners: list[int]) -> None:
    cells = [shapely.box(x, y, x + 1, y + 1) for y in range(4) for x in range(4)]
    shapes = _array(
        *(
            shapely.union_all([cell for cell, owner in zip(cells, owners, strict=True) if owner == number])
            for number in range(4)
        )
    )
    topology = Topology((0.0, 0.0))
    topology.add("areas", shapes)
    for shape, found in zip(shapes, _decoded(topology.document(), "areas"), strict=True):
        assert found.symmetric_difference(shape).area < 1e-9


def test_two_levels_share_arcs() -> None:
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    topology = Topology((0.0, 0.0))
    topology.add("small", _array(left, right))
    before = len(topology.document()["arcs"])  # type: ignore[arg-type]
    topology.add("same", _array(left, right))
    assert len(topology.document()["arcs"]) == before  # type: ignore[arg-type]


def test_simplified_neighbours_still_share_their_border() -> None:
    wave = [(1 + 0.01 * np.sin(y * 40), y) for y in np.linspace(0, 1, 200)]
    left = shapely.Polygon([(0, 1), (0, 0), *wave])
    right = shapely.Polygon([*wave, (2, 1), (2, 0)])
    coarse = simplified(_array(left, right), 0.05)
    assert shapely.get_num_coordinates(coarse).sum() < 100
    assert shapely.coverage_is_valid(coarse)


def test_a_place_smaller_than_the_tolerance_stays() -> None:
    tiny = shapely.box(0, 0, 1e-4, 1e-4)
    assert not simplified(_array(tiny, shapely.box(1, 1, 3, 3)), 0.5)[0].is_empty


def test_empty_and_missing_shapes_become_null() -> None:
    topology = Topology((0.0, 0.0))
    topology.add("none", simplified(_array(None, shapely.Polygon()), 0.1))
    document: Any = topology.document()
    assert [geometry["type"] for geometry in document["objects"]["none"]["geometries"]] == [None, None]
