import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj
import pytest
import shapely

from catalog.manifests import Crs
from layers.errors import ContradictedCRS, MisplacedCoordinates, MissingCRS, UntransformedCoordinates
from layers.normalise.crs import Transformation, likely_systems, settle_crs

CT = (-73.75, 40.94, -71.75, 42.07)
FEET = "EPSG:2234"
HARTFORD_FEET = (1_017_000.0, 838_000.0)
HARTFORD = (-72.68, 41.76)
ESRI_NAD83 = (
    'GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
UNDEFINED = 'LOCAL_CS["Undefined Cartesian SRS",UNIT["Meter",1]]'
CLARKE = (
    'GEOGCS["unknown",DATUM["unknown",SPHEROID["Clarke 1866",6378206.4,294.97869821]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)


@pytest.mark.parametrize(
    ("found", "declared", "code", "how"),
    [
        (FEET, None, 2234, "as the file says"),
        (None, FEET, 2234, "as declared; the file names none"),
        (UNDEFINED, FEET, 2234, "as declared; the file names none"),
        (ESRI_NAD83, "EPSG:4269", 4269, "as declared and as the file says"),
        ("EPSG:4326", "OGC:CRS84", None, "as declared and as the file says"),
        ("EPSG:4269+5703", "EPSG:4269", 4269, "as declared and as the file says"),
        ("EPSG:4979", "EPSG:4326", 4326, "as declared and as the file says"),
    ],
)
def test_settled(found, declared, code, how):
    settled = settle_crs(found, Crs(code=declared) if declared else None)
    assert settled.crs.to_epsg() == code or code is None
    assert settled.note.endswith(how)


def test_nothing_tells():
    assert settle_crs(None, None) is None
    assert settle_crs(UNDEFINED, None) is None


@pytest.mark.parametrize(
    ("found", "declared"), [("EPSG:4269", "OGC:CRS84"), ("EPSG:6434", FEET), (CLARKE, "EPSG:4326")]
)
def test_a_contradiction_must_be_settled_in_the_manifest(found, declared):
    with pytest.raises(ContradictedCRS, match=r"the file says .*, the manifest .*overrides"):
        settle_crs(found, Crs(code=declared))
    settled = settle_crs(found, Crs(code=declared, overrides="the header is known to be wrong"))
    assert settled.crs == pyproj.CRS.from_user_input(declared)
    assert settled.note.endswith("the header is known to be wrong")


def test_a_system_that_cannot_be_read_is_an_error():
    with pytest.raises(ContradictedCRS, match="cannot be read"):
        settle_crs("nonsense", None)


def test_what_bounds_suggest(connecticut):
    def hints(*bounds):
        return likely_systems(bounds, connecticut, CT)

    assert "degrees of longitude and latitude" in hints(-73.7, 41.0, -71.8, 42.0)[0]
    assert hints(41.0, -73.7, 42.0, -71.8) == ("degrees with latitude first: the axes are swapped",)
    feet = (*HARTFORD_FEET, HARTFORD_FEET[0] + 5000, HARTFORD_FEET[1] + 5000)
    assert hints(*feet)[0] == "EPSG:2234 (NAD83 / Connecticut (ftUS))"
    assert (
        hints(feet[1], feet[0], feet[3], feet[2])[0]
        == "EPSG:2234 (NAD83 / Connecticut (ftUS)) with the axes swapped"
    )
    for code in ("EPSG:3857", "EPSG:26918", "EPSG:26956"):
        to = pyproj.Transformer.from_crs("OGC:CRS84", code, always_xy=True)
        x, y = to.transform(*HARTFORD)
        assert any(hint.startswith(code) for hint in hints(x, y, x + 1, y + 1)), code
    assert hints(1e9, 1e9, 2e9, 2e9) == ()


def test_the_transformation_agrees_with_proj_and_says_what_it_is():
    inward = Transformation(pyproj.CRS(FEET), CT)
    back = pyproj.Transformer.from_crs("EPSG:4269", FEET, always_xy=True)
    degrees = np.array([[-72.7500001, 40.8333333], [-73.5, 41.2]])
    feet = np.column_stack(back.transform(degrees[:, 0], degrees[:, 1]))
    assert inward(feet).tolist() == degrees.tolist()
    assert inward.note == (
        "to OGC:CRS84 by: Inverse of SPCS83 Connecticut zone (US survey foot) + NAD83 to WGS 84 (1), accuracy 4 m; "
        "2 other operations need grids that are not used"
    )


def test_from_nad83_degrees_nothing_but_rounding_happens():
    null = Transformation(pyproj.CRS("EPSG:4269"), CT)
    assert null.changes_nothing
    assert null(np.array([[-72.123456789, 41.0]])).tolist() == [[-72.1234568, 41.0]]


def test_a_missing_system_shows_what_the_bounds_suggest(shaped):
    x, y = HARTFORD_FEET
    with pytest.raises(MissingCRS) as caught:
        shaped([f"POINT ({x} {y})", f"POINT ({x + 10} {y})", None], "point", crs=None)
    message = str(caught.value)
    assert message.startswith("layer tiny, file tiny.csv: The file names no coordinate reference system")
    assert "Coordinates run from 1017000 to 1017010 (x) and from 838000 to 838000 (y)" in message
    assert "They look like EPSG:2234 (NAD83 / Connecticut (ftUS))" in message
    assert "`geometry: {crs: {code: EPSG:…}}`" in message


def test_the_places_of_a_restricted_layer_are_not_shown(shaped):
    with pytest.raises(MissingCRS) as caught:
        shaped(["POINT (-72.123 41.456)"], "point", crs=UNDEFINED, access="restricted")
    assert "72.123" not in str(caught.value)
    assert "degrees of longitude and latitude" in str(caught.value)


def test_feet_come_out_as_degrees(shaped):
    x, y = pyproj.Transformer.from_crs("EPSG:4269", FEET, always_xy=True).transform(-72.5, 41.5)
    found = shaped([f"POINT ({x!r} {y!r})"], "point", crs=FEET)
    assert found.shapes[0].coords[0] == (-72.5, 41.5)
    assert "tiny.csv: EPSG:2234 (NAD83 / Connecticut (ftUS)), as the file says" in found.noted("crs")


def test_feet_declared_as_degrees_are_found_out(shaped):
    x, y = HARTFORD_FEET
    with pytest.raises(
        MisplacedCoordinates, match=r"row 2: coordinates that are not degrees .*they look like EPSG:2234"
    ):
        shaped([f"POINT ({x} {y})"], "point", crs="EPSG:4326")


def test_degrees_declared_as_feet_are_found_out(shaped):
    with pytest.raises(
        MisplacedCoordinates, match=r"all coordinates lie outside the state.*they look like degrees"
    ):
        shaped(["POINT (-72.5 41.5)"], "point", crs=FEET)


def test_metres_declared_as_feet_are_found_out(shaped):
    with pytest.raises(MisplacedCoordinates, match=r"they look like EPSG:26956 \(NAD83 / Connecticut\)"):
        shaped(["POINT (310000 255000)"], "point", crs=FEET)


def test_swapped_latitude_and_longitude_are_found_out_row_by_row(shaped):
    with pytest.raises(MisplacedCoordinates, match=r"latitude and longitude are swapped.*\(row 3\)"):
        shaped(["POINT (-72.5 41.5)", "POINT (41.5 -72.5)"], "point")


def test_a_row_outside_for_no_known_reason_is_left_to_the_checks(shaped):
    assert shaped(["POINT (0 0)"], "point").shapes[0].wkt == "POINT (0 0)"
    assert shaped(["POINT (-71.7 41.5)"], "point").shapes[0].wkt == "POINT (-71.7 41.5)"


def test_bounds_of_the_manifest_take_the_place_of_the_states(layer, normalise):
    declared = {"type": "point", "points": {"x": "x", "y": "y"}, "crs": {"code": "EPSG:4326"}}
    columns = {"id": ["1"], "x": ["41.5"], "y": ["-72.5"]}
    everywhere = layer(geometry=declared, checks={"bounds": (-180, -90, 180, 90)})
    assert normalise(everywhere, columns).shapes[0].wkt == "POINT (41.5 -72.5)"


def test_coordinates_without_a_result_are_refused_with_their_row(shaped):
    with pytest.raises(UntransformedCoordinates, match=r"row 3: coordinates without a place"):
        shaped(["POINT (691000 4625000)", "POINT (1e9 1e9)"], "point", crs="EPSG:26918")


@pytest.mark.state_data
def test_towns_and_restored_ids_of_the_real_files(state_data: Path, layer, normalise):
    with (state_data / "crosswalks" / "ct-town-to-planning-region.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    columns = {name: pa.array([row[name] for row in rows]) for name in rows[0]}
    manifest = layer(
        {"name": "town_fips_2020", "id": {"digits": 10, "pattern": r"09\d{8}"}},
        {"name": "ce_fips_2022", "id": {"digits": 5, "pattern": r"09\d{3}"}},
    )
    found = normalise(manifest, columns)
    assert found.noted("ids") == {"leading zeros restored": 169}
    assert found.column("town_fips_2020")[0] == "0901301080"
    assert len(set(found.column("ce_fips_2022"))) == 9


@pytest.mark.state_data
def test_the_real_towns_declared_in_the_wrong_system(state_data: Path, shaped):
    shapes = json.loads((state_data / "boundaries" / "town_sf.geojson").read_text())["features"]
    texts = [shapely.from_geojson(json.dumps(shape["geometry"])).wkt for shape in shapes]
    assert len(shaped(texts, "polygon", crs="EPSG:4269").shapes) == 169
    with pytest.raises(MissingCRS, match="They look like degrees of longitude and latitude"):
        shaped(texts, "polygon", crs=None)
    with pytest.raises(MisplacedCoordinates, match="they look like degrees"):
        shaped(texts, "polygon", crs=FEET)
