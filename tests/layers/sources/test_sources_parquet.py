import json
from pathlib import Path

import geopandas
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from layers.sources import BATCH_ROWS
from layers.sources.errors import DamagedFile, UnclearHeader, UnknownFormat

SHAPES = {
    "point": shapely.points([[0, 1], [2, 3]]),
    "polygon": shapely.box([0, 1], [0, 1], [2, 3], [2, 3]),
    "multipolygon": [shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)])] * 2,
}


def frame(kind: str = "polygon", crs: object = "EPSG:2234") -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"code": ["01", "02"]}, geometry=SHAPES[kind], crs=crs)


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_geoparquet_in_any_encoding(tmp_path: Path, opener, rows, kind: str, encoding: str) -> None:
    frame(kind).to_parquet(tmp_path / "a.parquet", geometry_encoding=encoding)
    part = opener(tmp_path / "a.parquet")
    assert (part.format, part.geometry, part.crs, part.first_row) == ("parquet", "geometry", "EPSG:2234", 1)
    found = rows(part)
    assert [row["code"] for row in found] == ["01", "02"]
    assert all(shapely.equals(shapely.from_wkb([row["geometry"] for row in found]), SHAPES[kind]))


@pytest.mark.parametrize(
    ("said", "expected"), [("absent", "OGC:CRS84"), (None, None), ("OGC:CRS84", "OGC:CRS84")]
)
def test_what_geoparquet_says_of_its_system(
    tmp_path: Path, opener, said: str | None, expected: str | None
) -> None:
    path = tmp_path / "a.parquet"
    frame(crs="OGC:CRS84").to_parquet(path)
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    if said == "absent":
        del geo["columns"]["geometry"]["crs"]
    elif said is None:
        geo["columns"]["geometry"]["crs"] = None
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    assert opener(path).crs == expected


def test_plain_parquet_has_no_geometry_and_plain_types(tmp_path: Path, opener, rows) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "large": pa.array(["a", None], pa.large_string()),
            "coded": pa.array(["x", "x"]).dictionary_encode(),
            "view": pa.array(["p", "q"], pa.string_view()),
            "n": pa.array([1, 2], pa.int16()),
        }
    )
    pq.write_table(table, path)
    part = opener(path)
    assert part.schema.types == [pa.string(), pa.string(), pa.string(), pa.int16()]
    assert (part.geometry, part.crs) == (None, None)
    assert rows(part) == table.to_pylist()


def test_batches_are_bounded(tmp_path: Path, opener) -> None:
    pd.DataFrame({"n": range(100_000)}).to_parquet(tmp_path / "a.parquet")
    sizes = [batch.num_rows for batch in opener(tmp_path / "a.parquet").batches()]
    assert sum(sizes) == 100_000
    assert max(sizes) == BATCH_ROWS


@pytest.mark.parametrize("damage", ["cut", "overwritten"])
def test_damaged_files(tmp_path: Path, opener, rows, damage: str) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": list(range(5000))}), path, compression="zstd", write_page_checksum=True)
    content = bytearray(path.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    else:
        content[200:300] = b"\xff" * 100
    path.write_bytes(content)
    with pytest.raises(DamagedFile, match=r"layer towns, file a\.parquet: cannot be read"):
        rows(opener(path))


@pytest.mark.parametrize(
    ("geo", "message"),
    [
        ("{}", "not those of GeoParquet"),
        ("[", "not those of GeoParquet"),
        (
            '{"primary_column": "g", "columns": {"g": {"encoding": "WKB"}}}',
            "'g', which the file does not have",
        ),
        ('{"primary_column": "n", "columns": {"n": {"encoding": "TWKB"}}}', "encoding 'TWKB' is not known"),
        (
            '{"primary_column": "n", "columns": {"n": {"encoding": "WKB", "crs": {"a": 1}}}}',
            "system cannot be read",
        ),
    ],
)
def test_geo_metadata_that_do_not_fit(tmp_path: Path, opener, geo: str, message: str) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": [1]}).replace_schema_metadata({"geo": geo}), path)
    with pytest.raises(DamagedFile, match=message):
        opener(path)


def test_columns_of_the_same_name(tmp_path: Path, opener) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["n", "n"]), path)
    with pytest.raises(UnclearHeader, match="several columns of the same name: n"):
        opener(path)
    with pytest.raises(UnknownFormat, match="Parquet files have none"):
        opener(path, layer="x")
