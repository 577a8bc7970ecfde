"""Individual survey data: a made population in strata and villages, drawn again and again."""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from layers.measures.disparity import (
    GroupData,
    Microdata,
    Options,
    Result,
    Status,
    measure,
    measure_survey,
    survey_differences,
    survey_means,
    survey_measures,
)
from layers.measures.disparity.design import Design
from layers.measures.disparity.errors import (
    BadOptionError,
    LonelyUnitError,
    MissingInputError,
    WrongDataError,
)
from layers.measures.errors import MeasureError, NegativeValueError, NotFiniteError, ScaleError
from layers.measures.rates import binomial_clopper_pearson, korn_graubard

STRATA, VILLAGES, PEOPLE, DRAWN, ASKED, GROUPS, REPEATS = 5, 80, 40, 16, 12, 4, 500
NAMES = (
    "difference",
    "ratio",
    "aci",
    "rci",
    "rci_wagstaff",
    "rci_erreygers",
    "sii",
    "rii",
    "sii_linear",
    "rii_linear",
    "ti",
    "mld",
    "par",
    "paf",
)
ON_LOG_SCALE = ("ratio", "rii", "rii_linear")


@cache
def population() -> tuple[np.ndarray, np.ndarray]:
    """Value (0 or 100) and group of everyone, (strata, villages, people): neighbours are alike in both."""
    generator = np.random.default_rng(5)
    wealth = generator.normal(0, 1, (STRATA, VILLAGES, 1)) + np.linspace(-0.6, 0.6, STRATA)[:, None, None]
    own = wealth + generator.normal(0, 0.8, (STRATA, VILLAGES, PEOPLE))
    group = np.digitize(own, [-1, 0, 1.1])
    chance = 1 / (1 + np.exp(-(0.2 + 0.6 * group + generator.normal(0, 0.7, (STRATA, VILLAGES, 1)))))
    return 100.0 * (generator.random(own.shape) < chance), group


def sample(generator: np.random.Generator, *, clustered: bool = True, **changes: object) -> Microdata:
    """Villages drawn with replacement, more of the last strata; people drawn from each."""
    value, group = population()
    rows = []
    for stratum in range(STRATA):
        villages = generator.integers(0, VILLAGES, DRAWN + stratum)
        for unit, village in enumerate(villages):
            people = generator.choice(PEOPLE, ASKED, replace=False)
            weight = VILLAGES / villages.size * PEOPLE / ASKED
            rows.append(
                np.column_stack(
                    [
                        value[stratum, village, people],
                        group[stratum, village, people],
                        np.full(ASKED, weight),
                        np.full(ASKED, unit),
                        np.full(ASKED, stratum),
                    ]
                )
            )
    table = np.concatenate(rows)
    design = {"psu": table[:, 3], "stratum": table[:, 4]} if clustered else {}
    given = {
        "groups": GROUPS,
        "weight": table[:, 2],
        "kind": "proportion",
        "scale": 100,
        "high_is_good": True,
        "order": range(GROUPS),
        "reference": 3,
        **design,
    }
    return Microdata.of(table[:, 0], table[:, 1], **(given | changes))  # type: ignore[arg-type]


def truth() -> GroupData:
    value, group = population()
    return GroupData.of(
        [value[group == one].mean() for one in range(GROUPS)],
        population=[float((group == one).sum()) for one in range(GROUPS)],
        kind="proportion",
        scale=100,
        high_is_good=True,
        order=range(GROUPS),
        reference=3,
    )


@cache
def repeated() -> tuple[dict[str, list[Result]], list[Result]]:
    generator = np.random.default_rng(2)
    samples = [sample(generator) for _ in range(REPEATS)]
    made = [measure_survey(NAMES, one) for one in samples]
    return {name: [one[name] for one in made] for name in NAMES}, [survey_differences(one) for one in samples]


@pytest.mark.parametrize("name", NAMES)
def test_errors_are_the_spread_of_repeated_samples_and_limits_cover(name: str) -> None:
    results, true = repeated()[0][name], float(measure(name, truth())[name].estimate)
    estimate, se = (np.array([float(getattr(one, field)) for one in results]) for field in ("estimate", "se"))
    if name in ON_LOG_SCALE:
        estimate, se = np.log(estimate), se / estimate
    assert np.sqrt((se**2).mean()) == pytest.approx(estimate.std(), rel=0.1)
    inside = np.mean([float(one.lower) <= true <= float(one.upper) for one in results])
    assert inside == pytest.approx(0.95, abs=0.035)


def test_differences_to_a_reference_know_that_neighbours_are_alike() -> None:
    results = repeated()[1]
    estimate, se = (np.array([getattr(one, field) for one in results]) for field in ("estimate", "se"))
    np.testing.assert_allclose(np.sqrt((se**2).mean(axis=0))[:3], estimate.std(axis=0)[:3], rtol=0.1)
    assert (estimate[:, 3] == 0).all() and (se[:, 3] < 1e-9).all()


def test_a_simple_sample_would_promise_too_much() -> None:
    drawn = sample(np.random.default_rng(4))
    simple = sample(np.random.default_rng(4), clustered=False)
    ours, naive = (measure_survey("par", one)["par"] for one in (drawn, simple))
    assert float(ours.estimate) == float(naive.estimate)
    assert float(ours.se) > 1.15 * float(naive.se)


def test_estimates_are_those_of_the_groups_weighted_means() -> None:
    drawn = sample(np.random.default_rng(6))
    ours, groups = measure_survey(NAMES, drawn), measure(NAMES, drawn.groups)
    for name in NAMES:
        assert float(ours[name].estimate) == pytest.approx(float(groups[name].estimate), rel=1e-9), name


def test_the_variance_of_a_mean_by_hand() -> None:
    """Two strata, two villages each: totals of w (y − mean) / W are ±1/8 in one and ±1/4 in the other."""
    value, psu, stratum = [0, 0, 0, 1, 0, 0, 1, 1], [1, 1, 2, 2, 1, 1, 2, 2], [1, 1, 1, 1, 2, 2, 2, 2]
    terms = (np.array(value) - 3 / 8) / 8
    found = Design.of(8, psu=psu, stratum=stratum).variance(terms)
    assert float(found) == pytest.approx((1 / 8) ** 2 + (2 / 8) ** 2)


def test_weights_alone_make_every_row_a_unit() -> None:
    """Without clusters the error of a group's mean is that of statistics books."""
    value = np.array([3.0, 5.0, 4.0, 8.0, 1.0, 9.0])
    data = Microdata.of(
        value,
        [0, 0, 0, 1, 1, 1],
        groups=2,
        weight=np.ones(6),
        kind="mean",
        scale=1,
        high_is_good=True,
        reference=0,
    )
    variances = [one.var() / 3 * 6 / 5 for one in (value[:3], value[3:])]
    np.testing.assert_allclose(np.asarray(data.groups.se) ** 2, variances)
    assert float(survey_differences(data).se[1]) == pytest.approx(np.sqrt(sum(variances)))


def test_means_have_t_limits_and_proportions_those_of_korn_and_graubard() -> None:
    given = {"groups": 3, "weight": np.ones(12), "high_is_good": True}
    value, group = np.array([3.0, 5, 4, 8, 1, 9, 2, 5, 6, 6, 6, 6]), np.repeat([0, 1], [7, 5])
    data = Microdata.of(value, group, kind="mean", scale=1, **given)  # type: ignore[arg-type]
    found = survey_means(data, Options(confidence=0.9))
    half = stats.t.ppf(0.95, 11) * found.se[:2]
    np.testing.assert_allclose(found.lower[:2], found.estimate[:2] - half)
    np.testing.assert_allclose(found.upper[:2], found.estimate[:2] + half)
    assert found.status.tolist() == [Status.OK, Status.OK, Status.ZERO_POPULATION]

    data = Microdata.of(100.0 * (value > 2.5), group, kind="proportion", scale=100, **given)  # type: ignore[arg-type]
    found = survey_means(data)
    some = korn_graubard(found.estimate[0] / 100, found.se[0] / 100, 7, 11)
    everybody = binomial_clopper_pearson(5, 5)
    np.testing.assert_allclose(found.lower[:2], [100 * some.lower, 100 * everybody.lower])
    np.testing.assert_allclose(found.upper[:2], [100 * some.upper, 100])


def test_a_stratum_with_one_unit_is_refused_centred_or_certain() -> None:
    stratum, psu = [1, 1, 1, 1, 2, 2], [1, 1, 2, 2, 1, 1]
    with pytest.raises(LonelyUnitError, match="1 strata have one sampling unit"):
        Design.of(6, psu=psu, stratum=stratum)
    terms = np.array([1.0, 0, 2.0, 0, 5.0, 1.0])  # totals 1, 2 and, alone, 6; mean 3
    centred = Design.of(6, psu=psu, stratum=stratum, lonely="centre").variance(terms)
    certain = Design.of(6, psu=psu, stratum=stratum, lonely="certainty").variance(terms)
    assert float(certain) == pytest.approx(2 * (0.5**2 + 0.5**2))
    assert float(centred) == pytest.approx(float(certain) + 9)
    with pytest.raises(BadOptionError, match="lonely is 'average'; allowed: refuse, centre, certainty"):
        Design.of(6, lonely="average")  # type: ignore[arg-type]


def test_one_unit_alone_gives_an_estimate_without_limits() -> None:
    data = Microdata.of(
        [0, 100, 100, 100],
        [0, 0, 1, 1],
        groups=2,
        weight=np.ones(4),
        psu=[1, 1, 1, 1],
        lonely="centre",
        kind="proportion",
        scale=100,
        high_is_good=True,
        order=range(2),
    )
    found = measure_survey("difference", data)["difference"]
    assert float(found.estimate) == 50
    assert np.isnan(found.se) and np.isnan(found.lower)


def test_units_with_one_name_in_two_strata_are_two() -> None:
    design = Design.of(4, psu=["a", "b", "a", "b"], stratum=["x", "x", "y", "y"])
    assert design.stratum.size == 4
    assert design.degrees == 2


def test_a_row_without_a_value_counts_for_the_design_only() -> None:
    base = {"groups": 2, "kind": "mean", "scale": 1, "high_is_good": True, "reference": 0}
    with_gap = Microdata.of([1, 2, 3, 5, np.nan], [0, 0, 1, 1, 1], weight=np.ones(5), **base)  # type: ignore[arg-type]
    without = Microdata.of([1, 2, 3, 5], [0, 0, 1, 1], weight=np.ones(4), **base)  # type: ignore[arg-type]
    assert with_gap.groups.estimate.tolist() == without.groups.estimate.tolist()
    assert with_gap.design.degrees == without.design.degrees + 1


def test_a_group_that_nobody_is_in_is_a_reason() -> None:
    data = sample(np.random.default_rng(1), groups=5, order=range(5))
    assert np.isnan(measure_survey("aci", data)["aci"].estimate)


def test_measures_that_let_the_data_choose_or_that_noise_raises_are_refused() -> None:
    unordered = sample(np.random.default_rng(1), order=None)
    assert set(survey_measures(unordered)) == {"ti", "mld"}
    for name in ("par", "mdmw", "bgv"):
        with pytest.raises(WrongDataError, match="allowed with individual data: ti, mld"):
            measure_survey(name, unordered)
    assert set(survey_measures(sample(np.random.default_rng(1)))) == set(NAMES)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"weight": -1.0}, NegativeValueError, "weight\\[0\\] is negative"),
        ({"weight": np.nan}, NotFiniteError, "rows have no weight"),
        (
            {"groups": 3, "order": range(3), "reference": None},
            NotFiniteError,
            "no group; allowed: a weight, and 0 to 2",
        ),
        ({"scale": 1}, ScaleError, "value\\[\\d+\\] is above the scale"),
        ({"psu": [1, 2]}, MeasureError, "psu has shape \\(2,\\)"),
    ],
)
def test_what_cannot_be_used_is_refused(
    changes: dict[str, object], error: type[MeasureError], message: str
) -> None:
    with pytest.raises(error, match=message):
        sample(np.random.default_rng(1), **changes)


def test_differences_need_a_reference_and_units_a_name() -> None:
    with pytest.raises(MissingInputError, match="reference is None"):
        survey_differences(sample(np.random.default_rng(1), reference=None))
    with pytest.raises(NotFiniteError, match="stratum is missing in 1 rows"):
        Design.of(2, stratum=["a", None])


def test_wider_confidence_gives_wider_limits() -> None:
    drawn = sample(np.random.default_rng(1))
    narrow, wide = (measure_survey("aci", drawn, Options(confidence=one))["aci"] for one in (0.8, 0.99))
    assert float(wide.lower) < float(narrow.lower) < float(narrow.upper) < float(wide.upper)
