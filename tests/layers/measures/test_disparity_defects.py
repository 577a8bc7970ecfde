"""Known defects of the reference package (formulas.md §4): one test each, our number against its number."""

import numpy as np
import pytest
from scipy.special import expit

from layers.measures.disparity import GroupData, Options, Status, measure
from layers.measures.disparity.curve import fit_logit

SHARES = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
VALUES = np.array([60.0, 70.0, 75.0, 85.0, 90.0])
ERRORS = np.array([1.0, 1.2, 0.8, 1.5, 2.0])
DRAWS = 40_000


def world(**changes: object) -> GroupData:
    given: dict[str, object] = {
        "se": ERRORS,
        "population": 10_000 * SHARES,
        "kind": "proportion",
        "scale": 100,
        "high_is_good": True,
    }
    return GroupData.of(VALUES, **(given | changes))  # type: ignore[arg-type]


def redrawn(draws: int = DRAWS) -> np.ndarray:
    rng = np.random.default_rng(7)
    return VALUES + ERRORS * rng.standard_normal((draws, len(VALUES)))


def sampled(name: str, **changes: object) -> np.ndarray:
    """Estimates of repeated surveys with the given true values."""
    settings: dict[str, object] = {
        "population": 10_000 * SHARES,
        "kind": "proportion",
        "scale": 100,
        "high_is_good": True,
    }
    return measure(name, GroupData.of(redrawn(), **(settings | changes)))[name].estimate  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["ti", "mld"])
def test_defect_1_entropy_errors_have_the_unit_of_the_estimate(name: str) -> None:
    ours = float(measure(name, world())[name].se)
    spread = float(sampled(name).std())
    assert ours == pytest.approx(spread, rel=0.03)
    assert spread / (ours / 1000) > 900  # the reference reports the thousandth part


def test_defect_2_fraction_errors_are_percentages_like_the_estimate() -> None:
    result = measure(["par", "paf"], world(order=range(5)))
    mean = float(SHARES @ VALUES)
    assert float(result["paf"].estimate) == pytest.approx(100 * float(result["par"].estimate) / mean)
    spread = float(sampled("paf", order=range(5)).std())
    assert float(result["paf"].se) == pytest.approx(spread, rel=0.03)
    assert float(result["paf"].se) > 50 * spread / 100  # the reference's is a fraction: 100 times smaller


@pytest.mark.parametrize("name", ["par", "paf"])
def test_defect_3_attributable_errors_come_from_the_group_errors_not_from_population(name: str) -> None:
    few, many = (
        measure(name, world(order=range(5), population=n * SHARES))[name].se for n in (1_000, 1_000_000)
    )
    assert float(few) == pytest.approx(float(many))
    doubled = measure(name, world(order=range(5), se=2 * ERRORS))[name].se
    assert float(doubled) == pytest.approx(2 * float(few))
    assert float(few) == pytest.approx(float(sampled(name, order=range(5)).std()), rel=0.03)


def test_defect_4_logistic_slope_weights_people_once_and_keeps_the_scale() -> None:
    result = measure("sii", world(order=range(5)), Options(variance="regression"))["sii"]
    x = SHARES.cumsum() - SHARES / 2
    once, twice = (fit_logit(x, VALUES / 100, SHARES**power) for power in (1, 2))
    slopes = [100 * float(expit(f.intercept + f.slope) - expit(f.intercept)) for f in (once, twice)]
    assert float(result.estimate) == pytest.approx(slopes[0], rel=1e-12)
    assert abs(slopes[1] - slopes[0]) > 0.1  # the reference's double weight
    small = GroupData.of(
        VALUES / 100,
        population=10_000 * SHARES,
        kind="proportion",
        scale=1,
        high_is_good=True,
        order=range(5),
    )
    tiny = measure("sii", small, Options(variance="regression"))["sii"]
    assert float(result.se) == pytest.approx(100 * float(tiny.se), rel=1e-9)


def test_defect_5_a_per_thousand_rate_below_100_is_not_taken_for_a_percentage() -> None:
    deaths = np.array([60.0, 50.0, 45.0, 38.0, 25.0])
    asked = {
        scale: float(
            measure(
                "sii",
                GroupData.of(
                    deaths,
                    population=1e4 * SHARES,
                    kind="proportion",
                    scale=scale,
                    high_is_good=False,
                    order=range(5),
                ),
            )["sii"].estimate
        )
        for scale in (100, 1000)
    }
    assert asked[1000] != pytest.approx(asked[100], rel=1e-3)  # the scale matters, and is never guessed
    with pytest.raises(TypeError, match="scale"):
        GroupData.of(deaths, kind="proportion", high_is_good=False)  # type: ignore[call-arg]


def test_defect_6_slope_without_population_counts_groups_equally_instead_of_rounding_to_zero() -> None:
    result = measure("sii", world(order=range(5), population=None))["sii"]
    equal = measure("sii", world(order=range(5), population=np.ones(5)))["sii"]
    assert float(result.estimate) == pytest.approx(float(equal.estimate), rel=1e-12)
    assert 25 < float(result.estimate) < 45  # the reference gives 0 or ±100


def test_defect_7_simulated_index_of_disparity_redraws_the_mean() -> None:
    """One group with 80 % of the people moves the mean along with itself."""
    share, value, error = np.array([0.8, 0.1, 0.1]), np.array([50.0, 60.0, 65.0]), np.array([3.0, 0.5, 0.5])
    data = GroupData.of(
        value, se=error, population=1e4 * share, kind="proportion", scale=100, high_is_good=True
    )
    result = measure("idisw", data, Options(interval="simulated", draws=5_000))["idisw"]
    drawn = value + error * np.random.default_rng(7).standard_normal((DRAWS, 3))
    own, fixed = drawn @ share, value @ share
    moving = 100 * (abs(drawn - own[:, None]) @ share) / own
    frozen = 100 * (abs(drawn - fixed) @ share) / fixed
    limits = [float(result.lower), float(result.upper)]
    assert limits == pytest.approx(np.quantile(moving, [0.025, 0.975]).tolist(), rel=0.03)
    assert limits[1] - limits[0] < 0.8 * float(np.ptp(np.quantile(frozen, [0.025, 0.975])))


def test_defect_7_simulated_limits_follow_the_confidence() -> None:
    widths = [
        float(result.upper - result.lower)
        for confidence in (0.8, 0.95, 0.99)
        for result in measure("mdmw", world(), Options(interval="simulated", confidence=confidence)).values()
    ]
    assert widths[0] < 0.8 * widths[1] < 0.8 * widths[2]


@pytest.mark.parametrize("name", ["ti", "mld"])
def test_defect_7_a_missing_estimate_is_a_reason_and_not_a_crash(name: str) -> None:
    gap = np.where(np.arange(5) == 2, np.nan, VALUES)
    data = GroupData.of(
        np.stack([VALUES, gap]),
        se=ERRORS,
        population=1e4 * SHARES,
        kind="proportion",
        scale=100,
        high_is_good=True,
    )
    result = measure(name, data)[name]
    assert result.status.tolist() == [Status.OK, Status.MISSING_GROUP]
    assert np.isnan(result.estimate).tolist() == [False, True]
