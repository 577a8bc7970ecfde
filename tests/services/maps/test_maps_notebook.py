"""One line in a notebook: maps and tables of the sample state."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import pytest

import services
from services import declared_map, disparity_map, indicator_frame, layer_frame
from services.maps.errors import UnknownChoice

Watched = Any


@pytest.fixture(scope="module")
def where(carolina: list[str]) -> dict[str, str]:
    return {"profile": carolina[1], "store": carolina[3]}


def test_an_indicator_is_a_folium_map(where: dict[str, str], tmp_path: Path) -> None:
    drawn = disparity_map("births-by-race", by="race", places="county", **where)
    assert isinstance(drawn, folium.Map)
    drawn.save(str(tmp_path / "map.html"))
    assert (tmp_path / "map.html").read_text(encoding="utf-8") == drawn.page


def test_a_declared_map_is_found_by_its_name(where: dict[str, str]) -> None:
    assert declared_map("births-and-infant-deaths", **where).content.manifest.places == ("county",)
    with pytest.raises(UnknownChoice, match="did you mean births-and-infant-deaths"):
        declared_map("births-and-infant-death", **where)
    with pytest.raises(UnknownChoice, match="did you mean births-by-race"):
        disparity_map("birth-by-race", **where)


def test_values_are_a_geodataframe_with_its_metadata(where: dict[str, str]) -> None:
    frame = indicator_frame("births-by-race", places="county", periods="1974-07/1978-06", **where)
    assert isinstance(frame, gpd.GeoDataFrame)
    assert str(frame.crs) == "OGC:CRS84"
    assert len(frame) == 100 * frame["race"].nunique()
    assert set(frame.geom_type) <= {"Polygon", "MultiPolygon"}
    assert frame.attrs["indicator"]["unit"] == "percent"
    assert frame.attrs["table"]["id"] == "indicator-births-by-race"
    assert frame.attrs["boundaries"][0]["id"] == "counties"
    published = layer_frame("indicator-births-by-race", **where)
    one = published[(published["place_type"] == "county") & (published["period"] == "1974-07/1978-06")]
    ours = frame.set_index(["geoid", "race"])["estimate"].sort_index()
    theirs = one.set_index(["geoid", "race"])["estimate"].sort_index()
    pd.testing.assert_series_equal(ours, theirs, check_dtype=False, check_index_type=False)


def test_a_layer_has_its_record(where: dict[str, str]) -> None:
    counties = layer_frame("counties", **where)
    assert isinstance(counties, gpd.GeoDataFrame)
    assert counties.attrs["record"]["licence"] == "BSD-3-Clause"
    assert type(layer_frame("indicator-births-by-race", **where)) is pd.DataFrame


@pytest.mark.browser
def test_a_map_shows_itself_in_a_notebook_without_a_network(
    watched: Watched, where: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "notebook.html"
    shown = disparity_map("births-by-race", places="county", **where)._repr_html_()
    path.write_text(f"<!DOCTYPE html><title>Notebook</title>{shown}", encoding="utf-8")
    watched.page.context.set_offline(True)
    watched.page.goto(path.as_uri())
    frame = watched.page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(state="attached")
    assert frame.locator("#townline_map .place").count() == 100
    frame.locator("select[name=race]").select_option("nonwhite")
    frame.locator('#townline_map [data-place="0"]').focus()
    watched.page.keyboard.press("Enter")
    frame.locator("#profile-title:focus").wait_for()
    watched.requests = [url for url in watched.requests if not url.startswith("about:")]


def test_importing_the_package_imports_no_geometry_library() -> None:
    code = (
        "import sys, services; services.__all__; print('geopandas' in sys.modules, 'folium' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]


def test_other_names_of_the_package_are_refused() -> None:
    with pytest.raises(AttributeError, match="it has declared_map, disparity_map"):
        _ = services.nothing
