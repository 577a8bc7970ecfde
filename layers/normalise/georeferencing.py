"""The geometry steps of one file made ready: its system settled, its operation chosen."""

import numpy as np
import shapely

from catalog.configuration import State
from catalog.manifests import GeometryRules, LayerManifest
from catalog.records import Bounds
from layers.errors import MissingCRS
from layers.normalise.cells import Cells, Place
from layers.normalise.crs import (
    Placement,
    SettledCRS,
    Transformation,
    likely_systems,
    missing_crs,
    settle_crs,
)
from layers.normalise.crs.placement import extent_of
from layers.normalise.geometry import GeometryReader, GeometryStage
from layers.normalise.notes import Notes
from layers.sources.opened import OpenedPart


def limits_of(manifest: LayerManifest, state: State) -> Bounds:
    """West, south, east and north that no geometry of the layer may leave."""
    return manifest.checks.bounds or state.bounds


def geometry_stage(
    manifest: LayerManifest,
    rules: GeometryRules,
    part: OpenedPart,
    reader: GeometryReader,
    state: State,
    notes: Notes,
) -> GeometryStage:
    """The steps for the geometries of one file.

    Raises:
        MissingCRS: nothing tells the system; the file is read once more to say what its bounds suggest.
        ContradictedCRS: the file and the manifest differ.
        UntransformedCoordinates: there is no operation to longitude and latitude.

    """
    limits = limits_of(manifest, state)
    place = Place(manifest.id, part.name, restricted=manifest.access == "restricted")
    in_columns = rules.points or rules.wkt
    settled = settle_crs(None if in_columns else part.crs, rules.crs)
    if settled is None:
        raise _missing(part, reader, place, state, limits)
    transformation = Transformation(settled.crs, limits)
    _note(settled, transformation, part, notes)
    return GeometryStage(rules, reader, transformation, Placement(state, limits), place, notes)


def _note(settled: SettledCRS, transformation: Transformation, part: OpenedPart, notes: Notes) -> None:
    notes.add("crs", f"{part.name}: {settled.note}")
    notes.add("crs", transformation.note)


def _missing(
    part: OpenedPart, reader: GeometryReader, place: Place, state: State, limits: Bounds
) -> MissingCRS:
    extent = _extent(part, reader, place)
    hints = likely_systems(extent, state, limits) if extent else ()
    shown = None
    if extent and not place.restricted:
        shown = (
            f"from {extent[0]:.10g} to {extent[2]:.10g} (x) and from {extent[1]:.10g} to {extent[3]:.10g} (y)"
        )
    return missing_crs(hints, extent=shown, found=part.crs)


def _extent(part: OpenedPart, reader: GeometryReader, place: Place) -> Bounds | None:
    boxes = []
    for batch in part.batches():
        shapes = reader(batch, Cells(place, None, np.arange(batch.num_rows), None))
        boxes.append(shapely.bounds(shapes))
    return extent_of(np.concatenate(boxes)) if boxes else None
