"""Empirical Bayes smoothing of small-area rates: to the overall mean, or to the mean of the neighbours."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from layers.measures.arguments import FloatArray, divide, nonnegative
from layers.measures.errors import ScaleError, ShapeMismatchError

type Neighbours = sparse.sparray | sparse.spmatrix | Sequence[Sequence[int]]


def empirical_bayes(events: ArrayLike, population: ArrayLike) -> FloatArray:
    """Return rates per person shrunk to the overall mean (Marshall's global estimator), first axis = places.

    Both arguments are (n,) or (n, …); further axes are smoothed each for itself. With mean m = Σx/Σn and
    variance a = max(0, Σn(x/n - m)²/Σn - m/n̄), the result is m + (x/n - m) · a/(a + m/n). A place that is
    missing or has no people is NaN and takes no part in the mean. Where a is 0 every place gets m: nothing
    but chance separates them.

    Source: Marshall 1991. esda and spdep give the same where a > 0; esda lets a negative a through, here it
    is 0.
    """
    x, n, known = _places(events, population)
    people = n.sum(axis=0)
    rate = np.where(known, divide(x, n), 0.0)
    mean = divide(x.sum(axis=0), people)
    spread = divide((n * (rate - mean) ** 2).sum(axis=0), people)
    variance = spread - divide(mean * known.sum(axis=0), people)
    return np.where(known, _shrink(rate, n, mean, variance), np.nan)


def neighbour_matrix(neighbours: Sequence[Sequence[int]]) -> sparse.csr_array:
    """Return neighbour lists (positions 0 … n-1, one list per place) as a sparse n × n pattern matrix."""
    sizes = [len(row) for row in neighbours]
    columns = np.fromiter((place for row in neighbours for place in row), dtype=np.intp, count=sum(sizes))
    if columns.size and (columns.min() < 0 or columns.max() >= len(sizes)):
        raise ScaleError(
            f"neighbours run from {columns.min()} to {columns.max()}; allowed: 0 … {len(sizes) - 1}"
        )
    starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.intp)])
    return sparse.csr_array((np.ones(columns.size), columns, starts), shape=(len(sizes), len(sizes)))


def spatial_empirical_bayes(events: ArrayLike, population: ArrayLike, neighbours: Neighbours) -> FloatArray:
    """Return rates per person, each shrunk to the mean of its neighbourhood (Marshall's local estimator).

    Both arguments are (n,); `neighbours` are lists of positions or a sparse n × n matrix of which only the
    pattern counts. A place always belongs to its own neighbourhood. A place without neighbours keeps its raw
    rate, for it is its own mean. A place that is missing or has no people is NaN and takes no part.

    Source: Marshall 1991; the same as esda's Spatial_Empirical_Bayes with binary weights.
    """
    x, n, known = _places(events, population)
    if x.ndim != 1:
        raise ShapeMismatchError(f"events has shape {x.shape}; allowed: (n,), one value per place")
    row, column = _pairs(neighbours, x.size)
    used = known[row] & known[column]
    row, column = row[used], column[used]

    def around(values: FloatArray) -> FloatArray:
        return np.bincount(row, weights=values, minlength=x.size).astype(np.float64)

    rate = np.where(known, divide(x, n), 0.0)
    people, members = around(n[column]), np.bincount(row, minlength=x.size)
    mean = divide(around(x[column]), people)
    spread = divide(around(n[column] * (rate[column] - mean[row]) ** 2), people)
    variance = spread - divide(mean * members, people)
    return np.where(known, _shrink(rate, n, mean, variance), np.nan)


def _shrink(rate: FloatArray, n: FloatArray, mean: FloatArray, variance: FloatArray) -> FloatArray:
    """Return mean + (rate - mean) · a/(a + m/n); the mean where both a and m are 0."""
    a = np.maximum(variance, 0.0)
    total = a + divide(mean + 0 * n, n)
    weight = np.where(total == 0, 0.0, divide(a + 0 * n, total))
    return mean + (rate - mean) * weight


def _places(events: ArrayLike, population: ArrayLike) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Return events and people with 0 where unknown, and which places are known."""
    x, n = nonnegative("events", events), nonnegative("population", population)
    if x.shape != n.shape or x.ndim == 0:
        raise ShapeMismatchError(
            f"events has shape {x.shape}, population {n.shape}; allowed: equal, (n,) or (n, …)"
        )
    known = (n > 0) & ~np.isnan(x)
    return np.where(known, x, 0.0), np.where(known, n, 0.0), known


def _pairs(neighbours: Neighbours, places: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows and columns of every pair in a neighbourhood, each place with itself once."""
    matrix = neighbour_matrix(neighbours) if isinstance(neighbours, Sequence) else neighbours
    if matrix.shape != (places, places):
        raise ShapeMismatchError(f"neighbours has shape {matrix.shape}; allowed: ({places}, {places})")
    pattern = sparse.csr_array(matrix, copy=True)
    pattern.sum_duplicates()
    pattern.eliminate_zeros()
    row, column = pattern.nonzero()
    other = row != column
    own = np.arange(places)
    return np.concatenate([row[other], own]), np.concatenate([column[other], own])
