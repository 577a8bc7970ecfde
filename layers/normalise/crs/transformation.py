"""Coordinates led to longitude and latitude of WGS 84 (OGC:CRS84)."""

import threading
import warnings

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]  # public, but not re-exported
from pyproj.transformer import AreaOfInterest, TransformerGroup

from catalog.records import Bounds
from layers.errors import UntransformedCoordinates

OUTPUT = "OGC:CRS84"
DECIMALS = 7
"""Decimals of a degree that are kept: about a centimetre."""


class Transformation:
    """The operation from one system to longitude and latitude, chosen once for an area.

    The most accurate operation that needs no file beyond PROJ's own database is taken, so that every
    machine gets the same coordinates; `note` says which, and how many better ones would need a grid. From
    NAD83 to WGS 84 that is the null transformation of the EPSG registry (accuracy 4 m). Every thread has
    its own operation.

    Raises:
        UntransformedCoordinates: the registry has no operation between the two systems.

    """

    def __init__(self, crs: CRS, area: Bounds) -> None:
        set_network_enabled(False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that better grids exist is said in the note
            group = TransformerGroup(
                crs, OUTPUT, always_xy=True, allow_ballpark=False, area_of_interest=AreaOfInterest(*area)
            )
        if not group.transformers:
            raise UntransformedCoordinates(
                f"there is no operation from {crs.name!r} to {OUTPUT} without grids"
            )
        best = group.transformers[0]
        self._definition = best.definition
        self._local = threading.local()
        self.degrees = crs.is_geographic
        self.note = _note(best, len(group.unavailable_operations))

    @property
    def changes_nothing(self) -> bool:
        """Whether the operation leaves the coordinates as they are."""
        return self._definition.startswith("proj=noop")

    def __call__(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Longitude and latitude, rounded, of x and y in an array (n, 2); infinite where there is none."""
        if self.changes_nothing:
            return np.round(coordinates, DECIMALS)
        x, y = (np.ascontiguousarray(coordinates[:, axis]) for axis in (0, 1))
        self._operation().transform(x, y, inplace=True)
        return np.round(np.column_stack([x, y]), DECIMALS)

    def _operation(self) -> Transformer:
        if not hasattr(self._local, "operation"):
            self._local.operation = Transformer.from_pipeline(self._definition)
        operation: Transformer = self._local.operation
        return operation


_AXES = (" (with axis order normalized for visualization)", " + axis order change (2D)")


def _note(best: Transformer, unavailable: int) -> str:
    operation = best.description
    for said_of_axes in _AXES:
        operation = operation.replace(said_of_axes, "")
    accuracy = f", accuracy {best.accuracy:g} m" if best.accuracy >= 0 else ""
    better = f"; {unavailable} other operations need grids that are not used" if unavailable else ""
    return f"to {OUTPUT} by: {operation}{accuracy}{better}"
