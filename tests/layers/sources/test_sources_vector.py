import json
import shutil
import sqlite3
import struct
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pytest
import shapely

from catalog.manifests import Source
from catalog.store import Store
from layers.sources import BATCH_ROWS, open_part, snapshot
from layers.sources.bundles import parts_of, write_bundle
from layers.sources.errors import (
    DamagedFile,
    EmptyFile,
    MissingSidecar,
    ShortFile,
    UnclearChoice,
    UnknownFormat,
    WrongEncoding,
)

ROWS = 300
DRIVERS = {
    "shp": ("shapefile", "ESRI Shapefile"),
    "gpkg": ("geopackage", "GPKG"),
    "gdb": ("filegdb", "OpenFileGDB"),
    "geojson": ("geojson", "GeoJSON"),
    "geojsonl": ("geojson", "GeoJSONSeq"),
    "fgb": ("flatgeobuf", "FlatGeobuf"),
}


@pytest.fixture(scope="module")
def towns() -> geopandas.GeoDataFrame:
    numbers = np.arange(ROWS)
    return geopandas.GeoDataFrame(
        {
            "code": [f"{number:05}" for number in numbers],
            "name": ["Peñasco" if number % 2 else "Avon" for number in numbers],
            "people": numbers.astype(np.int32),
            "share": numbers / 4,
        },
        geometry=shapely.box(numbers / 10, 0, numbers / 10 + 0.1, 1),
        crs="EPSG:4326",
    )


def written(table: geopandas.GeoDataFrame, path: Path, **options: object) -> Path:
    ending = path.suffix.removeprefix(".")
    pyogrio.write_dataframe(table, path, driver=DRIVERS[ending][1], **options)
    if ending not in ("shp", "gdb"):
        return path
    bundle = path.with_name(f"{path.name}.zip")
    write_bundle(path, parts_of(path) or [], bundle)
    return bundle


@pytest.mark.parametrize("ending", DRIVERS)
def test_rows_come_back(tmp_path: Path, opener, rows, towns, ending: str) -> None:
    part = opener(written(towns, tmp_path / f"towns.{ending}"))
    assert (part.format, part.crs, part.first_row) == (DRIVERS[ending][0], "EPSG:4326", 1)
    found = pd.DataFrame(
        sorted(rows(part), key=lambda row: row["code"])
    )  # FlatGeobuf has an order of its own
    assert found["code"].tolist() == towns["code"].tolist()
    assert found["name"].tolist() == towns["name"].tolist()
    assert found["people"].tolist() == towns["people"].tolist()
    assert found["share"].tolist() == towns["share"].tolist()
    boxes = shapely.from_wkb(found[part.geometry].to_numpy())
    assert np.allclose(shapely.bounds(boxes), towns.bounds, atol=1e-9)
    assert np.allclose(shapely.area(boxes), shapely.area(towns.geometry.to_numpy()), atol=1e-9)
    assert sum(batch.num_rows for batch in part.batches()) == ROWS


def test_batches_are_bounded(tmp_path: Path, opener) -> None:
    points = geopandas.GeoDataFrame(
        {"n": range(70_000)}, geometry=shapely.points(np.zeros((70_000, 2))), crs=4326
    )
    part = opener(written(points, tmp_path / "points.gpkg"))
    sizes = [batch.num_rows for batch in part.batches()]
    assert sum(sizes) == 70_000
    assert max(sizes) == BATCH_ROWS


def test_state_plane_is_identified(tmp_path: Path, opener, towns) -> None:
    part = opener(written(towns.to_crs(2234), tmp_path / "towns.shp"))
    assert part.crs == "EPSG:2234"
    esri = (
        'PROJCS["NAD_1983_StatePlane_Connecticut_FIPS_0600_Feet",GEOGCS["GCS_North_American_1983",'
        'DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],'
        'PARAMETER["False_Easting",999999.999996],PARAMETER["False_Northing",499999.999998],'
        'PARAMETER["Central_Meridian",-72.75],PARAMETER["Standard_Parallel_1",41.2],'
        'PARAMETER["Standard_Parallel_2",41.86666666666667],PARAMETER["Latitude_Of_Origin",40.83333333333334],'
        'UNIT["Foot_US",0.3048006096012192]]'
    )
    (tmp_path / "towns.prj").write_text(esri)
    write_bundle(tmp_path / "towns.shp", parts_of(tmp_path / "towns.shp") or [], tmp_path / "esri.zip")
    assert opener(tmp_path / "esri.zip").crs == "EPSG:2234"


def test_an_unknown_system_is_well_known_text(tmp_path: Path, opener, towns) -> None:
    odd = towns.set_crs("+proj=longlat +ellps=clrk66 +no_defs", allow_override=True)
    part = opener(written(odd, tmp_path / "towns.gpkg"))
    assert part.crs is not None
    assert part.crs.startswith("GEOGCRS[")
    assert "Clarke 1866" in part.crs


# shapefiles


def loose(table: geopandas.GeoDataFrame, folder: Path) -> dict[str, bytes]:
    """The parts of a shapefile by their endings."""
    written(table, folder / "towns.shp")
    return {path.suffix: path.read_bytes() for path in folder.glob("towns.*") if path.suffix != ".zip"}


def zipped(folder: Path, parts: dict[str, bytes], name: str = "towns") -> Path:
    path = folder / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for ending, content in parts.items():
            archive.writestr(f"Sub Folder/{name}{ending}", content)
    return path


def test_parts_of_a_shapefile_in_capitals(tmp_path: Path, opener, rows, towns) -> None:
    parts = {ending.upper(): content for ending, content in loose(towns, tmp_path).items()}
    part = opener(zipped(tmp_path, parts))
    assert part.crs == "EPSG:4326"
    assert rows(part)[1]["name"] == "Peñasco"


def test_parts_of_a_shapefile_whose_names_differ_in_case(tmp_path: Path, opener, rows, towns) -> None:
    parts = loose(towns, tmp_path)
    path = zipped(tmp_path, {ending: parts[ending] for ending in (".shp", ".shx", ".cpg")})
    with zipfile.ZipFile(path, "a") as archive:
        for ending in (".dbf", ".prj"):
            archive.writestr(f"Sub Folder/Towns{ending.upper()}", parts[ending])
    part = opener(path)
    assert part.crs == "EPSG:4326"
    assert rows(part)[1]["name"] == "Peñasco"


def test_a_shapefile_without_prj_says_nothing_of_its_system(tmp_path: Path, opener, rows, towns) -> None:
    parts = loose(towns, tmp_path)
    del parts[".prj"]
    part = opener(zipped(tmp_path, parts))
    assert part.crs is None
    assert len(rows(part)) == ROWS


@pytest.mark.parametrize("ending", [".shx", ".dbf"])
def test_a_shapefile_without_a_part(tmp_path: Path, opener, towns, ending: str) -> None:
    parts = loose(towns, tmp_path)
    del parts[ending]
    with pytest.raises(MissingSidecar, match=rf"layer towns, file bad\.zip: the shapefile has no {ending}"):
        opener(zipped(tmp_path, parts))


@pytest.mark.parametrize("ending", [".shp", ".shx", ".dbf"])
@pytest.mark.parametrize("keep", [0.6, 0.001])
def test_a_truncated_part_of_a_shapefile(tmp_path: Path, opener, towns, ending: str, keep: float) -> None:
    parts = loose(towns, tmp_path)
    parts[ending] = parts[ending][: int(len(parts[ending]) * keep) + 5]
    with pytest.raises((ShortFile, DamagedFile), match=rf"the \{ending} part has|begins like"):
        opener(zipped(tmp_path, parts))


def test_parts_of_different_shapefiles(tmp_path: Path, opener, towns) -> None:
    parts = loose(towns, tmp_path)
    (tmp_path / "other").mkdir()
    parts[".dbf"] = loose(towns.head(7), tmp_path / "other")[".dbf"]
    with pytest.raises(DamagedFile, match="has 7 records, but there are 300 shapes"):
        opener(zipped(tmp_path, parts))


def test_the_encoding_of_a_shapefile(tmp_path: Path, opener, rows, towns) -> None:
    written(towns, tmp_path / "towns.shp", encoding="cp1252")
    parts = {path.suffix: path.read_bytes() for path in tmp_path.glob("towns.*") if path.suffix != ".zip"}
    assert rows(opener(zipped(tmp_path, parts)))[1]["name"] == "Peñasco"
    without = {ending: content for ending, content in parts.items() if ending != ".cpg"}
    without[".dbf"] = without[".dbf"][:29] + b"\0" + without[".dbf"][30:]
    assert rows(opener(zipped(tmp_path, without), encoding="cp1252"))[1]["name"] == "Peñasco"
    with pytest.raises(WrongEncoding, match=r"\(0xf1\) is no utf-8 text"):
        opener(zipped(tmp_path, without))
    with pytest.raises(WrongEncoding, match="column name, row 2: the text is not in the encoding"):
        rows(opener(zipped(tmp_path, {**parts, ".cpg": b"UTF-8"})))


def test_a_plain_shapefile_from_the_mirror(tmp_path: Path, store: Store, rows, towns) -> None:
    written(towns, tmp_path / "towns.shp")
    source = Source(mirror="towns.shp")
    taken = snapshot(source, store, mirrors=(tmp_path,), layer="towns")
    part = open_part(taken.object.path, source, name=taken.name, layer="towns", workspace=tmp_path)
    assert (part.name, len(rows(part))) == ("towns.shp", ROWS)


def test_a_geodatabase_folder_from_the_mirror(tmp_path: Path, store: Store, rows, towns) -> None:
    written(towns, tmp_path / "towns.gdb")
    source = Source(mirror="towns.gdb")
    taken = snapshot(source, store, mirrors=(tmp_path,), layer="towns")
    part = open_part(taken.object.path, source, name=taken.name, layer="towns", workspace=tmp_path)
    assert (part.format, len(rows(part))) == ("filegdb", ROWS)


# several layers


def test_the_layer_is_chosen(tmp_path: Path, opener, rows, towns) -> None:
    path = tmp_path / "state.gpkg"
    pyogrio.write_dataframe(towns, path, layer="towns")
    pyogrio.write_dataframe(towns.head(2), path, layer='odd "name"', append=False)
    assert len(rows(opener(path, layer="towns"))) == ROWS
    assert len(rows(opener(path, layer='odd "name"'))) == 2
    with pytest.raises(
        UnclearChoice, match='the file has 2 layers, name one as layer; layers: towns, odd "name"'
    ):
        opener(path)


@pytest.mark.parametrize("ending", ["shp", "geojson", "geojsonl", "fgb"])
def test_formats_without_layers(tmp_path: Path, opener, towns, ending: str) -> None:
    with pytest.raises(UnknownFormat, match="layer 'towns' is declared"):
        opener(written(towns, tmp_path / f"towns.{ending}"), layer="towns")


def test_a_table_without_geometry(tmp_path: Path, opener, rows, towns) -> None:
    path = tmp_path / "table.gpkg"
    pyogrio.write_dataframe(towns.drop(columns="geometry"), path)
    part = opener(path)
    assert (part.geometry, part.crs, len(rows(part))) == (None, None, ROWS)


def test_the_stored_file_stays_alone(tmp_path: Path, store: Store, rows, towns) -> None:
    written(towns, tmp_path / "towns.gpkg")
    with sqlite3.connect(tmp_path / "towns.gpkg") as database:
        database.execute("PRAGMA journal_mode=WAL")
    database.close()
    source = Source(mirror="towns.gpkg")
    taken = snapshot(source, store, mirrors=(tmp_path,), layer="towns")
    part = open_part(taken.object.path, source, name=taken.name, layer="towns", workspace=tmp_path)
    assert len(rows(part)) == ROWS
    assert list(taken.object.path.parent.iterdir()) == [taken.object.path]


# damage


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "geojson", "geojsonl", "kml"])
@pytest.mark.parametrize("damage", ["cut", "overwritten"])
def test_damaged_files(tmp_path: Path, opener, rows, towns, ending: str, damage: str) -> None:
    path = tmp_path / f"towns.{ending}"
    if ending == "kml":
        pyogrio.write_dataframe(towns, path, driver="LIBKML")
    else:
        written(towns, path)
    content = bytearray(path.read_bytes())
    half = len(content) // 2 // 4096 * 4096
    if damage == "cut":
        content = content[:half]
    else:
        content[half : half + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(DamagedFile, match=rf"^layer towns, file towns\.{ending}") as caught:
        rows(opener(path))
    assert str(tmp_path) not in str(caught.value)


def test_a_damaged_geodatabase(tmp_path: Path, opener, rows, towns) -> None:
    written(towns, tmp_path / "towns.gdb")
    table = max((tmp_path / "towns.gdb").glob("*.gdbtable"), key=lambda path: path.stat().st_size)
    table.write_bytes(table.read_bytes()[: table.stat().st_size // 2])
    bundle = tmp_path / "bad.zip"
    write_bundle(tmp_path / "towns.gdb", parts_of(tmp_path / "towns.gdb") or [], bundle)
    with pytest.raises(DamagedFile, match=r"announces 300 records, but \d+ could be read"):
        rows(opener(bundle))


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "fgb", "kml", "topojson", "parquet", "tif", "shp"])
def test_a_page_for_people_under_a_data_name(tmp_path: Path, opener, ending: str) -> None:
    path = tmp_path / f"towns.{ending}"
    path.write_text("<!DOCTYPE html><html>Not found</html>")
    with pytest.raises(DamagedFile, match="begins like an HTML page"):
        opener(path)


def test_an_empty_file(tmp_path: Path, opener) -> None:
    (tmp_path / "towns.geojson").touch()
    with pytest.raises(EmptyFile, match=r"layer towns, file towns\.geojson: the file is empty"):
        opener(tmp_path / "towns.geojson")


def test_a_file_cannot_reach_the_reader_of_another_format(tmp_path: Path, opener) -> None:
    path = tmp_path / "towns.kml"
    path.write_text('<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>')
    with pytest.raises(DamagedFile, match="said to be kml but begins like something else"):
        opener(path)


def test_a_raster_has_no_rows(tmp_path: Path, opener) -> None:
    path = tmp_path / "towns.tif"
    path.write_bytes(b"II*\0")
    with pytest.raises(UnknownFormat, match="kind raster"):
        opener(path)


# curves


def curve() -> bytes:
    points = [(0, 0), (1, 1), (2, 0), (1, -1), (0, 0)]
    ring = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *point) for point in points)
    return struct.pack("<BII", 1, 10, 1) + ring


@pytest.mark.parametrize("ending", ["gpkg", "fgb"])
def test_curves_become_lines(tmp_path: Path, opener, rows, ending: str) -> None:
    square = shapely.to_wkb(shapely.box(5, 5, 6, 6))
    table = pa.table({"n": [1, 2, 3], "geom": pa.array([square, None, curve()], pa.binary())})
    path = tmp_path / f"curves.{ending}"
    options = {} if ending == "gpkg" else {"SPATIAL_INDEX": "NO"}
    pyogrio.write_arrow(
        table,
        path,
        driver=DRIVERS[ending][1],
        geometry_name="geom",
        geometry_type="Unknown",
        crs="EPSG:2234",
        layer_options=options,
    )
    part = opener(path)
    found = [shapely.from_wkb(row[part.geometry]) for row in rows(part)]
    assert found[0].equals(shapely.box(5, 5, 6, 6))
    assert found[1] is None
    assert found[2].geom_type == "Polygon"
    assert found[2].area == pytest.approx(np.pi, rel=0.002)


# GeoJSON and TopoJSON


def feature(number: int, **more: object) -> dict[str, object]:
    geometry = {"type": "Point", "coordinates": [number, 0]}
    return {"type": "Feature", "properties": {"n": number, **more}, "geometry": geometry}


def test_geojson_without_crs_is_wgs_84(tmp_path: Path, opener, rows) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature(1), feature(2, x="a")]}))
    part = opener(path)
    assert part.crs == "EPSG:4326"
    assert [(row["n"], row["x"]) for row in rows(part)] == [(1, None), (2, "a")]


def test_nested_values_are_text(tmp_path: Path, opener, rows) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature(1, about={"k": 1})]}))
    assert json.loads(rows(opener(path))[0]["about"]) == {"k": 1}


@pytest.mark.parametrize("name", ["a.geojsonl", "a.json"])
@pytest.mark.parametrize("separator", ["", "\x1e"])
def test_features_line_by_line(tmp_path: Path, opener, rows, name: str, separator: str) -> None:
    path = tmp_path / name
    path.write_text("".join(f"{separator}{json.dumps(feature(number))}\n" for number in range(3)))
    assert [row["n"] for row in rows(opener(path))] == [0, 1, 2]


def test_a_line_that_is_cut_off_is_named(tmp_path: Path, opener) -> None:
    path = tmp_path / "a.geojsonl"
    path.write_text("\n".join([json.dumps(feature(1)), "", json.dumps(feature(2))[:-10]]))
    with pytest.raises(DamagedFile, match="row 3: the line is no JSON"):
        opener(path)


def test_a_geometry_that_geojson_does_not_know(tmp_path: Path, opener, rows) -> None:
    path = tmp_path / "a.json"
    bad = feature(1) | {"geometry": {"type": "Polygon", "coordinates": "x"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [bad]}))
    with pytest.raises(DamagedFile, match="cannot be read without loss"):
        rows(opener(path))


def test_json_that_is_no_geojson(tmp_path: Path, opener) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"features": 1}')
    with pytest.raises(DamagedFile, match="Failed to read GeoJSON data"):
        opener(path)


@pytest.mark.parametrize("ending", ["geojson", "json", "csv"])
@pytest.mark.parametrize(
    ("content", "seems"),
    [
        (
            '{"error": {"code": 499, "message": "Token Required"}}',
            "an error message of a server: 'Token Required'",
        ),
        ('{"error": true}', "an error message of a server$"),
        ('[{"geoid": "50001", "people": "7"}]', "a JSON table .*: take the dataset as CSV or GeoJSON"),
        (
            '{"meta": {"view": {}}, "data": [["50001"]]}',
            "a JSON table .*: take the dataset as CSV or GeoJSON",
        ),
    ],
)
def test_other_json_in_place_of_data(tmp_path: Path, opener, ending: str, content: str, seems: str) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_text(content)
    with pytest.raises(DamagedFile, match=f"begins like {seems}"):
        opener(path)


@pytest.mark.parametrize(
    ("name", "content", "seems"),
    [
        ("a.zip", b"<html>Sign in</html>", "an HTML page"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"an old Excel workbook \(\.xls\): save it as \.xlsx"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"an old Excel workbook \(\.xls\)"),
        ("a.csv", b"%PDF-1.7\n", "a PDF file"),
        ("a.tab", b"!table\n!version 300\n", "a MapInfo table: export it as GeoPackage"),
    ],
)
def test_what_stands_in_place_of_data_is_told_by_its_first_bytes(
    tmp_path: Path, opener, name: str, content: bytes, seems: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DamagedFile, match=f"begins like {seems}"):
        opener(tmp_path / name)


ESRI = {
    "geometryType": "esriGeometryPoint",
    "spatialReference": {"wkid": 102100, "latestWkid": 3857},
    "fields": [
        {"name": "GEOID", "type": "esriFieldTypeString"},
        {"name": "PEOPLE", "type": "esriFieldTypeInteger"},
    ],
    "features": [
        {"attributes": {"GEOID": "01", "PEOPLE": 5}, "geometry": {"x": 1000.0, "y": 2000.0}},
        {"attributes": {"GEOID": "02", "PEOPLE": None}, "geometry": None},
    ],
}


def test_an_answer_of_an_arcgis_service(tmp_path: Path, opener, rows) -> None:
    (tmp_path / "a.json").write_text(json.dumps(ESRI))
    part = opener(tmp_path / "a.json")
    assert part.crs == "EPSG:3857"
    assert part.geometry is not None
    first, second = rows(part)
    assert (first["GEOID"], first["PEOPLE"]) == ("01", 5)
    assert shapely.from_wkb(first[part.geometry]) == shapely.Point(1000, 2000)
    assert (second["PEOPLE"], second[part.geometry]) == (None, None)


def test_an_answer_that_the_service_cut_short(tmp_path: Path, opener) -> None:
    (tmp_path / "a.json").write_text(json.dumps(ESRI | {"exceededTransferLimit": True}))
    with pytest.raises(ShortFile, match=r"only a part of its features \(exceededTransferLimit\)"):
        opener(tmp_path / "a.json")


def test_text_that_is_no_utf_8_in_geojson(tmp_path: Path, opener, rows) -> None:
    path = tmp_path / "a.geojson"
    content = json.dumps({"type": "FeatureCollection", "features": [feature(1, x="a"), feature(2, x="?")]})
    path.write_bytes(content.encode().replace(b'"?"', b'"\xe9"'))
    with pytest.raises(WrongEncoding, match="column x, row 2"):
        rows(opener(path))


def topology(*names: str) -> str:
    objects = {
        name: {
            "type": "GeometryCollection",
            "geometries": [{"type": "Polygon", "arcs": [[0]], "id": "09", "properties": {"name": name}}],
        }
        for name in names
    }
    arcs = [[[0, 0], [0, 1], [1, 0], [0, -1], [-1, 0]]]
    transform = {"scale": [0.5, 0.5], "translate": [-73, 41]}
    return json.dumps({"type": "Topology", "transform": transform, "objects": objects, "arcs": arcs})


@pytest.mark.parametrize("name", ["a.topojson", "a.json"])
def test_topojson_says_nothing_of_its_system(tmp_path: Path, opener, rows, name: str) -> None:
    path = tmp_path / name
    path.write_text(topology("states"))
    part = opener(path)
    assert (part.format, part.crs) == ("topojson", None)
    (row,) = rows(part)
    assert (row["id"], row["name"]) == ("09", "states")
    assert shapely.from_wkb(row[part.geometry]).bounds == (-73, 41, -72.5, 41.5)


def test_the_object_of_a_topology_is_chosen(tmp_path: Path, opener, rows) -> None:
    path = tmp_path / "a.topojson"
    path.write_text(topology("states", "counties"))
    assert rows(opener(path, layer="counties"))[0]["name"] == "counties"
    with pytest.raises(UnclearChoice, match="layers: states, counties"):
        opener(path)


# KML

KML = """<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>Shelters</name>
<Placemark><name>School</name><ExtendedData><Data name="beds"><value>12</value></Data></ExtendedData>
<Point><coordinates>-72.5,41.5,0</coordinates></Point></Placemark></Folder>{more}</Document></kml>"""


def test_kml_and_kmz(tmp_path: Path, opener, rows) -> None:
    (tmp_path / "a.kml").write_text(KML.format(more=""))
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("doc.kml", KML.format(more=""))
        archive.writestr("files/icon.png", b"png")
    for name in ("a.kml", "a.kmz"):
        part = opener(tmp_path / name)
        (row,) = rows(part)
        assert (part.format, part.crs, row["Name"], row["beds"]) == ("kml", "EPSG:4326", "School", "12")
        assert shapely.from_wkb(row[part.geometry]).equals(shapely.Point(-72.5, 41.5))


def test_a_folder_of_kml_is_chosen(tmp_path: Path, opener, rows) -> None:
    point = "<Point><coordinates>1,2</coordinates></Point>"
    more = f"<Folder><name>Clinics</name><Placemark><name>A</name>{point}</Placemark></Folder>"
    (tmp_path / "a.kml").write_text(KML.format(more=more))
    assert rows(opener(tmp_path / "a.kml", layer="Clinics"))[0]["Name"] == "A"
    with pytest.raises(UnclearChoice, match="layers: Shelters, Clinics"):
        opener(tmp_path / "a.kml")


def test_the_workspace_holds_everything(tmp_path: Path, opener, towns) -> None:
    folder = tmp_path / "mirror"
    folder.mkdir()
    path = written(towns, folder / "towns.shp")
    before = sorted(folder.rglob("*"))
    list(opener(path).batches())
    assert sorted(folder.rglob("*")) == before
    shutil.rmtree(folder)
