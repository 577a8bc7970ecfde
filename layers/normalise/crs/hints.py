"""What the bounds of coordinates suggest about their system; a hint for a person, never a decision."""

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from catalog.configuration import State
from catalog.records import Bounds

MOST_HINTS = 3
PAD = 0.25
"""How far beyond the state, as a share of its size, a layer of the state may reach and still look at home."""
_FAMILIES = ("NAD83 /", "WGS 84 /", "NAD83(2011) /", "NAD27 /", "NAD83(HARN) /")


def likely_systems(bounds: Bounds, state: State, limits: Bounds) -> tuple[str, ...]:
    """The systems, likeliest first, in which coordinates with these bounds would lie in the state.

    Degrees are tried first, then degrees with the axes swapped, then the projected systems that EPSG has
    for the area (State Plane zones, UTM, Web Mercator …), and those with their axes swapped.
    """
    box = padded(limits)
    if _is_degrees(bounds) and _meet(bounds, box):
        return ("degrees of longitude and latitude (OGC:CRS84, or EPSG:4269 if they are NAD83)",)
    turned = swapped(bounds)
    if _is_degrees(turned) and _meet(turned, box):
        return ("degrees with latitude first: the axes are swapped",)
    fitting = _projected(bounds, state, box)
    if fitting:
        return tuple(fitting)
    return tuple(f"{name} with the axes swapped" for name in _projected(turned, state, box))


def padded(bounds: Bounds) -> Bounds:
    """Bounds enlarged on every side."""
    west, south, east, north = bounds
    wide, high = PAD * (east - west), PAD * (north - south)
    return (west - wide, south - high, east + wide, north + high)


def swapped(bounds: Bounds) -> Bounds:
    """Bounds with x and y exchanged."""
    west, south, east, north = bounds
    return (south, west, north, east)


def _projected(bounds: Bounds, state: State, box: Bounds) -> list[str]:
    corners = np.array([(x, y) for x in bounds[::2] for y in bounds[1::2]])
    names: list[str] = []
    for code, name in _candidates(state, box):
        if _lands_inside(corners, code, box):
            names.append(f"{code} ({name})")
        if len(names) == MOST_HINTS:
            break
    return names


def _candidates(state: State, box: Bounds) -> list[tuple[str, str]]:
    known = query_crs_info(
        auth_name="EPSG", pj_types=[PJType.PROJECTED_CRS], area_of_interest=AreaOfInterest(*box)
    )
    names = {f"{info.auth_name}:{info.code}": info.name for info in known}
    names.setdefault(state.projected_crs, CRS.from_user_input(state.projected_crs).name)

    def rank(code: str) -> tuple[bool, int, int]:
        family = next((place for place, head in enumerate(_FAMILIES) if names[code].startswith(head)), 99)
        return (code != state.projected_crs, family, int(code.split(":")[1]))

    return [(code, names[code]) for code in sorted(names, key=rank)]


def _lands_inside(corners: NDArray[np.float64], code: str, box: Bounds) -> bool:
    transformer = Transformer.from_crs(code, "OGC:CRS84", always_xy=True)
    x, y = transformer.transform(corners[:, 0], corners[:, 1])
    west, south, east, north = box
    inside: np.bool_ = np.all((x >= west) & (x <= east) & (y >= south) & (y <= north))
    return bool(inside)


def _is_degrees(bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def _meet(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
