"""Rows as the serving index holds them: values, finished GeoJSON and envelopes."""

from collections.abc import Iterator, Sequence

import numpy as np
import orjson
import pyarrow as pa
import shapely

from catalog.records import PublishedColumn
from layers.normalise.schema import GEOMETRY
from layers.publish.keys import as_text, feature_ids

Value = str | int | float | None
_AS_TEXT = ("date", "datetime")


class EncodedRows:
    """Rows of the data file, encoded a column at a time.

    Dates and times are ISO 8601 texts. Coordinates are GeoJSON's (RFC 7946) with the fewest digits that give
    the same number back. A geometry that is null or empty is null and has no envelope.
    """

    def __init__(self, rows: pa.RecordBatch, columns: Sequence[PublishedColumn], key: Sequence[str]) -> None:
        self._names = [column.name for column in columns]
        self._values: list[list[Value]] = [
            (
                as_text(rows.column(column.name)) if column.type in _AS_TEXT else rows.column(column.name)
            ).to_pylist()
            for column in columns
        ]
        self._ids: list[str] = feature_ids(rows, key).to_pylist()
        if GEOMETRY in rows.schema.names:
            shapes = shapely.from_wkb(rows.column(GEOMETRY).to_numpy(zero_copy_only=False))
        else:
            shapes = np.full(rows.num_rows, None)
        self._geometries = np.where(
            shapely.is_missing(shapes) | shapely.is_empty(shapes), "null", shapely.to_geojson(shapes)
        )
        self._envelopes = shapely.bounds(shapes)

    def features(self) -> Iterator[tuple[Value, ...]]:
        """West, south, east, north, id and the values of each row; NaN becomes SQLite's null."""
        return zip(*self._envelopes.T.tolist(), self._ids, *self._values, strict=True)

    def texts(self) -> Iterator[tuple[str, str]]:
        """The Feature of each row up to its geometry's value, and this value."""
        return zip(self._heads(), self._geometries.tolist(), strict=True)

    def _heads(self) -> Iterator[str]:
        for identifier, row in zip(self._ids, zip(*self._values, strict=True), strict=True):
            properties = dict(zip(self._names, row, strict=True))
            feature = orjson.dumps({"type": "Feature", "id": identifier, "properties": properties})
            yield feature[:-1].decode() + ',"geometry":'
