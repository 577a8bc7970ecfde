"""Standard errors and limits against repeated surveys drawn from known true values (fixed seeds)."""

import numpy as np
import pytest

from layers.measures.disparity import (
    MEASURES,
    Exposure,
    GroupData,
    Options,
    PartWhole,
    UnitCounts,
    group_differences,
    group_ratios,
    measure,
)

DRAWS = 20_000
SHARES = np.array([0.30, 0.25, 0.15, 0.10, 0.10, 0.06, 0.04])
ERRORS = np.array([0.6, 0.7, 0.8, 1.0, 1.0, 1.3, 1.6])
PATTERN = np.array([-1.2, -0.8, -0.3, 0.0, 0.4, 0.9, 1.3])
GROUP_MEASURES = [name for name, entry in MEASURES.items() if entry.data is GroupData]
CHOSEN_BY_DATA = ["difference", "ratio", "mdbu", "mdbw", "par", "paf"]


def truth(spread: float) -> np.ndarray:
    return 50 + spread * PATTERN


def surveys(spread: float) -> np.ndarray:
    noise = np.random.default_rng(11).standard_normal((DRAWS, len(SHARES)))
    return truth(spread) + ERRORS * noise


def grouped(
    estimate: np.ndarray,
    se: np.ndarray | None,
    *,
    high_is_good: bool = True,
    order: object = None,
    reference: int | None = None,
) -> GroupData:
    return GroupData.of(
        estimate,
        se=se,
        population=np.broadcast_to(10_000 * SHARES, estimate.shape),
        kind="proportion",
        scale=100,
        high_is_good=high_is_good,
        order=order,  # type: ignore[arg-type]
        reference=reference,
    )


def coverage(name: str, spread: float, options: Options | None = None, **kind: object) -> float:
    true = measure(name, grouped(truth(spread), np.zeros(7), **kind))[name].estimate  # type: ignore[arg-type]
    found = measure(name, grouped(surveys(spread), ERRORS, **kind), options)[name]  # type: ignore[arg-type]
    return float(np.mean((found.lower <= true + 1e-9) & (true - 1e-9 <= found.upper)))


@pytest.mark.parametrize("name", GROUP_MEASURES)
def test_standard_error_is_the_spread_of_repeated_surveys(name: str) -> None:
    entry = MEASURES[name]
    kind = {
        "order": range(7) if entry.needs_order or name in CHOSEN_BY_DATA[:2] + CHOSEN_BY_DATA[4:] else None,
        "reference": 0 if entry.needs_reference else None,
    }
    # far apart, so that signs and the best group do not change from survey to survey
    ours = measure(name, grouped(truth(25), ERRORS, **kind))[name]  # type: ignore[arg-type]
    repeated = measure(name, grouped(surveys(25), ERRORS, **kind))[name].estimate  # type: ignore[arg-type]
    if name.startswith(("ratio", "rii")):
        assert float(ours.se / ours.estimate) == pytest.approx(float(np.log(repeated).std()), rel=0.03)
    else:
        assert float(ours.se) == pytest.approx(float(repeated.std()), rel=0.03)


@pytest.mark.parametrize("name", [name for name in GROUP_MEASURES if MEASURES[name].needs_order])
@pytest.mark.parametrize("spread", [0, 2, 20])
def test_gradient_limits_cover_as_promised(name: str, spread: float) -> None:
    assert coverage(name, spread, order=range(7)) == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize("high_is_good", [True, False])
@pytest.mark.parametrize("name", CHOSEN_BY_DATA)
@pytest.mark.parametrize("spread", [0, 0.5, 1, 5, 20])
def test_limits_stay_honest_where_the_data_choose_the_groups(
    name: str, spread: float, high_is_good: bool
) -> None:
    assert coverage(name, spread, high_is_good=high_is_good) >= 0.94


@pytest.mark.parametrize("name", ["difference", "ratio"])
@pytest.mark.parametrize("spread", [0, 1, 20])
def test_limits_stay_honest_for_the_worst_against_a_reference(name: str, spread: float) -> None:
    assert coverage(name, spread, reference=3) >= 0.94


def test_the_usual_interval_of_the_extremes_ignores_that_they_were_chosen() -> None:
    result = measure("difference", grouped(surveys(0), ERRORS))["difference"]
    assert np.mean(result.estimate <= 1.96 * result.se) < 0.75
    assert np.mean(result.lower == 0) >= 0.94


def test_percentile_intervals_miss_equal_groups_altogether() -> None:
    """Why simulated percentiles are not the default: nothing differs, and they never say so."""
    y = surveys(0)[:500]
    result = measure("difference", grouped(y, ERRORS), Options(interval="simulated", draws=400))["difference"]
    assert np.mean(result.lower <= 0) == 0


@pytest.mark.parametrize("name", ["bgv", "bgsd", "cov", "ti", "mld", "mdmu", "mdmw", "idisu", "idisw"])
@pytest.mark.parametrize("spread", [0.5, 1, 5, 20])
def test_limits_of_spread_measures_cover_from_half_the_noise_on(name: str, spread: float) -> None:
    assert coverage(name, spread) >= 0.94


@pytest.mark.parametrize("name", ["mdmu", "mdmw", "idisu", "idisw", "mdru", "mdrw", "idisr"])
def test_distances_rarely_claim_a_disparity_where_there_is_none(name: str) -> None:
    assert coverage(name, 0, reference=3) >= 0.94


@pytest.mark.parametrize("name", ["mdru", "mdrw", "idisr"])
@pytest.mark.parametrize("spread", [0.5, 1, 5, 20])
def test_limits_of_distances_from_a_reference_cover(name: str, spread: float) -> None:
    assert coverage(name, spread, reference=3) >= 0.93


def test_variance_is_unbiased_only_when_corrected() -> None:
    true = float(measure("bgv", grouped(truth(1), np.zeros(7)))["bgv"].estimate)
    found = measure(["bgv", "bgv_uncorrected"], grouped(surveys(1), ERRORS))
    assert float(found["bgv"].estimate.mean()) == pytest.approx(true, rel=0.03)
    assert float(found["bgv_uncorrected"].estimate.mean()) > 1.5 * true


@pytest.mark.parametrize("against", ["mean", "reference"])
def test_group_contrasts(against: str) -> None:
    single = grouped(truth(5), ERRORS, reference=2)
    many = grouped(surveys(5), ERRORS, reference=2)
    for contrast in (group_differences, group_ratios):
        true = contrast(single, against)  # type: ignore[arg-type]
        found = contrast(many, against)  # type: ignore[arg-type]
        assert true.se == pytest.approx(found.estimate.std(axis=0), rel=0.03, abs=1e-12)
        inside = (found.lower <= true.estimate + 1e-9) & (true.estimate - 1e-9 <= found.upper)
        assert np.all(inside.mean(axis=0) >= 0.94)


@pytest.mark.parametrize("name", ["place_state_difference", "place_state_ratio"])
def test_place_against_the_state_that_contains_it(name: str) -> None:
    rng = np.random.default_rng(3)
    share = 0.4
    place = 30 + 2.0 * rng.standard_normal(DRAWS)
    rest = 20 + 1.0 * rng.standard_normal(DRAWS)
    state = share * place + (1 - share) * rest
    state_se = np.hypot(share * 2.0, (1 - share) * 1.0)
    made = [
        measure(
            name,
            PartWhole.of(
                p,
                2.0,
                400,
                whole_estimate=w,
                whole_se=state_se,
                whole_population=1000,
                kind="proportion",
                scale=100,
            ),
        )[name]
        for p, w in ((30.0, 0.4 * 30 + 0.6 * 20), (place, state))
    ]
    true, found = made
    assert float(true.se) == pytest.approx(float(found.estimate.std()), rel=0.03)
    inside = (found.lower <= true.estimate) & (true.estimate <= found.upper)
    assert inside.mean() == pytest.approx(0.95, abs=0.01)
    independent = np.hypot(2.0, state_se) / (1 if name.endswith("difference") else 24.0)
    assert independent > 1.2 * float(true.se)  # treating place and state as independent is too wide


@pytest.mark.parametrize("name", ["group_exposure", "group_exposure_difference", "group_exposure_ratio"])
def test_group_weighted_exposure(name: str) -> None:
    rng = np.random.default_rng(5)
    value, people = (
        np.array([2.0, 5.0, 9.0, 12.0]),
        np.array([[400, 150], [300, 200], [250, 350], [150, 500]]),
    )
    value_se, people_se = np.array([0.3, 0.4, 0.5, 0.6]), np.full((4, 2), 20.0)
    drawn_value = value + value_se * rng.standard_normal((DRAWS, 4))
    drawn_people = people + people_se * rng.standard_normal((DRAWS, 4, 2))
    single, many = (
        measure(name, Exposure.of(v, p, value_se=value_se, population_se=people_se, reference=0))[name]
        for v, p in ((value, people), (drawn_value, drawn_people))
    )
    assert single.se == pytest.approx(many.estimate.std(axis=0), rel=0.03, abs=1e-12)
    inside = (many.lower <= single.estimate + 1e-9) & (single.estimate - 1e-9 <= many.upper)
    assert np.all(inside.mean(axis=0) >= 0.94)


@pytest.mark.parametrize(
    "name",
    [
        "dissimilarity",
        "isolation",
        "interaction",
        "eta_squared",
        "entropy",
        "multigroup_dissimilarity",
        "multigroup_entropy",
    ],
)
def test_segregation_limits_cover(name: str) -> None:
    rng = np.random.default_rng(9)
    counts = np.array([[900, 100, 40], [700, 300, 90], [400, 500, 200], [150, 800, 150], [60, 700, 30.0]])
    se = 0.08 * counts + 10
    drawn = np.maximum(counts + se * rng.standard_normal((3000, *counts.shape)), 0)
    true = float(measure(name, UnitCounts.of(counts, group=0))[name].estimate)
    found = measure(name, UnitCounts.of(drawn, group=0, se=se), Options(draws=300))[name]
    assert np.mean((found.lower <= true) & (true <= found.upper)) >= 0.92
    assert float(np.median(found.se)) == pytest.approx(float(found.estimate.std()), rel=0.15)


def test_corrected_dissimilarity_takes_chance_out_of_an_even_place() -> None:
    """Forty units of ten people in which nothing but chance allots two equal groups."""
    rng = np.random.default_rng(13)
    own = rng.multinomial(200, np.full(40, 1 / 40), size=40)
    other = rng.multinomial(200, np.full(40, 1 / 40), size=40)
    data = UnitCounts.of(np.stack([own, other], axis=-1), group=0)
    found = measure(["dissimilarity", "dissimilarity_corrected"], data, Options(draws=200))
    plain, corrected = (found[name].estimate.mean() for name in found)
    assert plain > 0.2
    assert corrected < 0.7 * plain


def test_corrected_dissimilarity_covers_the_true_unevenness() -> None:
    """People of two groups are allotted to ten units by chances that are known."""
    rng = np.random.default_rng(17)
    chance = np.repeat([0.6, 1.4], 5) / 10  # no unit is nearly even, where the absolute value bends
    own, other = rng.multinomial(300, chance, size=400), rng.multinomial(500, chance[::-1], size=400)
    true = 0.5 * np.abs(chance - chance[::-1]).sum()
    data = UnitCounts.of(np.stack([own, other], axis=-1), group=0)
    found = measure("dissimilarity_corrected", data, Options(draws=300))["dissimilarity_corrected"]
    assert float(found.estimate.mean()) == pytest.approx(true, abs=0.01)
    assert float(np.median(found.se)) == pytest.approx(float(found.estimate.std()), rel=0.15)
    assert np.mean((found.lower <= true) & (true <= found.upper)) >= 0.92


def test_every_measure_has_its_error_confirmed_here() -> None:
    """A new measure stands in this list, and so in one of the tests above."""
    of_places = {
        "place_state_difference",
        "place_state_ratio",
        "group_exposure",
        "group_exposure_difference",
        "group_exposure_ratio",
        "dissimilarity",
        "dissimilarity_corrected",
        "isolation",
        "interaction",
        "eta_squared",
        "entropy",
        "multigroup_dissimilarity",
        "multigroup_entropy",
    }
    assert set(MEASURES) == {*GROUP_MEASURES, *of_places}
