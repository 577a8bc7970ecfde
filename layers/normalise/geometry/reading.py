"""Geometries out of a batch: from its WKB column, from well-known text or from two columns of coordinates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from catalog.manifests import GeometryRules
from layers.errors import MissingColumn, UnreadableGeometry
from layers.normalise.cells import Cells, Mask, blanked, mask, nulls
from layers.normalise.headers import find_header, missing_header
from layers.normalise.numbers import parse_plain
from layers.normalise.texts import clean_text, is_text

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class GeometryReader:
    """How the geometries of a file are read, and the positions of the columns that they take."""

    positions: tuple[int, ...]
    read: Callable[[Sequence[pa.Array], Sequence[Cells]], Geometries]
    names: tuple[str | None, ...]

    def __call__(self, batch: pa.RecordBatch, cells: Cells) -> Geometries:
        """The geometries of a batch, None where a row has none."""
        named = [replace(cells, column=name) for name in self.names]
        return self.read([batch.column(position) for position in self.positions], named)


def geometry_reader(rules: GeometryRules, headers: Sequence[str], geometry: str | None) -> GeometryReader:
    """The reader that the manifest's rules ask for.

    Raises:
        MissingColumn: the file has no geometry, or not the columns that are to give one.

    """
    if rules.points:
        positions = tuple(_position(headers, names) for names in (rules.points.x, rules.points.y))
        return GeometryReader(positions, _points, tuple(headers[position] for position in positions))
    if rules.wkt:
        return GeometryReader((_position(headers, (rules.wkt,)),), _from_wkt, (rules.wkt,))
    if geometry is None:
        raise MissingColumn(
            "the file has no geometry; columns with one are declared: `geometry: {points: {x: …, y: …}}` "
            f"or `geometry: {{wkt: …}}`. The file has: {', '.join(map(repr, headers))}"
        )
    return GeometryReader((headers.index(geometry),), _from_wkb, (None,))


def _position(headers: Sequence[str], names: tuple[str, ...]) -> int:
    position = find_header(headers, names)
    if position is None:
        raise missing_header(headers, names)
    return position


def _points(columns: Sequence[pa.Array], cells: Sequence[Cells]) -> Geometries:
    """Points of x and y; a row where both are blank has none."""
    x, y = (_coordinates(column, named) for column, named in zip(columns, cells, strict=True))
    half = nulls(x) != nulls(y)
    replace(cells[0], column=None).refuse(half, UnreadableGeometry, "one of the two coordinates is blank")
    present = ~nulls(x) & ~half
    points = np.full(len(x), None, dtype=object)
    points[present] = shapely.points(
        *(np.asarray(pc.fill_null(values, 0.0).to_numpy(zero_copy_only=False))[present] for values in (x, y))
    )
    return points


def _coordinates(column: pa.Array, cells: Cells) -> pa.Array:
    if is_text(column):
        return parse_plain(clean_text(column, cells, excel_text=False), cells)
    values = pc.cast(column, pa.float64())
    infinite = mask(pc.is_inf(values))
    cells.refuse(infinite, UnreadableGeometry, "an infinite coordinate")
    return blanked(values, mask(pc.is_nan(values)) | infinite)


def _from_wkt(columns: Sequence[pa.Array], cells: Sequence[Cells]) -> Geometries:
    text = clean_text(columns[0], cells[0], excel_text=False)
    with np.errstate(invalid="ignore"):
        shapes: Geometries = shapely.from_wkt(text.to_numpy(zero_copy_only=False), on_invalid="ignore")
    _refuse_unread(shapes, nulls(text), cells[0], "well-known text")
    return shapes


def _from_wkb(columns: Sequence[pa.Array], cells: Sequence[Cells]) -> Geometries:
    """Geometries of WKB; open or short rings are closed, and their repair is left to the next steps."""
    cells_of = columns[0].to_numpy(zero_copy_only=False)
    with np.errstate(
        invalid="ignore"
    ):  # coordinates that are NaN are refused with their rows by the next step
        shapes: Geometries = shapely.from_wkb(cells_of, on_invalid="ignore")
    absent = nulls(columns[0])
    unread = shapely.is_missing(shapes) & ~absent
    if unread.any():
        shapes[unread] = shapely.from_wkb(cells_of[unread], on_invalid="fix")
        closed: Mask = unread & ~shapely.is_missing(shapes)
        cells[0].note("geometry", "rings closed that were open or too short", closed)
    _refuse_unread(shapes, absent, cells[0], "well-known binary")
    return shapes


def _refuse_unread(shapes: Geometries, absent: Mask, cells: Cells, notation: str) -> None:
    cells.refuse(
        shapely.is_missing(shapes) & ~absent,
        UnreadableGeometry,
        f"no geometry can be made of this {notation}",
    )
