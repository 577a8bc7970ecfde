"""Tables of subgroups against a plain re-implementation of the published formulas, one loop per measure."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from catalog.errors import DataError
from layers.derive.subgroup_tables import TableRules, subgroup_measures
from layers.measures.disparity import STATUS_LABELS, Options, Status
from services.cli import app

SCALES = (1, 100, 1000, 100_000)


def table(groups: int, scale: int, *, ordered: bool, favourable: int, seed: int = 3) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    share = np.linspace(0.25, 0.75, groups) + generator.uniform(-0.05, 0.05, groups)
    frame = pd.DataFrame(
        {
            "indicator": "made up",
            "dimension": "made up",
            "subgroup": [f"group {n}" for n in range(groups)],
            "estimate": share * scale,
            "se": generator.uniform(0.002, 0.01, groups) * scale,
            "population": generator.integers(50, 5000, groups).astype(float),
            "favourable_indicator": favourable,
            "ordered_dimension": int(ordered),
            "indicator_scale": scale,
        }
    )
    if ordered:
        frame["subgroup_order"] = range(1, groups + 1)
    else:
        frame["reference_subgroup"] = [int(n == groups // 2) for n in range(groups)]
    return frame.sample(frac=1, random_state=1).reset_index(drop=True)


def plain(rows: pd.DataFrame) -> dict[str, float]:
    """The estimates, each written out from its formula."""
    if "subgroup_order" in rows:
        rows = rows.sort_values("subgroup_order")
    y, w = rows["estimate"].tolist(), rows["population"].tolist()
    good, scale, n, total = (
        rows["favourable_indicator"].iloc[0] == 1,
        rows["indicator_scale"].iloc[0],
        len(y),
        sum(w),
    )
    p = [one / total for one in w]
    mu = sum(a * b for a, b in zip(p, y, strict=True))
    best = max(y) if good else min(y)
    found = {
        "bgv_uncorrected": sum(a * (b - mu) ** 2 for a, b in zip(p, y, strict=True)),
        "mdmu": sum(abs(b - mu) for b in y) / n,
        "mdmw": sum(a * abs(b - mu) for a, b in zip(p, y, strict=True)),
        "mdbu": sum(abs(b - best) for b in y) / n,
        "mdbw": sum(a * abs(b - best) for a, b in zip(p, y, strict=True)),
        "idisu": 100 * sum(abs(b - mu) for b in y) / n / mu,
        "idisw": 100 * sum(a * abs(b - mu) for a, b in zip(p, y, strict=True)) / mu,
        "ti": 1000 * sum(a * b / mu * math.log(b / mu) if b else 0 for a, b in zip(p, y, strict=True)),
    }
    found["mld"] = (
        -1000 * sum(a * math.log(b / mu) for a, b in zip(p, y, strict=True)) if min(y) > 0 else math.nan
    )
    if "se" in rows:
        noise = sum(a * (1 - a) * s**2 for a, s in zip(p, rows["se"], strict=True))
        found["bgv"] = found["bgv_uncorrected"] - noise
        if found["bgv"] > 0:
            found["bgsd"] = math.sqrt(found["bgv"])
            found["cov"] = 100 * found["bgsd"] / mu
    found["bgsd_uncorrected"] = math.sqrt(found["bgv_uncorrected"])
    found["cov_uncorrected"] = 100 * found["bgsd_uncorrected"] / mu
    ordered = rows["ordered_dimension"].iloc[0] == 1
    if ordered:
        first, second = (y[-1], y[0]) if good else (y[0], y[-1])
        target = y[-1]
    elif rows["reference_subgroup"].eq(1).any():
        at = rows["reference_subgroup"].tolist().index(1)
        others = [b for position, b in enumerate(y) if position != at]
        first, second = (y[at], min(others)) if good else (max(others), y[at])
        target = best
        found["mdru"] = sum(abs(b - y[at]) for b in y) / n
        found["mdrw"] = sum(a * abs(b - y[at]) for a, b in zip(p, y, strict=True))
        found["idisr"] = 100 * sum(abs(b - y[at]) for b in others) / (n - 1) / y[at] if y[at] else math.nan
    else:
        first, second, target = max(y), min(y), best
    found |= {"difference": first - second, "ratio": first / second if second else math.nan}
    gain = target - mu
    found["par"] = gain if (gain > 0) == good else 0.0
    found["paf"] = 100 * found["par"] / mu
    if ordered:
        found |= gradient(y, p, mu, float(scale))
    return found


def gradient(y: list[float], p: list[float], mu: float, scale: float) -> dict[str, float]:
    x = [sum(p[:i]) + p[i] / 2 for i in range(len(p))]
    aci = 2 * sum(a * b * c for a, b, c in zip(p, y, x, strict=True)) - mu
    spread = sum(a * (c - 0.5) ** 2 for a, c in zip(p, x, strict=True))
    slope = sum(a * (c - 0.5) * b for a, b, c in zip(p, y, x, strict=True)) / spread
    b0, b1 = 0.0, 0.0
    for _ in range(25):  # Newton on the two score equations
        fit = [1 / (1 + math.exp(-(b0 + b1 * c))) for c in x]
        u0 = sum(a * (b / scale - f) for a, b, f in zip(p, y, fit, strict=True))
        u1 = sum(a * c * (b / scale - f) for a, b, c, f in zip(p, y, x, fit, strict=True))
        v = [a * f * (1 - f) for a, f in zip(p, fit, strict=True)]
        h0, h1, h2 = (sum(a * c**k for a, c in zip(v, x, strict=True)) for k in (0, 1, 2))
        b0, b1 = b0 + (h2 * u0 - h1 * u1) / (h0 * h2 - h1**2), b1 + (h0 * u1 - h1 * u0) / (h0 * h2 - h1**2)
    low, high = 1 / (1 + math.exp(-b0)), 1 / (1 + math.exp(-b0 - b1))
    start, end = mu - slope / 2, mu + slope / 2
    return {
        "aci": aci,
        "rci": aci / mu,
        "rci_wagstaff": aci / mu / (1 - mu / scale),
        "rci_erreygers": 4 * aci / scale,
        "sii_linear": slope,
        "rii_linear": end / start if start > 0 and end > 0 else math.nan,
        "sii": (high - low) * scale,
        "rii": high / low,
    }


def computed(rows: pd.DataFrame, options: Options | None = None, **rules: object) -> pd.DataFrame:
    return subgroup_measures(rows, TableRules(**rules), options or Options()).set_index("measure")


@pytest.mark.parametrize("groups", [2, 5, 60])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("favourable", [0, 1])
def test_every_estimate_is_that_of_its_formula(
    groups: int, scale: int, ordered: bool, favourable: int
) -> None:
    rows = table(groups, scale, ordered=ordered, favourable=favourable)
    ours, theirs = computed(rows), plain(rows)
    assert set(ours.index) >= set(theirs)
    for name, value in theirs.items():
        assert ours.loc[name, "estimate"] == pytest.approx(value, rel=1e-9, abs=1e-12 * scale), name
    assert (ours["lower"] <= ours["estimate"] + 1e-9).all()
    assert (ours["estimate"] <= ours["upper"] + 1e-9).all()
    assert (ours["reason"] == "estimate and interval").all()


@pytest.mark.parametrize("scale", [1, 1000])
def test_errors_are_the_spread_of_repeated_surveys(scale: int) -> None:
    rows = table(6, scale, ordered=True, favourable=1).sort_values("subgroup_order", ignore_index=True)
    rows["se"] /= 4  # no group near the mean: signs do not change from survey to survey
    generator = np.random.default_rng(8)
    repeated = [
        plain(rows.assign(estimate=rows["estimate"] + rows["se"] * generator.standard_normal(6)))
        for _ in range(600)
    ]
    ours = computed(rows)
    spread = pd.DataFrame(repeated).std()
    for name in spread.index:
        assert ours.loc[name, "se"] == pytest.approx(spread[name], rel=0.12), name


def test_a_zero_estimate_leaves_undefined_what_takes_its_logarithm_or_divides_by_it() -> None:
    rows = table(5, 100, ordered=True, favourable=0)
    rows.loc[rows["subgroup_order"] == 5, "estimate"] = 0.0
    ours, theirs = computed(rows), plain(rows)
    for name in ("mld", "ratio"):
        assert math.isnan(ours.loc[name, "estimate"])
        assert "not defined" in ours.loc[name, "reason"]
    for name, value in theirs.items():
        assert ours.loc[name, "estimate"] == pytest.approx(value, rel=1e-9, nan_ok=True), name


def test_zero_errors_give_limits_of_no_width() -> None:
    ours = computed(table(5, 100, ordered=True, favourable=1).assign(se=0.0))
    np.testing.assert_allclose(ours["lower"], ours["upper"])
    np.testing.assert_allclose(ours["se"], 0, atol=1e-12)


@pytest.mark.parametrize("change", ["without the column", "all empty"])
def test_without_errors_there_are_estimates_and_no_limits(change: str) -> None:
    rows = table(5, 100, ordered=False, favourable=1)
    ours = computed(rows.drop(columns="se") if change == "without the column" else rows.assign(se=np.nan))
    for name, value in plain(rows.drop(columns="se")).items():
        assert ours.loc[name, "estimate"] == pytest.approx(value), name
        assert math.isnan(ours.loc[name, "lower"])


def test_without_populations_only_what_needs_none_is_computed() -> None:
    rows = table(5, 100, ordered=True, favourable=1).drop(columns="population")
    ours = computed(rows)
    theirs = plain(rows.assign(population=1.0))
    assert {"bgv", "mdmw", "ti", "par"}.isdisjoint(ours.index)
    for name in ("difference", "aci", "sii", "mdmu", "idisu"):
        assert ours.loc[name, "estimate"] == pytest.approx(theirs[name]), name


def test_one_missing_population_or_estimate_is_a_reason_and_available_leaves_it_out() -> None:
    rows = table(5, 100, ordered=False, favourable=1)
    for column in ("population", "estimate"):
        gap = rows.copy()
        gap.loc[0, column] = np.nan
        gap["reference_subgroup"] = [0, 0, 0, 0, 1]
        assert (computed(gap)["reason"] == STATUS_LABELS[Status.MISSING_GROUP]).all()
        left = computed(gap, Options(missing="available"))
        assert (left["dropped"] == 1).all()
        for name, value in plain(gap.drop(index=0)).items():
            assert left.loc[name, "estimate"] == pytest.approx(value), name


def test_an_absent_reference_leaves_out_its_measures_and_an_empty_one_is_a_reason() -> None:
    rows = table(5, 100, ordered=False, favourable=1)
    ours = computed(rows.assign(reference_subgroup=0))
    assert {"mdru", "mdrw", "idisr"}.isdisjoint(ours.index)
    assert ours.loc["difference", "estimate"] == pytest.approx(
        rows["estimate"].max() - rows["estimate"].min()
    )
    rows.loc[rows["reference_subgroup"] == 1, "estimate"] = np.nan
    assert (
        computed(rows, Options(missing="available")).loc["mdru", "reason"]
        == "the reference group has no estimate"
    )


def test_the_published_average_is_taken_when_asked_for() -> None:
    rows = table(5, 100, ordered=True, favourable=1).assign(setting_average=40.0)
    assert computed(rows, average="published").loc["par", "estimate"] == pytest.approx(
        rows.loc[rows["subgroup_order"] == 5, "estimate"].iloc[0] - 40
    )
    assert computed(rows).loc["par", "estimate"] == pytest.approx(plain(rows)["par"])


def test_rates_and_means_are_declared_and_not_guessed() -> None:
    rows = table(5, 1, ordered=True, favourable=1).assign(estimate=[3.1, 2.0, 4.0, 5.2, 6.0])
    with pytest.raises(DataError, match="above the scale of a proportion; allowed: 0 to 1"):
        computed(rows)
    ours = computed(rows.assign(kind="mean"))
    assert "sii" not in ours.index
    assert ours.loc["aci", "estimate"] == pytest.approx(plain(rows.assign(indicator_scale=10))["aci"])


def test_tied_ranks_leave_out_only_what_needs_one_extreme_group() -> None:
    rows = table(5, 100, ordered=True, favourable=1)
    rows.loc[rows["subgroup_order"] == 5, "subgroup_order"] = 4
    ours = computed(rows)
    assert "order has ties" in ours.loc["difference", "reason"]
    assert ours.loc["aci", "reason"] == "estimate and interval"
    with pytest.raises(DataError, match="order has ties"):
        computed(rows, measures=("difference",))


def test_yes_and_no_may_be_written_as_in_r() -> None:
    rows = table(5, 100, ordered=False, favourable=1)
    words = rows.assign(favourable_indicator=True, reference_subgroup=rows["reference_subgroup"] == 1)
    pd.testing.assert_frame_equal(computed(words), computed(rows))


def test_several_tables_in_one_file_are_told_apart() -> None:
    one, other = (table(4, 100, ordered=False, favourable=n, seed=n) for n in (0, 1))
    both = pd.concat([one.assign(indicator="first"), other.assign(indicator="second")])
    ours = subgroup_measures(both, TableRules(measures=("mdbw",)), Options())
    assert ours[["indicator", "measure"]].to_numpy().tolist() == [["first", "mdbw"], ["second", "mdbw"]]
    assert ours["estimate"].tolist() == pytest.approx([plain(one)["mdbw"], plain(other)["mdbw"]])


@pytest.mark.parametrize("ordered", [True, False])
def test_a_file_with_other_names_says_the_same_by_options(tmp_path: Path, ordered: bool) -> None:
    rows = table(5, 100, ordered=ordered, favourable=0)
    path, mine = tmp_path / "theirs.csv", tmp_path / "mine.csv"
    rows.to_csv(path, index=False)
    names = {"subgroup": "Race", "estimate": "Rate (%)", "se": "subgroup", "population": "people"}
    told = rows.drop(
        columns=["favourable_indicator", "indicator_scale", "reference_subgroup"], errors="ignore"
    )
    told.rename(columns=names).to_csv(mine, index=False)
    options = [part for ours, theirs in names.items() for part in ("--column", f"{ours}={theirs}")]
    options += ["--better", "lower", "--scale", "100", *([] if ordered else ["--reference", "group 2"])]
    by_columns = CliRunner().invoke(app, ["measures", str(path)])
    by_options = CliRunner().invoke(app, ["measures", str(mine), *options])
    assert by_columns.exit_code == 0, by_columns.output
    assert by_options.output == by_columns.output


def test_ranks_make_an_order_unless_the_file_says_that_there_is_none() -> None:
    rows = table(5, 100, ordered=True, favourable=1)
    silent = rows.drop(columns="ordered_dimension")
    pd.testing.assert_frame_equal(computed(silent), computed(rows))
    assert "aci" not in computed(rows.assign(ordered_dimension=0)).index
    assert "aci" not in computed(silent.assign(subgroup_order=0)).index


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--column", "rate=estimate"], "'rate' is no column that is read"),
        (["--column", "estimate=Rate"], "there is no column 'Rate'"),
        (["--column", "estimate"], "column is NAME=COLUMN"),
        (
            ["--better", "lower"],
            "the file has a column favourable_indicator; allowed: the column or the option",
        ),
        (["--reference", "nobody"], "there is no subgroup 'nobody'; known: "),
    ],
)
def test_options_that_do_not_fit_the_file_are_refused(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "subgroups.csv"
    table(3, 100, ordered=False, favourable=1).drop(columns="reference_subgroup").to_csv(path, index=False)
    refused = CliRunner().invoke(app, ["measures", str(path), *arguments])
    assert refused.exit_code > 0
    assert message in " ".join(refused.output.split())


def test_what_is_missing_names_the_option_and_repeated_groups_the_columns_that_are_left() -> None:
    rows = table(3, 100, ordered=False, favourable=1)
    with pytest.raises(DataError, match=r"no column 'favourable_indicator' \(or option --better\)"):
        computed(rows.drop(columns="favourable_indicator"))
    with pytest.raises(DataError, match=r"3 subgroups stand twice; .* columns that are not read: town$"):
        computed(pd.concat([rows.assign(town="a"), rows.assign(town="b")]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"indicator_scale": 60}, "scale is 60.0 for a proportion; allowed: 1, 100, 1000, 10000, 100000"),
        ({"favourable_indicator": 2}, "favourable_indicator is 2; allowed: 0 or 1"),
        ({"se": -1.0}, "se\\[0\\] is negative; allowed: zero or more \\(5 such cells\\)"),
        ({"population": -1.0}, "population\\[0\\] is negative"),
        ({"subgroup": "twice"}, "4 subgroups stand twice"),
        ({"subgroup": ["a", "b", "c", None, None]}, "2 rows have no subgroup"),
        ({"subgroup": ["a", "b", " Total", "c", "d"]}, "the row 'total' is of everybody and no subgroup"),
        ({"estimate": "many"}, "estimate holds 5 cells that are no numbers"),
        ({"reference_subgroup": 1}, "reference_subgroup names 5 subgroups; allowed: one or none"),
        ({"kind": "share"}, "kind is 'share'; allowed: proportion, rate, mean"),
        ({"ordered_dimension": 1}, "ordered_dimension is 1 and there is no column subgroup_order"),
        ({"estimate": 101.0}, "above the scale of a proportion"),
    ],
)
def test_what_cannot_be_read_is_refused(changes: dict[str, object], message: str) -> None:
    rows = table(5, 100, ordered=False, favourable=1).assign(**changes)
    with pytest.raises(DataError, match=message):
        computed(rows)


def test_the_command_reads_a_bare_file_and_refuses_with_one_message(tmp_path: Path) -> None:
    path, out = tmp_path / "subgroups.csv", tmp_path / "made" / "measures.csv"
    rows = table(5, 1000, ordered=True, favourable=0)
    rows.to_csv(path, index=False)
    ended = CliRunner().invoke(app, ["measures", str(path), "--out", str(out)])
    assert ended.exit_code == 0, ended.output
    ours = pd.read_csv(out).set_index("measure")
    for name, value in plain(rows).items():
        assert ours.loc[name, "estimate"] == pytest.approx(value), name
    for arguments in (["--confidence", "95"], ["--measure", "sidi"], ["--by", "place"]):
        refused = CliRunner().invoke(app, ["measures", str(path), *arguments])
        assert refused.exit_code == 2
        assert "error" in refused.output.lower()
