import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from layers.measures.areal import Method, Weights, move_extensive, nesting_weights, population_weights
from layers.measures.areal.errors import OverlappingPlacesError, UnknownPlaceError, WeightsError
from layers.measures.errors import MeasureError, NegativeValueError, NotFiniteError, ShapeMismatchError


def weights_of(rows, *, uncovered=None, method=Method.POPULATION, overlapping=False):
    matrix = np.asarray(rows, dtype=float)
    sources = [f"s{i}" for i in range(matrix.shape[0])]
    targets = [f"t{i}" for i in range(matrix.shape[1])]
    rest = 1 - matrix.sum(axis=1) if uncovered is None else np.asarray(uncovered, dtype=float)
    return Weights(
        sparse.csr_array(matrix),
        sources,
        targets,
        method,
        "a table in a test",
        np.clip(rest, 0, 1),
        overlapping,
    )


def test_nesting_links_each_source_to_its_parent_in_sorted_order():
    weights = nesting_weights(["b1", "b2", "b3"], ["T2", "T1", "T2"], basis="block table")
    assert weights.target_ids.tolist() == ["T1", "T2"]
    assert weights.matrix.toarray().tolist() == [[0, 1], [1, 0], [0, 1]]
    assert weights.method is Method.NESTING
    assert weights.links.tolist() == [1, 2]
    assert not weights.split.any()
    assert weights.unchanged.tolist() == [True, False]


@pytest.mark.parametrize("nowhere", [None, float("nan")])
def test_a_source_in_no_target_is_uncovered_not_lost(nowhere):
    weights = nesting_weights(["b1", "b2"], ["T1", nowhere], basis="block table")
    assert weights.uncovered.tolist() == [0, 1]


def test_named_targets_keep_their_order_and_may_be_without_sources():
    weights = nesting_weights(["b1"], ["T1"], target_ids=["T9", "T1"], basis="block table")
    assert weights.links.tolist() == [0, 1]


def test_numbers_are_refused_as_ids_because_zeros_are_lost():
    with pytest.raises(UnknownPlaceError, match=r"int64 at position 0.*leading zeros"):
        nesting_weights(np.array([9001, 9002]), ["a", "b"], basis="x")


@pytest.mark.parametrize(
    ("sources", "parents", "targets", "named"),
    [
        (["a", "a"], ["T", "T"], None, "source_ids repeats a"),
        (["a", "b"], ["T", "U"], ["T"], "lacks: U"),
        (["a", "b"], ["T", "T"], ["T", "T"], "target_ids repeats T"),
        (["a", "b"], ["T", 7], ["T"], "int at position 1"),
    ],
)
def test_nesting_names_the_ids_it_refuses(sources, parents, targets, named):
    with pytest.raises(UnknownPlaceError, match=named):
        nesting_weights(sources, parents, target_ids=targets, basis="x")


def test_many_unknown_ids_are_counted_not_listed():
    parents = [f"T{i}" for i in range(9)]
    with pytest.raises(UnknownPlaceError, match="T0, T1, T2, T3, T4 and 4 more"):
        nesting_weights([f"s{i}" for i in range(9)], parents, target_ids=["X"], basis="x")


def test_overlapping_nesting_lets_a_source_stand_in_two_targets():
    weights = nesting_weights(["b", "a", "b"], ["X", "X", "Y"], basis="buffers", overlapping=True)
    assert weights.source_ids.tolist() == ["b", "a"]
    assert weights.matrix.toarray().tolist() == [[1, 1], [1, 0]]
    assert not weights.split.any()


def test_a_pair_given_twice_is_refused():
    with pytest.raises(WeightsError, match="every pair once"):
        nesting_weights(["b", "b"], ["X", "X"], basis="buffers", overlapping=True)


@pytest.mark.parametrize(
    ("rows", "uncovered", "overlapping"),
    [
        ([[0.5, 0.4]], [0.0], False),
        ([[0.7, 0.7]], [0.0], False),
        ([[0.5, 0.4]], [0.0], True),
        ([[1.5, 0.0]], [0.0], True),
        ([[-0.5, 1.0]], [0.5], False),
        ([[np.nan, 1.0]], [0.0], False),
    ],
)
def test_weights_that_do_not_add_up_are_refused(rows, uncovered, overlapping):
    with pytest.raises(WeightsError):
        weights_of(rows, uncovered=uncovered, overlapping=overlapping)


def test_weights_must_say_what_they_are_made_of():
    with pytest.raises(WeightsError, match="basis is empty"):
        nesting_weights(["a"], ["T"], basis=" ")


def test_weights_refuse_a_matrix_of_another_shape():
    with pytest.raises(ShapeMismatchError):
        Weights(sparse.csr_array(np.eye(2)), ["a"], ["T", "U"], Method.AREA, "x", np.zeros(1))


def test_split_share_and_method_are_told_per_target():
    weights = weights_of([[1, 0], [1, 0], [0.25, 0.75]])
    assert weights.split.tolist() == [False, False, True]
    assert weights.split_share == pytest.approx([0.25 / 2.25, 1.0])
    assert weights_of([[1, 0], [0, 1]]).target_method.tolist() == [Method.NESTING, Method.NESTING]
    assert weights.target_method.tolist() == [Method.POPULATION, Method.POPULATION]


def test_population_splits_a_source_by_where_its_people_live():
    atoms = ["b1", "b2", "b3", "b4"]
    to_source = nesting_weights(atoms, ["S", "S", "S", "R"], basis="blocks")
    to_target = nesting_weights(atoms, ["A", "A", "B", "B"], basis="blocks")
    weights = population_weights([10, 20, 70, 5], to_source, to_target, basis="2020 census blocks")
    assert weights.source_ids.tolist() == ["R", "S"]
    np.testing.assert_allclose(weights.matrix.toarray(), [[0, 1], [0.3, 0.7]])
    assert weights.method is Method.POPULATION
    assert weights.basis == "2020 census blocks"


def test_population_outside_all_targets_is_reported():
    atoms = ["b1", "b2"]
    to_source = nesting_weights(atoms, ["S", "S"], basis="blocks")
    to_target = nesting_weights(atoms[::-1], [None, "A"], basis="blocks")
    weights = population_weights([30, 10], to_source, to_target, basis="blocks")
    assert weights.matrix.toarray() == pytest.approx(np.array([[0.75]]))
    assert weights.uncovered == pytest.approx([0.25])


def test_whole_source_populations_turn_unlisted_people_into_uncovered_ones():
    to_source = nesting_weights(["b1"], ["S"], basis="blocks")
    to_target = nesting_weights(["b1"], ["A"], basis="blocks")
    weights = population_weights([30], to_source, to_target, source_population=[120], basis="blocks")
    assert weights.matrix.toarray().tolist() == [[0.25]]
    assert weights.uncovered.tolist() == [0.75]
    with pytest.raises(WeightsError, match="more people"):
        population_weights([30], to_source, to_target, source_population=[20], basis="blocks")


def test_a_source_without_people_is_whole_in_one_target_and_uncovered_between_two():
    atoms = ["b1", "b2", "b3", "b4"]
    to_source = nesting_weights(atoms, ["one", "one", "two", "two"], basis="blocks")
    to_target = nesting_weights(atoms, ["A", "A", "A", "B"], basis="blocks")
    weights = population_weights([0, 0, 0, 0], to_source, to_target, basis="blocks")
    assert weights.matrix.toarray().tolist() == [[1, 0], [0, 0]]
    assert weights.uncovered.tolist() == [0, 1]


def test_a_source_without_people_partly_outside_is_uncovered():
    to_source = nesting_weights(["b1", "b2"], ["S", "S"], basis="blocks")
    to_target = nesting_weights(["b1", "b2"], ["A", None], basis="blocks")
    weights = population_weights([0, 0], to_source, to_target, basis="blocks")
    assert weights.uncovered.tolist() == [1]


def test_a_target_where_nobody_lives_gets_zero_and_not_missing():
    atoms = ["b1", "b2"]
    to_source = nesting_weights(atoms, ["S", "S"], basis="blocks")
    to_target = nesting_weights(
        atoms, ["town", "island"], target_ids=["town", "island", "sea"], basis="blocks"
    )
    weights = population_weights([50, 0], to_source, to_target, basis="blocks")
    assert move_extensive([7.0], weights).value[:2].tolist() == [7, 0]
    assert np.isnan(move_extensive([7.0], weights).value[2])


@pytest.mark.parametrize(
    ("people", "error"),
    [([1, np.nan], NotFiniteError), ([1, -1], NegativeValueError), ([1], ShapeMismatchError)],
)
def test_population_must_be_known(people, error):
    atoms = nesting_weights(["b1", "b2"], ["S", "S"], basis="blocks")
    with pytest.raises(error):
        population_weights(people, atoms, atoms, basis="blocks")


def test_population_needs_the_same_atoms_and_sources_that_do_not_overlap():
    two = nesting_weights(["b1", "b2"], ["S", "S"], basis="blocks")
    with pytest.raises(ShapeMismatchError, match="2 atoms and to_target 1"):
        population_weights([1, 1], two, nesting_weights(["b1"], ["A"], basis="x"), basis="x")
    with pytest.raises(UnknownPlaceError, match="b2"):
        population_weights([1, 1], two, nesting_weights(["b1", "b9"], ["A", "A"], basis="x"), basis="x")
    double = nesting_weights(["b1", "b1", "b2"], ["S", "R", "S"], basis="x", overlapping=True)
    with pytest.raises(OverlappingPlacesError):
        population_weights([1, 1], double, two, basis="x")


def test_align_puts_values_in_source_order_and_leaves_absent_ones_missing():
    weights = nesting_weights(["a", "b", "c"], ["T", "T", "T"], basis="x")
    np.testing.assert_array_equal(weights.align(["c", "a"], [3.0, 1.0]), [1, np.nan, 3])
    np.testing.assert_array_equal(weights.align(["b"], [[1.0, 2.0]])[1], [1, 2])
    with pytest.raises(UnknownPlaceError, match="z"):
        weights.align(["z"], [1.0])
    with pytest.raises(ShapeMismatchError):
        weights.align(["a", "b"], [1.0])


def test_then_of_two_nestings_is_the_nesting_of_the_ends():
    to_tract = nesting_weights(["b1", "b2", "b3"], ["t1", "t1", "t2"], basis="blocks")
    to_town = nesting_weights(["t2", "t1", "t9"], ["V", "W", "V"], basis="tracts")
    chained = to_tract.then(to_town)
    direct = nesting_weights(["b1", "b2", "b3"], ["W", "W", "V"], basis="blocks")
    np.testing.assert_array_equal(chained.matrix.toarray(), direct.matrix.toarray())
    assert chained.method is Method.NESTING
    assert chained.basis == "blocks; tracts"


def test_then_carries_uncovered_shares_and_the_weaker_method():
    first = weights_of([[0.5, 0.25]], method=Method.POPULATION)
    second = Weights(
        sparse.csr_array(np.array([[1.0], [0.5]])),
        ["t0", "t1"],
        ["Z"],
        Method.AREA,
        "areas",
        np.array([0, 0.5]),
    )
    chained = first.then(second)
    assert chained.matrix.toarray() == pytest.approx(np.array([[0.625]]))
    assert chained.uncovered == pytest.approx([0.25 + 0.125])
    assert chained.method is Method.AREA


def test_then_refuses_a_gap_and_overlapping_first_targets():
    with pytest.raises(UnknownPlaceError, match="t1"):
        weights_of([[0.5, 0.5]]).then(nesting_weights(["t0"], ["Z"], basis="x"))
    buffers = nesting_weights(["a", "a"], ["X", "Y"], basis="x", overlapping=True)
    with pytest.raises(OverlappingPlacesError):
        buffers.then(nesting_weights(["X", "Y"], ["Z", "Z"], basis="x"))


def test_allocate_uncovered_gives_the_rest_to_the_targets_that_cover_it():
    shore = weights_of([[0.6, 0.2], [0.0, 0.0], [1.0, 0.0]], method=Method.AREA).allocate_uncovered()
    np.testing.assert_allclose(shore.matrix.toarray(), [[0.75, 0.25], [0, 0], [1, 0]])
    assert shore.uncovered.tolist() == [0, 1, 0]
    assert "uncovered shares allocated" in shore.basis
    with pytest.raises(OverlappingPlacesError):
        weights_of([[1.0, 1.0]], overlapping=True).allocate_uncovered()


def test_a_matrix_with_repeated_entries_is_summed():
    twice = sparse.csr_array((np.array([0.5, 0.5]), np.array([0, 0]), np.array([0, 2])), shape=(1, 1))
    weights = Weights(twice, ["a"], ["T"], Method.NESTING, "x", np.zeros(1))
    assert weights.links.tolist() == [1]
    assert weights.unchanged.tolist() == [True]


def test_every_refusal_is_a_measure_error():
    with pytest.raises(MeasureError):
        nesting_weights([1], ["T"], basis="x")


parents = st.lists(st.integers(0, 4), min_size=1, max_size=30)


@given(parents, st.data())
def test_identity_crosswalk_returns_the_values(index, data):
    ids = [f"p{i}" for i in range(len(index))]
    values = data.draw(st.lists(st.floats(-1e6, 1e6), min_size=len(ids), max_size=len(ids)))
    moved = move_extensive(values, nesting_weights(ids, ids, target_ids=ids, basis="identity"))
    assert moved.value.tolist() == values
    assert moved.unchanged.all()


@given(parents, st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_nesting_composes_block_to_town_to_region(town_of_block, region_of_town):
    blocks = [f"b{i}" for i in range(len(town_of_block))]
    towns = [f"t{i}" for i in range(5)]
    regions = ["r0", "r1", "r2"]
    to_town = nesting_weights(blocks, [f"t{i}" for i in town_of_block], target_ids=towns, basis="x")
    to_region = nesting_weights(towns, [f"r{i}" for i in region_of_town], target_ids=regions, basis="x")
    direct = nesting_weights(
        blocks, [f"r{region_of_town[i]}" for i in town_of_block], target_ids=regions, basis="x"
    )
    values = np.arange(1.0, len(blocks) + 1)
    in_steps = np.nan_to_num(move_extensive(values, to_town).value)
    np.testing.assert_array_equal(
        np.nan_to_num(move_extensive(in_steps, to_region).value),
        np.nan_to_num(move_extensive(values, direct).value),
    )
    np.testing.assert_array_equal(to_town.then(to_region).matrix.toarray(), direct.matrix.toarray())


@given(st.data())
def test_population_weights_conserve_totals(data):
    size = data.draw(st.integers(1, 40))
    atoms = [f"b{i}" for i in range(size)]
    people = data.draw(st.lists(st.integers(0, 500), min_size=size, max_size=size))
    source = data.draw(st.lists(st.sampled_from(["S", "R", "Q"]), min_size=size, max_size=size))
    target = data.draw(st.lists(st.sampled_from(["A", "B", "C", None]), min_size=size, max_size=size))
    weights = population_weights(
        people,
        nesting_weights(atoms, source, basis="x"),
        nesting_weights(atoms, target, basis="x"),
        basis="blocks",
    )
    values = np.array(data.draw(st.lists(st.integers(0, 10_000), min_size=3, max_size=3)), dtype=float)
    values = values[: weights.source_ids.size]
    moved = move_extensive(values, weights)
    assert np.nansum(moved.value) + moved.uncovered == pytest.approx(values.sum(), rel=1e-12, abs=1e-9)
    assert weights.matrix.sum(axis=1) + weights.uncovered == pytest.approx(np.ones(values.size))
