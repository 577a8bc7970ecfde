"""Rows with the same key made one place: their shapes are joined, their other values must agree."""

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from catalog.errors import DataError
from layers.normalise import Notes

GEOMETRY = "geometry"


def dissolved(batches: Iterable[pa.RecordBatch], key: Sequence[str], notes: Notes) -> pa.RecordBatch:
    """One row per key; the whole layer is held in memory.

    Raises:
        DataError: rows with the same key disagree in another column.

    """
    rows = pa.Table.from_batches(list(batches)).combine_chunks()
    others = [name for name in rows.schema.names if name not in {*key, GEOMETRY}]
    counts = [(name, "count_distinct", pc.CountOptions(mode="all")) for name in others]
    firsts = [(name, "first", pc.ScalarAggregateOptions(skip_nulls=False)) for name in others]
    grouped = rows.append_column("row", pa.array(range(rows.num_rows), pa.int64())).group_by(
        list(key), use_threads=False
    )
    summary = grouped.aggregate([*firsts, *counts, ("row", "list")])
    for name in others:
        disagreeing = summary.filter(pc.greater(summary[f"{name}_count_distinct"], 1))
        if disagreeing.num_rows:
            ids = ", ".join(
                ":".join(map(str, row.values())) for row in disagreeing.select(list(key)).to_pylist()[:5]
            )
            raise DataError(f"rows that are to become one place disagree, for example {ids}", column=name)
    shapes = shapely.from_wkb(rows[GEOMETRY].to_numpy(zero_copy_only=False))
    joined = [_joined(shapes[members]) for members in summary["row_list"].to_pylist()]
    columns = {name: summary[name] for name in key} | {name: summary[f"{name}_first"] for name in others}
    columns[GEOMETRY] = pa.array(shapely.to_wkb(joined), pa.binary())
    notes.add("dissolve", "rows with the same key became one place", rows=rows.num_rows)
    notes.lose("joined with other rows into one place", rows.num_rows - summary.num_rows)
    ordered = pa.table({name: columns[name] for name in rows.schema.names}, schema=rows.schema)
    return ordered.combine_chunks().to_batches()[0]


def _joined(shapes: NDArray[np.object_]) -> shapely.MultiPolygon:
    union = shapely.union_all(shapes)
    parts = [part for part in shapely.get_parts(union) if part.geom_type == "Polygon"]
    return shapely.orient_polygons(shapely.MultiPolygon(parts))
