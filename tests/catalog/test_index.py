"""The search index: words, places, safety on any input, and the same answers after a rebuild."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import TownlineError
from catalog.index import Query, match_expression, rebuild, search


@pytest.fixture
def filled(store, publish):
    publish("towns", title="Connecticut towns", theme="boundaries", bounds=(-73.7, 41.0, -71.8, 42.0))
    publish("hospitals", title="Hospitals", description="Acute care, with beds in towns.", theme="health")
    publish("schools", title="Escuelas públicas", theme="education", bounds=(-72.0, 41.0, -71.9, 41.1))
    rebuild(store)
    return store


def found(store, **query):
    return [record.id for record in search(store.catalog_index, Query(**query))]


def test_words_rank_titles_before_descriptions(filled):
    assert found(filled, text="towns") == ["towns", "hospitals"]
    assert found(filled, text="publicas") == ["schools"]
    assert found(filled, text="hosp*") == ["hospitals"]


def test_words_are_a_phrase_and_commas_mean_or(filled):
    assert found(filled, text="acute care") == ["hospitals"]
    assert found(filled, text="care acute") == []
    assert found(filled, text="acute care, connecticut") == ["towns", "hospitals"] or found(
        filled, text="acute care, connecticut"
    ) == ["hospitals", "towns"]


def test_place_theme_and_everything(filled):
    assert found(filled, bounds=(-73.0, 41.2, -72.9, 41.3)) == ["towns"]
    assert found(filled, theme="health") == ["hospitals"]
    assert found(filled) == ["hospitals", "schools", "towns"]
    assert found(filled, text="towns", theme="boundaries", bounds=(-73.0, 41.2, -72.9, 41.3)) == ["towns"]


def test_a_deleted_index_gives_the_same_answers_when_rebuilt(filled):
    before = search(filled.catalog_index, Query(text="towns"))
    filled.catalog_index.unlink()
    with pytest.raises(TownlineError):
        search(filled.catalog_index, Query(text="towns"))
    assert rebuild(filled) == 3
    assert search(filled.catalog_index, Query(text="towns")) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(max_size=40))
def test_any_text_is_safe(filled, text):
    search(filled.catalog_index, Query(text=text))


def test_nothing_to_look_for_is_none():
    assert match_expression("( \" ' ,") is None
    assert match_expression("a-b c, d*") == '"a b c" OR "d"*'
