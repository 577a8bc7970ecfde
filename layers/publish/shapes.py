"""Geometries of the rows as they pass by: their envelopes, kinds and places in the order."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from catalog.records import Bounds, GeometryType
from layers.publish.errors import UnpublishableShape
from layers.publish.hilbert import hilbert_codes

_TYPES: dict[int, GeometryType] = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
}


@dataclass
class Shapes:
    """What is known of all the geometries seen so far."""

    bounds: Bounds | None = None
    codes: set[int] = field(default_factory=set)

    def measure(self, column: pa.Array, before: int) -> NDArray[np.float64]:
        """The envelopes of a column of well-known binary as (n, 4) degrees; NaN without coordinates.

        Raises:
            UnpublishableShape: not two-dimensional, or no geometry of a kind that is published.

        """
        self.codes |= set(_type_codes(column, before).tolist())
        envelopes = shapely.bounds(shapely.from_wkb(column.to_numpy(zero_copy_only=False)))
        if not np.isnan(envelopes).all():
            west, south = np.nanmin(envelopes[:, :2], axis=0).tolist()
            east, north = np.nanmax(envelopes[:, 2:], axis=0).tolist()
            seen = self.bounds or (west, south, east, north)
            self.bounds = (
                min(seen[0], west),
                min(seen[1], south),
                max(seen[2], east),
                max(seen[3], north),
            )
        return envelopes

    @property
    def geometry_type(self) -> GeometryType | None:
        """The one type of all geometries; None without any geometry.

        Raises:
            UnpublishableShape: there are several; clients, tiles and other formats want one type per layer.

        """
        if len(self.codes) > 1:
            found = ", ".join(_TYPES[code] for code in sorted(self.codes))
            raise UnpublishableShape(f"a layer has geometries of one type, these are {found}")
        return next((_TYPES[code] for code in self.codes), None)


def places(envelopes: NDArray[np.float64]) -> NDArray[np.uint64]:
    """The place on the Hilbert curve of each envelope's middle."""
    middle = (envelopes[:, :2] + envelopes[:, 2:]) / 2
    return hilbert_codes(middle[:, 0], middle[:, 1])


def rounded_outwards(envelopes: NDArray[np.float64]) -> NDArray[np.float32]:
    """Envelopes as float32 that contain the exact ones."""
    low, high = envelopes[:, :2], envelopes[:, 2:]
    down, up = low.astype(np.float32), high.astype(np.float32)
    down = np.where(down > low, np.nextafter(down, np.float32(-np.inf)), down)
    up = np.where(up < high, np.nextafter(up, np.float32(np.inf)), up)
    return np.hstack([down, up])


def _type_codes(column: pa.Array, before: int) -> NDArray[np.uint8]:
    """The type of each geometry that is not null, read from the head of its well-known binary."""
    given = column.drop_null()
    read = np.frombuffer(b"".join(pc.binary_slice(given, 0, 5).to_pylist()), np.uint8)
    if len(read) == 5 * len(given):
        head = read.reshape(-1, 5)
        kinds = np.unique(head[:, 1])
        if (head[:, 0] == 1).all() and not head[:, 2:].any() and set(kinds.tolist()) <= _TYPES.keys():
            return kinds
    raise UnpublishableShape(
        "expected little-endian, two-dimensional well-known binary of points, lines or polygons"
        f" in the rows from {before + 1:,} on"
    )
