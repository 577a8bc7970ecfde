"""Place against state, exposure and segregation in worlds small enough to compute by eye."""

import numpy as np
import pytest

from layers.measures.disparity import Exposure, Options, PartWhole, Status, UnitCounts, measure

AVAILABLE = Options(missing="available")


def against_state(estimate: object, se: object, population: object, whole_se: object = 1.0) -> PartWhole:
    return PartWhole.of(
        estimate,  # type: ignore[arg-type]
        se,  # type: ignore[arg-type]
        population,  # type: ignore[arg-type]
        whole_estimate=20,
        whole_se=whole_se,  # type: ignore[arg-type]
        whole_population=100,
        kind="proportion",
        scale=100,
    )


def test_place_against_state_equals_its_distance_from_the_rest() -> None:
    # a quarter of the state at 32 ± 2; the rest at 16 ± s
    rest_se = np.sqrt(1 - (0.25 * 2) ** 2) / 0.75
    found = measure(["place_state_difference", "place_state_ratio"], against_state(32, 2, 25))
    assert float(found["place_state_difference"].estimate) == 0.75 * (32 - 16)
    assert float(found["place_state_difference"].se) == pytest.approx(0.75 * np.hypot(2, rest_se))
    assert float(found["place_state_ratio"].estimate) == 1.6


def test_a_place_that_is_the_state_does_not_differ_from_it() -> None:
    found = measure(["place_state_difference", "place_state_ratio"], against_state(20, 1, 100))
    for name, nothing in (("place_state_difference", 0), ("place_state_ratio", 1)):
        assert float(found[name].estimate) == float(found[name].lower) == float(found[name].upper) == nothing


def test_reasons_of_places() -> None:
    data = against_state([np.nan, 32, 32, 32], [1, np.nan, 2, 9], [25, 25, 0, 25])
    result = measure("place_state_difference", data)["place_state_difference"]
    assert result.status.tolist() == [
        Status.MISSING_GROUP,
        Status.ESTIMATE_ONLY,
        Status.NO_POPULATION,
        Status.INCONSISTENT_SE,
    ]
    assert np.isnan(result.estimate).tolist() == [True, False, True, False]
    assert np.isnan(result.se).all()


def test_exposure_is_the_mean_at_the_homes_of_each_group() -> None:
    data = Exposure.of([10, 20], [[3, 1], [1, 3]], reference=0)
    names = ["group_exposure", "group_exposure_difference", "group_exposure_ratio"]
    found = measure(names, data)
    assert found["group_exposure"].estimate.tolist() == [12.5, 17.5]
    assert found["group_exposure_difference"].estimate.tolist() == [0, 5]
    assert found["group_exposure_ratio"].estimate.tolist() == [1, 1.4]
    assert [found[name].se.tolist() for name in names] == [[0, 0]] * 3


def test_exposure_error_of_values_and_people() -> None:
    data = Exposure.of([10, 20], [[3, 1], [1, 3]], reference=0, value_se=2.0)
    result = measure("group_exposure", data)["group_exposure"]
    assert result.se == pytest.approx(np.hypot(0.75 * 2, 0.25 * 2))
    difference = measure("group_exposure_difference", data)["group_exposure_difference"]
    assert difference.se == pytest.approx([0, np.hypot(0.5 * 2, 0.5 * 2)])  # the values are common to both
    people = Exposure.of([10, 20], [[3, 1], [1, 3]], reference=0, population_se=[[0, 1], [0, 0]])
    assert measure("group_exposure", people)["group_exposure"].se == pytest.approx([0, 7.5 / 4])


def test_exposure_with_gaps() -> None:
    value = [[10, 20, np.nan], [10, 20, 30]]
    people = [[[3, 1], [1, 3], [9, 9]], [[3, 0], [1, 0], [0, 0]]]
    data = Exposure.of(value, people, reference=0)
    strict = measure("group_exposure", data)["group_exposure"]
    assert strict.status.tolist() == [2 * [Status.MISSING_GROUP], [Status.OK, Status.ZERO_POPULATION]]
    loose = measure("group_exposure", data, AVAILABLE)["group_exposure"]
    assert loose.estimate[0].tolist() == [12.5, 17.5]
    assert loose.dropped.tolist() == [[1, 1], [0, 0]]
    unknown = Exposure.of(value[0], people[0], reference=0, population_se=[[1, 1], [1, 1], [np.nan] * 2])
    assert np.isfinite(measure("group_exposure", unknown, AVAILABLE)["group_exposure"].se).all()
    ratio = measure("group_exposure_ratio", Exposure.of(value, people, reference=1), AVAILABLE)
    assert ratio["group_exposure_ratio"].status[1].tolist() == [
        Status.MISSING_REFERENCE,
        Status.MISSING_REFERENCE,
    ]


TWO_UNITS = [[30.0, 10.0], [10.0, 30.0]]
SHARE, LOST = 0.25, 1 - (-(0.25 * np.log(0.25) + 0.75 * np.log(0.75)) / np.log(2))
INDICES = {
    "dissimilarity": 0.5,
    "isolation": 0.625,  # ¾ · ¾ + ¼ · ¼
    "interaction": 0.375,
    "eta_squared": 0.25,
    "entropy": LOST,
    "multigroup_dissimilarity": 0.5,
    "multigroup_entropy": LOST,
}


@pytest.mark.parametrize("name", INDICES)
def test_two_units(name: str) -> None:
    result = measure(name, UnitCounts.of(TWO_UNITS, group=0))[name]
    assert float(result.estimate) == pytest.approx(INDICES[name])
    assert int(result.status) == Status.ESTIMATE_ONLY  # complete counts have no sampling error


@pytest.mark.parametrize("name", INDICES)
def test_complete_separation_and_even_mix(name: str) -> None:
    apart = float(measure(name, UnitCounts.of([[20, 0], [0, 40]], group=0))[name].estimate)
    even = float(measure(name, UnitCounts.of([[20, 40], [10, 20]], group=0))[name].estimate)
    expected = {"isolation": (1, 1 / 3), "interaction": (0, 2 / 3)}.get(name, (1, 0))
    assert (apart, even) == pytest.approx(expected, abs=1e-12)


def test_three_groups_by_hand() -> None:
    counts = np.array([[10.0, 0, 10], [0, 20, 20]])
    data = UnitCounts.of(counts, group=0, other=1)
    found = measure(["dissimilarity", "isolation", "interaction", "multigroup_dissimilarity"], data)
    assert float(found["dissimilarity"].estimate) == 1  # groups 0 and 1 share no unit
    assert float(found["isolation"].estimate) == 0.5
    assert float(found["interaction"].estimate) == 0
    place = np.array([10, 20, 30]) / 60
    spread = 20 * abs(np.array([0.5, 0, 0.5]) - place).sum() + 40 * abs(np.array([0, 0.5, 0.5]) - place).sum()
    expected = spread / (2 * 60 * (place * (1 - place)).sum())
    assert float(found["multigroup_dissimilarity"].estimate) == pytest.approx(expected)


def test_isolation_and_interaction_with_everybody_else_sum_to_one() -> None:
    counts = np.random.default_rng(2).integers(0, 50, (6, 8, 3))
    found = measure(["isolation", "interaction"], UnitCounts.of(counts, group=1))
    assert found["isolation"].estimate + found["interaction"].estimate == pytest.approx(np.ones(6))


def test_empty_units_change_nothing() -> None:
    for name in INDICES:
        with_empty = measure(name, UnitCounts.of([*TWO_UNITS, [0, 0]], group=0))[name]
        assert float(with_empty.estimate) == pytest.approx(INDICES[name])


def test_reasons_of_segregation() -> None:
    places = [
        [[3, 1], [1, 3]],
        [[3, 1], [0, 0]],
        [[0, 1], [0, 3]],
        [[0, 0], [0, 0]],
        [[3, np.nan], [1, 3]],
    ]
    data = UnitCounts.of(places, group=0, se=0.1)
    result = measure("dissimilarity", data, Options(draws=100))["dissimilarity"]
    assert result.status.tolist() == [
        Status.OK,
        Status.TOO_FEW_GROUPS,
        Status.ZERO_POPULATION,
        Status.NO_POPULATION,
        Status.MISSING_GROUP,
    ]
    loose = measure("dissimilarity", data, Options(draws=100, missing="available"))["dissimilarity"]
    assert loose.dropped.tolist() == [0, 0, 0, 0, 1]
    assert int(loose.status[4]) == Status.TOO_FEW_GROUPS


def test_segregation_draws_are_reproducible_and_independent_of_the_call() -> None:
    counts = np.random.default_rng(4).integers(5, 90, (3, 6, 2))
    options = Options(draws=150)
    whole = measure("entropy", UnitCounts.of(counts, group=0, se=5.0), options)["entropy"]
    alone = measure("entropy", UnitCounts.of(counts[1], group=0, se=5.0), options)["entropy"]
    assert float(alone.lower) == pytest.approx(float(whole.lower[1]))
    assert float(alone.se) == pytest.approx(float(whole.se[1]))
