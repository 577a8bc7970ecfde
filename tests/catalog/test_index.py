"""The search index: words, places, times and facets, safety on any input, the same answers after a rebuild."""

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import TownlineError
from catalog.index import SORTABLE, Index, Query, match_expression, rebuild, search

STATE = (-73.7, 41.0, -71.8, 42.0)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def filled(store, publish):
    publish(
        "towns",
        title="Connecticut towns",
        theme="boundaries",
        bounds=STATE,
        cadence="decennially",
        period={"start": "2020", "end": "2020"},
        source_url="https://data.example.gov/d/abcd-1234",
    )
    publish(
        "hospitals",
        title="Hospitals",
        description="Acute care, with beds in towns.",
        theme="health",
        agency="Department of Health, Office of Beds",
        cadence="monthly",
        period={"start": "2021-03"},
        source_url="https://maps.example.gov/datasets/0123456789abcdef0123456789abcdef_0/about",
    )
    publish(
        "schools",
        title="Escuelas públicas",
        theme="education",
        bounds=(-72.0, 41.0, -71.9, 41.1),
        cadence="as-needed",
        kind="features",
        source_url="https://www.example.gov/schools.csv",
    )
    rebuild(store)
    return store


def found(store, **query):
    return [record.id for record in search(store.catalog_index, Query(**query))]


def test_words_rank_titles_before_descriptions(filled):
    assert found(filled, text="towns") == ["towns", "hospitals"]
    assert found(filled, text="publicas") == ["schools"]
    assert found(filled, text="hosp*") == ["hospitals"]


def test_words_are_found_in_any_case_and_number(filled):
    assert found(filled, text="HOSPITAL") == ["hospitals"]
    assert found(filled, text="town") == ["towns", "hospitals"]


def test_words_are_a_phrase_and_commas_mean_or(filled):
    assert found(filled, text="acute   care") == ["hospitals"]
    assert found(filled, text="care acute") == []
    assert set(found(filled, text="acute care, connecticut")) == {"towns", "hospitals"}
    assert found(filled, text="") == []


def test_places_touch_exactly(filled):
    assert found(filled, boxes=((-73.0, 41.2, -72.9, 41.3),)) == ["towns"]
    assert found(filled, boxes=((-71.9, 41.0, -71.85, 41.1),)) == ["schools", "towns"]
    assert found(filled, boxes=((-71.8999999, 41.0, -71.85, 41.1),)) == ["towns"]
    assert found(filled, boxes=((-80, 40, -79, 41), (-73.0, 41.2, -72.9, 41.3))) == ["towns"]
    assert found(filled, boxes=()) == []


def test_a_box_may_cross_the_antimeridian(filled):
    assert found(filled, boxes=((170.0, 40.0, -72.5, 43.0),)) == ["towns"]
    assert found(filled, boxes=((-71.0, 40.0, -74.0, 43.0),)) == []


def test_times_overlap_and_what_covers_no_time_is_always_found(filled):
    def between(start, end):
        return found(filled, start=datetime(*start, tzinfo=UTC), end=datetime(*end, tzinfo=UTC))

    assert between((2020, 12, 31, 23, 59, 59), (2021, 2, 28)) == ["schools", "towns"]
    assert between((2021, 1, 1), (2021, 3, 1)) == ["hospitals", "schools"]
    assert between((2030, 1, 1), (2031, 1, 1)) == ["hospitals", "schools"]
    assert found(filled, end=datetime(2019, 1, 1, tzinfo=UTC)) == ["schools"]


def test_facets(filled):
    assert found(filled, themes=("health", "education")) == ["hospitals", "schools"]
    assert found(filled, agencies=("department of health, office of beds",)) == ["hospitals"]
    assert found(filled, kinds=("features",)) == ["schools"]
    assert found(filled, ids=("towns", "nothing")) == ["towns"]
    assert found(filled, ids=()) == []
    assert found(filled, access=("restricted",)) == []
    assert found(filled, text="towns", themes=("boundaries",), boxes=((-73.0, 41.2, -72.9, 41.3),)) == [
        "towns"
    ]
    assert found(filled) == ["hospitals", "schools", "towns"]


def test_freshness_is_judged_when_it_is_asked_for(filled):
    late = {"freshness": ("late",)}
    published = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    assert found(filled, **late, now=published) == []
    assert found(filled, **late, now=NOW) == ["hospitals"]
    assert found(filled, freshness=("up-to-date",), now=NOW) == ["towns"]
    assert found(filled, freshness=("never-stale", "unknown"), now=NOW) == ["schools"]
    with pytest.raises(ValueError, match="now is needed"):
        Query(freshness=("late",))


def test_external_ids_by_value_scheme_or_both(filled):
    assert found(filled, external_ids=("abcd-1234",)) == ["towns"]
    assert found(filled, external_ids=("data.example.gov:abcd-1234",)) == ["towns"]
    assert found(filled, external_ids=("other.example.gov:abcd-1234",)) == []
    assert found(filled, external_ids=("maps.example.gov:",)) == ["hospitals"]
    assert found(filled, external_ids=("0123456789abcdef0123456789abcdef",)) == ["hospitals"]
    assert found(filled, external_ids=("https://www.example.gov/schools.csv",)) == ["schools"]


def test_order_and_pages(filled):
    with_order = [found(filled, order=((name, falling),)) for name in SORTABLE for falling in (False, True)]
    index = Index.of(filled.catalog_index)
    page = index.find(Query(order=(("title", True),)), limit=1, offset=1)
    beyond = index.find(Query(), limit=10, offset=2**63 - 1)
    index.close()

    assert all(sorted(ids) == ["hospitals", "schools", "towns"] for ids in with_order)
    assert found(filled, order=(("title", True),)) == ["hospitals", "schools", "towns"]
    assert found(filled, order=(("theme", False),)) == ["towns", "schools", "hospitals"]
    assert (page.matched, page.ids) == (3, ("schools",))
    assert (beyond.matched, beyond.ids) == (3, ())


def test_the_index_in_memory_answers_like_the_file_and_for_several_threads(filled):
    records = search(filled.catalog_index, Query())
    index = Index.over(records)
    answers = []

    def ask():
        answers.extend(index.find(Query(text="town"), limit=10) for _ in range(50))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert index.records(Query()) == records
    assert {answer.ids for answer in answers} == {("towns", "hospitals")}
    assert len(answers) == 200


def test_a_deleted_index_gives_the_same_answers_when_rebuilt(filled):
    before = search(filled.catalog_index, Query(text="towns"))
    filled.catalog_index.unlink()
    with pytest.raises(TownlineError):
        search(filled.catalog_index, Query(text="towns"))
    assert rebuild(filled) == 3
    assert search(filled.catalog_index, Query(text="towns")) == before
    assert [path.name for path in filled.root.iterdir() if "unfinished" in path.name] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_safe(filled, text):
    lists = dict.fromkeys(("ids", "external_ids", "kinds", "themes", "agencies", "access"), (text,))
    search(filled.catalog_index, Query(text=text))
    assert found(filled, **lists) == []


@settings(max_examples=200)
@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=5))
def test_an_expression_holds_every_word_in_order(words):
    assert match_expression(" ".join(words)) == '"' + " ".join(words) + '"'


def test_nothing_to_look_for_is_none():
    assert match_expression("( \" ' ,") is None
    assert match_expression("a-b c, d*") == '"a b c" OR "d"*'
