"""The command over changes, run on North Carolina's sample as a person would."""

from pathlib import Path
from zlib import crc32

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from esda import Moran, Moran_Local
from libpysal.graph import Graph
from typer.testing import CliRunner

from catalog.store import Store
from services.cli import app

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def townline(tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp("change")
    options = ["--profile", str(ROOT / "config/north-carolina")]
    options += ["--store", str(root / "store"), "--private", str(root / "private")]

    def run(*arguments: str, code: int = 0) -> str:
        ended = CliRunner().invoke(app, [*options, *arguments], env={"COLUMNS": "200"})
        assert ended.exit_code == code, ended.output
        return ended.output

    run("ingest", "counties", "infant-deaths")
    run("derive", "sudden-infant-deaths")
    run.store = Store(root / "store")  # type: ignore[attr-defined]
    return run


def test_two_periods_are_compared_in_every_county(townline, tmp_path):
    townline("change", "sudden-infant-deaths", "--places", "county", "--out", str(tmp_path / "made"))
    rows = pd.read_csv(tmp_path / "made" / "change.csv", dtype={"geoid": str}).set_index("geoid")
    assert len(rows) == 100
    anson = rows.loc["37007"]  # 15 of 1,570 and 4 of 1,875 births
    assert anson["total_change"] == pytest.approx(1000 * (4 / 1875 - 15 / 1570))
    se = 1000 * (15 / 1570**2 + 4 / 1875**2) ** 0.5
    assert anson["total_change_moe"] == pytest.approx(1.6448536 * se, rel=1e-3)
    series = pd.read_csv(tmp_path / "made" / "series.csv", dtype={"geoid": str})
    assert series.groupby("geoid").size().eq(2).all()


def test_a_change_is_walked_back_to_the_cells_of_both_periods(townline):
    told = townline("explain", "change-sudden-infant-deaths-county", "total_change", "37007")
    for text in (
        "1974-07/1978-06",
        "1979-07/1984-06",
        "numerator: 15.0",
        "numerator: 4.0",
        "denominator: 1570.0",
    ):
        assert text in told


def test_a_difference_to_the_state_names_the_state_too(townline):
    told = townline("explain", "sudden-infant-deaths-county", "total_difference", "37007")
    assert ": 37007, everyone" in told and ": 37, everyone" in told
    assert ": 37, everyone" not in townline(
        "explain", "sudden-infant-deaths-county", "total_estimate", "37007"
    )


def test_what_is_not_there_is_named(townline):
    ask = ("change", "sudden-infant-deaths", "--places")
    assert "did you mean county" in townline(*ask, "couny", code=2)
    assert "there is no period '1990'; there are: 1974-07/1978-06" in townline(
        *ask, "county", "--start", "1990", code=1
    )


def test_the_class_of_hot_spots_is_that_of_esda(townline):
    version = townline.store.current("sudden-infant-deaths-county")
    counties = gpd.read_parquet(version.data)
    weights = Graph.build_contiguity(counties, rook=False).transform("r")
    values = counties["total_estimate"].to_numpy()
    seed = crc32(values.tobytes())
    theirs = Moran_Local(values, weights, permutations=999, seed=seed, alternative="two-sided")
    names = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}
    expected = [
        names[int(quadrant)] if p <= 0.05 else "not_significant"
        for quadrant, p in zip(theirs.q, theirs.p_sim, strict=True)
    ]
    agree = np.mean(counties["total_hot_spot"].to_numpy() == np.array(expected))
    assert agree >= 0.95  # the order of places, and so the permutations, are not the same
    whole = Moran(values, weights, permutations=0)
    (told,) = [note.message for note in version.receipt.steps if note.step == "spatial"]
    assert f"Moran's I of total_estimate {whole.I:.4f} over 100 places" in told
