"""A new vintage with a renamed column, a new level and an unseen category: each is stopped, YAML is enough."""

from pathlib import Path

import pytest

from catalog.configuration import State
from catalog.manifests import LayerManifest, Profile
from catalog.store import Store
from layers.indicators.errors import UnseenLevel
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
