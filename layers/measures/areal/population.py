"""Weights by where people live, from atoms such as blocks or population centres."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from layers.measures.areal.errors import OverlappingPlacesError, WeightsError
from layers.measures.areal.ids import IdArray, lined_up, listed, positions
from layers.measures.areal.weights import TOLERANCE, Method, Weights, linked_product
from layers.measures.arguments import FloatArray, divide, nonnegative
from layers.measures.errors import NotFiniteError, ShapeMismatchError


def population_weights(
    population: ArrayLike,
    to_source: Weights,
    to_target: Weights,
    *,
    basis: str,
    source_population: ArrayLike | None = None,
) -> Weights:
    """Return weights by where the people of each source live, from atoms such as blocks.

    `population` (n_atom,) stands in the order of `to_source.source_ids`; `to_source` says in which source
    each atom lies and `to_target` in which target, over the same atoms in any order. Weight = people of the
    source in the target / people of the source. `source_population` (n_source,), in the order of
    `to_source.target_ids`, gives the people of whole sources when the atoms listed are only some of theirs.

    A source without people keeps weight 1 when all of it lies in one target; divided among several it has no
    weights: it counts as uncovered. Raises OverlappingPlacesError when sources overlap, UnknownPlaceError
    when the atoms differ, and WeightsError when the atoms hold more people than their source.
    Formula: EPA EJScreen, block weights.
    """
    people = _populations(population, to_source)
    if to_source.overlapping:
        raise OverlappingPlacesError("to_source overlaps; allowed: atoms of which each lies in one source")
    if to_target.source_ids.size != to_source.source_ids.size:
        raise ShapeMismatchError(
            f"to_source has {to_source.source_ids.size} atoms and to_target {to_target.source_ids.size}; "
            "allowed: the same atoms (give None as the target of those outside)"
        )
    order = positions("to_source atoms", to_source.source_ids, "to_target atoms", to_target.source_ids)
    upward = sparse.csr_array(to_source.matrix.T)
    atoms_in_target = to_target.matrix[order]
    listed_people = upward @ people
    totals = _source_totals(source_population, listed_people, to_source.target_ids)
    outside = upward @ (people * to_target.uncovered[order]) + (totals - listed_people)
    mass = linked_product(_scaled_columns(upward, people), atoms_in_target)
    source = np.repeat(np.arange(totals.size), np.diff(mass.indptr))
    weight = np.nan_to_num(divide(mass.data, totals[source]))
    uncovered = np.where(totals > 0, np.nan_to_num(divide(outside, totals)), 1.0)
    whole = _whole_without_people(totals, upward, mass, to_target.uncovered[order])
    weight[whole[source]], uncovered[whole] = 1.0, 0.0
    return Weights(
        sparse.csr_array((weight, mass.indices, mass.indptr), shape=mass.shape),
        to_source.target_ids,
        to_target.target_ids,
        max(Method.POPULATION, to_source.method, to_target.method),
        basis,
        np.clip(uncovered, 0.0, 1.0),
        to_target.overlapping,
    )


def _populations(population: ArrayLike, to_source: Weights) -> FloatArray:
    people = nonnegative("population", population)
    lined_up("population", people, to_source.source_ids)
    if np.isnan(people).any():
        raise NotFiniteError(
            f"population is missing for {int(np.isnan(people).sum())} atoms; give 0 only if it is 0"
        )
    return people


def _source_totals(given: ArrayLike | None, atoms: FloatArray, sources: IdArray) -> FloatArray:
    """Return the people of whole sources, never fewer than those of the atoms listed."""
    if given is None:
        return atoms
    totals = nonnegative("source_population", given)
    lined_up("source_population", totals, sources)
    short = ~(atoms <= totals * (1 + TOLERANCE))
    if short.any():
        raise WeightsError(
            f"atoms hold more people than source_population, or it is missing, for {listed(sources[short])}"
        )
    return np.maximum(totals, atoms)


def _scaled_columns(matrix: sparse.csr_array, factor: FloatArray) -> sparse.csr_array:
    return sparse.csr_array(
        (matrix.data * factor[matrix.indices], matrix.indices, matrix.indptr), shape=matrix.shape
    )


def _whole_without_people(
    totals: FloatArray, upward: sparse.csr_array, mass: sparse.csr_array, atom_uncovered: FloatArray
) -> NDArray[np.bool_]:
    """Return which sources have no people but lie in exactly one target with all their atoms."""
    one_target = np.diff(mass.indptr) == 1
    atoms_outside = upward @ (atom_uncovered > 0).astype(np.float64)
    whole: NDArray[np.bool_] = (totals == 0) & one_target & (atoms_outside == 0)
    return whole
