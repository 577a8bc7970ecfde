"""Whether coordinates are where their system says: degrees that are none, swapped axes, the wrong units."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.configuration import State
from catalog.records import Bounds
from layers.errors import MisplacedCoordinates, UntransformedCoordinates
from layers.normalise.cells import Cells, Mask
from layers.normalise.crs.hints import likely_systems, padded

Boxes = NDArray[np.float64]


@dataclass(frozen=True)
class Placement:
    """Where the geometries of a layer must be: `limits` are west, south, east and north in degrees."""

    state: State
    limits: Bounds

    @property
    def around_the_globe(self) -> bool:
        """Whether the limits span more than half of the globe, so that geometries may cross the 180th meridian."""
        return self.limits[2] - self.limits[0] > 180

    def check_degrees(self, boxes: Boxes, cells: Cells) -> None:
        """Refuse coordinates of a geographic system that are no degrees; boxes (n, 4) as found in the file.

        Raises:
            MisplacedCoordinates: beyond ±180 (±360 around the globe) or ±90, with the system that the bounds suggest.

        """
        west, south, east, north = boxes.T
        furthest = 360 if self.around_the_globe else 180
        bad = (west < -furthest) | (east > furthest) | (south < -90) | (north > 90)
        cells.refuse(
            bad,
            MisplacedCoordinates,
            "coordinates that are not degrees of longitude and latitude",
            hint=lambda shown: self._looks_like(boxes),
        )

    def check_results(self, bad: Mask, found: Boxes, cells: Cells) -> None:
        """Refuse rows that the transformation could not place; `found` are their boxes in the file.

        Raises:
            UntransformedCoordinates: the operation has no result there.

        """
        cells.refuse(
            bad,
            UntransformedCoordinates,
            "coordinates without a place in longitude and latitude",
            hint=lambda shown: self._looks_like(found),
        )

    def check_place(self, found: Boxes, results: Boxes, cells: Cells, *, degrees: bool) -> None:
        """Refuse rows outside the limits that are explained by swapped axes or by another system.

        A row that lies outside for another reason is left to the check of the bounds at the end of the run.

        Raises:
            MisplacedCoordinates: swapped latitude and longitude, or a whole batch that fits another system.

        """
        present = np.isfinite(results).all(axis=1)
        outside = present & ~_meets(results, self.limits)
        if not outside.any():
            return
        if degrees:
            turned = outside & _meets(results[:, [1, 0, 3, 2]], self.limits)
            what = "latitude and longitude are swapped: the other way round they lie in the state"
            cells.refuse(turned, MisplacedCoordinates, what)
            return
        far = outside & ~_meets(results, padded(self.limits))
        hints = self._hints(found[far]) if far.sum() == present.sum() else ()
        cells.refuse(
            far & bool(hints),
            MisplacedCoordinates,
            "all coordinates lie outside the state",
            hint=lambda shown: f"they look like {'; or '.join(hints)}",
        )

    def _looks_like(self, boxes: Boxes) -> str:
        hints = self._hints(boxes)
        return (
            f"they look like {'; or '.join(hints)}" if hints else "no system used around the state fits them"
        )

    def _hints(self, boxes: Boxes) -> tuple[str, ...]:
        extent = extent_of(boxes)
        return likely_systems(extent, self.state, self.limits) if extent else ()


def _meets(boxes: Boxes, limits: Bounds) -> Mask:
    west, south, east, north = limits
    meets: Mask = (
        (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    )
    return meets


def extent_of(boxes: Boxes) -> Bounds | None:
    """The box around boxes (n, 4), leaving out those that are not finite; None where all are."""
    finite = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(finite):
        return None
    west, south = finite[:, :2].min(axis=0)
    east, north = finite[:, 2:].max(axis=0)
    return (float(west), float(south), float(east), float(north))
