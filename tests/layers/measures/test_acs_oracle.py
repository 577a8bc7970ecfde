"""Margins of error against published results."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from layers.measures.acs import (
    BlankMargin,
    GroupSums,
    MarginFormula,
    ZeroMargins,
    group_sums,
    moe_product,
    moe_proportion,
    moe_ratio,
    published_margins,
)


@pytest.fixture(scope="module")
def tidycensus(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "oracle" / "acs_moe_reference_tidycensus.csv")


def test_derived_margins_equal_tidycensus(tidycensus: pd.DataFrame) -> None:
    given = [tidycensus[column].to_numpy() for column in ("num", "moe_num", "denom", "moe_denom")]
    np.testing.assert_allclose(moe_proportion(*given).moe, tidycensus.moe_prop, rtol=1e-14)
    np.testing.assert_allclose(moe_ratio(*given), tidycensus.moe_ratio, rtol=1e-14)
    np.testing.assert_allclose(moe_product(*given), tidycensus.moe_product, rtol=1e-14)


def test_oracle_rows_tell_which_formula_gave_them(tidycensus: pd.DataFrame) -> None:
    formula = moe_proportion(
        tidycensus.num, tidycensus.moe_num, tidycensus.denom, tidycensus.moe_denom
    ).formula
    proportion = np.isin(np.arange(len(tidycensus)), [1, 3, 6])
    np.testing.assert_array_equal(formula == MarginFormula.PROPORTION, proportion)
    np.testing.assert_array_equal(formula == MarginFormula.RATIO, ~proportion)


@pytest.mark.state_data
@pytest.mark.parametrize(("group", "last"), [("poverty", 3), ("low_income", 7)])
def test_published_poverty_profile_is_reproduced(state_data: Path, group: str, last: int) -> None:
    """Counts, margins and margins of shares of all places, from bands of the poverty ratio (C17002)."""
    folder = state_data / "acs2022"
    published = pd.read_csv(folder / "acs_town_basic_profile_2022.csv")
    published = published[(published.topic == "poverty") & (published.group == group)]
    published = published.set_index(published.level + published.name)
    cells = pd.read_parquet(folder / "acs2022_long.parquet")
    cells = cells[(cells.table == "poverty") & (cells.level + cells.name).isin(published.index)]
    bands = cells.variable.str[-3:].astype(int)

    def sums(first: int, final: int) -> GroupSums:
        parts = cells[bands.between(first, final)]
        margins = published_margins(parts.estimate, parts.moe, blank=BlankMargin.CONTROLLED)
        codes = published.index.get_indexer(parts.level + parts.name)
        return group_sums(parts.estimate, margins, codes, len(published), zeros=ZeroMargins.ALL)

    part, whole = sums(2, last), sums(2, 8)
    assert len(published) > 180
    np.testing.assert_array_equal(part.estimate, published.estimate)
    np.testing.assert_array_equal(part.moe.round(), published.moe)
    # the publisher rounded margins to whole people before it derived the shares
    share = moe_proportion(part.estimate, part.moe.round(), whole.estimate, whole.moe.round())
    np.testing.assert_allclose(share.moe, published.sharemoe, atol=0.0005 + 1e-12)
