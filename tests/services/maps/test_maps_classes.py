from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.maps import Classes
from services.maps import palette
from services.maps.classes import class_numbers, estimate_breaks, gap_breaks, ratio_breaks

CLASSES = Classes()
numbers = st.lists(st.floats(0, 1e6) | st.just(float("nan")), min_size=1, max_size=60).map(
    lambda values: np.array(values).reshape(1, 1, -1)
)


def test_quantiles_of_all_groups_and_periods_together_make_the_classes() -> None:
    values = np.arange(1.0, 11.0).reshape(1, 2, 5)
    assert estimate_breaks(values, CLASSES, 1) == [2.8, 4.6, 6.4, 8.2]


def test_a_group_that_is_the_same_everywhere_does_not_shape_the_classes() -> None:
    values = np.array([[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [100.0] * 6]])
    assert max(estimate_breaks(values, CLASSES, 0)) <= 6


def test_a_value_on_a_limit_belongs_to_the_lower_class() -> None:
    assert class_numbers(np.array([1.0, 2.0, 2.1, np.nan]), [2.0]).tolist() == [0, 0, 1, -1]


@pytest.mark.parametrize("values", [[np.nan], [3.0], [3.0, 3.0]])
def test_few_values_make_one_class(values: list[float]) -> None:
    assert estimate_breaks(np.array(values).reshape(1, 1, -1), CLASSES, 1) == []


@given(numbers)
@pytest.mark.parametrize("method", ["quantiles", "equal_interval"])
def test_limits_rise_and_every_value_has_a_class(method: str, values: np.ndarray) -> None:
    limits = estimate_breaks(values, Classes.model_validate({"method": method}), 1)
    assert all(low < high for low, high in pairwise(limits))
    assert len(limits) < 5
    assert ((class_numbers(values, limits) >= 0) == np.isfinite(values)).all()


@given(numbers)
def test_gap_limits_are_symmetric_around_zero(values: np.ndarray) -> None:
    limits = gap_breaks(values - 5e5, 1)
    assert limits == [-limit for limit in reversed(limits)]
    assert all(low < high for low, high in pairwise(limits))
    assert len(limits) + 1 in palette.DIVERGING


@given(numbers)
def test_ratio_limits_are_symmetric_around_one(values: np.ndarray) -> None:
    limits = ratio_breaks(values / 1e3)
    np.testing.assert_allclose(np.multiply(limits, limits[::-1]), 1)
    assert all(low < high for low, high in pairwise(limits))
    assert len(limits) + 1 in palette.DIVERGING


def test_no_ratio_that_differs_makes_one_class() -> None:
    assert ratio_breaks(np.array([[[1.0, np.nan, 1.0]]])) == []


# Machado, Oliveira and Fernandes (2009), severity 1, linear RGB
_VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def _lab(colour: str, vision: str) -> np.ndarray:
    """CIELAB under D65 of a colour as seen with a colour vision."""
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(_VISION[vision] @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ seen
    scaled = xyz / [0.95047, 1.0, 1.08883]
    f = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


_RAMPS = [*palette.SEQUENTIAL.values(), *palette.DIVERGING.values()]


@pytest.mark.parametrize("vision", list(_VISION))
def test_neighbouring_classes_can_be_told_apart_with_any_colour_vision(vision: str) -> None:
    for ramp in _RAMPS:
        for one, other in pairwise(ramp):
            assert np.linalg.norm(_lab(one, vision) - _lab(other, vision)) > 9, (vision, one, other)


@pytest.mark.parametrize("vision", list(_VISION))
def test_worse_and_better_can_be_told_apart_with_any_colour_vision(vision: str) -> None:
    for ramp in palette.DIVERGING.values():
        if len(ramp) > 1:
            assert np.linalg.norm(_lab(ramp[0], vision) - _lab(ramp[-1], vision)) > 20


@pytest.mark.parametrize("vision", list(_VISION))
def test_no_class_looks_like_a_sign(vision: str) -> None:
    signs = (palette.SUPPRESSED, palette.NO_POPULATION)
    for ramp in _RAMPS:
        for colour in ramp:
            assert all(np.linalg.norm(_lab(colour, vision) - _lab(sign, vision)) > 9 for sign in signs), (
                colour
            )
