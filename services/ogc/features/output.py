"""GeoJSON of chosen features: as stored, with fewer properties, without geometry, in another system."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import shapely

from services.ogc import crs
from services.ogc.features.blocks import Fids, as_json
from services.ogc.features.connections import connection
from services.ogc.features.page import Feature, Stored

_CHOSEN = "json_each(?) AS chosen CROSS JOIN texts ON fid = chosen.value ORDER BY chosen.key LIMIT -1"
_ROWS = f"SELECT head, geometry FROM {_CHOSEN}"  # noqa: S608 - constants
_WHOLE = f"SELECT head || geometry || '}}' AS feature FROM {_CHOSEN}"  # noqa: S608 - constants
_WITHOUT_GEOMETRY = f"SELECT head || 'null}}' AS feature FROM {_CHOSEN}"  # noqa: S608 - constants
_ONE = "SELECT head, geometry FROM texts WHERE fid = (SELECT fid FROM features WHERE id = ?)"


@dataclass(frozen=True)
class Form:
    """How features are given out; `crs_uri` None means as stored."""

    properties: tuple[str, ...] = ()
    skip_geometry: bool = False
    crs_uri: str | None = None


def features_json(index: Path, fids: Fids, form: Form) -> bytes:
    """Features as JSON, in the order of their numbers, joined by commas."""
    if not form.properties and (form.skip_geometry or form.crs_uri is None):
        return _joined(index, fids, _WITHOUT_GEOMETRY if form.skip_geometry else _WHOLE)
    found = connection(index).execute(_ROWS, [as_json(fids)]).fetchall()
    chosen = _choosing(form.properties)
    geometries = _geometries([geometry for _, geometry in found], form)
    pairs = zip(found, geometries, strict=True)
    return b",".join(chosen(head) + geometry + b"}" for (head, _), geometry in pairs)


def single_feature(index: Path, identifier: str, form: Form) -> Feature | None:
    """The feature of an id, or None; its geometry stays finished JSON."""
    row = connection(index).execute(_ONE, [identifier]).fetchone()
    if row is None:
        return None
    head, geometry = row
    feature: Feature = orjson.loads(head + "null}")
    feature["geometry"] = Stored(_geometries([geometry], form)[0])
    return feature


def _joined(index: Path, fids: Fids, features: str) -> bytes:
    """Features joined inside SQLite, so that Python handles one value and other threads go on meanwhile."""
    sql = f"SELECT CAST(group_concat(feature, ',') AS BLOB) FROM ({features})"  # noqa: S608 - constants
    text: bytes | None = connection(index).execute(sql, [as_json(fids)]).fetchone()[0]
    return text or b""


def _geometries(texts: Sequence[str], form: Form) -> list[bytes]:
    if form.skip_geometry:
        return [b"null"] * len(texts)
    if form.crs_uri is None:
        return [text.encode() for text in texts]
    return _in_system(texts, form.crs_uri)


def _in_system(texts: Sequence[str], crs_uri: str) -> list[bytes]:
    result = [b"null"] * len(texts)
    present = [number for number, text in enumerate(texts) if text != "null"]
    geometries = shapely.from_geojson(np.array([texts[number] for number in present], dtype=object))
    written = shapely.to_geojson(crs.transformed(geometries, crs_uri))
    for number, text in zip(present, written, strict=True):
        result[number] = text.encode()
    return result


def _choosing(properties: tuple[str, ...]) -> Callable[[str], bytes]:
    """The function from the text before a geometry to the same text with the chosen properties only."""
    if not properties:
        return str.encode

    def choose(head: str) -> bytes:
        feature: Feature = orjson.loads(head + "null}")
        feature["properties"] = {name: feature["properties"][name] for name in properties}
        return orjson.dumps(feature)[: -len(b"null}")]

    return choose
