"""What the bounds of coordinates suggest about their system; a hint for a person, never a decision."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pyproj import CRS, Proj
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError

from catalog.configuration import State
from catalog.records import Bounds

MOST_HINTS = 3
PAD = 0.25
"""How far beyond the state, as a share of its size, a layer of the state may reach and still look at home."""
_SWAPPED = " with the axes swapped"
_FAMILIES = ("NAD83 /", "WGS 84 /", "NAD83(2011) /", "NAD27 /", "NAD83(HARN) /")


def likely_systems(bounds: Bounds, state: State, limits: Bounds) -> tuple[str, ...]:
    """The systems, likeliest first, in which coordinates with these bounds would lie in the state.

    Degrees are tried first, then degrees with the axes swapped, then the projected systems that EPSG has
    for the area (State Plane zones, UTM, Web Mercator …), those made for the state first, as they are and
    with the axes swapped. Differences between datums are left out of account: at a metre or two they say
    nothing here.
    """
    box = padded(limits)
    if _is_degrees(bounds) and _meet(bounds, box):
        return ("degrees of longitude and latitude (OGC:CRS84, or EPSG:4269 if they are NAD83)",)
    if _is_degrees(swapped(bounds)) and _meet(swapped(bounds), box):
        return ("degrees with latitude first: the axes are swapped",)
    ways = [
        (bounds, limits, ""),
        (swapped(bounds), limits, _SWAPPED),
        (bounds, box, ""),
        (swapped(bounds), box, _SWAPPED),
    ]
    found = [
        (system.foreign, way, place, f"{system.name}{said}")
        for place, system in enumerate(_systems(state, limits))
        for way, (order, allowed, said) in enumerate(ways)
        if _fits(order, system.projection, allowed)
    ]
    return tuple(dict.fromkeys(name for *_, name in sorted(found)))[:MOST_HINTS]


def padded(bounds: Bounds) -> Bounds:
    """Bounds enlarged on every side."""
    west, south, east, north = bounds
    wide, high = PAD * (east - west), PAD * (north - south)
    return (west - wide, south - high, east + wide, north + high)


def swapped(bounds: Bounds) -> Bounds:
    """Bounds with x and y exchanged."""
    west, south, east, north = bounds
    return (south, west, north, east)


@dataclass(frozen=True)
class _System:
    """A projected system; foreign when most of the area that it is made for lies outside the state."""

    name: str
    foreign: bool
    projection: Proj


def _systems(state: State, limits: Bounds) -> list[_System]:
    """Projected systems of the area: the state's own, then the common families."""
    known = query_crs_info(
        auth_name="EPSG", pj_types=[PJType.PROJECTED_CRS], area_of_interest=AreaOfInterest(*limits)
    )
    own = CRS.from_user_input(state.projected_crs)
    listed = [(state.projected_crs, own.name, False)]
    for info in sorted(known, key=lambda info: (_family(info.name), int(info.code))):
        if info.area_of_use is not None and f"EPSG:{info.code}" != state.projected_crs:
            foreign = _share_inside(info.area_of_use.bounds, limits) < 0.5
            listed.append((f"EPSG:{info.code}", info.name, foreign))
    return [
        _System(f"{code} ({name})", foreign, projection)
        for code, name, foreign in listed
        for projection in _projection(code)
    ]


def _projection(code: str) -> Iterator[Proj]:
    try:
        yield Proj(code)
    except CRSError:  # a family of zones, such as the whole UTM grid, is no projection of its own
        return


def _family(name: str) -> int:
    return next((place for place, head in enumerate(_FAMILIES) if name.startswith(head)), len(_FAMILIES))


def _share_inside(area: Bounds, limits: Bounds) -> float:
    """The share of an area of use that lies in the limits."""
    wide = min(area[2], limits[2]) - max(area[0], limits[0])
    high = min(area[3], limits[3]) - max(area[1], limits[1])
    whole = (area[2] - area[0]) * (area[3] - area[1])
    return max(wide, 0) * max(high, 0) / whole if whole > 0 else 0.0


def _fits(bounds: Bounds, system: Proj, box: Bounds) -> bool:
    corners = np.array([(x, y) for x in bounds[::2] for y in bounds[1::2]])
    x, y = system(corners[:, 0], corners[:, 1], inverse=True)
    west, south, east, north = box
    return bool(np.all((x >= west) & (x <= east) & (y >= south) & (y <= north)))


def _is_degrees(bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def _meet(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
