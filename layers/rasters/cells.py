"""The values of a raster's cells: nodata settled, classes known."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.manifests.rules import Band
from layers.rasters.errors import UnlistedClass, UnsettledNodata

Cells = NDArray[Any]


def settled_nodata(
    found: float | None, declared: float | None, dtype: str, bands: Sequence[Band]
) -> float | None:
    """The nodata value: the declared one, else the file's; never NaN, which JSON cannot say.

    Raises:
        UnsettledNodata: it is also a class, the cells' type cannot hold it, or it is NaN.

    """
    nodata = found if declared is None else declared
    if nodata is None:
        return None
    origin = "the file's" if declared is None else "the declared"
    if np.isnan(nodata):
        raise UnsettledNodata(f"{origin} nodata is NaN: declare a number as nodata, which NaN cells then get")
    kind = np.dtype(dtype)
    if np.issubdtype(kind, np.integer) and not (
        float(nodata).is_integer() and np.iinfo(kind).min <= nodata <= np.iinfo(kind).max
    ):
        raise UnsettledNodata(f"{origin} nodata {nodata:g} is no value of the cells' type {dtype}")
    for band in bands:
        if nodata in {listed.value for listed in band.classes}:
            raise UnsettledNodata(
                f"{nodata:g} is {origin} nodata and a class; declare another nodata value", column=band.name
            )
    return nodata


class CellCheck:
    """Goes through the cells of one band, block by block."""

    def __init__(self, band: Band, nodata: float | None) -> None:
        self.band, self.nodata = band, nodata
        self.valid = self.missing = self.mended = 0
        self._known = np.array([listed.value for listed in band.classes])
        self._unlisted: Counter[float] = Counter()

    def take(self, cells: Cells) -> Cells:
        """The block with nodata in place of NaN; its values are counted.

        Raises:
            UnsettledNodata: NaN without a nodata value, or an infinite value.

        """
        if np.issubdtype(cells.dtype, np.floating):
            cells = self._finite(cells)
        valid = cells if self.nodata is None else cells[cells != cells.dtype.type(self.nodata)]
        self.valid += valid.size
        self.missing += cells.size - valid.size
        if len(self._known):
            for value, count in _counts(valid):
                if value not in self._known:
                    self._unlisted[value] += count
        return cells

    def finish(self) -> None:
        """Say which values of the band are in no class.

        Raises:
            UnlistedClass: there are some; values and numbers of cells are named.

        """
        if self._unlisted:
            listing = ", ".join(
                f"{value:g} ({count} cells)" for value, count in sorted(self._unlisted.items())[:20]
            )
            more = f" and {len(self._unlisted) - 20} more values" if len(self._unlisted) > 20 else ""
            raise UnlistedClass(f"values outside the class table: {listing}{more}", column=self.band.name)

    def _finite(self, cells: Cells) -> Cells:
        nan = np.isnan(cells)
        if np.isinf(cells).any():
            raise UnsettledNodata(f"{int(np.isinf(cells).sum())} cells are infinite", column=self.band.name)
        if not nan.any():
            return cells
        if self.nodata is None:
            raise UnsettledNodata(
                f"{int(nan.sum())} cells are NaN: declare a number as nodata, which they then get",
                column=self.band.name,
            )
        self.mended += int(nan.sum())
        return np.where(nan, cells.dtype.type(self.nodata), cells)


def _counts(cells: Cells) -> list[tuple[float, int]]:
    if cells.dtype in (np.uint8, np.uint16):
        counts = np.bincount(cells.ravel())
        return [(int(value), int(counts[value])) for value in np.flatnonzero(counts)]
    values, numbers = np.unique(cells, return_counts=True)
    return list(zip(values.tolist(), numbers.tolist(), strict=True))
