"""Invalid geometries: repaired with the change of their area measured, dropped or refused."""

import numpy as np
import shapely
from numpy.typing import NDArray

from catalog.manifests import GeometryRules
from layers.errors import ChangedArea, InvalidGeometry
from layers.normalise.cells import Cells, Mask
from layers.normalise.crs.transformation import DECIMALS
from layers.normalise.geometry.reading import Geometries

GRID = 10.0**-DECIMALS


def invalid(shapes: Geometries) -> Mask:
    """Where there is a geometry and it is not valid."""
    bad: Mask = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    return bad


def refuse_invalid(shapes: Geometries, bad: Mask, cells: Cells) -> None:
    """Raise the error for the first invalid geometry, with the reason that GEOS gives.

    Raises:
        InvalidGeometry: any is invalid.

    """
    if bad.any():
        reason = str(shapely.is_valid_reason(shapes[bad][0])).split("[")[0]
        cells.refuse(
            bad,
            InvalidGeometry,
            f"invalid: {reason.lower()}",
            hint=lambda shown: "`invalid: repair` would mend it",
        )


def repaired(shapes: Geometries, bad: Mask, rules: GeometryRules, cells: Cells) -> Geometries:
    """The geometries with the invalid ones made valid on the grid of rounded coordinates.

    Shells are united and holes subtracted (the structure method of GEOS); parts that collapse to a lower
    dimension are left out, and a geometry that collapses altogether becomes empty. The change of a
    polygon's area is what rounding cannot account for (a centimetre along its boundary), as a share of the
    larger of the areas before and after: it lies between 0 and 1, and a bow tie, whose two halves cancel each
    other out before, changes much.

    Raises:
        ChangedArea: an area changes by more than the manifest allows.
        InvalidGeometry: a geometry cannot be repaired on the grid.

    """
    if not bad.any():
        return shapes
    broken = shapes[bad]
    mended = shapely.make_valid(broken, method="structure", keep_collapsed=False)
    mended = shapely.set_precision(mended, GRID, mode="valid_output")
    mended = shapely.set_coordinates(mended, np.round(shapely.get_coordinates(mended), DECIMALS))
    still = np.zeros(len(shapes), dtype=bool)
    still[bad] = ~shapely.is_valid(mended)
    cells.refuse(
        still, InvalidGeometry, "invalid, and its repair is not valid either when rounded to a centimetre"
    )
    collapsed = np.zeros(len(shapes), dtype=bool)
    collapsed[bad] = shapely.is_empty(mended)
    if rules.type == "polygon":
        change = np.zeros(len(shapes))
        change[bad] = _area_change(broken, mended)
        _report(change, bad & ~collapsed, rules, cells)
    else:
        cells.note("validity", "invalid geometries repaired", bad & ~collapsed)
    cells.note("validity", "geometries collapsed: without extent when rounded to a centimetre", collapsed)
    shapes = shapes.copy()
    shapes[bad] = mended
    return shapes


def _area_change(before: Geometries, after: Geometries) -> NDArray[np.float64]:
    one, other = shapely.area(before), shapely.area(after)
    larger = np.maximum(one, other)
    beyond_rounding = np.maximum(np.abs(one - other) - GRID * shapely.length(before), 0.0)
    return np.asarray(beyond_rounding / np.where(larger > 0, larger, 1.0))


def _report(change: NDArray[np.float64], mended: Mask, rules: GeometryRules, cells: Cells) -> None:
    too_much = mended & (change > rules.max_area_change)
    largest = float(change[mended].max(initial=0.0))
    cells.refuse(
        too_much,
        ChangedArea,
        f"the repair changes the area by {largest:.3g} of it; `max_area_change` is {rules.max_area_change:g}",
        hint=lambda shown: "look at the shapes before allowing more",
    )
    cells.note(
        "validity",
        "invalid polygons repaired; largest share of area changed: {largest}",
        mended,
        largest=largest,
    )
