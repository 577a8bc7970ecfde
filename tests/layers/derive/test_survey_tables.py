"""The command over individual survey data, as an analyst would run it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from layers.measures.disparity import Microdata, measure_survey
from layers.measures.rates import korn_graubard
from services.cli import app


@pytest.fixture
def people(tmp_path: Path) -> Path:
    generator = np.random.default_rng(3)
    size = 240
    group = generator.integers(0, 3, size)
    frame = pd.DataFrame(
        {
            "insured": (generator.random(size) < 0.4 + 0.2 * group).astype(float),
            "income": np.array(["low", "middle", "high"])[group],
            "rank": group + 1,
            "weight": generator.uniform(0.5, 2, size),
            "village": np.arange(size) // 12,
            "region": np.arange(size) // 60,
        }
    )
    path = tmp_path / "people.csv"
    frame.to_csv(path, index=False)
    return path


BASE = ["--value", "insured", "--group", "income", "--weight", "weight", "--better", "higher"]
DESIGN = ["--psu", "village", "--stratum", "region", "--order", "rank"]


def run(people: Path, *arguments: str, code: int = 0) -> str:
    ended = CliRunner().invoke(app, ["survey", str(people), *BASE, *arguments], env={"COLUMNS": "300"})
    assert ended.exit_code == code, ended.output
    return ended.output


def test_means_differences_and_measures_have_errors_and_limits(people: Path, tmp_path: Path) -> None:
    out = tmp_path / "made" / "survey.csv"
    run(people, *DESIGN, "--reference", "high", "--out", str(out))
    found = pd.read_csv(out)
    means = found[found["measure"] == "mean"].set_index("group")
    told = pd.read_csv(people)
    for name, rows in told.groupby("income"):
        assert means.loc[name, "estimate"] == pytest.approx(
            np.average(rows["insured"], weights=rows["weight"])
        )
        # 20 units in 4 strata
        limits = korn_graubard(*means.loc[name, ["estimate", "se"]].astype(float), len(rows), 16)
        assert means.loc[name, ["lower", "upper"]].tolist() == pytest.approx([limits.lower, limits.upper])
    assert means.index.tolist() == ["low", "middle", "high"]
    assert found.loc[found["measure"] == "difference_to_reference", "group"].tolist() == ["low", "middle"]
    data = Microdata.of(
        told["insured"],
        told["rank"] - 1,
        groups=3,
        weight=told["weight"],
        psu=told["village"],
        stratum=told["region"],
        kind="proportion",
        scale=1,
        high_is_good=True,
        order=[1, 2, 3],
    )
    expected, ours = measure_survey("rci", data)["rci"], found.set_index("measure").loc["rci"]
    assert (ours["estimate"], ours["se"]) == pytest.approx((float(expected.estimate), float(expected.se)))
    assert "20 sampling units in 4 strata, 16 degrees of freedom" in ours["method"]


def test_parquet_is_read_and_one_measure_chosen(people: Path) -> None:
    parquet = people.with_suffix(".parquet")
    pd.read_csv(people).to_parquet(parquet)
    told = run(parquet, *DESIGN, "--measure", "sii")
    assert "\nsii," in told
    assert "aci" not in told


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--value", "income"], 1, "income holds 240 cells that are no numbers; allowed: numbers or empty"),
        (["--weight", "income"], 1, "income holds 240 cells that are no numbers"),
        (["--psu", "vilage"], 2, "there is no column 'vilage'; did you mean village"),
        (["--stratum", "village", "--psu", "village"], 1, "20 strata have one sampling unit"),
        (["--order", "weight"], 1, "weight has several numbers, or none, in 3 groups"),
        (["--reference", "rich"], 1, "reference is 'rich'; allowed: high, low, middle"),
        (["--measure", "par"], 1, "the data would choose the groups"),
        (["--measure", "parr"], 2, "there is no measure 'parr'; did you mean par"),
        (["--confidence", "95"], 2, "less than or equal to 1"),
    ],
)
def test_what_cannot_be_used_ends_with_one_message(
    people: Path, arguments: list[str], code: int, message: str
) -> None:
    assert message in run(people, *arguments, code=code)
