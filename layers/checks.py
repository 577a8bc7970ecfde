"""The checks before publication, over what a run is about to publish.

Each says what was found and what is allowed. All are reported, not the first failure only.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from catalog.configuration import State
from catalog.manifests import Column, LayerManifest
from catalog.receipts import CheckResult
from catalog.records import Bounds, Grid, Record
from layers.normalise.cells import Mask, mask, nulls
from layers.normalise.codes import matches
from layers.normalise.georeferencing import limits_of
from layers.normalise.schema import GEOMETRY, published_geometry_type, published_schema

MOST_EXAMPLES = 3
_KINDS = {
    0: "Point",
    1: "LineString",
    2: "LinearRing",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}


class Observations:
    """What the checks need to know of the rows, gathered batch by batch."""

    def __init__(self, manifest: LayerManifest, state: State) -> None:
        self.manifest = manifest
        self.limits = limits_of(manifest, state)
        self.rows = 0
        self.bounds: Bounds | None = None
        self.schemas: list[pa.Schema] = []
        self.null_keys: Counter[str] = Counter()
        self.misshapen_keys: Counter[str] = Counter()
        self.geometry_types: Counter[str] = Counter()
        self.outside = 0
        self.outside_ids: list[str] = []
        self._keys = [column for column in manifest.columns if column.name in manifest.key]

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a published batch into account."""
        self.rows += batch.num_rows
        if not any(batch.schema.equals(schema) for schema in self.schemas):
            self.schemas.append(batch.schema)
        for column in self._keys:
            if column.name in batch.schema.names:
                self._add_key(column, batch.column(column.name))
        if GEOMETRY in batch.schema.names and batch.num_rows:
            self._add_geometry(batch)

    def watched(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same batches, taken into account as they pass."""
        for batch in batches:
            self.add(batch)
            yield batch

    def _add_key(self, column: Column, values: pa.Array) -> None:
        self.null_keys[column.name] += values.null_count
        if column.id is not None and pa.types.is_string(values.type):
            good = mask(pc.is_in(pc.utf8_length(values), value_set=pa.array(column.id.digits, pa.int32())))
            good &= matches(values, "[0-9]+")
            if column.id.pattern:
                good &= matches(values, column.id.pattern)
            self.misshapen_keys[column.name] += int(np.count_nonzero(~good & ~nulls(values)))

    def _add_geometry(self, batch: pa.RecordBatch) -> None:
        shapes = shapely.from_wkb(batch.column(GEOMETRY).to_numpy(zero_copy_only=False))
        for kind, count in zip(*np.unique(shapely.get_type_id(shapes), return_counts=True), strict=True):
            if kind >= 0:
                self.geometry_types[_KINDS[int(kind)]] += int(count)
        boxes = shapely.bounds(shapes)
        placed = ~np.isnan(boxes[:, 0])
        if not placed.any():
            return
        self.bounds = _united(self.bounds, boxes[placed])
        outside = placed & ~_within(boxes, self.limits)
        self.outside += int(np.count_nonzero(outside))
        self._remember(batch, outside)

    def _remember(self, batch: pa.RecordBatch, outside: Mask) -> None:
        room = MOST_EXAMPLES - len(self.outside_ids)
        if room > 0 and outside.any() and self.manifest.access == "public":
            first = batch.take(pa.array(np.flatnonzero(outside)[:room])).select(list(self.manifest.key))
            self.outside_ids += [":".join(map(str, row.values())) for row in first.to_pylist()]


def check_rows(
    manifest: LayerManifest, seen: Observations, previous: Record | None = None
) -> tuple[CheckResult, ...]:
    """The results of all checks of a layer of features or of a table.

    Args:
        manifest: what is allowed.
        seen: what the run is about to publish.
        previous: the record of the version now published, for the change of the row count.

    """
    checks = [_schema(manifest, seen), _key(manifest, seen), *_row_count(manifest, seen.rows, previous)]
    if manifest.geometry is not None:
        wanted = published_geometry_type(manifest.geometry)
        others = sorted(set(seen.geometry_types) - {wanted})
        found = ", ".join(f"{count} {kind}" for kind, count in sorted(seen.geometry_types.items()))
        checks.append(_result("geometry type", not others, found or "no geometry", f"only {wanted}"))
        checks.append(_bounds(seen.bounds, seen.limits, _outside(seen)))
    return tuple(checks)


def check_grid(
    manifest: LayerManifest, state: State, grid: Grid, bounds: Bounds | None
) -> tuple[CheckResult, ...]:
    """The results of all checks of a raster layer; its bounds are those of its cells, in degrees."""
    size = f"{grid.width} × {grid.height} cells, {len(grid.bands)} bands"
    wanted = len(manifest.raster.bands) if manifest.raster else 0
    filled = grid.width > 0 and grid.height > 0 and len(grid.bands) == wanted
    return (
        _result("grid", filled, size, f"at least one cell, {wanted} bands"),
        _bounds(bounds, limits_of(manifest, state), ""),
    )


def _schema(manifest: LayerManifest, seen: Observations) -> CheckResult:
    wanted = published_schema(manifest)
    wrong = [difference for schema in seen.schemas for difference in _differences(schema, wanted)]
    found = "; ".join(wrong) if wrong else f"{len(wanted)} columns as declared"
    return _result("schema", not wrong, found, "the declared columns, types and order")


def _differences(found: pa.Schema, wanted: pa.Schema) -> list[str]:
    if found.names != wanted.names:
        return [f"columns {', '.join(found.names)} in place of {', '.join(wanted.names)}"]
    return [
        f"{field.name} is {field.type} and not {wanted.field(field.name).type}"
        for field in found
        if field.type != wanted.field(field.name).type
    ]


def _key(manifest: LayerManifest, seen: Observations) -> CheckResult:
    faults = [f"{count} empty in {name}" for name, count in seen.null_keys.items() if count]
    faults += [
        f"{count} not of the declared shape in {name}" for name, count in seen.misshapen_keys.items() if count
    ]
    found = ", ".join(faults) or f"all values of {', '.join(manifest.key)} are present and of their shape"
    return _result("key", not faults, found, "no empty key, ids of their declared shape")


def _row_count(manifest: LayerManifest, rows: int, previous: Record | None) -> Sequence[CheckResult]:
    """An exact number settles it; else a least number, and a largest change against the last version."""
    rules = manifest.checks
    if rules.rows is not None:
        right = rows == rules.rows
        hint = "" if right else f"; if the file is right, declare `checks: {{rows: {rows}}}`"
        return [_result("row count", right, f"{rows} rows", f"exactly {rules.rows}{hint}")]
    least = _result("row count", rows >= rules.min_rows, f"{rows} rows", f"at least {rules.min_rows}")
    if previous is None or not previous.rows:
        return [least]
    change = abs(rows - previous.rows) / previous.rows
    found = f"{rows} rows after {previous.rows} in version {previous.version}: a change of {change:.1%}"
    right = change <= rules.max_change
    hint = (
        ""
        if right
        else f"; if the file is right, declare `checks: {{max_change: {math.ceil(100 * change) / 100}}}`"
    )
    return [least, _result("row change", right, found, f"at most {rules.max_change:.1%}{hint}")]


def _bounds(bounds: Bounds | None, limits: Bounds, outside: str) -> CheckResult:
    if bounds is None:
        return _result("bounds", True, "no coordinates", "nothing")
    inside = bool(_within(np.array([bounds]), limits)[0])
    return _result("bounds", inside, f"{_degrees(bounds)}{outside}", f"inside {_degrees(limits)}")


def _outside(seen: Observations) -> str:
    if not seen.outside:
        return ""
    examples = f", for example {', '.join(seen.outside_ids)}" if seen.outside_ids else ""
    return f"; {seen.outside} rows reach outside{examples}"


def _result(check: str, passed: bool, found: str, allowed: str) -> CheckResult:
    return CheckResult(check=check, passed=passed, message=f"{found} (allowed: {allowed})")


def _within(boxes: NDArray[np.float64], limits: Bounds) -> Mask:
    west, south, east, north = limits
    inside: Mask = (
        (boxes[:, 0] >= west) & (boxes[:, 1] >= south) & (boxes[:, 2] <= east) & (boxes[:, 3] <= north)
    )
    return inside


def _united(bounds: Bounds | None, boxes: NDArray[np.float64]) -> Bounds:
    every = boxes if bounds is None else np.vstack([boxes, bounds])
    west, south = every[:, :2].min(axis=0)
    east, north = every[:, 2:].max(axis=0)
    return (float(west), float(south), float(east), float(north))


def _degrees(bounds: Bounds) -> str:
    return ", ".join(f"{value:.6g}" for value in bounds)
