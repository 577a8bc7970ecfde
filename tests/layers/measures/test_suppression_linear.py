"""Bounds of sums of people, who are whole, where the corners of the linear program are not."""

import numpy as np
from scipy import sparse

from layers.measures.suppression.linear import Constraints, IntervalSolver


def bounds(whole):
    """Of the sum of three counts of which every two make at least 1 and at most 3."""
    pairs = sparse.csr_array(np.array([[1.0, 1, 0], [0, 1, 1], [1, 0, 1]]))
    constraints = Constraints(pairs, np.ones(3), np.full(3, 3.0), np.zeros(3), whole)
    low, high = IntervalSolver(constraints).bounds(sparse.csr_array(np.ones((1, 3))))
    return low.tolist(), high.tolist()


def test_halves_of_people_are_no_possible_table():
    assert bounds(None) == ([1.5], [4.5])
    assert bounds(np.ones(3)) == ([2.0], [4.0])


def test_a_whole_number_bound_is_found_again_after_a_search():
    pairs = sparse.csr_array(np.array([[1.0, 1, 0], [0, 1, 1], [1, 0, 1]]))
    solver = IntervalSolver(Constraints(pairs, np.ones(3), np.full(3, 3.0), np.zeros(3), np.ones(3)))
    sums = sparse.csr_array(np.array([[1.0, 1, 1], [1, 0, 0], [0, 1, 1]]))
    low, high = solver.bounds(sums)
    possible = [
        (a, b, c)
        for a in range(4)
        for b in range(4)
        for c in range(4)
        if min(a + b, b + c, a + c) >= 1 and max(a + b, b + c, a + c) <= 3
    ]
    values = np.array(possible) @ sums.toarray().T
    np.testing.assert_array_equal(low, values.min(axis=0))
    np.testing.assert_array_equal(high, values.max(axis=0))
