"""Verdicts: one class per cell, from the interval, in the documented order of precedence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.measures.disparity import GroupData, group_differences, group_ratios
from layers.measures.errors import MeasureError, ScaleError, ShapeMismatchError
from layers.measures.verdicts import (
    LABELS,
    Verdict,
    VerdictError,
    verdicts_from_error,
    verdicts_from_interval,
)


@pytest.mark.parametrize(
    ("lower", "upper", "high_is_good", "expected"),
    [
        (1, 2, True, Verdict.CLEARLY_BETTER),
        (1, 2, False, Verdict.CLEARLY_WORSE),
        (-2, -1, True, Verdict.CLEARLY_WORSE),
        (-2, -1, False, Verdict.CLEARLY_BETTER),
        (-1, 9, True, Verdict.NO_CLEAR_DIFFERENCE),
        (0, 9, True, Verdict.NO_CLEAR_DIFFERENCE),
        (np.nan, 9, True, Verdict.UNRELIABLE),
    ],
)
def test_class_from_the_interval(lower: float, upper: float, high_is_good: bool, expected: Verdict) -> None:
    found = verdicts_from_interval(lower, upper, no_difference=0, high_is_good=high_is_good)
    assert int(found.codes) == expected


def test_ratios_are_compared_with_one() -> None:
    found = verdicts_from_interval([0.5, 0.9, 1.1], [0.8, 1.2, 1.3], no_difference=1, high_is_good=False)
    assert found.labels.tolist() == ["clearly better", "no clear difference", "clearly worse"]
    assert found.codes.dtype == np.int8


def test_precedence() -> None:
    found = verdicts_from_interval(
        [1.0, 1, 1, 1, np.nan, 1],
        [2.0, 2, 2, 2, np.nan, 2],
        no_difference=0,
        high_is_good=True,
        population=[0, 5, 5, 5, 0, np.nan],
        suppressed=[True, True, False, False, True, False],
        unreliable=[True, True, True, False, False, False],
    )
    assert found.codes.tolist() == [
        Verdict.NO_POPULATION,
        Verdict.SUPPRESSED,
        Verdict.UNRELIABLE,
        Verdict.CLEARLY_BETTER,
        Verdict.NO_POPULATION,
        Verdict.CLEARLY_BETTER,
    ]


def test_error_and_interval_agree_without_correction() -> None:
    rng = np.random.default_rng(6)
    difference, se = rng.normal(0, 3, (40, 7)), rng.uniform(0.5, 2, (40, 7))
    half = 1.959963984540054 * se
    one = verdicts_from_error(difference, se, high_is_good=False)
    other = verdicts_from_interval(difference - half, difference + half, no_difference=0, high_is_good=False)
    assert one.codes.tolist() == other.codes.tolist()
    assert "not corrected" in one.method


def test_benjamini_hochberg_by_hand() -> None:
    # two-sided p of z: 3.5 → .0005, 2.5 → .0124, 2.1 → .0357, 1.0 → .317; limits .0125, .025, .0375, .05
    z = [3.5, -2.5, 2.1, 1.0]
    found = verdicts_from_error(z, 1.0, high_is_good=True, correction="benjamini_hochberg")
    assert found.codes.tolist() == [
        Verdict.CLEARLY_BETTER,
        Verdict.CLEARLY_WORSE,
        Verdict.CLEARLY_BETTER,
        Verdict.NO_CLEAR_DIFFERENCE,
    ]
    # with a fifth, hopeless test the third p-value passes its limit .03 no more
    more = verdicts_from_error([*z, 0.1], 1.0, high_is_good=True, correction="benjamini_hochberg")
    assert more.codes.tolist() == [1, 2, 0, 0, 0]
    assert "5 comparisons" in more.method


def test_the_family_leaves_out_what_is_not_tested() -> None:
    found = verdicts_from_error(
        [3.5, -2.5, 2.1, 1.0, 0.1, 0.1, 0.1, np.nan, 0.0],
        [1.0] * 8 + [0.0],
        high_is_good=True,
        correction="benjamini_hochberg",
        population=[5, 5, 5, 5, 0, 5, 5, 5, 5],
        suppressed=[False] * 5 + [True] + [False] * 3,
        unreliable=[False] * 6 + [True] + [False] * 2,
    )
    assert found.codes.tolist() == [1, 2, 1, 0, 5, 4, 3, 3, 0]
    assert "4 comparisons" in found.method


def test_a_false_discovery_rate_is_kept_where_the_plain_interval_fails() -> None:
    rng = np.random.default_rng(8)
    difference = rng.standard_normal((200, 100))
    plain = verdicts_from_error(difference, 1.0, high_is_good=True).codes
    assert np.mean(plain != Verdict.NO_CLEAR_DIFFERENCE) == pytest.approx(0.05, abs=0.01)
    any_call = [
        bool(verdicts_from_error(row, 1.0, high_is_good=True, correction="benjamini_hochberg").codes.any())
        for row in difference
    ]
    assert np.mean(any_call) < 0.11


def test_certain_differences_and_no_tests_at_all() -> None:
    sure = verdicts_from_error([5.0], [0.0], high_is_good=True, correction="benjamini_hochberg")
    assert sure.codes.tolist() == [Verdict.CLEARLY_BETTER]
    none = verdicts_from_error([np.nan], [1.0], high_is_good=True, correction="benjamini_hochberg")
    assert none.codes.tolist() == [Verdict.UNRELIABLE]
    assert "0 comparisons" in none.method


def test_from_groups_to_verdicts() -> None:
    data = GroupData.of(
        [[20, 30, 60], [20, np.nan, 21]],
        se=1.0,
        population=[[10, 10, 10], [10, 0, 10]],
        kind="proportion",
        scale=100,
        high_is_good=False,
        reference=0,
    )
    expected = [
        ["no clear difference", "clearly worse", "clearly worse"],
        ["no clear difference", "no population", "no clear difference"],
    ]
    difference, ratio = group_differences(data, "reference"), group_ratios(data, "reference")
    for result, nothing in ((difference, 0.0), (ratio, 1.0)):
        found = verdicts_from_interval(
            result.lower,
            result.upper,
            no_difference=nothing,
            high_is_good=data.high_is_good,
            population=data.population,
        )
        assert found.labels.tolist() == expected


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"upper": [1.0, 2]}, ShapeMismatchError, "one shape"),
        ({"upper": [-5.0]}, VerdictError, r"lower\[0\] is above upper"),
        ({"upper": [np.inf]}, VerdictError, "infinite"),
        ({"suppressed": [1]}, VerdictError, "booleans"),
        ({"suppressed": [True, False]}, ShapeMismatchError, "suppressed"),
        ({"population": [-1]}, VerdictError, "negative"),
    ],
)
def test_intervals_refuse(changes: dict[str, object], error: type[ValueError], says: str) -> None:
    given: dict[str, object] = {"lower": [0.0], "upper": [1.0], "no_difference": 0, "high_is_good": True}
    with pytest.raises(error, match=says):
        verdicts_from_interval(**(given | changes))  # type: ignore[arg-type]


def test_errors_refuse() -> None:
    with pytest.raises(ScaleError, match="between 0 and 1"):
        verdicts_from_error(1, 1, high_is_good=True, confidence=95)
    with pytest.raises(VerdictError, match="none, benjamini_hochberg"):
        verdicts_from_error(1, 1, high_is_good=True, correction="bonferroni")  # type: ignore[arg-type]
    with pytest.raises(VerdictError, match="se is negative"):
        verdicts_from_error(1, -1, high_is_good=True)
    with pytest.raises(MeasureError, match="'lower'; allowed: True or False"):
        verdicts_from_error(1, 1, high_is_good="lower")  # type: ignore[arg-type]


def test_a_masked_limit_is_missing() -> None:
    lower = np.ma.masked_array([1.0, 1.0], mask=[False, True])
    found = verdicts_from_interval(lower, [2, 2], no_difference=0, high_is_good=True)
    assert found.codes.tolist() == [Verdict.CLEARLY_BETTER, Verdict.UNRELIABLE]


finite = st.floats(-1e6, 1e6)


@given(finite, finite, st.booleans())
def test_turning_the_direction_swaps_better_and_worse(one: float, other: float, high_is_good: bool) -> None:
    lower, upper = min(one, other), max(one, other)
    straight, turned = (
        int(verdicts_from_interval(lower, upper, no_difference=0, high_is_good=side).codes)
        for side in (high_is_good, not high_is_good)
    )
    swapped = {Verdict.CLEARLY_BETTER: Verdict.CLEARLY_WORSE, Verdict.CLEARLY_WORSE: Verdict.CLEARLY_BETTER}
    assert turned == swapped.get(Verdict(straight), Verdict(straight))


def test_every_class_has_a_label_in_the_order_of_its_code() -> None:
    assert list(LABELS) == list(Verdict)
    assert [int(code) for code in Verdict] == list(range(6))
