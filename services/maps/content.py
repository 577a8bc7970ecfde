"""A map's content read from the store: the one way from published layers to pages and pictures."""

from collections.abc import Iterable

import numpy as np
import pyarrow.parquet as pq
import shapely

from catalog.configuration import State
from catalog.indicators import Indicator
from catalog.manifests import LayerManifest
from catalog.maps import ContextLayer, Finder, MapManifest
from catalog.places import Gazetteer, Places
from catalog.places.gazetteer import normal
from catalog.store import Store
from services.caveats import caveats_in_spanish
from services.maps.errors import NothingToShow, UnknownChoice
from services.maps.levels import with_parents
from services.maps.model import STATE, ContextPoints, Level, MapContent, OtherName
from services.maps.tables import read_topic


def read_content(
    store: Store,
    state: State,
    places: Places,
    indicators: dict[str, Indicator],
    manifest: MapManifest,
    layers: Iterable[LayerManifest] = (),
) -> MapContent:
    """Everything that a map shows, from the current versions of its layers.

    `layers` are the state's declarations, for what records do not carry: their caveats in Spanish.

    Raises:
        UnknownChoice: an indicator that the profile does not declare, or a period that its table lacks.
        UnknownLayer: a table or boundary layer is not published yet.
        NothingToShow: no place with a polygon has a value.

    """
    levels: dict[str, Level] = {}
    topics = tuple(
        read_topic(store, places, manifest, _indicator(indicators, name), levels)
        for name in manifest.indicators
    )
    ordered = _ordered(levels, manifest)
    if not any(level.is_drawn for level in ordered.values()):
        raise NothingToShow(f"map {manifest.id!r}: none of its places has a polygon")
    named = with_parents(ordered, places)
    context = tuple(_points(store, layer) for layer in manifest.context)
    names = (
        *_aliases(places, named),
        *(name for item in manifest.find for name in _found(store, item, named)),
    )
    spanish = caveats_in_spanish([*layers, *(topic.indicator for topic in topics)])
    return MapContent(manifest, state, named, topics, context, names, spanish)


def _indicator(indicators: dict[str, Indicator], name: str) -> Indicator:
    if name not in indicators:
        raise UnknownChoice("indicator", name, list(indicators))
    return indicators[name]


def _ordered(levels: dict[str, Level], manifest: MapManifest) -> dict[str, Level]:
    """Levels in the order of the manifest, newest boundaries first, the state last."""
    wanted = [*manifest.places, *([] if STATE in manifest.places else [STATE])]
    found = sorted(levels.values(), key=lambda level: level.vintage, reverse=True)
    return {level.key: level for kind in wanted for level in found if level.type == kind}


def _points(store: Store, layer: ContextLayer) -> ContextPoints:
    version = store.current(layer.layer)
    record = version.record
    columns = ["geometry", *([layer.label] if layer.label else [])]
    table = pq.read_table(version.data, columns=columns)
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    centres = shapely.get_coordinates(shapely.point_on_surface(shapes))
    labels = table[layer.label].to_pylist() if layer.label else [""] * len(centres)
    drawn = [label for label, shape in zip(labels, shapes, strict=True) if shape is not None]
    points = [(float(x), float(y), str(label or "")) for (x, y), label in zip(centres, drawn, strict=True)]
    return ContextPoints(record, tuple(sorted(points, key=lambda point: (point[2], point))))


def _aliases(places: Places, levels: dict[str, Level]) -> list[OtherName]:
    """The other names of places, such as villages, of the levels that the map has."""
    gazetteer = Gazetteer.of(places)
    found = []
    for alias in places.configuration.aliases:
        for hit in gazetteer.search(alias, limit=5):
            level = next((item for item in levels.values() if item.type == hit.place.key.type), None)
            if hit.through == alias and level and hit.place.name in level.names:
                found.append(OtherName(alias, level.key, level.names.index(hit.place.name)))
    return found


def _found(store: Store, finder: Finder, levels: dict[str, Level]) -> list[OtherName]:
    """The names of a table; of several places of one name those with the most weight come first."""
    level = next((item for item in levels.values() if item.type == finder.type), None)
    if level is None:
        return []
    columns = [finder.name, finder.place, *([finder.weight] if finder.weight else [])]
    frame = pq.read_table(store.current(finder.layer).data, columns=columns).to_pandas()
    if finder.weight:
        frame = frame.sort_values([finder.name, finder.weight], ascending=[True, False], kind="stable")
    positions = {normal(name): at for at, name in enumerate(level.names)}
    positions |= {geoid: at for at, geoid in enumerate(level.ids)}
    at = frame[finder.place].map(lambda place: positions.get(place, positions.get(normal(str(place)), -1)))
    pairs = zip(frame[finder.name], at.to_numpy(dtype=np.int64), strict=True)
    return [OtherName(str(name), level.key, int(position)) for name, position in pairs if position >= 0]
