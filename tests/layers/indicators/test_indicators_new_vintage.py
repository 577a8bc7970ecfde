"""A new vintage with a renamed column, a new level and an unseen category: each is stopped, YAML is enough."""

from pathlib import Path

import pytest

from catalog.configuration import State
from catalog.manifests import LayerManifest, Profile
from catalog.store import Store
from layers.indicators.errors import UnknownPlaces, UnseenLevel
from layers.ingest import Run, ingest_layer

OLD = "level,geoid,holder,people\ntown,0900100001,Own,3\ntown,0900100001,renter,4\n"
NEW = (
    "level,geoid,holder,persons\n"
    "town,0900100001,Own,3\ntown,0900100001,Leaseholder,4\nzcta,06001,Own,2\nzcta,06001,Leaseholder,1\n"
)
TENURE = {"name": "tenure", "vocabulary": "tenure", "tabulation": "tenure"}


def manifest(*, people=("people",), levels=("town",), recode=None) -> LayerManifest:
    def column(name: str, **more: object) -> dict[str, object]:
        return {"name": name, "type": "string", "title": name, "description": "A column."} | more

    return LayerManifest.model_validate(
        {
            "id": "homes",
            "kind": "table",
            "title": "Homes",
            "description": "Homes by who holds them, for the tests.",
            "agency": "Office of Tests",
            "theme": "housing",
            "licence": "CC0-1.0",
            "cadence": "annually",
            "sources": [{"mirror": "homes.csv"}],
            "columns": [
                column("level", allowed=levels),
                column("geoid"),
                column("holder", vocabulary="tenure", recode=recode or {}),
                column("people", type="integer", source=people),
            ],
            "key": ["geoid", "holder"],
            "checks": {"max_change": 1},
        }
    )


@pytest.fixture
def run(tmp_path: Path) -> Run:
    state = State(
        id="testland",
        name="Testland",
        fips="09",
        bounds=(-73.75, 40.94, -71.75, 42.07),
        projected_crs="EPSG:2234",
    )
    stores = Store(tmp_path / "store"), Store(tmp_path / "private")
    return Run(Profile(tmp_path, state, {}), *stores, (tmp_path,))


def error_of(run: Run, **changes: object) -> str | None:
    return ingest_layer(run, manifest(**changes)).receipt.error


def test_what_a_new_vintage_changes_is_stopped_and_adding_it_to_the_declarations_is_enough(
    run, world, make_indicator
):
    file = run.mirrors[0] / "homes.csv"
    file.write_text(OLD, encoding="utf-8")
    assert error_of(run) is None
    file.write_text(NEW, encoding="utf-8")

    renamed = error_of(run)
    assert "no column for 'people'" in renamed and "'persons'" in renamed, renamed
    both = {"people": ("people", "persons")}
    level = error_of(run, **both)
    assert "column level" in level and "zcta" in level and "'town'" in level, level
    more = both | {"levels": ("town", "zcta")}
    category = error_of(run, **more)
    assert "column holder" in category and "Leaseholder" in category, category
    assert run.store.current("homes").number == 1, "the published version stays until all is declared"
    assert error_of(run, **more, recode={"Leaseholder": "renter"}) is None

    source = {
        "layer": "homes",
        "place": {"type": {"column": "level"}, "vintage": "2020", "id": "geoid"},
        "period": {"fixed": "2022"},
    }
    cells = {"shape": "tidy", "codes": {"tenure": "holder"}, "value": "people"}
    indicator = {"source": source, "dimensions": [TENURE], "cells": cells}
    world.store = run.store
    with pytest.raises(UnseenLevel, match="zcta; to publish them add the place type to `places`"):
        world.compute(make_indicator(**indicator))
    table = world.compute(make_indicator(**indicator, places=["town", "zcta"]))
    assert dict(table.groupby("place_type").estimate.sum()) == {"town": 7, "zcta": 3}
    assert set(table.tenure) == {"owner", "renter"}


OLD_COUNTIES, REGIONS = ["09001", "09003"], ["09110", "09120"]
COUNT = {"shape": "tidy", "value": "people"}


def counties_and_regions(world):
    """Two old counties and two planning regions; no crosswalk joins them."""
    for layer, kind, vintage, ids in (
        ("counties", "county", "2020", OLD_COUNTIES),
        ("regions", "planning_region", "2022", REGIONS),
    ):
        reference = {"type": kind, "vintage": vintage, "id": "geoid", "name": "name"}
        world.publish(layer, {"geoid": ids, "name": [f"Place {one}" for one in ids]}, places=reference)
    return world.places(boundaries={"county": {"2020": "counties"}, "planning_region": {"2022": "regions"}})


@pytest.mark.parametrize(
    ("declared", "vintage", "ids", "told"),
    [
        ("county", "2020", REGIONS, "all are ids of planning_region 2022"),
        ("planning_region", "2022", OLD_COUNTIES, "all are ids of county 2020"),
        ("county", "2020", ["36001"], "nobody lists any of them"),
    ],
)
def test_ids_of_another_vintage_are_refused_both_ways(world, make_indicator, declared, vintage, ids, told):
    places = counties_and_regions(world)
    world.publish("people", {"geoid": ids, "people": [1.0] * len(ids)})
    place = {"type": declared, "vintage": vintage, "id": "geoid"}
    source = {"layer": "people", "place": place, "period": {"fixed": "2022"}}
    indicator = make_indicator(kind="count", source=source, cells=COUNT, places=[declared])
    with pytest.raises(
        UnknownPlaces, match=f"ids are of no {declared} {vintage}.*; {told}: mend source.place"
    ):
        world.compute(indicator, places)


def test_an_id_that_nobody_lists_beside_others_is_kept(world, make_indicator):
    places = counties_and_regions(world)
    world.publish("people", {"geoid": [*OLD_COUNTIES, "09999"], "people": [1.0, 2.0, 3.0]})
    place = {"type": "county", "vintage": "2020", "id": "geoid"}
    source = {"layer": "people", "place": place, "period": {"fixed": "2022"}}
    table = world.compute(make_indicator(kind="count", source=source, cells=COUNT, places=["county"]), places)
    assert list(table.name) == ["Place 09001", "Place 09003", "09999"]
