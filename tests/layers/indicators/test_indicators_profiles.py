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


TOWNS = {
    "0901": ("Alder", "091"),
    "0902": ("Birch", "091"),
    "0903": ("Cedar", "092"),
    "0904": ("Birch", "092"),
}
REGIONS = {"091": "North", "092": "South"}


@pytest.fixture
def nested(world):
    """Four towns in two regions; there is a Birch in each."""
    ids = {"type": "town", "vintage": "2022", "id": "geoid", "name": "name"}
    towns = {
        "geoid": list(TOWNS),
        "name": [name for name, _ in TOWNS.values()],
        "region": [region for _, region in TOWNS.values()],
    }
    world.publish("towns", towns, places=ids)
    regions = {"geoid": list(REGIONS), "name": list(REGIONS.values())}
    world.publish("regions", regions, places=ids | {"type": "planning_region"})
    nesting = {
        "child": "town",
        "parent": "planning_region",
        "vintage": "2022",
        "layer": "towns",
        "child_column": "geoid",
        "parent_column": "region",
    }
    return world.places(
        boundaries={"town": {"2022": "towns"}, "planning_region": {"2022": "regions"}}, nesting=[nesting]
    )


@pytest.mark.parametrize(
    ("within", "region"),
    [
        (("Alder",), "North"),
        (("Cedar",), "South"),
        (("Alder", "Cedar"), None),  # in both
        (("Birch",), None),  # nobody knows which
        (("Alder", "Elm"), None),  # one is not known
        ((), None),
    ],
)
def test_a_neighbourhood_lies_in_the_region_of_the_towns_around_it(world, nested, within, region):
    place = Place(PlaceKey("neighbourhood", "2022", "N"), "Hill", within=within)
    found = profile_of(place, [], nested, world.store).region
    assert (found.name if found else None) == region


def test_a_town_lies_in_its_own_region(world, nested):
    found = profile_of(Place(PlaceKey("town", "2022", "0903"), "Cedar"), [], nested, world.store).region
    assert found is not None and found.key.geoid == "092"


def test_counts_are_not_compared(world, make_indicator):
    indicator = make_indicator()
    numbers = {"estimate": 5.0, "moe": 1.0, "denominator": None}
    published(world, indicator, numbers, numbers | {"estimate": 50.0})
    assert said(world, indicator) is None
