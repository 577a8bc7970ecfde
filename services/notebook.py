"""Maps and tables in one line, for notebooks.

Profile and store are those of the environment (TOWNLINE_PROFILE, TOWNLINE_STORE), or given by name.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from catalog.indicators import Indicator, load_indicators
from catalog.manifests import Profile, load_profile
from catalog.maps import MapManifest, load_maps
from catalog.places import Places, load_places
from catalog.records import Record
from catalog.settings import Settings
from catalog.store import Store
from services.maps.building import chosen_map
from services.maps.content import read_content
from services.maps.errors import UnknownChoice
from services.maps.model import NO_POPULATION, STATUSES, Level, MapContent, Topic
from services.maps.page import DisparityMap

_PUBLISHED = tuple("not_applicable" if status == NO_POPULATION else status for status in STATUSES)
_NUMBERS = ("estimate", "moe", "lower", "upper", "denominator")


def disparity_map(
    indicator: str,
    *,
    by: tuple[str, ...] | str = (),
    places: tuple[str, ...] | str = (),
    periods: tuple[str, ...] | str = (),
    profile: Path | str | None = None,
    store: Path | str | None = None,
) -> DisparityMap:
    """The map of an indicator: a folium map that shows itself in a notebook and needs no network.

    Everything is shown of what is not given; `places` go finest first. `map.page` is the page as text and
    `map.save("file.html")` writes it.

        >>> from services import disparity_map
        >>> disparity_map("low-income", places="town")  # doctest: +SKIP

    Raises:
        UnknownChoice: no such indicator, dimension, place type or period; the nearest are named.
        UnknownLayer: the indicator is not published yet.

    """
    state = _State(profile, store)
    chosen = chosen_map(
        state.indicators, indicator, by=_several(by), places=_several(places), periods=_several(periods)
    )
    return DisparityMap(state.content(chosen))


def declared_map(
    name: str, *, profile: Path | str | None = None, store: Path | str | None = None
) -> DisparityMap:
    """A map that the profile declares below `maps/`, as a folium map.

        >>> from services import declared_map
        >>> declared_map("living-conditions")  # doctest: +SKIP

    Raises:
        UnknownChoice: there is none of that name; the nearest are named.

    """
    state = _State(profile, store)
    declared = load_maps(state.profile, state.indicators)
    if name not in declared:
        raise UnknownChoice("map", name, list(declared))
    return DisparityMap(state.content(declared[name]))


def indicator_frame(
    indicator: str,
    *,
    places: str,
    by: tuple[str, ...] | str = (),
    periods: tuple[str, ...] | str = (),
    profile: Path | str | None = None,
    store: Path | str | None = None,
) -> gpd.GeoDataFrame:
    """The values of an indicator for one type of places, one row per place, group and period, with polygons.

    Columns: place_type, vintage, geoid, name, period, one per dimension, estimate, moe, lower, upper, denominator,
    status, geometry (OGC:CRS84). A value that is not published is NaN and its status says why. `frame.attrs` has
    the indicator (title, definition, universe, unit, per, caveats) and the records of table and boundaries
    (version, agency, attribution, licence …) under "indicator", "table" and "boundaries".

        >>> from services import indicator_frame
        >>> towns = indicator_frame("low-income", places="town")  # doctest: +SKIP
        >>> towns.attrs["table"]["attribution"]  # doctest: +SKIP
    """
    state = _State(profile, store)
    chosen = chosen_map(
        state.indicators, indicator, by=_several(by), places=(places,), periods=_several(periods)
    )
    content = state.content(chosen)
    (topic,) = content.topics
    frames = [_rows(topic, level) for level in content.drawn if level.key in topic.blocks]
    frame = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs="OGC:CRS84")
    boundaries = [_told(level.record) for level in content.drawn if level.record]
    frame.attrs = {
        "indicator": topic.indicator.model_dump(mode="json", exclude={"cells", "source", "derived"}),
        "table": _told(topic.record),
        "boundaries": boundaries,
    }
    return frame


def layer_frame(
    layer: str, *, profile: Path | str | None = None, store: Path | str | None = None
) -> gpd.GeoDataFrame | pd.DataFrame:
    """A published layer as it is: a GeoDataFrame (OGC:CRS84) where it has shapes, else a DataFrame.

    `frame.attrs["record"]` has its record: title, description, agency, licence, version, caveats …

        >>> from services import layer_frame
        >>> layer_frame("hospitals").plot()  # doctest: +SKIP

    Raises:
        UnknownLayer: it is not published; the nearest are named.

    """
    version = _State(profile, store).store.current(layer)
    shapes = "geometry" in pq.read_schema(version.data).names
    frame = gpd.read_parquet(version.data) if shapes else pd.read_parquet(version.data)
    frame.attrs["record"] = _told(version.record)
    return frame


class _State:
    """The profile and the store that a call works on."""

    def __init__(self, profile: Path | str | None, store: Path | str | None) -> None:
        given = {"profile": profile, "store": store}
        chosen = Settings().model_copy(update={name: Path(path) for name, path in given.items() if path})
        self.folder = chosen.profile
        self.store = Store(chosen.store)

    @cached_property
    def profile(self) -> Profile:
        return load_profile(self.folder)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        return load_indicators(self.profile)

    def content(self, manifest: MapManifest) -> MapContent:
        places = Places(load_places(self.folder), self.store)
        layers = self.profile.layers.values()
        return read_content(self.store, self.profile.state, places, self.indicators, manifest, layers)


def _several(names: tuple[str, ...] | str) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _told(record: Record) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_none=True)


def _rows(topic: Topic, level: Level) -> pd.DataFrame:
    """A block as rows: periods, then groups, then places."""
    block = topic.blocks[level.key]
    periods, groups, places = block.status.shape
    at = np.indices(block.status.shape).reshape(3, -1)
    codes = np.array(topic.groups, dtype=object).reshape(groups, len(topic.dimensions))
    return pd.DataFrame(
        {
            "place_type": level.type,
            "vintage": level.vintage,
            "geoid": np.array(level.ids, dtype=object)[at[2]],
            "name": np.array(level.names, dtype=object)[at[2]],
            "period": np.array(topic.periods, dtype=object)[at[0]],
        }
        | {name: codes[at[1], number] for number, name in enumerate(topic.dimensions)}
        | {name: getattr(block, name).ravel() for name in _NUMBERS}
        | {
            "status": np.array(_PUBLISHED, dtype=object)[block.status.ravel()],
            "geometry": np.empty(periods * groups * places) if level.shapes is None else level.shapes[at[2]],
        }
    )
