"""Search in the catalog: words, boxes and facets over the public layers."""

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.errors import BadParameter
from services.web.facets import Choice, choice_of, find
from services.web.shelf import Shelf


@pytest.fixture(scope="module")
def shelf(land: Any) -> Shelf:
    found: Shelf = land.shelf()
    return found


def _ids(shelf: Shelf, now: datetime, **choice: Any) -> list[str]:
    return [record.id for record in find(shelf, Choice(**choice), now).records]


def test_nothing_asked_is_everything_by_title(shelf: Shelf, now: datetime) -> None:
    found = _ids(shelf, now)

    assert {"towns", "hospitals", "crosswalk", "land-cover", "poverty-town", "indicator-poverty"} <= set(
        found
    )
    assert "secret" not in found


def test_all_words_must_be_there_as_beginnings_in_any_order(shelf: Shelf, now: datetime) -> None:
    assert set(_ids(shelf, now, text="povert")) == {"poverty-town", "indicator-poverty"}
    assert _ids(shelf, now, text="town povert") == ["poverty-town"]
    assert _ids(shelf, now, text="Pobreza MUNICIPIO") == ["poverty-town"]
    assert _ids(shelf, now, text="poverty whale") == []


@pytest.mark.parametrize("text", ["(", '"', "*", "NEAR(", "a' OR 1=1 --", "???"])
def test_any_text_is_safe(shelf: Shelf, now: datetime, text: str) -> None:
    assert isinstance(_ids(shelf, now, text=text), list)


def test_a_box_leaves_what_touches_it(shelf: Shelf, now: datetime) -> None:
    assert "hospitals" in _ids(shelf, now, bounds=(-73.01, 41.0, -72.99, 41.1))
    assert "hospitals" not in _ids(shelf, now, bounds=(-72.5, 41.0, -72.4, 41.1))


def test_facets_count_what_each_choice_would_leave(shelf: Shelf, now: datetime) -> None:
    found = find(shelf, Choice(facets={"theme": ("population",)}), now)
    themes = {value.code: value.count for value in found.facets["theme"]}
    kinds = {value.code: value.count for value in found.facets["kind"]}

    assert {record.theme for record in found.records} == {"population"}
    assert themes["boundaries"] >= 4  # another theme may be added to the choice
    assert kinds == {"features": 1, "table": 1}


def test_a_chosen_value_that_leaves_nothing_stays_visible(shelf: Shelf, now: datetime) -> None:
    found = find(shelf, Choice(facets={"theme": ("tax-revenue",)}), now)

    assert found.records == ()
    assert [(value.code, value.count) for value in found.facets["theme"] if value.chosen] == [
        ("tax-revenue", 0)
    ]


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "1,2,0,3", "0,0,200,1", "nan,0,1,1"])
def test_a_box_that_is_none_is_refused(box: str) -> None:
    with pytest.raises(BadParameter):
        choice_of([("bbox", box)])


def test_unknown_parameters_are_refused(site: FlaskClient) -> None:
    response = site.get("/catalog?colour=red")

    assert response.status_code == 400
    assert "q, bbox, theme" in response.get_data(as_text=True)
