"""Policies are data with a source; primary suppression follows them cell by cell."""

import numpy as np
import pytest

from layers.measures.errors import MeasureError, UnknownPolicyError
from layers.measures.suppression import (
    POLICIES,
    PolicyError,
    StructureError,
    SuppressionPolicy,
    named_policy,
    primary_rows,
)


def policy(**changes):
    return SuppressionPolicy(**{"name": "p", "source": "s", "threshold": 6, "zeros_shown": True} | changes)


def hidden(rule, counts, **more):
    return primary_rows(rule, counts, **more).tolist()


def test_non_zero_counts_below_the_threshold_are_hidden():
    assert hidden(policy(), [0, 1, 5, 6, 7]) == [False, True, True, False, False]
    assert hidden(policy(zeros_shown=False), [0, 1, 5, 6]) == [True, True, True, False]


def test_threshold_one_with_zeros_shown_hides_no_count():
    assert hidden(policy(threshold=1), [0, 1, 2]) == [False] * 3


def test_state_education_rule_numerator_or_denominator():
    rule = named_policy("ct-sde")
    assert hidden(rule, [5, 6, 6, 0], denominators=[40, 19, 20, 50]) == [True, True, False, True]


def test_complement_of_a_percentage_is_protected():
    rule = policy(threshold=11, complement=True)
    assert hidden(rule, [90, 89, 100], denominators=[100, 100, 100]) == [True, False, False]


def test_large_places_are_exempt_and_cells_without_a_place_are_not():
    rule = named_policy("ct-dph")
    assert hidden(rule, [3, 3, 3], populations=[99_999, 100_000, np.nan]) == [True, False, True]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ct-sde", {}),
        ("ct-dph", {}),
        ("ct-sde", {"denominators": [10.0, 20.0]}),
        ("ct-sde", {"denominators": [2.0]}),
    ],
)
def test_a_rule_without_its_numbers_is_refused(name, arguments):
    with pytest.raises(StructureError):
        primary_rows(named_policy(name), [3], **arguments)


def test_every_named_policy_has_a_source_and_the_thresholds_of_its_agency():
    thresholds = {name: p.threshold for name, p in POLICIES.items()}
    assert thresholds == {
        "ct-dph": 6,
        "ct-sde": 6,
        "cms": 11,
        "cdc-wonder": 10,
        "cdc-wisqars": 10,
        "uscs": 16,
        "wa-doh": 10,
        "national-equity-atlas": 1,
    }
    assert all(len(p.source) > 20 for p in POLICIES.values())
    assert named_policy("national-equity-atlas").denominator_min == 100


def test_an_unknown_policy_names_the_known_ones():
    with pytest.raises(UnknownPolicyError, match="ct-dph"):
        named_policy("p20-win")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"source": ""},
        {"threshold": 0},
        {"denominator_min": -1},
        {"population_floor": 0},
        {"rounding": 0},
        {"minimum_width": 0.0},
        {"minimum_width": float("nan")},
        {"symbol": " "},
        {"symbol": "-9999"},
    ],
)
def test_policies_that_cannot_be_meant_are_refused(changes):
    with pytest.raises(PolicyError, match=next(iter(changes))):
        policy(**changes)
    assert issubclass(PolicyError, MeasureError)


def test_all_faults_are_told_at_once():
    with pytest.raises(PolicyError, match=r"threshold.*rounding"):
        policy(threshold=0, rounding=0)
