"""Bad input: an error that names the argument and what is allowed, never a value of a cell."""

import numpy as np
import pytest

from layers.measures.disparity import (
    Exposure,
    GroupData,
    Options,
    PartWhole,
    UnitCounts,
    group_differences,
    measure,
)
from layers.measures.disparity.errors import (
    BadOptionError,
    MissingInputError,
    TiedOrderError,
    TooFewGroupsError,
    UnknownMeasureError,
    WrongDataError,
)
from layers.measures.errors import (
    EmptyInputError,
    MeasureError,
    NegativeValueError,
    NotFiniteError,
    PartAboveWholeError,
    ScaleError,
    ShapeMismatchError,
)


def world(estimate: object, **changes: object) -> GroupData:
    given: dict[str, object] = {"kind": "proportion", "scale": 100, "high_is_good": True}
    return GroupData.of(estimate, **(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("estimate", "changes", "error", "says"),
    [
        ([10, 100.5], {}, ScaleError, r"estimate\[1\] is above the scale .* 0 to 100"),
        ([0.1, 2], {"scale": 1}, ScaleError, "0 to 1"),
        ([1, 2], {"scale": 50}, ScaleError, "allowed: 1, 100, 1000, 10000, 100000"),
        ([1, 2], {"scale": 100, "kind": "mean"}, ScaleError, "for a mean; allowed: 1"),
        ([1, 2], {"kind": "percent"}, BadOptionError, "proportion, rate, mean"),
        ([-1, 2], {}, NegativeValueError, r"estimate\[0\] is negative"),
        ([-1, 2], {"kind": "rate"}, NegativeValueError, "negative"),
        ([1, 2], {"se": [1, -1]}, NegativeValueError, r"se\[1\] is negative"),
        ([1, 2], {"population": [-5, 1]}, NegativeValueError, r"population\[0\] is negative"),
        ([1, np.inf], {}, NotFiniteError, r"estimate\[1\] is infinite"),
        ([1, 2], {"se": [1, np.inf]}, NotFiniteError, "se"),
        ([1], {}, TooFewGroupsError, "2 or more"),
        ([], {}, EmptyInputError, "not empty"),
        (5, {}, EmptyInputError, "places"),
        ([[1, 2]], {"se": [[1, 2, 3]]}, ShapeMismatchError, r"se has shape \(1, 3\); allowed: \(1, 2\)"),
        ([[1, 2]], {"average": [1, 2]}, ShapeMismatchError, "average"),
        ([1, 2], {"average": 101}, ScaleError, "average"),
        ([1, 2], {"order": [1, 2, 3]}, ShapeMismatchError, "3 ranks"),
        ([1, 2], {"order": [1, np.nan]}, ShapeMismatchError, "finite rank"),
        ([1, 2], {"order": [1, 1]}, TooFewGroupsError, "one rank"),
        ([1, 2], {"reference": 2}, BadOptionError, "0 to 1"),
        ([1, 2], {"reference": -1}, BadOptionError, "0 to 1"),
        ([1, 2], {"reference": "best"}, BadOptionError, "'best'; allowed: an index, 0 to 1"),
        ([1, 2], {"reference": 1.0}, BadOptionError, "an index"),
        ([1, 2], {"reference": True}, BadOptionError, "an index"),
        ([1, 2], {"high_is_good": "lower"}, MeasureError, "'lower'; allowed: True or False"),
        ([1, 2], {"order": ["poor", "rich"]}, MeasureError, "order must be numbers"),
        (["a", 2], {}, MeasureError, "estimate must be numbers"),
        ([[1, 2], [1]], {}, MeasureError, "estimate must be numbers of one shape"),
    ],
)
def test_group_data_refuses(
    estimate: object, changes: dict[str, object], error: type[MeasureError], says: str
) -> None:
    with pytest.raises(error, match=says):
        world(estimate, **changes)


def test_codes_of_yes_and_no_and_indices_of_any_integer_type_are_taken() -> None:
    data = world([1, 2], high_is_good=np.int64(0), reference=np.int16(1))
    assert data.high_is_good is False
    assert data.reference == 1


def test_a_masked_cell_is_missing_and_its_content_is_not_used() -> None:
    estimate = np.ma.masked_array([10.0, 20, 99], mask=[False, False, True])
    found = measure("difference", world(estimate), Options(missing="available"))["difference"]
    assert float(found.estimate) == 10
    assert int(found.dropped) == 1


def test_a_rate_may_pass_its_scale_and_a_mean_may_be_negative() -> None:
    assert world([150, 20], kind="rate").limits == (0, np.inf)
    assert world([-150, 20], kind="mean", scale=1).limits == (-np.inf, np.inf)


def test_rounding_above_the_scale_is_no_error() -> None:
    assert world([100 * (1 + 1e-12), 20]).estimate[0] == pytest.approx(100)


def test_messages_never_show_a_cell() -> None:
    with pytest.raises(ScaleError) as caught:
        world([10, 123.456])
    assert "123" not in str(caught.value)


def test_a_numerator_above_its_denominator() -> None:
    with pytest.raises(PartAboveWholeError, match=r"numerator\[0, 1\] is above its denominator \(1 such"):
        GroupData.from_counts([[3, 8]], [[5, 7]], scale=100, high_is_good=False)
    with pytest.raises(NegativeValueError):
        GroupData.from_counts([-1, 2], [5, 7], scale=100, high_is_good=False)
    with pytest.raises(ScaleError):
        GroupData.from_counts([1, 2], [5, 7], scale=7, high_is_good=False)


def test_measures_say_what_they_lack_all_at_once() -> None:
    with pytest.raises(MissingInputError, match=r"aci needs order; mdrw needs reference, population"):
        measure(["aci", "mdmu", "mdrw"], world([1, 2]))
    with pytest.raises(MissingInputError, match="sii needs estimates of kind 'proportion'"):
        measure("sii", world([1, 2], kind="rate", order=[1, 2]))
    with pytest.raises(MissingInputError, match="reference"):
        group_differences(world([1, 2]), "reference")
    with pytest.raises(MissingInputError, match="population"):
        group_differences(world([1, 2]), "mean")
    with pytest.raises(BadOptionError, match="reference, mean"):
        group_differences(world([1, 2]), "best")  # type: ignore[arg-type]


def test_unknown_names_and_wrong_data() -> None:
    with pytest.raises(UnknownMeasureError, match="'teil' is not known; allowed: "):
        measure("teil", world([1, 2]))
    with pytest.raises(UnknownMeasureError, match=r"'TI' is not known; allowed: ti$"):
        measure("TI", world([1, 2]))
    with pytest.raises(WrongDataError, match="data is GroupData; allowed: isolation takes UnitCounts"):
        measure(["difference", "isolation"], world([1, 2]))
    with pytest.raises(WrongDataError, match="difference takes GroupData"):
        measure("difference", UnitCounts.of([[1, 2], [3, 4]], group=0))


@pytest.mark.parametrize("name", ["difference", "ratio", "par", "paf"])
def test_one_extreme_group_needs_ranks_without_ties(name: str) -> None:
    with pytest.raises(TiedOrderError, match="ties"):
        measure(name, world([1, 2, 3], population=1.0, order=[1, 1, 2]))


@pytest.mark.parametrize(
    "bad",
    [
        {"confidence": 95},
        {"confidence": 0},
        {"draws": 10},
        {"variance": "bootstrap"},
        {"interval": "exact"},
        {"missing": "zero"},
    ],
)
def test_options_refuse(bad: dict[str, object]) -> None:
    with pytest.raises(BadOptionError, match=f"{next(iter(bad))} is .*; allowed: "):
        Options(**bad)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"population": 1001}, PartAboveWholeError, "population"),
        ({"se": -1}, NegativeValueError, "se"),
        ({"whole_estimate": 101}, ScaleError, "whole_estimate"),
        ({"whole_se": [1, 2]}, ShapeMismatchError, "whole_se"),
        ({"scale": 3}, ScaleError, "scale"),
        ({"estimate": np.inf}, NotFiniteError, "estimate"),
    ],
)
def test_places_in_a_state_refuse(changes: dict[str, object], error: type[MeasureError], says: str) -> None:
    given: dict[str, object] = {
        "estimate": 30,
        "se": 2,
        "population": 400,
        "whole_estimate": 24,
        "whole_se": 2,
        "whole_population": 1000,
        "kind": "proportion",
        "scale": 100,
    }
    with pytest.raises(error, match=says):
        PartWhole.of(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "changes", "error"),
    [
        ([1, 2], {}, EmptyInputError),
        ([[1], [2]], {}, TooFewGroupsError),
        ([[1, -2], [3, 4]], {}, NegativeValueError),
        ([[1, 2], [3, 4]], {"group": 2}, BadOptionError),
        ([[1, 2], [3, 4]], {"other": 0}, BadOptionError),
        ([[1, 2], [3, 4]], {"se": [1, 2, 3]}, ShapeMismatchError),
        ([[1, 2], [3, 4]], {"se": -1.0}, NegativeValueError),
    ],
)
def test_unit_counts_refuse(counts: object, changes: dict[str, object], error: type[MeasureError]) -> None:
    with pytest.raises(error):
        UnitCounts.of(counts, **({"group": 0} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "people", "changes", "error"),
    [
        ([1, 2, 3], [[1, 2], [3, 4]], {}, ShapeMismatchError),
        ([1, 2], [1, 2], {}, EmptyInputError),
        ([1, 2], [[1, 2], [3, -4]], {}, NegativeValueError),
        ([1, 2], [[1, 2], [3, 4]], {"reference": 2}, BadOptionError),
        ([1, 2], [[1, 2], [3, 4]], {"value_se": -1.0}, NegativeValueError),
    ],
)
def test_exposure_refuses(
    value: object, people: object, changes: dict[str, object], error: type[MeasureError]
) -> None:
    with pytest.raises(error):
        Exposure.of(value, people, **({"reference": 0} | changes))  # type: ignore[arg-type]
