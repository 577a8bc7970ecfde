"""Published ranks and percentiles, reproduced."""

import numpy as np
import pandas as pd
import pytest

from layers.measures.percentiles import cutoff_percentile, percentile_rank

THEMES = {
    1: ["POV150", "UNEMP", "HBURD", "NOHSDP", "UNINSUR"],
    2: ["AGE65", "AGE17", "DISABL", "SNGPNT", "LIMENG"],
    3: ["MINRTY"],
    4: ["MUNIT", "MOBILE", "CROWD", "NOVEH", "GROUPQ"],
}


@pytest.fixture(scope="module")
def counties(reference):
    table = pd.read_csv(reference / "oracle" / "svi2022_PA_county_published.csv", encoding="utf-8-sig")
    return table.replace(-999, np.nan)


@pytest.mark.parametrize("variable", [name for names in THEMES.values() for name in names])
def test_variable_ranks_of_the_social_vulnerability_index(counties, variable):
    np.testing.assert_array_equal(percentile_rank(counties[f"EP_{variable}"]), counties[f"EPL_{variable}"])


@pytest.mark.parametrize("theme", THEMES)
def test_theme_ranks_of_the_social_vulnerability_index(counties, theme):
    total = sum(percentile_rank(counties[f"EP_{name}"]) for name in THEMES[theme])
    np.testing.assert_allclose(total, counties[f"SPL_THEME{theme}"], atol=1e-9)
    np.testing.assert_array_equal(percentile_rank(np.round(total, 4)), counties[f"RPL_THEME{theme}"])


def test_overall_rank_of_the_social_vulnerability_index(counties):
    total = sum(percentile_rank(counties[f"EP_{name}"]) for names in THEMES.values() for name in names)
    np.testing.assert_array_equal(percentile_rank(np.round(total, 4)), counties["RPL_THEMES"])


def test_state_cutoffs_send_each_cutoff_to_a_percentile_with_that_cutoff(reference):
    table = pd.read_csv(
        reference / "oracle" / "ejscreen232_statestats_CT_percentile_lookup.csv", index_col="PCTILE"
    )
    columns = table.drop(columns="REGION").loc[[str(p) for p in range(101)]].astype(float)
    columns = columns.dropna(axis=1)
    assert columns.shape[1] > 20
    for name in columns:
        cutoffs = columns[name].to_numpy()
        percentile = cutoff_percentile(cutoffs, cutoffs).astype(int)
        np.testing.assert_array_equal(cutoffs[percentile], cutoffs, err_msg=name)
        assert (percentile[cutoffs == cutoffs[0]] == 0).all(), name
        above = cutoffs > cutoffs[0]
        assert (percentile[above] >= np.flatnonzero(above)).all(), name
