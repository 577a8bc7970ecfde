"""The geometries of a layer's batches, from the file's cells to WKB in longitude and latitude."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from catalog.manifests import GeometryRules
from layers.errors import MissingGeometry, UnreadableGeometry
from layers.normalise.cells import Cells, Mask, Place, Rows
from layers.normalise.crs.placement import Placement
from layers.normalise.crs.transformation import Transformation
from layers.normalise.geometry.antimeridian import cut_at_antimeridian
from layers.normalise.geometry.kinds import in_the_plane, of_dimension, uniform
from layers.normalise.geometry.reading import Geometries, GeometryReader
from layers.normalise.geometry.repair import invalid, refuse_invalid, repaired
from layers.normalise.notes import Notes


@dataclass(frozen=True)
class GeometryStage:
    """All steps of the geometries of one file, in their order."""

    rules: GeometryRules
    reader: GeometryReader
    transformation: Transformation
    placement: Placement
    place: Place
    notes: Notes

    def __call__(self, batch: pa.RecordBatch, rows: Rows) -> tuple[pa.Array, Mask]:
        """The WKB of every row (null where it has no geometry), and which rows are kept.

        Raises:
            GeometryError: a geometry is not as the manifest says.
            CoordinateSystemError: coordinates are not where their system says.

        """
        cells = Cells(self.place, None, rows, self.notes)
        shapes = self.reader(batch, cells)
        keep = np.ones(len(rows), dtype=bool)
        shapes = self._without_null(shapes, keep, cells)
        shapes = self._without_empty(shapes, keep, cells)
        _refuse_infinite(shapes, cells)
        shapes = in_the_plane(of_dimension(shapes, self.rules, cells), cells)
        found, shapes = shapes, self._transformed(shapes, cells)
        shapes = self._valid(shapes, found, keep, cells)
        shapes = self._without_empty(shapes, keep, cells)
        shapes = uniform(shapes, self.rules, cells)
        return pa.array(shapely.to_wkb(shapes, byte_order=1), pa.binary()), keep

    def _without_null(self, shapes: Geometries, keep: Mask, cells: Cells) -> Geometries:
        absent = shapely.is_missing(shapes)
        if self.rules.null == "refuse":
            cells.refuse(absent, MissingGeometry, "no geometry", hint=lambda shown: _say("null"))
        if self.rules.null == "drop":
            self.notes.lose("no geometry", int(np.count_nonzero(absent)))
            keep &= ~absent
        else:
            cells.note("geometry", "rows kept without geometry", absent)
        return shapes

    def _without_empty(self, shapes: Geometries, keep: Mask, cells: Cells) -> Geometries:
        """Empty geometries handled as declared; those kept are published as null: they are nowhere."""
        empty = shapely.is_empty(shapes)
        if not empty.any():
            return shapes
        if self.rules.empty == "refuse":
            cells.refuse(
                empty,
                MissingGeometry,
                "an empty geometry, or one without extent",
                hint=lambda shown: _say("empty"),
            )
        if self.rules.empty == "drop":
            self.notes.lose("empty geometry", int(np.count_nonzero(empty)))
            keep &= ~empty
        else:
            cells.note("geometry", "empty geometries published as null", empty)
        return _removed(shapes, empty)

    def _transformed(self, shapes: Geometries, cells: Cells) -> Geometries:
        found = shapely.bounds(shapes)
        if self.transformation.degrees:
            self.placement.check_degrees(found, cells)
        results = self.transformation(shapely.get_coordinates(shapes))
        lost = _rows_of(shapes, ~np.isfinite(results).all(axis=1))
        self.placement.check_results(lost, found, cells)
        shapes = shapely.set_coordinates(shapes.copy(), results)
        if self.placement.around_the_globe:
            shapes, cut = cut_at_antimeridian(shapes)
            cells.note("geometry", "cut at the 180th meridian", cut)
        self.placement.check_place(found, shapely.bounds(shapes), cells, degrees=self.transformation.degrees)
        return shapes

    def _valid(self, shapes: Geometries, found: Geometries, keep: Mask, cells: Cells) -> Geometries:
        """Invalid geometries handled as declared; those that only rounding made invalid are always repaired."""
        bad = invalid(shapes)
        if self.rules.invalid == "repair" or not bad.any():
            return repaired(shapes, bad, self.rules, cells)
        theirs = bad & ~shapely.is_valid(found)
        if self.rules.invalid == "refuse":
            refuse_invalid(found, theirs, cells)
        self.notes.lose("invalid geometry", int(np.count_nonzero(theirs)))
        keep &= ~theirs
        return repaired(_removed(shapes, theirs), bad & ~theirs, self.rules, cells)


def _refuse_infinite(shapes: Geometries, cells: Cells) -> None:
    """Nothing is asked of geometries with such coordinates, because GEOS has no defined answer."""
    bad = ~np.isfinite(shapely.get_coordinates(shapes)).all(axis=1)
    cells.refuse(_rows_of(shapes, bad), UnreadableGeometry, "a coordinate that is NaN or infinite")


def _rows_of(shapes: Geometries, of_coordinates: NDArray[np.bool_]) -> Mask:
    """The geometries that own any of the marked coordinates."""
    rows = np.zeros(len(shapes), dtype=bool)
    if of_coordinates.any():
        _, owner = shapely.get_coordinates(shapes, return_index=True)
        rows[owner[of_coordinates]] = True
    return rows


def _removed(shapes: Geometries, where: Mask) -> Geometries:
    if not where.any():
        return shapes
    shapes = shapes.copy()
    shapes[where] = None
    return shapes


def _say(rule: str) -> str:
    return f"`geometry: {{{rule}: keep}}` or `{{{rule}: drop}}` would let such rows pass"
