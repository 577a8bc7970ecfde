"""Places of a tiny state: four vintaged sets, one crosswalk, one nesting, one roster."""

from collections.abc import Callable
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from catalog.errors import ConfigurationError, DataError
from catalog.places import (
    AmbiguousPlace,
    Gazetteer,
    KnownGap,
    PlaceKey,
    Places,
    PlacesConfiguration,
    UnknownPlace,
    UnknownPlaceSet,
    load_places,
    normal,
)
from catalog.places.joins import Counterparts, report, translate

CONFIGURATION = {
    "state": {"geoid": "99", "name": "Testland"},
    "boundaries": {"town": {"2020": "towns"}, "county": {"2020": "counties"}},
    "rosters": [
        {
            "type": "school_district",
            "vintage": "2019",
            "layer": "schools",
            "id_column": "code",
            "name_column": "school",
            "pattern": "(?!0).*",
            "newest_by": "year",
        }
    ],
    "crosswalks": [
        {
            "type": "town",
            "from_vintage": "2020",
            "to_vintage": "2022",
            "layer": "crosswalk",
            "from_column": "old",
            "to_column": "new",
        }
    ],
    "nesting": [
        {
            "child": "town",
            "parent": "county",
            "vintage": "2020",
            "layer": "crosswalk",
            "child_column": "old",
            "parent_column": "county",
        }
    ],
    "known_gaps": [{"type": "town", "pattern": "w.*", "reason": "only water"}],
    "aliases": {"Mill Village": "Brook", "Northtown": "North Town"},
}
Write = Callable[..., object]


def parquet(**columns: object) -> bytes:
    out = BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def reference(kind: str) -> dict[str, str]:
    return {"type": kind, "vintage": "2020", "id": "geoid", "name": "name"}


@pytest.fixture
def places(store, publish) -> Places:
    towns = parquet(geoid=["b", "a"], name=["Brook", "North Town"])
    publish("towns", towns, places=reference("town"))
    publish("counties", parquet(geoid=["k"], name=["Brook"]), places=reference("county"))
    publish("crosswalk", parquet(old=["a", "b"], new=["A", "B"], county=["k", "k"]))
    schools = parquet(
        code=["1", "1", "0"],
        school=["Old School", "New School", "Whole State"],
        year=["2018", "2019", "2019"],
    )
    publish("schools", schools)
    return Places(PlacesConfiguration.model_validate(CONFIGURATION), store)


def test_places_of_a_drawn_vintage_come_by_id_with_their_names(places):
    assert [(place.key.geoid, place.name) for place in places.of("town", "2020")] == [
        ("a", "North Town"),
        ("b", "Brook"),
    ]


def test_places_of_another_vintage_come_through_the_crosswalk(places):
    assert [(place.key, place.name) for place in places.of("town", "2022")] == [
        (PlaceKey("town", "2022", "A"), "North Town"),
        (PlaceKey("town", "2022", "B"), "Brook"),
    ]
    assert places.drawn_vintage("town", "2022") == "2020" and places.lists("town", "2022")


def test_places_without_polygons_come_from_a_roster_under_the_name_in_use(places):
    (school,) = places.of("school_district", "2019")
    assert (school.key.geoid, school.name, school.other_names) == ("1", "New School", ("Old School",))
    assert places.drawn_vintage("school_district", "2019") is None


def test_a_place_has_its_ids_of_every_vintage(places):
    assert places.same(PlaceKey("town", "2022", "B")) == (
        PlaceKey("town", "2022", "B"),
        PlaceKey("town", "2020", "b"),
    )
    assert places.same(PlaceKey("county", "2020", "k")) == (PlaceKey("county", "2020", "k"),)


def test_a_join_names_what_is_left_over_on_both_sides_and_why(places):
    found = places.translate("town", ["A", "w1", "x"], "2022", "2020")
    assert found.ids == ("a", None, None)
    assert found.report.matched == 1
    assert [(item.id, item.reason) for item in found.report.left] == [("w1", "only water"), ("x", None)]
    assert [item.id for item in found.report.right] == ["B"]
    assert [item.id for item in found.report.unexplained] == ["x", "B"]
    assert (
        str(found.report)
        == "1 matched; 2 left over on the left (only water): w1, x; 1 left over on the right: B"
    )


def test_a_translation_within_one_vintage_reports_against_the_places(places):
    found = places.translate("town", ["a", "x"], "2020", "2020")
    assert (found.ids, found.report.matched) == (("a", "x"), 1)
    assert [item.id for item in found.report.left] == ["x"]


def test_parents_by_nesting_and_the_state_over_all(places):
    assert places.parents("town", "county", "2020") == {"a": "k", "b": "k"}
    assert places.parents("town", "state", "2022") == {"A": "99", "B": "99"}


def test_a_nesting_whose_layer_is_not_published_says_which(places, store):
    nesting = places.configuration.nesting[0].model_copy(update={"layer": "not-yet", "vintage": "2031"})
    waiting = Places(places.configuration.model_copy(update={"nesting": (nesting,)}), store)
    with pytest.raises(
        UnknownPlaceSet, match=r"in the layer 'not-yet', which is not published: ingest it first"
    ):
        waiting.parents(nesting.child, nesting.parent, "2031")


def test_split_and_merged_places_have_no_counterpart_and_say_why(places, publish, store):
    publish("crosswalk", parquet(old=list("aabcd"), new=list("ABCCD"), county=list("kkkkk")))
    again = Places(places.configuration, store)
    forward = again.translate("town", ["a", "b", "c", "d"], "2020", "2022")
    assert forward.ids == (None, None, None, "D")
    assert [(item.id, item.reason) for item in forward.report.left] == [
        ("a", "split into A, B"),
        ("b", "merged with c into C"),
        ("c", "merged with b into C"),
    ]
    backward = again.translate("town", ["A", "B", "C", "D"], "2022", "2020")
    assert backward.ids == (None, None, None, "d")
    assert [(item.id, item.reason) for item in backward.report.left] == [
        ("A", "merged with B into a"),
        ("B", "merged with A into a"),
        ("C", "split into b, c"),
    ]
    found = again.counterparts("town", "2020", "2022")
    assert [found.of(item) for item in "abcde"] == [("A", "B"), ("C",), ("C",), ("D",), ()]
    assert again.same(PlaceKey("town", "2020", "a")) == (PlaceKey("town", "2020", "a"),)


def test_a_child_with_two_parents_is_refused(places, publish, store):
    publish("crosswalk", parquet(old=["a", "a"], new=["A", "B"], county=["k", "l"]))
    again = Places(places.configuration, store)
    with pytest.raises(DataError, match="ids with several counterparts: a"):
        again.parents("town", "county", "2020")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda places: places.of("tract", "2020"),
            "no boundaries of tract 2020; did you mean county 2020 or town 2020",
        ),
        (lambda places: places.translate("town", [], "2020", "2030"), "no crosswalk for town 2020–2030"),
        (
            lambda places: places.parents("county", "town", "2020"),
            "nothing says how county in town 2020 nest",
        ),
    ],
)
def test_what_nothing_declares_is_named(places, ask, message):
    with pytest.raises(UnknownPlaceSet, match=message):
        ask(places)


def test_lineage_is_the_exact_versions_that_were_read(places, store):
    assert places.inputs == ()
    places.of("town", "2022")
    assert [item.layer for item in places.inputs] == ["crosswalk", "towns"]
    assert places.inputs[1].sha256 == store.current("towns").manifest.data_sha256


def test_sets_whose_layers_are_not_published_are_not_listed(store):
    places = Places(PlacesConfiguration.model_validate(CONFIGURATION), store)
    assert [place.name for place in places.named] == ["Testland"]
    assert not places.lists("town", "2020")


def test_a_gazetteer_finds_names_ids_villages_and_former_names(places):
    gazetteer = Gazetteer.of(places)
    assert gazetteer.find("north  TOWN").place.key == PlaceKey("town", "2022", "A")
    hit = gazetteer.find("Mill Village", kind="town")
    assert (hit.place.name, hit.through) == ("Brook", "Mill Village")
    assert gazetteer.find("Old School").place.name == "New School"
    assert gazetteer.find("Northtown", vintage="2020").place.key.geoid == "a"


def test_the_larger_of_two_places_of_one_name_is_found_unless_the_type_is_given(places):
    gazetteer = Gazetteer.of(places)
    assert gazetteer.find("Brook").place.key.type == "county"
    assert gazetteer.find("Brook", kind="town").place.key.type == "town"
    assert [hit.place.key.type for hit in gazetteer.search("brook")] == ["county", "town"]


def test_an_unknown_name_brings_the_nearest(places):
    with pytest.raises(UnknownPlace, match="did you mean Mill Village"):
        Gazetteer.of(places).find("Mill Vilage")


def test_two_places_of_one_type_under_one_alias_are_ambiguous(places):
    gazetteer = Gazetteer(places.of("town", "2020"), {"Twin": "Brook", "twin": "North Town"})
    with pytest.raises(AmbiguousPlace, match=r"Brook \(b\); North Town \(a\)|North Town \(a\); Brook \(b\)"):
        gazetteer.find("twin")
    assert "twin" not in gazetteer.ids and gazetteer.ids["brook"] == "b"


@given(st.sets(st.text("abc", min_size=1, max_size=3)), st.sets(st.text("abc", min_size=1, max_size=3)))
def test_a_report_accounts_for_every_id_of_both_sides(left, right):
    gap = KnownGap(type="town", pattern="a+", reason="all a")
    found = report(left, right, [gap])
    assert found.matched + len(found.left) == len(left)
    assert found.matched + len(found.right) == len(right)
    assert all((item.reason is not None) == (set(item.id) == {"a"}) for item in (*found.left, *found.right))


@given(st.sets(st.text("abc", min_size=1)))
def test_a_translation_there_and_back_is_the_same(ids):
    crosswalk = {item: str(number) for number, item in enumerate(sorted(ids))}
    there = translate(crosswalk, Counterparts(crosswalk.items()))
    back = translate(
        [item for item in there.ids if item], Counterparts((new, old) for old, new in crosswalk.items())
    )
    assert back.ids == tuple(crosswalk)


@given(st.text())
def test_a_compared_name_is_compared_with_itself(text):
    assert normal(normal(text)) == normal(text)


def test_a_crosswalk_between_equal_vintages_is_a_mistake():
    crosswalk = CONFIGURATION["crosswalks"][0] | {"to_vintage": "2020"}
    with pytest.raises(ValidationError, match="one vintage on both sides"):
        PlacesConfiguration.model_validate(CONFIGURATION | {"crosswalks": [crosswalk]})


def test_mistakes_in_the_file_come_with_their_lines(tmp_path):
    (tmp_path / "places.yml").write_text("state: {geoid: '9', name: X}\nboundaries: {}\nvillages: {}\n")
    with pytest.raises(
        ConfigurationError, match=r"(?s)places.yml:1: state.geoid.*places.yml:3: villages: unknown key"
    ):
        load_places(tmp_path)


def quarters(publish, store, **changes: object) -> Places:
    """Quarters of two cities in two layers, one name in both; a roster that knows one city more."""
    for city, names in {"Ash": ["Centre", "Hill"], "Elm": ["Centre"]}.items():
        place = {"type": "neighbourhood", "vintage": "2020", "id": "name", "name": "name"}
        publish(
            f"quarters-{city.lower()}",
            parquet(name=names),
            places=place | {"prefix": f"{city}_", "within": f"{city} Town"},
        )
    people = parquet(
        level=["quarter", "quarter", "house", "house"],
        name=["Ash_Hill", "Oak_Dale", "House District 1", "House District 2"],
        geoid=["", "", "99001", "99002"],
    )
    publish("people", people)
    publish(
        "zips", parquet(zip=["99001", "99001", "99002"], town=["Ash", "Elm", "Elm"], share=[0.2, 0.8, 1.0])
    )
    roster = {"layer": "people", "id_column": "name", "name_column": "name"}
    rosters = [
        roster
        | {"type": "neighbourhood", "vintage": "2022", "where": [{"column": "level", "pattern": "quarter"}]}
        | {"name_pattern": "(?P<within>[^_]+)_(?P<name>.+)"},
        roster
        | {
            "type": "state_house_district",
            "vintage": "2022",
            "where": [{"column": "level", "pattern": "house"}],
        }
        | {"id_column": "geoid"},
        {"type": "zcta", "vintage": "2020", "layer": "zips", "id_column": "zip", "name_column": "zip"}
        | {"newest_by": "share", "within_column": "town"},
    ]
    boundaries = {"neighbourhood": {"2020": ["quarters-ash", "quarters-elm"]}}
    given = {"state": CONFIGURATION["state"], "boundaries": boundaries, "rosters": rosters} | changes
    return Places(PlacesConfiguration.model_validate(given), store)


def test_boundaries_in_several_layers_are_one_set_and_prefixes_tell_places_apart(publish, store):
    places = quarters(publish, store)
    assert [(place.key.geoid, place.name, place.within) for place in places.of("neighbourhood", "2020")] == [
        ("Ash_Centre", "Centre", ("Ash Town",)),
        ("Ash_Hill", "Hill", ("Ash Town",)),
        ("Elm_Centre", "Centre", ("Elm Town",)),
    ]
    assert places.boundary_layers("neighbourhood", "2020") == ("quarters-ash", "quarters-elm")


def test_drawn_places_keep_their_names_and_a_roster_adds_the_others(publish, store):
    rosters = [roster.model_dump() for roster in quarters(publish, store).configuration.rosters]
    rosters[0]["vintage"] = "2020"
    places = quarters(publish, store, rosters=rosters)
    found = [place.key.geoid for place in places.of("neighbourhood", "2020")]
    assert found == ["Ash_Centre", "Ash_Hill", "Elm_Centre", "Oak_Dale"]


def test_quarters_districts_and_zip_codes_are_found(publish, store):
    gazetteer = Gazetteer.of(quarters(publish, store))
    assert gazetteer.find("hill").place.key == PlaceKey("neighbourhood", "2022", "Ash_Hill")
    assert gazetteer.find("Dale").place.within == ("Oak",)
    assert gazetteer.find("Hill").place.within == ("Ash Town",), "as it is drawn, not as the roster says"
    assert gazetteer.find("Centre, Elm Town").place.key.geoid == "Elm_Centre"
    with pytest.raises(
        AmbiguousPlace, match=r"Centre, Ash Town \(Ash_Centre\); Centre, Elm Town \(Elm_Centre\)"
    ):
        gazetteer.find("Centre")
    assert gazetteer.find("House District 2").place.key.geoid == "99002"
    assert gazetteer.find("99001", "zcta").place.within == ("Elm", "Ash"), "the larger part first"


def test_a_place_drawn_twice_and_a_name_of_another_form_are_refused(publish, store):
    places = quarters(publish, store)
    place = {"type": "neighbourhood", "vintage": "2020", "id": "name", "prefix": "Ash_"}
    publish("quarters-elm", parquet(name=["Hill"], geometry=[b"1"]), places=place)
    publish("quarters-ash", parquet(name=["Hill"], geometry=[b"2"]), places=place)
    with pytest.raises(DataError, match="the place Ash_Hill has several rows"):
        Places(places.configuration, store).polygons("neighbourhood", "2020")
    publish("people", parquet(level=["quarter"], name=["Dale"], geoid=[""]))
    with pytest.raises(DataError, match="the name 'Dale' is not of the form"):
        Places(places.configuration, store).of("neighbourhood", "2022")
    with pytest.raises(ValidationError, match="needs the groups"):
        quarters(
            publish, store, rosters=[places.configuration.rosters[2].model_dump() | {"name_pattern": "(.*)"}]
        )
