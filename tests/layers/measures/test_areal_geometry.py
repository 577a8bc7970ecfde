from importlib import import_module
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from tobler.area_weighted import area_interpolate

from layers.measures.areal import Method, area_weights, move_extensive, overlay, overlay_areas, point_weights
from layers.measures.areal.errors import OverlappingPlacesError, UnknownPlaceError, UnusableGeometryError
from layers.measures.errors import ScaleError, ShapeMismatchError

KM = 1000.0


def square(x, y, width=1.0, height=1.0):
    return shapely.box(x * KM, y * KM, (x + width) * KM, (y + height) * KM)


@pytest.fixture
def grid():
    """Nine square kilometres, s0 … s8, row by row from the south-west."""
    return [f"s{i}" for i in range(9)], np.array([square(i % 3, i // 3) for i in range(9)])


def test_a_square_over_four_cells_takes_a_quarter_of_each(grid):
    ids, cells = grid
    weights = area_weights(ids, cells, ["mid"], np.array([square(0.5, 0.5)]), basis="areas")
    assert weights.matrix.toarray()[:, 0].tolist() == [0.25, 0.25, 0, 0.25, 0.25, 0, 0, 0, 0]
    assert weights.uncovered.tolist() == [0.75, 0.75, 1, 0.75, 0.75, 1, 1, 1, 1]
    moved = move_extensive(np.full(9, 8.0), weights)
    assert moved.value.tolist() == [8]
    assert moved.uncovered == 64
    assert moved.method.tolist() == [Method.AREA]


def test_columns_of_cells_are_whole_and_need_no_splitting(grid):
    ids, cells = grid
    columns = np.array([square(x, 0, 1, 3) for x in range(3)])
    weights = area_weights(ids, cells, ["west", "middle", "east"], columns, basis="areas")
    np.testing.assert_array_equal(weights.matrix.toarray(), np.tile(np.eye(3), (3, 1)))
    assert weights.target_method.tolist() == [Method.NESTING] * 3
    assert weights.links.tolist() == [3, 3, 3]


def test_a_small_target_inside_a_source_takes_its_share_of_surface(grid):
    ids, cells = grid
    hole = shapely.difference(square(0, 0, 3, 3), square(1.25, 1.25, 0.5, 0.5))
    inner = square(1.25, 1.25, 0.5, 0.5)
    weights = area_weights(ids, cells, ["ring", "inner"], np.array([hole, inner]), basis="areas")
    assert weights.matrix.toarray()[4].tolist() == [0.75, 0.25]
    assert weights.uncovered.sum() == 0


def test_touching_is_not_sharing(grid):
    _, cells = grid
    pairs = overlay_areas(cells, np.array([square(3, 0, 1, 3)]))
    assert pairs.area.size == 0


def test_overlapping_targets_are_refused_unless_declared(grid):
    ids, cells = grid
    two = np.array([square(0, 0, 2, 1), square(1, 0, 2, 1)])
    with pytest.raises(OverlappingPlacesError, match="overlap on s1;"):
        area_weights(ids, cells, ["A", "B"], two, basis="areas")
    weights = area_weights(ids, cells, ["A", "B"], two, basis="areas", overlapping=True)
    assert weights.matrix.toarray()[:3].tolist() == [[1, 0], [1, 1], [0, 1]]
    assert weights.uncovered.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1]


def test_half_overlapping_targets_cover_their_union_once():
    targets = np.array([square(0, 0, 0.5), square(0.25, 0, 0.5)])
    weights = area_weights(
        ["s"], np.array([square(0, 0)]), ["A", "B"], targets, basis="areas", overlapping=True
    )
    assert weights.matrix.toarray().tolist() == [[0.5, 0.5]]
    assert weights.uncovered.tolist() == [0.25]


def test_a_sliver_held_twice_is_rounding_and_totals_still_hold():
    targets = np.array([square(0, 0, 0.5 + 2e-7), square(0.5, 0, 0.5)])
    weights = area_weights(["s"], np.array([square(0, 0)]), ["A", "B"], targets, basis="areas")
    assert weights.matrix.sum() == pytest.approx(1, abs=1e-15)
    assert weights.uncovered.tolist() == [0]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (shapely.Polygon([(0, 0), (KM, KM), (KM, 0), (0, KM)]), "position 1 is invalid"),
        (shapely.Polygon(), "is empty"),
        (shapely.Point(KM, KM), "no polygon"),
        (None, "is missing"),
    ],
)
def test_unusable_geometries_are_named_by_position(bad, message):
    with pytest.raises(UnusableGeometryError, match=message):
        overlay_areas(np.array([square(0, 0), bad], dtype=object), np.array([square(0, 0)]))


def test_degrees_are_refused():
    degrees = np.array([shapely.box(-73, 41, -72, 42)])
    with pytest.raises(UnusableGeometryError, match="equal-area projection"):
        overlay_areas(degrees, degrees)


def test_arrays_line_up_with_ids(grid):
    ids, cells = grid
    with pytest.raises(ShapeMismatchError, match="source_polygons"):
        area_weights(ids[:-1], cells, ["A"], cells[:1], basis="areas")
    with pytest.raises(UnknownPlaceError):
        area_weights(ids, cells, ["A", "A"], cells[:2], basis="areas")
    with pytest.raises(ScaleError, match="processes is 3"):
        overlay_areas(cells, cells, processes=3)


def test_no_polygons_give_no_pairs(grid):
    _, cells = grid
    assert overlay_areas(cells, cells[:0]).area.size == 0


@pytest.fixture
def rough_world():
    """Sixty stars of many corners over a grid of sixteen places with ragged borders between them."""
    rng = np.random.default_rng(3)
    angle = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    radius = rng.uniform(0.2, 1.0, (60, 30)) * KM
    centre = rng.uniform(0.5, 3.5, (60, 1, 2)) * KM
    ring = centre + radius[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    seeds = shapely.multipoints(rng.uniform(0, 4 * KM, (16, 2)))
    around = square(-1, -1, 6, 6)
    places = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=around))
    return shapely.polygons(ring), shapely.intersection(places, around)


def test_short_cuts_give_the_areas_of_plain_intersection(rough_world):
    stars, places = rough_world
    pairs = overlay_areas(stars, places)
    table = np.zeros((stars.size, places.size))
    table[pairs.source, pairs.target] = pairs.area
    plain = shapely.area(shapely.intersection(stars[:, None], places[None, :]))
    np.testing.assert_allclose(table, plain, rtol=1e-9, atol=1e-6)


def test_two_processes_and_small_chunks_change_nothing(rough_world, monkeypatch):
    stars, places = rough_world
    alone = overlay_areas(stars, places)
    monkeypatch.setattr(overlay, "_PAIRS_PER_CHUNK", 50)
    monkeypatch.setattr(overlay, "_WORTH_PROCESSES", 0)
    together = overlay_areas(stars, places, processes=2)
    for one, two in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, two)


def test_agrees_with_tobler(rough_world):
    stars, places = rough_world
    ids, targets = [f"s{i}" for i in range(stars.size)], [f"p{i}" for i in range(places.size)]
    people = np.arange(1.0, stars.size + 1) * 10
    source = gpd.GeoDataFrame({"people": people}, geometry=stars, crs=5070)
    theirs = area_interpolate(
        source, gpd.GeoDataFrame(geometry=places, crs=5070), extensive_variables=["people"]
    )
    ours = move_extensive(people, area_weights(ids, stars, targets, places, basis="areas"))
    # tobler keeps its areas in 32-bit floats
    np.testing.assert_allclose(ours.value, theirs["people"], rtol=1e-6)
    assert ours.value.sum() + ours.uncovered == pytest.approx(people.sum(), rel=1e-12)


def test_areas_are_toblers_before_it_casts_them_to_32_bits(rough_world, monkeypatch):
    stars, places = rough_world
    module = import_module("tobler.area_weighted.area_interpolate")
    left, right = (gpd.GeoDataFrame(geometry=shapes, crs=5070) for shapes in (stars, places))
    pairs = overlay_areas(stars, places)
    ours = sparse.coo_array((pairs.area, (pairs.source, pairs.target)), shape=(stars.size, places.size))
    cast = module._area_tables_binning(left, right, "auto").toarray()
    assert cast.dtype == np.float32
    np.testing.assert_allclose(ours.toarray(), cast, rtol=6e-8, atol=1e-6)
    monkeypatch.setattr(
        module, "coo_matrix", lambda entries, shape, dtype: sparse.coo_array(entries, shape=shape)
    )
    whole = module._area_tables_binning(left, right, "auto").toarray()
    np.testing.assert_allclose(ours.toarray(), whole, rtol=1e-9, atol=1e-6)


def test_points_go_to_the_place_around_them(grid):
    ids, cells = grid
    points = shapely.points([[0.5 * KM, 0.5 * KM], [2.5 * KM, 1.5 * KM], [9 * KM, 9 * KM]])
    weights = point_weights(["p", "q", "sea"], points, ids, cells, basis="centres")
    assert weights.matrix.toarray()[:, [0, 5]].tolist() == [[1, 0], [0, 1], [0, 0]]
    assert weights.uncovered.tolist() == [0, 0, 1]


def test_a_point_on_a_border_counts_once(grid):
    ids, cells = grid
    corner = shapely.points([[KM, KM]])
    weights = point_weights(["p"], corner, ids, cells, basis="centres")
    assert weights.matrix.toarray()[0].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    double = point_weights(["p"], corner, ids, cells, basis="centres", overlapping=True)
    assert double.matrix.toarray()[0].tolist() == [1, 1, 0, 1, 1, 0, 0, 0, 0]


def test_a_point_inside_two_places_is_refused_unless_declared():
    places = np.array([square(0, 0, 2), square(1, 0, 2)])
    point = shapely.points([[1.5 * KM, 0.5 * KM]])
    with pytest.raises(OverlappingPlacesError, match="1 points lie inside several"):
        point_weights(["p"], point, ["A", "B"], places, basis="centres")
    both = point_weights(["p"], point, ["A", "B"], places, basis="centres", overlapping=True)
    assert both.matrix.toarray().tolist() == [[1, 1]]


def test_only_points_are_points(grid):
    ids, cells = grid
    for bad in (square(0, 0), shapely.Point()):
        with pytest.raises(UnusableGeometryError, match="points hold something else"):
            point_weights(["p"], np.array([bad]), ids, cells, basis="centres")


@settings(max_examples=25)
@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=4, unique=True), st.floats(0.5, 3.0))
def test_strips_conserve_totals_with_what_they_leave_uncovered(cuts, reach):
    edges = [0.0, *sorted(cuts), 1.0]
    strips = np.array([square(a * reach, 0, (b - a) * reach, 3) for a, b in pairwise(edges)])
    ids = [f"s{i}" for i in range(9)]
    cells = np.array([square(i % 3, i // 3) for i in range(9)])
    weights = area_weights(ids, cells, [f"t{i}" for i in range(strips.size)], strips, basis="areas")
    people = np.arange(1.0, 10.0) * 100
    moved = move_extensive(people, weights)
    assert moved.value.sum() + moved.uncovered == pytest.approx(people.sum(), rel=1e-9)
    everyone = move_extensive(people, weights.allocate_uncovered())
    untouched = people[np.diff(weights.matrix.indptr) == 0].sum()
    assert everyone.value.sum() == pytest.approx(people.sum() - untouched, rel=1e-9)
