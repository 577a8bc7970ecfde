"""The Social Vulnerability Index of 2022, from its published inputs, by a declaration and no code of its own."""

import math
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
from layers.derive.explain import Question, explain
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


MISSING = -999.0


def tracts() -> pd.DataFrame:
    """Made tracts: whole percentages (so that many tie), missing ones as -999, and three without people."""
    generator = np.random.default_rng(12)
    frame = pd.DataFrame(
        generator.integers(0, 30, (65, len(NAMES))).astype(float),
        columns=[f"EP_{name.upper()}" for name in NAMES],
    )
    frame = frame.mask(pd.DataFrame(generator.random(frame.shape) < 0.01, columns=frame.columns), MISSING)
    frame.insert(0, "FIPS", [f"35001{number:06d}" for number in range(65)])
    frame["E_TOTPOP"] = generator.integers(1, 5000, 65)
    frame.loc[[3, 20, 64], "E_TOTPOP"] = 0
    for name in NAMES:
        frame[f"MP_{name.upper()}"] = np.where(frame[f"EP_{name.upper()}"] == MISSING, MISSING, 2.0)
    return frame


def percentrank(values: list[float]) -> list[float]:
    """PERCENTRANK.INC of those that are there: how many are lower, of all others; halves upward."""
    there = [one for one in values if not math.isnan(one)]
    return [
        math.nan
        if math.isnan(one)
        else math.floor(sum(o < one for o in there) / (len(there) - 1) * 1e4 + 0.5) / 1e4
        for one in values
    ]


def published(frame: pd.DataFrame) -> pd.DataFrame:
    """Ranks, sums and flags by the rule as CDC/ATSDR words it, one column after the other."""
    inhabited = frame["E_TOTPOP"] > 0
    made = pd.DataFrame({"FIPS": frame["FIPS"]})
    sums, flags = [], []
    for theme, names in THEMES.items():
        ranks = {}
        for name in names:
            values = frame[f"EP_{name.upper()}"].where(inhabited & (frame[f"EP_{name.upper()}"] != MISSING))
            ranks[name] = pd.Series(percentrank(values.tolist()))
            made[f"{name}_rank"] = ranks[name]
        table = pd.DataFrame(ranks)
        made[f"{theme}_score"] = table.sum(axis=1, skipna=False).round(9)
        made[f"{theme}_rank"] = percentrank(made[f"{theme}_score"].tolist())
        made[f"{theme}_flags"] = (table >= 0.9).sum(axis=1).where(table.notna().any(axis=1)).astype(float)
        sums.append(made[f"{theme}_score"])
        flags.append(made[f"{theme}_flags"])
    made["total_score"] = pd.concat(sums, axis=1).sum(axis=1, skipna=False).round(9)
    made["total_rank"] = percentrank(made["total_score"].tolist())
    made["total_flags"] = pd.concat(flags, axis=1).sum(axis=1).where(inhabited)
    return made.set_index("FIPS")


@pytest.fixture
def other_state(tmp_path: Path) -> Run:
    """Tracts of another state in a layer of another name; the index differs in three lines."""
    tracts().to_csv(tmp_path / "tracts.csv", index=False)
    run = Run(
        Profile(tmp_path, STATE, {}), Store(tmp_path / "store"), Store(tmp_path / "private"), (tmp_path,)
    )
    told = manifest().model_dump(exclude_unset=True)
    people = {
        "name": "people",
        "source": "E_TOTPOP",
        "type": "integer",
        "title": "People",
        "description": "People.",
    }
    told |= {"id": "svi-tracts", "sources": [{"mirror": "tracts.csv"}]}
    told["places"] |= {"type": "tract"}
    told["columns"] = [*told["columns"], people]
    told["columns"][0] = dict(told["columns"][0]) | {"id": {"digits": 11}}
    outcome = ingest_layer(run, LayerManifest.model_validate(told))
    assert not outcome.failed, outcome.receipt.error
    return run


def of_tracts(**changes: object) -> CompositeIndex:
    told = declared().model_dump(exclude={"themes", "layer", "population"})
    themes = [
        {
            "id": theme,
            "title": theme,
            "title_es": theme,
            "variables": [
                {"id": name, "title": name, "title_es": name, "column": f"ep_{name}", "moe": f"mp_{name}"}
                for name in names
            ],
        }
        for theme, names in THEMES.items()
    ]
    given = {"layer": "svi-tracts", "places": "tract", "population": {"column": "people"}, "themes": themes}
    return CompositeIndex.model_validate(told | given | changes)


def test_tracts_of_another_state_with_ties_missing_values_and_nobody(other_state):
    outcome = derive_index(other_state, of_tracts(), PLACES)
    assert outcome.receipt.error is None
    ours = pq.read_table(other_state.store.current("svi").data).to_pandas().set_index("geoid")
    theirs = published(tracts())
    for name in theirs.columns:
        np.testing.assert_allclose(ours[name], theirs.loc[ours.index, name], atol=1e-9, err_msg=name)
    empty = ours.index[[3, 20, 64]]
    assert ours.loc[empty, ["total_rank", "total_flags", "pov150_rank"]].isna().all(axis=None)
    assert ours.loc[empty, "age65"].notna().any()
    assert ours["total_rank"].isna().sum() > 3  # -999 in one variable: no total
    assert ours["total_flags"].isna().sum() == 3  # but its flags are counted
    said = {note.message: note.rows for note in outcome.receipt.steps if note.step == "index"}
    assert said["places without people are not ranked"] == 3


def test_other_methods_leave_out_what_is_missing_too(other_state):
    inhabited = tracts()["E_TOTPOP"] > 0
    values = (
        tracts()[[f"EP_{name.upper()}" for name in NAMES]].where(inhabited, np.nan).replace(MISSING, np.nan)
    )
    z = (values - values.mean()) / values.std(ddof=0)
    by_theme = [z[[f"EP_{n.upper()}" for n in names]].mean(axis=1, skipna=False) for names in THEMES.values()]
    assert (
        derive_index(other_state, of_tracts(method="z_score_mean", flag_at=None), PLACES).receipt.error
        is None
    )
    ours = pq.read_table(other_state.store.current("svi").data).to_pandas().set_index("geoid").sort_index()
    np.testing.assert_allclose(ours["total_score"], pd.concat(by_theme, axis=1).mean(axis=1, skipna=False))
    told = of_tracts().model_dump()
    for theme in told["themes"]:
        for variable in theme["variables"]:
            variable["threshold"] = 20
    counted = CompositeIndex.model_validate(told | {"method": "threshold_count", "flag_at": None})
    assert derive_index(other_state, counted, PLACES).receipt.error is None
    ours = pq.read_table(other_state.store.current("svi").data).to_pandas().set_index("geoid").sort_index()
    expected = (values >= 20).sum(axis=1).where(values.notna().all(axis=1))
    np.testing.assert_array_equal(ours["total_score"], expected)


def test_a_rank_is_walked_back_to_its_variables_and_their_bytes(other_state):
    index = of_tracts()
    derive_index(other_state, index, PLACES)

    def about(column: str) -> dict[str, dict[str, object]]:
        steps = explain(other_state.store, {}, Question("svi", column, "35001000001", {}), {"svi": index})
        return {step.about: dict(step.facts) for step in steps}

    whole = about("total_rank")
    assert whole["index svi"]["method"] == "percentile_rank_sum"
    assert sum(name.startswith("variable ") for name in whole) == len(NAMES)
    assert sum(name.startswith("variable ") for name in about("household_flags")) == len(THEMES["household"])
    one = about("pov150_flag")
    assert [name for name in one if name.startswith("variable ")] == ["variable pov150 from svi-tracts"]
    told = one["variable pov150 from svi-tracts"]
    assert (told["column"], told["pov150"]) == ("ep_pov150", tracts().loc[1, "EP_POV150"])
    assert any(name.startswith("source layer svi-tracts version 1") for name in one)
    assert any(name.startswith("received ") and name.endswith("tracts.csv") for name in one)
