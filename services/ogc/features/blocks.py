"""The blocks of a serving index, kept in memory: where to look is known without a query.

A block is BLOCK consecutive features (`catalog.serving`); 1.2 million features have 18,750 blocks of 56 bytes.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalog.records import Bounds
from catalog.serving import BLOCK
from services.ogc.features.connections import connection

Fids = NDArray[np.int64]
Sides = NDArray[np.float64]
Mask = NDArray[np.bool_]

FEATURES = f"json_each(:firsts) j CROSS JOIN features f ON f.fid BETWEEN j.value AND j.value + {BLOCK - 1}"
"""What to select the features of blocks from, whose first numbers are given as JSON."""
_BLOCKS = "SELECT first, last, filled, west, south, east, north FROM blocks ORDER BY first"
_PLACED = f"SELECT f.fid FROM {FEATURES} WHERE f.west IS NOT NULL"  # noqa: S608 - constants


@dataclass(frozen=True, eq=False)
class Blocks:
    """All blocks in order: first and last number, number of features with a geometry, envelopes of these."""

    firsts: Fids
    lasts: Fids
    filled: Fids
    sides: tuple[Sides, Sides, Sides, Sides]

    def touching(self, box: Bounds) -> Mask:
        """Which blocks have an envelope that touches a box."""
        west, south, east, north = self.sides
        return (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])

    def inside(self, box: Bounds) -> Mask:
        """Which blocks have an envelope inside a box."""
        west, south, east, north = self.sides
        return (west >= box[0]) & (east <= box[2]) & (south >= box[1]) & (north <= box[3])


@lru_cache(maxsize=64)
def blocks(index: Path) -> Blocks:
    """The blocks of a serving index."""
    found = np.array(connection(index).execute(_BLOCKS).fetchall(), dtype=np.float64).reshape(-1, 7)
    firsts, lasts, filled = np.ascontiguousarray(found[:, :3].T).astype(np.int64)
    west, south, east, north = np.ascontiguousarray(found[:, 3:].T)
    return Blocks(firsts, lasts, filled, (west, south, east, north))


def all_of(index: Path, chosen: Fids) -> Fids:
    """The numbers of every feature with a geometry in blocks, which are given by their places in the order."""
    of = blocks(index)
    full = of.filled[chosen] == of.lasts[chosen] - of.firsts[chosen] + 1
    every = (of.firsts[chosen[full], np.newaxis] + np.arange(BLOCK)).ravel()
    every = every[every <= of.lasts[-1]] if len(every) else every
    rest = of.firsts[chosen[~full]]
    if not len(rest):
        return every
    found = connection(index).execute(_PLACED, {"firsts": as_json(rest)}).fetchall()
    return np.concatenate([every, np.array([fid for (fid,) in found], dtype=np.int64)])


def as_json(numbers: Fids) -> str:
    """Numbers as a JSON array, the form in which SQLite takes many at once."""
    return "[" + ",".join(map(str, numbers.tolist())) + "]"
