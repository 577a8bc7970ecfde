"""Group measures in worlds small enough to compute by eye, with gaps, and against per-place loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit

from layers.measures.disparity import (
    MEASURES,
    GroupData,
    Options,
    Status,
    applicable,
    group_differences,
    group_ratios,
    measure,
)
from layers.measures.disparity.cells import cells_of
from layers.measures.disparity.curve import fit_logit
from layers.measures.disparity.formula import Formula
from layers.measures.disparity.pairwise import compared_groups

AVAILABLE = Options(missing="available")


def world(estimate: object, **changes: object) -> GroupData:
    given: dict[str, object] = {"kind": "proportion", "scale": 100, "high_is_good": True}
    return GroupData.of(estimate, **(given | changes))  # type: ignore[arg-type]


def value(name: str, data: GroupData, options: Options | None = None) -> float:
    return float(measure(name, data, options)[name].estimate)


@pytest.mark.parametrize(
    ("changes", "pair"),
    [
        ({"order": [1, 2, 3]}, (2, 0)),
        ({"order": [1, 2, 3], "high_is_good": False}, (0, 2)),
        ({"order": [3, 2, 1]}, (0, 2)),
        ({}, (1, 0)),
        ({"high_is_good": False}, (1, 0)),
        ({"reference": 2}, (2, 0)),
        ({"reference": 2, "high_is_good": False}, (1, 2)),
    ],
)
def test_which_groups_are_compared(changes: dict[str, object], pair: tuple[int, int]) -> None:
    data = world([[10, 40, 30]], se=[1.0, 2.0, 3.0], **changes)
    first, second = compared_groups(cells_of(data, "strict"))
    assert (int(first[0]), int(second[0])) == pair
    y, s = [10, 40, 30], [1.0, 2.0, 3.0]
    found = measure(["difference", "ratio"], data)
    assert found["difference"].estimate[0] == y[pair[0]] - y[pair[1]]
    assert found["ratio"].estimate[0] == pytest.approx(y[pair[0]] / y[pair[1]])
    assert found["difference"].se[0] == pytest.approx(np.hypot(s[pair[0]], s[pair[1]]))


# two equal halves at 20 and 60: mean 40
HALVES = {
    "difference": 40,
    "ratio": 3,
    "bgv_uncorrected": 400,
    "bgsd_uncorrected": 20,
    "cov_uncorrected": 50,
    "bgv": 400 - 0.25 * (4 + 16),
    "mdmu": 20,
    "mdmw": 20,
    "mdbu": 20,
    "mdbw": 20,
    "mdru": 20,
    "mdrw": 20,
    "idisu": 50,
    "idisw": 50,
    "idisr": 200,
    "ti": 1000 * 0.5 * (0.5 * np.log(0.5) + 1.5 * np.log(1.5)),
    "mld": -1000 * 0.5 * (np.log(0.5) + np.log(1.5)),
    "par": 20,
    "paf": 50,
}


@pytest.mark.parametrize("name", HALVES)
def test_two_equal_halves(name: str) -> None:
    reference = 0 if MEASURES[name].needs_reference else None
    data = world([20, 60], se=[2, 4], population=[500, 500], reference=reference)
    assert value(name, data) == pytest.approx(HALVES[name])


def test_adverse_indicator_turns_best_into_lowest() -> None:
    data = world([20, 60], population=[500, 500], high_is_good=False)
    assert [value(n, data) for n in ("mdbu", "mdbw", "par", "paf")] == [20, 20, -20, -50]


def test_attributable_risk_of_the_wrong_sign_is_zero() -> None:
    data = world([60, 20], se=[1, 1], population=[1, 1], order=[1, 2])
    result = measure("par", data)["par"]
    assert [float(result.estimate), float(result.lower), float(result.upper)] == [0, 0, 0]


# ranks of three groups with shares ¼, ½, ¼: ⅛, ½, ⅞; values on the line 10 + 40 x
GRADIENT = {
    "sii_linear": 40,
    "rii_linear": 5,
    "aci": 2 * 40 * (2 * 0.25 * 0.375**2),
    "rci": 2 * 40 * (2 * 0.25 * 0.375**2) / 30,
    "rci_erreygers": 4 * 2 * 40 * (2 * 0.25 * 0.375**2) / 100,
    "rci_wagstaff": 2 * 40 * (2 * 0.25 * 0.375**2) / 30 / 0.7,
}


@pytest.mark.parametrize("name", GRADIENT)
def test_values_on_a_line(name: str) -> None:
    data = world([15, 30, 45], population=[1, 2, 1], order=[1, 2, 3])
    assert value(name, data) == pytest.approx(GRADIENT[name])


def test_values_on_a_logistic_curve() -> None:
    x = np.array([0.125, 0.5, 0.875])
    data = world(100 * expit(-1 + 2 * x), population=[1, 2, 1], order=[1, 2, 3])
    assert value("sii", data) == pytest.approx(100 * (expit(1) - expit(-1)))
    assert value("rii", data) == pytest.approx(expit(1) / expit(-1))


def test_the_order_of_the_columns_does_not_matter() -> None:
    one = world([15, 33, 45], se=[1, 2, 3], population=[1, 2, 3], order=[1, 2, 3])
    other = world([45, 15, 33], se=[3, 1, 2], population=[3, 1, 2], order=[3, 1, 2])
    for name in applicable(one):
        first, second = measure(name, one)[name], measure(name, other)[name]
        assert float(first.estimate) == pytest.approx(float(second.estimate))
        assert float(first.se) == pytest.approx(float(second.se))


def test_the_slope_keeps_its_digits_where_one_group_has_nearly_everybody() -> None:
    # a line through two groups does not depend on how many people they have: ranks are ½ apart
    data = world([20.0, 30.0], population=[1.0, 1e9], order=[1, 2])
    assert value("sii_linear", data) == pytest.approx(20, rel=1e-13)
    assert value("aci", data) == pytest.approx(10 * 1e9 / (1e9 + 1) ** 2, rel=1e-13)


def test_ties_share_one_rank() -> None:
    tied = world([20, 30, 60], population=[1, 2, 1], order=[1, 1, 2])
    assert cells_of(tied, "strict").x[:, 0].tolist() == [0.375, 0.375, 0.875]
    merged = world([80 / 3, 60], population=[3, 1], order=[1, 2])
    assert value("aci", tied) == pytest.approx(value("aci", merged))


def test_a_published_average_replaces_the_mean() -> None:
    data = world([20, 60], population=[500, 500], average=50)
    assert value("par", data) == 10
    assert value("mdmu", data) == 20  # |20−50| and |60−50|


def test_extreme_shares_have_no_logistic_curve() -> None:
    data = world([[0, 0, 0], [100, 100, 100], [20, 30, 40]], population=[1, 1, 1], order=[1, 2, 3])
    status = measure("sii", data)["sii"].status
    assert status.tolist() == [Status.UNDEFINED, Status.UNDEFINED, Status.ESTIMATE_ONLY]


def test_perfect_separation_is_undefined_and_does_not_hold_up_the_others() -> None:
    fit = fit_logit(np.array([[0.25], [0.75]]), np.array([[0.0, 0.2], [1.0, 0.8]]), np.array([[0.5], [0.5]]))
    assert np.isnan(fit.slope).tolist() == [True, False]
    assert fit.fitted[:, 1] == pytest.approx([0.2, 0.8])


GAPS = np.array([[20.0, 30.0, 60.0], [20.0, np.nan, 60.0], [20.0, np.nan, np.nan], [np.nan] * 3])


def test_a_missing_group_gives_a_reason() -> None:
    data = world(GAPS, se=1.0, population=10.0)
    result = measure("mdmu", data)["mdmu"]
    assert result.status.tolist() == [Status.OK] + 3 * [Status.MISSING_GROUP]
    assert np.isnan(result.estimate).tolist() == [False, True, True, True]
    assert np.isnan(result.lower).tolist() == [False, True, True, True]


def test_available_groups_are_used_and_the_others_counted() -> None:
    data = world(GAPS, se=1.0, population=10.0)
    result = measure("mdmu", data, AVAILABLE)["mdmu"]
    assert result.status.tolist() == [Status.OK, Status.OK, Status.TOO_FEW_GROUPS, Status.TOO_FEW_GROUPS]
    assert result.dropped.tolist() == [0, 1, 2, 3]
    assert result.estimate[1] == 20


def test_dropping_groups_equals_data_without_them() -> None:
    whole = world([[20, np.nan, 60, 35]], se=[2, 1, 3, 1.5], population=[5, 6, 7, 8], order=[1, 2, 3, 4])
    less = world([[20, 60, 35]], se=[2, 3, 1.5], population=[5, 7, 8], order=[1, 3, 4])
    for options in (AVAILABLE, Options(missing="available", variance="regression")):
        found, expected = (measure(applicable(data), data, options) for data in (whole, less))
        for name in expected:
            for field in ("estimate", "se", "lower", "upper"):
                assert getattr(found[name], field) == pytest.approx(getattr(expected[name], field)), name


def test_fixed_extremes_need_only_themselves() -> None:
    data = world([[20, np.nan, 60], [np.nan, 30, 60]], se=1.0, population=1.0, order=[1, 2, 3])
    result = measure("difference", data)["difference"]
    assert result.status.tolist() == [Status.OK, Status.MISSING_GROUP]
    assert result.estimate[0] == 40
    assert measure("difference", data, AVAILABLE)["difference"].estimate.tolist() == [40, 30]


@pytest.mark.parametrize("options", [Options(), AVAILABLE])
@pytest.mark.parametrize("name", ["difference", "ratio", "mdru", "mdrw", "idisr"])
def test_a_missing_reference_is_never_replaced(name: str, options: Options) -> None:
    data = world([[np.nan, 30, 60], [20, 30, 60]], se=1.0, population=1.0, reference=0)
    assert measure(name, data, options)[name].status.tolist() == [Status.MISSING_REFERENCE, Status.OK]


def test_groups_without_people_and_places_without_people() -> None:
    data = world(
        [[20, 30, 60], [20, np.nan, 60], [20, 30, 60]], se=1.0, population=[[1, 0, 1]] * 2 + [[0] * 3]
    )
    result = measure("bgv", data)["bgv"]
    assert result.status.tolist() == [
        Status.ZERO_POPULATION,
        Status.ZERO_POPULATION,
        Status.NO_POPULATION,
    ]
    assert measure("bgv", data, AVAILABLE)["bgv"].dropped.tolist() == [1, 1, 3]


def test_a_missing_standard_error_leaves_the_estimate() -> None:
    data = world([[20, 30, 60]] * 2, se=[[1, 1, 1], [1, np.nan, 1]], population=1.0)
    result = measure("mdmw", data)["mdmw"]
    assert result.status.tolist() == [Status.OK, Status.ESTIMATE_ONLY]
    assert result.estimate[0] == result.estimate[1]
    assert np.isnan([result.se[1], result.lower[1], result.upper[1]]).all()
    assert measure("difference", data)["difference"].status.tolist() == [Status.OK, Status.ESTIMATE_ONLY]


def test_an_error_of_a_group_that_is_not_compared_does_not_matter() -> None:
    data = world([20, 30, 60], se=[1, np.nan, 1], order=[1, 2, 3])
    assert int(measure("difference", data)["difference"].status) == Status.OK


@pytest.mark.parametrize(
    ("name", "estimate", "status"),
    [
        ("ratio", [0, 60], Status.UNDEFINED),
        ("mld", [0, 60], Status.UNDEFINED),
        ("ti", [0, 60], Status.ESTIMATE_ONLY),
        ("paf", [0, 0], Status.UNDEFINED),
        ("idisw", [0, 0], Status.UNDEFINED),
        ("cov", [0, 0], Status.UNDEFINED),
    ],
)
def test_zeros_where_a_ratio_or_logarithm_is_taken(name: str, estimate: list[float], status: Status) -> None:
    data = world(estimate, se=1.0, population=1.0)
    assert int(measure(name, data)[name].status) == status


def test_a_rate_of_nothing_against_something_keeps_its_ratio() -> None:
    result = measure("ratio", world([0, 60], se=1.0, order=[2, 1]))["ratio"]
    assert float(result.estimate) == 0
    assert int(result.status) == Status.ESTIMATE_ONLY


def test_relative_measures_of_negative_means_are_undefined() -> None:
    data = GroupData.of([-20, -60], se=1.0, population=1.0, kind="mean", scale=1, high_is_good=True)
    for name in ("cov", "idisw", "ti", "mld", "paf", "ratio"):
        assert int(measure(name, data)[name].status) == Status.UNDEFINED
    assert value("par", data) == 20


def test_the_ratio_of_a_negative_mean_is_undefined_and_not_zero() -> None:
    for changes in ({"order": [1, 2]}, {"reference": 1, "high_is_good": False}):
        found = measure("ratio", world([5, -2], kind="mean", scale=1, se=[1, 1], **changes))["ratio"]
        assert found.status == Status.UNDEFINED
    assert value("ratio", world([5, 0], kind="mean", scale=1, order=[1, 2])) == 0


def test_limits_stay_within_what_the_scale_allows() -> None:
    data = world([[98, 40, 90]], se=[0.5, 1, 30], population=[5, 5, 5])
    found = measure(["difference", "par"], data)
    assert found["difference"].upper[0] <= 100
    assert found["par"].upper[0] < 100 - data.estimate.mean() + 60


@pytest.mark.parametrize("kind", [{"order": range(4)}, {"reference": 1}, {}])
@pytest.mark.parametrize("options", [Options(), AVAILABLE, Options(interval="simulated", draws=100)])
def test_all_places_at_once_equal_one_place_at_a_time(kind: dict[str, object], options: Options) -> None:
    rng = np.random.default_rng(1)
    estimate = rng.uniform(5, 60, (3, 5, 4))
    estimate[rng.random(estimate.shape) < 0.1] = np.nan
    se, people = rng.uniform(1, 6, estimate.shape), rng.integers(0, 9, estimate.shape)
    data = world(estimate, se=se, population=people, **kind)
    together = measure(applicable(data), data, options)
    for place in np.ndindex(3, 5):
        single = world(estimate[place], se=se[place], population=people[place], **kind)
        alone = measure(applicable(single), single, options)
        for name, result in together.items():
            assert result.estimate.shape == (3, 5)
            for field in ("estimate", "se", "lower", "upper", "status", "dropped"):
                one, many = getattr(alone[name], field), getattr(result, field)[place]
                assert float(one) == pytest.approx(float(many), nan_ok=True, rel=1e-9), (name, field)


values = arrays(np.float64, 5, elements=st.floats(5, 95), unique=True)


@settings(max_examples=60, deadline=None)
@given(values, arrays(np.float64, 5, elements=st.floats(1, 50)), st.booleans(), st.booleans())
def test_gradients_are_the_derivatives_of_the_values(
    estimate: np.ndarray, people: np.ndarray, high_is_good: bool, ordered: bool
) -> None:
    if (
        np.diff(np.sort(estimate)).min() < 0.01
        or abs(estimate - estimate @ people / people.sum()).min() < 0.01
    ):
        return
    kind = {"order": range(5)} if ordered else {"reference": 2}
    steps = np.concatenate([1e-4 * np.eye(5), -1e-4 * np.eye(5)])
    data = world(estimate, se=0.0, population=people, high_is_good=high_is_good, **kind)
    moved = world(estimate + steps, se=0.0, population=people + 0 * steps, high_is_good=high_is_good, **kind)
    with np.errstate(divide="ignore", invalid="ignore"):
        for name in applicable(data):
            formula = MEASURES[name].how
            assert isinstance(formula, Formula)
            shifted = formula.value(cells_of(moved, "strict"))
            numeric = (shifted[:5] - shifted[5:]) / 2e-4
            exact = formula.gradient(cells_of(data, "strict"))[:, 0]
            known = np.isfinite(numeric)
            scale = 1e-6 + abs(exact[known]).max(initial=0)
            assert abs(numeric - exact)[known].max(initial=0) < 1e-3 * scale, name


@settings(max_examples=50, deadline=None)
@given(values, st.floats(0.1, 0.9))
def test_relative_measures_ignore_the_unit_and_absolute_ones_follow_it(
    estimate: np.ndarray, factor: float
) -> None:
    people = np.arange(1, 6)
    data = [world(y, se=0.1 * y, population=people) for y in (estimate, factor * estimate)]
    one, other = (measure(applicable(d), d) for d in data)
    for name in ("ratio", "cov_uncorrected", "idisu", "idisw", "ti", "mld", "paf"):
        assert float(one[name].estimate) == pytest.approx(float(other[name].estimate), rel=1e-6, abs=1e-9)
    for name in ("difference", "mdmu", "mdmw", "mdbu", "mdbw", "par"):
        assert factor * float(one[name].estimate) == pytest.approx(float(other[name].estimate), rel=1e-6)


@settings(max_examples=50, deadline=None)
@given(
    arrays(np.float64, (4, 5), elements=st.floats(0, 100)), arrays(np.float64, 5, elements=st.floats(0, 9))
)
def test_limits_enclose_estimates(estimate: np.ndarray, se: np.ndarray) -> None:
    data = world(estimate, se=se, population=np.arange(1, 6), high_is_good=False)
    for name, result in measure(applicable(data), data).items():
        known = result.status == Status.OK
        slack = 1e-9 * (1 + abs(result.estimate[known]))
        assert np.all(result.lower[known] <= result.estimate[known] + slack), name
        if name not in ("bgv", "bgsd", "cov"):
            assert np.all(result.estimate[known] <= result.upper[known] + slack), name


def test_equal_groups_have_no_disparity() -> None:
    data = world([30, 30, 30], se=[1.0, 2, 3], population=[1, 2, 3])
    for name, result in measure(applicable(data), data).items():
        if name not in ("bgv", "bgsd", "cov", "ratio"):
            assert float(result.estimate) == pytest.approx(0, abs=1e-9), name
    assert value("ratio", data) == 1
    assert value("bgv", data) < 0
    assert value("bgsd", data) == 0
    assert measure("difference", data)["difference"].se > 0


def test_counts_make_proportions_with_an_error_for_every_cell() -> None:
    data = GroupData.from_counts([[0, 5, 10]], [[10, 10, 10]], scale=100, high_is_good=False)
    assert data.estimate.tolist() == [[0, 50, 100]]
    assert data.se is not None
    assert np.all(data.se > 0)
    assert data.se[0, 1] == pytest.approx(100 * np.sqrt(0.25 / 10))
    assert np.isnan(GroupData.from_counts([0, 1], [0, 2], scale=1, high_is_good=True).estimate[0])


def test_group_contrasts_against_reference_and_mean() -> None:
    data = world([[20, 30, 60]], se=[1, 2, 3], population=[1, 1, 2], reference=0)
    reference, mean = group_differences(data, "reference"), group_differences(data, "mean")
    assert reference.estimate.tolist() == [[0, 10, 40]]
    assert reference.se[0] == pytest.approx([0, np.hypot(1, 2), np.hypot(1, 3)])
    assert mean.estimate.tolist() == [[-22.5, -12.5, 17.5]]
    exact = np.sqrt(0.75**2 * 1 + (0.25 * 2) ** 2 + (0.5 * 3) ** 2)
    assert mean.se[0, 0] == pytest.approx(exact)
    assert group_ratios(data, "reference").estimate.tolist() == [[1, 1.5, 3]]
    assert group_ratios(data, "mean").estimate[0] == pytest.approx(np.array([20, 30, 60]) / 42.5)


def test_a_ratio_drowned_in_noise_has_an_estimate_and_no_limits() -> None:
    data = world([1e-5, 50.0], se=[2.0, 1.0], population=[5, 5], reference=1)
    for found in (group_ratios(data, "reference"), group_ratios(data, "mean")):
        assert found.status[0] == Status.ESTIMATE_ONLY
        assert found.estimate[0] > 0


def test_group_contrasts_with_gaps() -> None:
    data = world([[20, np.nan, 60], [np.nan, 30, 60]], se=1.0, population=1.0, reference=0)
    codes = group_differences(data, "reference").status
    assert codes.tolist() == [[Status.OK, Status.MISSING_GROUP, Status.OK], 3 * [Status.MISSING_REFERENCE]]
    assert np.all(group_differences(data, "mean").status == Status.MISSING_GROUP)
    dropped = group_differences(data, "mean", AVAILABLE)
    assert dropped.estimate[0, 2] == 20
    assert dropped.dropped.tolist() == [[1, 1, 1], [1, 1, 1]]
