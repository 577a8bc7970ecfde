"""Levels of places: polygons and names from the boundary layers, and which place lies in which."""

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from catalog.places import Places, UnknownPlaceSet
from catalog.store import Store
from services.maps.model import STATE, Level, Shapes


def boundary_vintage(places: Places, kind: str, vintage: str) -> str:
    """The vintage in which places of a type are drawn: the ids' own, else the newest that a crosswalk leads to.

    Raises:
        UnknownPlaceSet: the ids cannot be drawn.

    """
    drawn = places.vintages(kind)
    if vintage in drawn:
        return vintage
    joined = {
        other
        for crosswalk in places.configuration.crosswalks
        if crosswalk.type == kind and vintage in (crosswalk.from_vintage, crosswalk.to_vintage)
        for other in (crosswalk.from_vintage, crosswalk.to_vintage)
    }
    found = [other for other in drawn if other in joined]
    if not found:
        places.boundary_layers(kind, vintage)
    return found[-1]


def read_level(store: Store, places: Places, kind: str, vintage: str) -> Level:
    """The level of a type in a vintage that is drawn.

    Raises:
        UnknownPlaceSet: there are no such boundaries.
        DataError: the boundary layer has a place twice.

    """
    if kind == STATE:
        whole = places.configuration.state
        return Level(STATE, vintage, None, (whole.geoid,), (whole.name,), None)
    shapes = places.polygons(kind, vintage)
    named = [place for place in places.of(kind, vintage) if place.key.geoid in shapes]
    ids = tuple(place.key.geoid for place in named)
    polygons = polygonal(shapely.from_wkb([shapes[geoid] for geoid in ids]))
    record = store.current(places.boundary_layers(kind, vintage)[0]).record
    others = _other_ids(places, kind, vintage, ids)
    return Level(kind, vintage, record, ids, tuple(place.name for place in named), polygons, other_ids=others)


def polygonal(shapes: ArrayLike) -> Shapes:
    """Valid polygons of shapes: those that cross themselves are mended, points and lines are left out."""
    given = np.asarray(shapes, dtype=object)
    valid = np.where(shapely.is_valid(given), given, shapely.make_valid(given))
    mixed = np.flatnonzero(shapely.get_type_id(valid) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for at in mixed:
        parts = shapely.get_parts(valid[at])
        valid[at] = shapely.union_all(parts[shapely.get_dimensions(parts) == _AREA])
    return valid


_AREA = 2


def _other_ids(
    places: Places, kind: str, vintage: str, ids: tuple[str, ...]
) -> dict[str, tuple[str | None, ...]]:
    """The ids of the same places in the vintages that crosswalks lead to, where they have others."""
    found: dict[str, tuple[str | None, ...]] = {}
    for crosswalk in places.configuration.crosswalks:
        ends = {crosswalk.from_vintage, crosswalk.to_vintage}
        if crosswalk.type != kind or vintage not in ends:
            continue
        (other,) = ends - {vintage}
        moved = places.translate(kind, ids, vintage, other).ids
        found[other] = tuple(new if new != old else None for old, new in zip(ids, moved, strict=True))
    return found


def with_parents(levels: dict[str, Level], places: Places) -> dict[str, Level]:
    """The same levels, each knowing in which place of the other levels its places lie, and named by it."""
    for child in levels.values():
        for parent in levels.values():
            found = _positions(child, parent, places)
            if found is not None:
                child.parents[parent.key] = found
    return {key: _told_apart(level, levels) for key, level in levels.items()}


def _positions(child: Level, parent: Level, places: Places) -> NDArray[np.int64] | None:
    """For each child the position of its parent; None where nothing says how they nest."""
    where = {geoid: position for position, geoid in enumerate(parent.ids)}
    for nesting in places.configuration.nesting:
        if (nesting.child, nesting.parent) != (child.type, parent.type):
            continue
        try:
            ids = places.translate(child.type, child.ids, child.vintage, nesting.vintage).ids
            above = places.parents(child.type, parent.type, nesting.vintage)
            known = [above.get(geoid or "", "") for geoid in ids]
            same = places.translate(parent.type, known, nesting.vintage, parent.vintage).ids
        except UnknownPlaceSet:
            continue  # another nesting may lead from this vintage to that one
        return np.array([where.get(geoid or "", -1) for geoid in same])
    return None


def _told_apart(level: Level, levels: dict[str, Level]) -> Level:
    """The level with names that people can tell apart: ids as names become the place around and a number."""
    if level.type != "tract" or level.names != level.ids:
        return level
    towns = next((key for key in level.parents if key.startswith("town-")), None)
    around = next((key for key in (towns, *level.parents) if key), None)
    names = []
    for position, geoid in enumerate(level.ids):
        above = level.parents[around][position] if around else -1
        outer = levels[around].names[above] + " " if around and above >= 0 else ""
        names.append(f"{outer}{_tract_number(geoid)}")
    return Level(
        level.type,
        level.vintage,
        level.record,
        level.ids,
        tuple(names),
        level.shapes,
        level.parents,
        level.other_ids,
    )


def _tract_number(geoid: str) -> str:
    """The number of a tract as the census writes it: 09001010101 is 101.01."""
    whole, part = geoid[-6:-2], geoid[-2:]
    return f"{int(whole)}" + (f".{part}" if part != "00" else "")
