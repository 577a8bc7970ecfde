"""The spatial pattern of a published column: contiguity of the polygons, Moran's I and a class per place."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from catalog.errors import DataError, nearest
from catalog.store import Version
from layers.measures.errors import MeasureError
from layers.measures.spatial import SpatialPattern, spatial_pattern


@dataclass(frozen=True, eq=False)
class ColumnPattern:
    """The pattern of a column and, per place, id, name, value, local Moran, its p-value and class."""

    pattern: SpatialPattern
    places: pd.DataFrame


def column_pattern(version: Version, column: str, *, confidence: float = 0.95) -> ColumnPattern:
    """The pattern of a column of a layer of polygons; polygons that share a border or a corner are neighbours.

    Raises:
        DataError: the layer has no polygons or no such column of numbers, or too few places have a value.

    """
    record = version.record
    if record.geometry_type not in ("Polygon", "MultiPolygon"):
        raise DataError("only a layer of polygons has neighbours", layer=version.layer)
    known = [one.name for one in record.columns if one.type in ("number", "integer")]
    if column not in known:
        raise DataError(
            f"there is no column of numbers {column!r}; {nearest(column, known)}", layer=version.layer
        )
    names = list(record.key)
    if record.places:
        names = list(dict.fromkeys((record.places.id, record.places.name or record.places.id)))
    table = pq.read_table(version.data, columns=[*names, column, "geometry"])
    values = table[column].to_numpy(zero_copy_only=False).astype(np.float64)
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    try:
        found = spatial_pattern(values, contiguous(shapes), confidence=confidence)
    except MeasureError as error:
        raise DataError(str(error), layer=version.layer, column=column) from error
    places = table.select(names).to_pandas()
    places[column], places["local_moran"] = values, found.local
    places["p_value"], places["class"] = found.local_p_value, found.classes
    return ColumnPattern(found, places.sort_values(names[0], ignore_index=True))


def contiguous(shapes: NDArray[np.object_]) -> dict[int, list[int]]:
    """The positions of the shapes that each shape touches or overlaps (queen contiguity), symmetric."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    found: dict[int, list[int]] = defaultdict(list)
    for first, second in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        if first != second:
            found[first].append(second)
    return dict(found)
