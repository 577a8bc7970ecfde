"""Weights by where people live, from points with people such as centres of population."""

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from catalog.indicators import DerivedPlaces
from catalog.places import Places
from layers.indicators.cells import Cells, Floats
from layers.indicators.errors import LostTotals
from layers.measures.areal import Weights, point_weights, population_weights
from layers.normalise import Notes

type Geometries = NDArray[np.object_]


def people_weights(rule: DerivedPlaces, parts: Cells, vintage: str, places: Places, notes: Notes) -> Weights:
    """Weights from the places of a source to those of the derived type, by the people at points.

    A point outside every place of the source belongs to the nearest one, since centres of population can lie in
    water. A place without any people at points counts as a whole where its inner point lies.

    Args:
        rule: which points, and which places are derived.
        parts: cells of the places that are divided.
        vintage: of the ids of the cells.
        places: of the state.
        notes: told what the weights were made of.

    Raises:
        LostTotals: places with people have no polygon.

    """
    kind = rule.parts
    drawn = places.drawn_vintage(kind, vintage) or vintage
    polygons = places.polygons(kind, drawn)
    translated = places.translate(kind, list(polygons), drawn, vintage)
    sources = {
        geoid: shape
        for geoid, shape in zip(translated.ids, polygons.values(), strict=True)
        if geoid is not None
    }
    _refuse_lost(rule, parts, sources)
    points, people = _atoms(rule, sources, places)
    ids = np.array([str(position) for position in range(points.size)])
    basis = f"people at the points of {rule.by}"
    to_source = point_weights(ids, points, list(sources), _shapes(sources), basis=basis, nearest=True)
    targets = places.polygons(rule.type, rule.vintage)
    to_target = point_weights(ids, points, list(targets), _shapes(targets), basis=basis)
    weights = population_weights(people, to_source, to_target, basis=basis)
    if rule.outside == "allocated":
        weights = weights.allocate_uncovered()
    touched = np.diff(weights.matrix.indptr) > 0
    notes.add(
        "weigh",
        f"{kind} {vintage} to {rule.type} {rule.vintage}: {weights.basis}; {int(touched.sum())} of them touch "
        f"{int((weights.links > 0).sum())} places, {int(weights.split.sum())} had to be divided",
        rows=int(touched.sum()),
    )
    return weights


def _atoms(rule: DerivedPlaces, sources: Mapping[str, bytes], places: Places) -> tuple[Geometries, Floats]:
    """The points with people, and the inner point of each source that has none of them."""
    found = [pair for pair in places.points(str(rule.by), rule.population) if pair[1] > 0]
    points: Geometries = np.asarray(shapely.from_wkb([point for point, _ in found]), dtype=object)
    people = np.array([number for _, number in found])
    shapes = _shapes(sources)
    ids = [str(position) for position in range(points.size)]
    belongs = point_weights(ids, points, list(sources), shapes, basis="points", nearest=True)
    empty = belongs.links == 0
    inner: Geometries = np.asarray(shapely.point_on_surface(shapes[empty]), dtype=object)
    return np.concatenate([points, inner]), np.concatenate([people, np.ones(inner.size)])


def _refuse_lost(rule: DerivedPlaces, parts: Cells, sources: Mapping[str, bytes]) -> None:
    counts = np.nan_to_num(parts.numerator) + np.nan_to_num(parts.denominator)
    lost = sorted({str(geoid) for geoid in parts.geoid[counts > 0]} - set(sources))
    if lost:
        raise LostTotals(
            f"{rule.parts} places with people have no polygon: {', '.join(lost[:10])}; complete the boundaries or "
            "the crosswalk in the state's places.yml"
        )


def _shapes(polygons: Mapping[str, bytes]) -> Geometries:
    return np.asarray(shapely.from_wkb(list(polygons.values())), dtype=object)
