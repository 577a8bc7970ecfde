"""The spatial pattern of a published column: contiguity of the polygons, Moran's I and a class per place."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from catalog.errors import DataError, UnknownColumn, nearest
from catalog.indicators import Indicator, SpatialRule
from catalog.records import PublishedColumn
from catalog.store import Version
from layers.derive.wide import GroupName, group_names
from layers.indicators.described import number_column, text_column
from layers.measures.errors import MeasureError
from layers.measures.spatial import SpatialPattern, spatial_pattern
from layers.normalise import Notes


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
        raise UnknownColumn(
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


def pattern_columns(
    indicator: Indicator, rule: SpatialRule, frame: pd.DataFrame, layer: str, notes: Notes
) -> tuple[pd.DataFrame, tuple[PublishedColumn, ...]]:
    """The frame of places with two more columns per group, the class and its p-value; Moran's I is noted.

    Raises:
        DataError: a group has no column of estimates, or too few places have a value.

    """
    neighbours = contiguous(shapely.from_wkb(frame["geometry"].to_numpy(dtype=object)))
    labels = {one.prefix: one for one in group_names(indicator)}
    columns: list[PublishedColumn] = []
    for prefix in rule.groups:
        source = f"{prefix}_estimate"
        if source not in frame or prefix not in labels:
            raise DataError(f"there is no group {prefix!r}; {nearest(prefix, list(labels))}", layer=layer)
        try:
            found = spatial_pattern(
                frame[source].to_numpy(dtype=np.float64), neighbours, confidence=rule.confidence
            )
        except MeasureError as error:
            raise DataError(str(error), layer=layer, column=source) from error
        notes.add(
            "spatial",
            f"Moran's I of {source} {found.moran:.4f} over {found.places} places (without pattern "
            f"{found.expected:.4f}, p {found.p_value:.2g}); classes at {rule.confidence:.0%}, not corrected for the "
            "number of places",
            rows=found.places,
            column=f"{prefix}_hot_spot",
        )
        frame = frame.assign(
            **{f"{prefix}_hot_spot": found.classes, f"{prefix}_hot_spot_p": found.local_p_value}
        )
        columns += _described(indicator, labels[prefix], rule)
    return frame, tuple(columns)


def _described(indicator: Indicator, group: GroupName, rule: SpatialRule) -> Iterator[PublishedColumn]:
    title, title_es = f"{indicator.title}: {group.label}", f"{indicator.title_es}: {group.label_es}"
    yield text_column(
        f"{group.prefix}_hot_spot",
        f"{title}, hot or cold spot",
        f"{title_es}, punto caliente o frío",
        "Whether the value lies among high or low ones (local Moran's I, neighbours share a border or "
        f"corner, {rule.confidence:.0%}); not corrected for the number of places.",
        "spatial-patterns",
        required=True,
    )
    yield number_column(
        f"{group.prefix}_hot_spot_p",
        f"{title}, p-value of the spot",
        f"{title_es}, valor p del punto",
        "Two-sided p-value of local Moran's I by 999 permutations.",
    )


def contiguous(shapes: NDArray[np.object_]) -> dict[int, list[int]]:
    """The positions of the shapes that each shape touches or overlaps (queen contiguity), symmetric."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    found: dict[int, list[int]] = defaultdict(list)
    for first, second in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        if first != second:
            found[first].append(second)
    return dict(found)
