"""Every real file opens, with the number of records that its publisher states."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely

from catalog.manifests import Source
from catalog.store import Store
from layers.sources import OpenedPart, open_part, snapshot

pytestmark = pytest.mark.state_data

TWO_ROWS = {"rows": 2, "take": "last"}
FILES: list[tuple[str, dict[str, Any], int, str | None]] = [
    ("boundaries/town_sf.geojson", {}, 169, "EPSG:4269"),
    ("boundaries/tract_sf.geojson", {}, 879, "EPSG:4269"),
    ("boundaries/tract_sf19.geojson", {}, 829, "EPSG:4269"),
    ("boundaries/new_haven_sf.geojson", {}, 20, "EPSG:4269"),
    ("boundaries/hartford_sf.geojson", {}, 27, "EPSG:4269"),
    ("boundaries/cb_2021_09_bg_500k.zip", {}, 2712, "EPSG:4269"),
    ("boundaries/cb_2021_09_tract_500k.zip", {}, 879, "EPSG:4269"),
    ("boundaries/counties-10m.json", {"layer": "counties"}, 3233, None),
    ("crosswalks/2022tractcrosswalk.csv", {}, 879, None),
    ("crosswalks/ct-town-to-planning-region.csv", {}, 169, None),
    ("crosswalks/block_xwalk.parquet", {}, 48_358, None),
    ("crosswalks/tract2town.csv", {}, 879, None),
    ("crosswalks/2020tract2zip.csv", {}, 879, None),
    ("crosswalks/zip2town.csv", {}, 410, None),
    ("crosswalks/town_region_lookup.csv", {}, 261, None),
    ("acs2022/acs2022_long.parquet", {}, 445_968, None),
    ("acs2022/acs_town_basic_profile_2022.csv", {}, 13_270, None),
    ("absenteeism/chronic_absenteeism_by_race_ethnicity_2012-2019.csv", {}, 11_480, None),
    ("absenteeism/raw/chronic-absenteeism__2011-12_race.csv", {"header": {"preamble": 3}}, 1195, None),
    (
        "absenteeism/raw/chronic-absenteeism__2018-19_race.csv",
        {"header": {"preamble": 3, **TWO_ROWS}},
        1242,
        None,
    ),
    ("covid/covid_town.csv", {}, 169 * 608, None),
    ("covid/covid_vaccines.csv", {}, 12_337, None),
    ("covid/covid_age_adjusted_race.csv", {}, 14, None),
    ("covid/cws_2020_covid_basic_profile.csv", {}, 22, None),
    ("facilities/hospitals_ct.csv", {}, 41, None),
    ("fairfield-acs2021/R13516212_SL150.csv", {"header": TWO_ROWS}, 675, None),
    ("fairfield-acs2021/R13516211_SL140.csv", {"header": TWO_ROWS}, 227, None),
]


@pytest.fixture
def opened(state_data: Path, store: Store, tmp_path: Path):
    def open_it(path: str, **declared: Any) -> OpenedPart:
        source = Source.model_validate({"mirror": path, **declared})
        taken = snapshot(source, store, mirrors=(state_data,), layer="towns")
        return open_part(taken.object.path, source, name=taken.name, layer="towns", workspace=tmp_path)

    return open_it


@pytest.mark.parametrize(("path", "declared", "count", "crs"), FILES, ids=[path for path, *_ in FILES])
def test_real_files(opened, rows, path: str, declared: dict[str, Any], count: int, crs: str | None) -> None:
    part = opened(path, **declared)
    found = rows(part)
    assert (len(found), part.crs) == (count, crs)
    if part.geometry:
        assert shapely.is_geometry(shapely.from_wkb([row[part.geometry] for row in found])).all()


@pytest.mark.parametrize("path", [path for path, *_ in FILES if path.endswith(".csv")])
def test_delimited_cells_are_those_that_another_parser_reads(
    opened, rows, state_data: Path, path: str
) -> None:
    declared = next(declared for name, declared, *_ in FILES if name == path)
    found = pd.DataFrame(rows(opened(path, **declared)))
    header = declared.get("header", {})
    skipped = header.get("preamble", 0) + header.get("rows", 1)
    other = pd.read_csv(
        state_data / path, header=None, skiprows=skipped, dtype=str, keep_default_na=False, na_filter=False
    )
    assert found.shape == other.shape
    assert (found.to_numpy() == other.to_numpy()).all()


def test_quirks_of_the_real_headers(opened) -> None:
    hospitals = opened("facilities/hospitals_ct.csv").schema.names
    assert hospitals[0] == "Unnamed: 0"
    assert {"Staffed.All.Beds", "Staffed.All.Beds...SOURCE"} <= set(hospitals)
    part = opened("absenteeism/raw/chronic-absenteeism__2018-19_race.csv", header={"preamble": 3, **TWO_ROWS})
    assert part.schema.names == ["District", "District Code", "Race/Ethnicity", "Student Count", "%"]
    assert part.first_row == 6
    assert next(part.batches()).column("District Code")[0].as_py() == '="2850013"'
    assert opened("crosswalks/2022tractcrosswalk.csv").schema.names[0] == "tract_fips_2020"


def test_the_carolina_counties_of_an_installed_package(store: Store, tmp_path: Path, rows) -> None:
    package = {"distribution": "libpysal", "path": "libpysal/examples/sids2/sids2.shp"}
    source = Source.model_validate({"package": package})
    taken = snapshot(source, store, mirrors=(), layer="counties")
    part = open_part(taken.object.path, source, name=taken.name, layer="counties", workspace=tmp_path)
    found = rows(part)
    assert (len(found), part.crs, part.format) == (100, None, "shapefile")
    assert sum(row["BIR74"] for row in found) == 329_962
    assert sum(row["SID74"] for row in found) == 667
