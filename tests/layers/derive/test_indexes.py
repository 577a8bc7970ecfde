"""The Social Vulnerability Index of 2022, from its published inputs, by a declaration and no code of its own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from catalog.configuration import State
from catalog.indexes import CompositeIndex
from catalog.manifests import LayerManifest, Profile
from catalog.places import PlacesConfiguration
from catalog.store import Store
from layers.derive.indexes import derive_index
from layers.ingest import Run, ingest_layer

THEMES = {
    "socioeconomic": ["pov150", "unemp", "hburd", "nohsdp", "uninsur"],
    "household": ["age65", "age17", "disabl", "sngpnt", "limeng"],
    "minority": ["minrty"],
    "housing": ["munit", "mobile", "crowd", "noveh", "groupq"],
}
NAMES = [name for names in THEMES.values() for name in names]
STATE = State(
    id="pennsylvania",
    name="Pennsylvania",
    fips="42",
    bounds=(-80.6, 39.6, -74.6, 42.3),
    projected_crs="EPSG:2271",
)
PLACES = PlacesConfiguration.model_validate(
    {"state": {"geoid": "42", "name": "Pennsylvania"}, "boundaries": {}}
)


def manifest() -> LayerManifest:
    columns = [
        {
            "name": "geoid",
            "source": "FIPS",
            "type": "string",
            "title": "Id",
            "description": "Id.",
            "id": {"digits": 5},
        },
        *(
            {
                "name": f"{kind}_{name}",
                "source": f"{kind.upper()}_{name.upper()}",
                "type": "number",
                "title": name,
            }
            | {"description": f"{name}."}
            for kind in ("ep", "mp")
            for name in NAMES
        ),
    ]
    return LayerManifest.model_validate(
        {
            "id": "svi-inputs",
            "kind": "table",
            "title": "Inputs of the SVI 2022",
            "description": "Published inputs of the Social Vulnerability Index.",
            "agency": "CDC",
            "theme": "equity",
            "licence": "US-Gov-Public-Domain",
            "cadence": "as-needed",
            "places": {"type": "county", "vintage": "2022", "id": "geoid"},
            "sources": [{"mirror": "svi2022_PA_county_published.csv"}],
            "columns": columns,
            "key": ["geoid"],
        }
    )


def declared(*, moe: bool = False) -> CompositeIndex:
    def variable(name: str) -> dict[str, object]:
        texts = {"title": name, "title_es": name, "layer": "svi-inputs"}
        return {"id": name, "column": f"ep_{name}", **texts} | ({"moe": f"mp_{name}"} if moe else {})

    return CompositeIndex.model_validate(
        {
            "id": "svi",
            "title": "Social vulnerability",
            "title_es": "Vulnerabilidad social",
            "definition": "The Social Vulnerability Index of 2022 among counties of the state.",
            "definition_es": "Índice de vulnerabilidad social.",
            "method": "percentile_rank_sum",
            "flag_at": 0.9,
            "places": "county",
            "vintage": "2022",
            "missing": [-999],
            "source": "CDC/ATSDR SVI 2022 documentation",
            "themes": [
                {
                    "id": theme,
                    "title": theme,
                    "title_es": theme,
                    "variables": [variable(name) for name in names],
                }
                for theme, names in THEMES.items()
            ],
        }
    )


@pytest.fixture
def run(tmp_path: Path, reference: Path) -> Run:
    run = Run(
        Profile(tmp_path, STATE, {}),
        Store(tmp_path / "store"),
        Store(tmp_path / "private"),
        (reference / "oracle",),
    )
    assert not ingest_layer(run, manifest()).failed
    return run


def test_ranks_sums_and_flags_are_those_published(run, reference):
    outcome = derive_index(run, declared(), PLACES)
    assert outcome.receipt.error is None
    ours = pq.read_table(run.store.current("svi").data).to_pandas().set_index("geoid")
    path = reference / "oracle" / "svi2022_PA_county_published.csv"
    theirs = pd.read_csv(path, encoding="utf-8-sig", dtype={"FIPS": str}).set_index("FIPS").loc[ours.index]
    for name in NAMES:
        np.testing.assert_array_equal(ours[f"{name}_rank"], theirs[f"EPL_{name.upper()}"])
        np.testing.assert_array_equal(ours[f"{name}_flag"], theirs[f"F_{name.upper()}"])
    for number, theme in enumerate(THEMES, start=1):
        np.testing.assert_allclose(ours[f"{theme}_score"], theirs[f"SPL_THEME{number}"], atol=1e-9)
        np.testing.assert_array_equal(ours[f"{theme}_rank"], theirs[f"RPL_THEME{number}"])
        np.testing.assert_array_equal(ours[f"{theme}_flags"], theirs[f"F_THEME{number}"])
    np.testing.assert_allclose(ours["total_score"], theirs["SPL_THEMES"], atol=1e-9)
    np.testing.assert_array_equal(ours["total_rank"], theirs["RPL_THEMES"])
    np.testing.assert_array_equal(ours["total_flags"], theirs["F_TOTAL"])


def test_deriving_again_changes_nothing_and_a_changed_declaration_is_told(run):
    assert derive_index(run, declared(), PLACES).receipt.version == 1
    assert derive_index(run, declared(), PLACES).receipt.outcome == "unchanged"
    again = derive_index(run, declared(moe=True), PLACES).receipt
    assert again.version == 2
    assert "the declaration changed" in [note.message for note in again.steps]


def test_ranks_carry_the_error_of_their_inputs(run):
    derive_index(run, declared(moe=True), PLACES)
    table = pq.read_table(run.store.current("svi").data).to_pandas()
    assert (table["total_rank_lower"] <= table["total_rank"]).all()
    assert (table["total_rank"] <= table["total_rank_upper"]).all()
    assert (table["total_rank_upper"] - table["total_rank_lower"]).median() > 0.02


def test_a_wrong_column_is_named(run):
    text = declared().model_dump()
    text["themes"][0]["variables"][0]["column"] = "ep_poverty"
    error = derive_index(run, CompositeIndex.model_validate(text), PLACES).receipt.error
    assert "ep_poverty" in error
    assert "svi-inputs" in error


def test_places_that_stand_twice_are_refused(run):
    text = declared().model_dump()
    text["themes"][0]["variables"][0]["place"] = "ep_minrty"
    assert "stand twice" in derive_index(run, CompositeIndex.model_validate(text), PLACES).receipt.error
