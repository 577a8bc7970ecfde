"""The picture of where places are in their state."""

from collections.abc import Sequence

import shapely

from catalog.places import PlaceKey
from services.profiles import Profile
from services.reports.material import Material
from services.reports.model import Picture
from services.reports.pictures import Outlines, locator
from services.reports.words import Words


def located(profiles: Sequence[Profile], material: Material, words: Words) -> Picture | None:
    """The map of some places of one type in their state; None where nobody draws them.

    The region around is shaded when there is one place.
    """
    key = profiles[0].place.key
    base = material.outlines(key.type, key.vintage)
    if base is None:
        return None
    shapes = [found for profile in profiles if (found := _shape(base, key.type, profile.ids)) is not None]
    if len(shapes) < len(profiles):
        return None
    region = profiles[0].region if len(profiles) == 1 else None
    around = _around(material, region.key) if region else None
    names = ", ".join(profile.place.name for profile in profiles)
    shaded = words("map alt region", region=region.name) if region and around is not None else ""
    many = {"state": material.state_name, "places": names}
    one = {"state": material.state_name, "place": names, "region": shaded}
    alt = words("map alt", **one) if len(profiles) == 1 else words("map alt brief", **many)
    caption = words("map caption", place=names, state=material.state_name)
    return Picture(locator(base, shapes, around, caption), alt, caption)


def _shape(base: Outlines, kind: str, ids: Sequence[PlaceKey]) -> shapely.Geometry | None:
    for key in ids:
        if key.type == kind and key.vintage == base.vintage:
            return base.shape(key.geoid)
    return None


def _around(material: Material, region: PlaceKey) -> shapely.Geometry | None:
    outlines = material.outlines(region.type, region.vintage)
    return _shape(outlines, region.type, material.places.same(region)) if outlines else None
