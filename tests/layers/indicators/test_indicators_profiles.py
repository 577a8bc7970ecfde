"""Profiles over tiny published tables: what is said of a place against its state."""

import pyarrow as pa
import pytest

from catalog.places import Place, PlaceKey
from services.profiles import profile_of


def published(world, indicator, place: dict[str, object], state: dict[str, object]) -> None:
    rows = [
        {"place_type": "town", "vintage": "2020", "geoid": "T"} | place,
        {"place_type": "state", "vintage": "2020", "geoid": "99"} | state,
    ]
    same = {"period": "2022", "lower": None, "upper": None, "status": "published", "reliability": "reliable"}
    rows = [same | row for row in rows]
    numbers = dict.fromkeys(("estimate", "moe", "lower", "upper", "denominator"), pa.float64())
    columns = {
        name: pa.array([row[name] for row in rows], numbers.get(name, pa.string())) for name in rows[0]
    }
    world.publish(f"indicator-{indicator.id}", columns)


def said(world, indicator) -> str | None:
    place = Place(PlaceKey("town", "2020", "T"), "Town")
    (line,) = profile_of(place, [indicator], world.places(), world.store).lines
    return line.against_state


@pytest.mark.parametrize(
    ("people", "verdict"),
    [
        # the state is mostly the place: 21 ± 2.2 against 20 ± 2 differ by 1 ± √(2.2² + 2² - 2·0.9·2.2²) = 0.36
        (900.0, "higher"),
        # a tenth of the state: 1 ± √(2.2² + 2² - 2·0.1·2.2²) = 2.8
        (100.0, "no clear difference"),
        # nobody says how large a part the place is: independent, 1 ± √(2.2² + 2²) = 3.0
        (None, "no clear difference"),
    ],
)
def test_a_place_is_compared_with_the_state_that_holds_it(world, make_indicator, people, verdict):
    cells = {"shape": "wide", "groups": [{"numerator": ["poor"], "denominator": ["all"]}]}
    indicator = make_indicator(kind="share", per=100, cells=cells)
    published(
        world,
        indicator,
        {"estimate": 21.0, "moe": 2.2, "denominator": people},
        {"estimate": 20.0, "moe": 2.0, "denominator": 1000.0},
    )
    assert said(world, indicator) == verdict


def test_a_state_without_error_is_a_constant(world, make_indicator):
    cells = {"shape": "wide", "groups": [{"numerator": ["poor"], "denominator": ["all"]}]}
    indicator = make_indicator(kind="share", per=100, cells=cells)
    state = {"estimate": 20.0, "moe": 0.0, "denominator": 1000.0}
    published(world, indicator, {"estimate": 22.5, "moe": 2.2, "denominator": 900.0}, state)
    assert said(world, indicator) == "higher"
    published(world, indicator, {"estimate": 22.0, "moe": 2.2, "denominator": 900.0}, state)
    assert said(world, indicator) == "no clear difference"


def test_counts_are_not_compared(world, make_indicator):
    indicator = make_indicator()
    numbers = {"estimate": 5.0, "moe": 1.0, "denominator": None}
    published(world, indicator, numbers, numbers | {"estimate": 50.0})
    assert said(world, indicator) is None
