"""Coordinate reference systems as files name them."""

from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.sources.errors import DamagedFile


def identified(definition: str | dict[str, object] | None) -> str | None:
    """A definition (code, well-known text or PROJJSON) as EPSG:n or OGC:CRS84 where it is one, else as WKT.

    Raises:
        DamagedFile: the definition is no coordinate reference system.

    """
    if definition is None or definition == "":
        return None
    try:
        system = CRS.from_user_input(definition)
    except CRSError as error:
        raise DamagedFile(f"the file's coordinate reference system cannot be read: {error}") from error
    authority = system.to_authority(min_confidence=70)
    if authority and authority[0] in ("EPSG", "OGC"):
        return f"{authority[0]}:{authority[1]}"
    return str(system.to_wkt())
