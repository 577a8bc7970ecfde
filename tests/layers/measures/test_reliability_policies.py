"""Reliability policies: every rule on a cell of its own, thresholds, registry."""

from dataclasses import FrozenInstanceError
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.measures.errors import NegativeValueError, ScaleError, ShapeMismatchError, UnknownPolicyError
from layers.measures.rates import (
    binomial_clopper_pearson,
    effective_sample_size,
    korn_graubard,
    poisson_exact,
)
from layers.measures.reliability import (
    POLICIES,
    REASON_TEXTS,
    CountPolicy,
    Display,
    ProportionStandard,
    RateStandard,
    Reason,
    VariationPolicy,
    Verdicts,
    policy,
    policy_names,
)
from layers.measures.reliability.variation import Threshold

nan = float("nan")
SHOW, FOOTNOTE, FLAG, SUPPRESS, MISSING = Display
PROPORTIONS = policy("nchs-2017-proportions", ProportionStandard)
RATES = policy("nchs-2023-rates-counts", RateStandard)


def assert_verdict(verdicts: Verdicts, display: object, reason: object) -> None:
    np.testing.assert_array_equal(verdicts.display, display)
    np.testing.assert_array_equal(verdicts.reason, reason)
    assert verdicts.display.dtype == verdicts.reason.dtype == np.int8


@pytest.mark.parametrize(
    ("name", "cv", "reasons"),
    [
        ("esri-cv", [0, 0.12, 0.1201, 0.40, 0.41], [0, 0, 4, 4, 5]),
        ("states-cv", [0.15, 0.151, 0.1 + 0.2, 0.301], [0, 4, 4, 5]),
        ("ct-epht-rse", [0.2, 0.299, 0.30, 0.5], [0, 0, 5, 5]),
    ],
)
def test_variation_classes(name: str, cv: list[float], reasons: list[int]) -> None:
    verdicts = policy(name, VariationPolicy).classify(cv)
    assert_verdict(verdicts, np.where(np.array(reasons) == 0, SHOW, FLAG), reasons)


def test_variation_of_unknown_is_missing() -> None:
    verdicts = policy("esri-cv", VariationPolicy).classify([[nan, 0.1]])
    assert_verdict(verdicts, [[MISSING, SHOW]], [[Reason.MISSING_INPUT, Reason.MEETS_STANDARD]])


@pytest.mark.parametrize(
    ("name", "counts", "displays"),
    [
        ("cdc-wonder", [0, 9, 10, 19, 20], [SUPPRESS, SUPPRESS, FLAG, FLAG, SHOW]),
        ("cdc-wisqars-state", [9, 10, 20, 21], [SUPPRESS, FLAG, FLAG, SHOW]),
        ("cdc-wisqars-county", [9, 20, 21, nan], [SUPPRESS, SUPPRESS, SHOW, MISSING]),
        ("uscs", [15, 16, nan], [SUPPRESS, SHOW, MISSING]),
    ],
)
def test_count_thresholds(name: str, counts: list[float], displays: list[Display]) -> None:
    np.testing.assert_array_equal(policy(name, CountPolicy).classify(counts).display, displays)


@pytest.mark.parametrize(
    ("p", "lower", "upper", "n", "size", "df", "display", "reason"),
    [
        (0.5, 0.45, 0.55, 100, 90, 20, SHOW, Reason.MEETS_STANDARD),
        (0.5, 0.45, 0.55, 29, 29, 20, SUPPRESS, Reason.SAMPLE_TOO_SMALL),
        (0.5, 0.45, 0.55, 30, 30, 20, SHOW, Reason.MEETS_STANDARD),
        (0.5, 0.45, 0.55, 90, 29.9, 20, SUPPRESS, Reason.EFFECTIVE_SAMPLE_TOO_SMALL),
        (0.5, 0.35, 0.65, 90, 90, 20, SUPPRESS, Reason.INTERVAL_TOO_WIDE),
        (0.5, 0.351, 0.65, 90, 90, 20, SHOW, Reason.MEETS_STANDARD),
        # relative width: 0.13 / 0.10 is 130 %, 0.14 / 0.10 is more
        (0.10, 0.05, 0.18, 90, 90, 20, SHOW, Reason.MEETS_STANDARD),
        (0.10, 0.05, 0.19, 90, 90, 20, SUPPRESS, Reason.RELATIVE_INTERVAL_TOO_WIDE),
        # at most 0.05 wide: shown however small the proportion
        (0.01, 0.0, 0.05, 90, 90, 20, SHOW, Reason.MEETS_STANDARD),
        (0.01, 0.0, 0.051, 90, 90, 20, SUPPRESS, Reason.RELATIVE_INTERVAL_TOO_WIDE),
        (0.5, 0.45, 0.55, 90, 90, 7, FLAG, Reason.FEW_DEGREES_OF_FREEDOM),
        (0.0, 0.0, 0.10, 90, 90, 20, FLAG, Reason.NONE_OR_ALL),
        (1.0, 0.9, 1.0, 90, 90, 20, FLAG, Reason.NONE_OR_ALL),
        (0.90, 0.81, 0.95, 90, 90, 20, FOOTNOTE, Reason.COMPLEMENT_INTERVAL_TOO_WIDE),
        (0.99, 0.95, 1.0, 90, 90, 20, SHOW, Reason.MEETS_STANDARD),
        # review outranks the footnote, suppression outranks both
        (0.90, 0.81, 0.95, 90, 90, 7, FLAG, Reason.FEW_DEGREES_OF_FREEDOM),
        (0.90, 0.65, 0.96, 90, 90, 7, SUPPRESS, Reason.INTERVAL_TOO_WIDE),
        (nan, 0.65, 0.96, 90, 90, 7, MISSING, Reason.MISSING_INPUT),
        (0.5, 0.45, nan, 90, 90, 7, MISSING, Reason.MISSING_INPUT),
        (0.5, 0.45, 0.55, nan, 90, 7, MISSING, Reason.MISSING_INPUT),
        (0.5, 0.45, 0.55, 90, 90, nan, MISSING, Reason.MISSING_INPUT),
    ],
)
def test_proportion_rules(
    p: float, lower: float, upper: float, n: float, size: float, df: float, display: Display, reason: Reason
) -> None:
    verdicts = PROPORTIONS.classify(p, lower, upper, n, effective_size=size, degrees_of_freedom=df)
    assert_verdict(verdicts, display, reason)


def test_proportions_without_a_design_need_neither_effective_size_nor_df() -> None:
    events, n = np.array([0, 5, 50, 5]), np.array([40, 40, 100, 20])
    verdicts = PROPORTIONS.classify(events / n, *binomial_clopper_pearson(events, n), n)
    # 5 of 40: 0.042 … 0.268, relative width 181 %
    assert_verdict(
        verdicts,
        [FLAG, SUPPRESS, SHOW, SUPPRESS],
        [
            Reason.NONE_OR_ALL,
            Reason.RELATIVE_INTERVAL_TOO_WIDE,
            Reason.MEETS_STANDARD,
            Reason.SAMPLE_TOO_SMALL,
        ],
    )


def test_survey_strata_are_judged_from_estimate_error_and_design() -> None:
    p, se, n, df = np.array([0.5, 0.5]), np.array([0.02, 0.11]), 400, 30
    size = effective_sample_size(p, se, n, df, capped=True)
    verdicts = PROPORTIONS.classify(
        p, *korn_graubard(p, se, n, df, capped=True), n, effective_size=size, degrees_of_freedom=df
    )
    assert_verdict(verdicts, [SHOW, SUPPRESS], [Reason.MEETS_STANDARD, Reason.EFFECTIVE_SAMPLE_TOO_SMALL])


@pytest.mark.parametrize(
    ("value", "lower", "upper", "events", "base", "df", "display", "reason"),
    [
        (5, 3, 7, 10, 10, 8, SHOW, Reason.MEETS_STANDARD),
        (5, 3, 7, 9, 100, 8, SUPPRESS, Reason.COUNT_TOO_SMALL),
        (5, 3, 7, 100, 9, 8, SUPPRESS, Reason.DENOMINATOR_TOO_SMALL),
        (5, 2, 10, 100, 100, 8, SHOW, Reason.MEETS_STANDARD),
        (5, 2, 10.01, 100, 100, 8, SUPPRESS, Reason.RELATIVE_INTERVAL_TOO_WIDE),
        (0, 0, 1, 100, 100, 8, SUPPRESS, Reason.RELATIVE_INTERVAL_TOO_WIDE),
        (5, 3, 7, 100, 100, 7, FLAG, Reason.FEW_DEGREES_OF_FREEDOM),
        (5, 3, 7, nan, 100, 8, MISSING, Reason.MISSING_INPUT),
        (nan, 3, 7, 9, 100, 8, MISSING, Reason.MISSING_INPUT),
    ],
)
def test_rate_rules(
    value: float,
    lower: float,
    upper: float,
    events: float,
    base: float,
    df: float,
    display: Display,
    reason: Reason,
) -> None:
    verdicts = RATES.classify(value, lower, upper, events, denominator_size=base, degrees_of_freedom=df)
    assert_verdict(verdicts, display, reason)


@given(st.integers(0, 400))
def test_for_plain_counts_the_count_rule_binds(count: int) -> None:
    verdicts = RATES.classify(count, *poisson_exact(count), count)
    assert_verdict(
        verdicts,
        SHOW if count >= 10 else SUPPRESS,
        Reason.MEETS_STANDARD if count >= 10 else Reason.COUNT_TOO_SMALL,
    )


@pytest.mark.parametrize(("count", "percent"), [(5, 200.9), (9, 144.1), (10, 135.9)])
def test_relative_width_of_exact_counts(count: int, percent: float) -> None:
    lower, upper = poisson_exact(count)
    assert 100 * (upper - lower) / count == pytest.approx(percent, abs=0.05)


@given(st.integers(30, 500), st.floats(0, 1), st.floats(1, 4))
def test_a_wider_interval_is_never_judged_milder(n: int, part: float, wider: float) -> None:
    events = round(part * n)
    p, (lower, upper) = events / n, binomial_clopper_pearson(events, n)
    stretched = max(0, p - wider * (p - lower)), min(1, p + wider * (upper - p))
    narrow, wide = PROPORTIONS.classify(p, lower, upper, n), PROPORTIONS.classify(p, *stretched, n)
    assert wide.display >= narrow.display


def test_arrays_broadcast() -> None:
    verdicts = PROPORTIONS.classify(np.full((3, 1), 0.5), 0.45, 0.55, [20, 90])
    assert_verdict(verdicts, [[SUPPRESS, SHOW]] * 3, [[Reason.SAMPLE_TOO_SMALL, Reason.MEETS_STANDARD]] * 3)


def test_every_reason_has_words() -> None:
    assert set(REASON_TEXTS) == set(Reason)


def test_registry_names_are_the_policies_own() -> None:
    assert all(name == entry.name and entry.source for name, entry in POLICIES.items())
    kinds = (VariationPolicy, ProportionStandard, RateStandard, CountPolicy)
    assert sorted(name for kind in kinds for name in policy_names(kind)) == sorted(POLICIES)


def test_policies_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        PROPORTIONS.wide = 0.5  # type: ignore[misc]
    with pytest.raises(TypeError):
        POLICIES["mine"] = PROPORTIONS  # type: ignore[index]


def test_unknown_name_or_kind_lists_the_allowed() -> None:
    with pytest.raises(
        UnknownPolicyError, match="'esri' is no VariationPolicy; allowed: esri-cv, states-cv, ct-epht"
    ):
        policy("esri", VariationPolicy)
    with pytest.raises(UnknownPolicyError, match="'esri-cv' is no CountPolicy; allowed: cdc-wonder"):
        policy("esri-cv", CountPolicy)


def test_refusals() -> None:
    with pytest.raises(ScaleError, match="proportion lies outside 0 … 1; give shares, not percent"):
        PROPORTIONS.classify(50, 45, 55, 100)
    with pytest.raises(ScaleError, match="1 of 2 estimates lie outside their limits"):
        RATES.classify([5, 500], 3, 7, 100)
    with pytest.raises(NegativeValueError, match="count"):
        policy("uscs", CountPolicy).classify([-1])
    with pytest.raises(NegativeValueError, match="cv"):
        policy("esri-cv", VariationPolicy).classify(-0.1)
    with pytest.raises(ShapeMismatchError, match="sample_size"):
        PROPORTIONS.classify([0.5, 0.5], 0.4, 0.6, [100, 100, 100])
    with pytest.raises(ScaleError, match=r"moderate 0.5 is above high 0.2"):
        VariationPolicy("x", "y", 0.5, 0.2, Threshold.LAST_GOOD)
    with pytest.raises(ScaleError, match="high is inf"):
        VariationPolicy("x", "y", None, inf, Threshold.LAST_GOOD)
    with pytest.raises(ScaleError, match="one of them above 0"):
        CountPolicy("x", "y", 0, 0)
