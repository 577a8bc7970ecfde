"""Place ids: text, unique, found in each other."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from layers.measures.areal.errors import UnknownPlaceError
from layers.measures.errors import ShapeMismatchError

type IdArray = NDArray[np.str_]
type IndexArray = NDArray[np.intp]

_NAMED = 5


def place_ids(name: str, ids: ArrayLike) -> IdArray:
    """Return ids as a one-dimensional text array.

    Raises UnknownPlaceError when any is not text, because a number has already lost its leading zeros.
    """
    array = np.asarray(ids)
    if array.ndim != 1:
        raise UnknownPlaceError(f"{name} has shape {array.shape}; allowed: one-dimensional ids")
    bad = [] if array.dtype.kind == "U" else [i for i, v in enumerate(array) if not isinstance(v, str)]
    if bad:
        raise UnknownPlaceError(
            f"{name} holds {type(array[bad[0]]).__name__} at position {bad[0]} ({len(bad)} of {array.size}); "
            "allowed: text ids, with their leading zeros"
        )
    return array.astype(np.str_)


def unique_ids(name: str, ids: ArrayLike) -> IdArray:
    """Return ids as text, each of them once; raises UnknownPlaceError naming the repeated."""
    array = place_ids(name, ids)
    values, counts = np.unique(array, return_counts=True)
    if (counts > 1).any():
        raise UnknownPlaceError(f"{name} repeats {listed(values[counts > 1])}; allowed: every id once")
    return array


def optional_positions(name: str, ids: ArrayLike, among_name: str, among: IdArray) -> IndexArray:
    """Return where each id stands in `among`; -1 for None or NaN, which mean "in no place"."""
    array = np.asarray(ids, dtype=object)
    missing = np.asarray(pd.isna(array), dtype=np.bool_)
    found = np.full(array.shape, -1, dtype=np.intp)
    found[~missing] = positions(name, place_ids(name, array[~missing]), among_name, among)
    return found


def positions(name: str, ids: IdArray, among_name: str, among: IdArray) -> IndexArray:
    """Return where each id stands in `among`; raises UnknownPlaceError naming those that are absent."""
    found = np.asarray(pd.Index(among).get_indexer(pd.Index(ids)), dtype=np.intp)
    if (found < 0).any():
        raise UnknownPlaceError(
            f"{name} holds ids that {among_name} lacks: {listed(np.unique(ids[found < 0]))}"
        )
    return found


def listed(ids: Iterable[str]) -> str:
    """Return the first few ids and how many more there are."""
    names = list(ids)
    rest = len(names) - _NAMED
    return ", ".join(islice(names, _NAMED)) + (f" and {rest} more" if rest > 0 else "")


def lined_up(name: str, array: NDArray[Any], ids: IdArray) -> None:
    """Raise ShapeMismatchError unless the array is one-dimensional with one element per id."""
    if array.shape != ids.shape:
        raise ShapeMismatchError(f"{name} has shape {array.shape}; allowed: ({ids.size},), one per id")
