"""Published outputs of the reference: every estimate, and the standard errors that are right there."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from layers.measures.disparity import GroupData, Options, measure
from layers.measures.disparity.curve import LogitFit, fit_logit, index_gradients

REGRESSION = Options(variance="regression")
SAMPLING = Options()

CASES = [
    # row of the oracle: call, our measure, our data, options, unit of the reference's SE against ours
    ("aci(pop)", "aci", "ordered", REGRESSION, "same"),
    ("aci(nopop)", "aci", "unweighted", REGRESSION, "same"),
    ("rci(pop)", "rci", "ordered", REGRESSION, "same"),
    ("aci(pop,lmin=0,lmax=100)", "aci", "unit scale", REGRESSION, "same"),
    ("rci(pop,wagstaff,0,100)", "rci_wagstaff", "ordered", REGRESSION, "same"),
    ("rci(pop,erreygers,0,100)", "rci_erreygers", "ordered", REGRESSION, "same"),
    ("sii(pop,linear)", "sii_linear", "rounded up", REGRESSION, "0-1 scale"),
    ("rii(pop,linear)", "rii_linear", "rounded up", REGRESSION, "log"),
    ("d(ordered)", "difference", "ordered", SAMPLING, "same"),
    ("r(ordered)", "ratio", "ordered", SAMPLING, "log"),
    ("parisk(ordered)", "par", "ordered", SAMPLING, None),
    ("paf(ordered)", "paf", "ordered", SAMPLING, None),
    ("d(noref)", "difference", "unordered", SAMPLING, "same"),
    ("r(noref)", "ratio", "unordered", SAMPLING, "log"),
    ("d(ref)", "difference", "reference", SAMPLING, "same"),
    ("r(ref)", "ratio", "reference", SAMPLING, "log"),
    ("mdru", "mdru", "reference", SAMPLING, None),
    ("mdrw", "mdrw", "reference", SAMPLING, None),
    ("bgv", "bgv_uncorrected", "unordered", SAMPLING, "same"),
    ("bgsd", "bgsd_uncorrected", "unordered", SAMPLING, None),
    ("covar", "cov_uncorrected", "unordered", SAMPLING, None),
    ("mdmu", "mdmu", "unordered", SAMPLING, None),
    ("mdmw", "mdmw", "unordered", SAMPLING, None),
    ("mdbu", "mdbu", "unordered", SAMPLING, None),
    ("mdbw", "mdbw", "unordered", SAMPLING, None),
    ("idisu", "idisu", "unordered", SAMPLING, None),
    ("idisw", "idisw", "unordered", SAMPLING, None),
    ("ti", "ti", "unordered", SAMPLING, "per thousand"),
    ("mld", "mld", "unordered", SAMPLING, "per thousand"),
    ("parisk", "par", "unordered", SAMPLING, None),
    ("paf", "paf", "unordered", SAMPLING, None),
]


@pytest.fixture(scope="session")
def outputs(reference: Path) -> pd.DataFrame:
    table = pd.read_csv(reference / "oracle" / "healthequal_reference_outputs.csv")
    return table.set_index("call")


@pytest.fixture(scope="session")
def ordered_table(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "oracle" / "healthequal_OrderedSample.csv")


@pytest.fixture(scope="session")
def samples(reference: Path, ordered_table: pd.DataFrame) -> dict[str, GroupData]:
    regions = pd.read_csv(reference / "oracle" / "healthequal_NonorderedSample.csv")
    aceh = int(np.flatnonzero(regions["reference_subgroup"] == 1)[0])
    return {
        "ordered": _ordered(ordered_table),
        "unweighted": _ordered(ordered_table, population=None),
        "rounded up": _ordered(ordered_table, population=np.ceil(ordered_table["population"])),
        "unit scale": _ordered(ordered_table, scale=1.0),
        "unordered": _unordered(regions, None),
        "reference": _unordered(regions, aceh),
    }


def _ordered(table: pd.DataFrame, scale: float = 100.0, population: object = "own") -> GroupData:
    people = table["population"] if isinstance(population, str) else population
    return GroupData.of(
        table["estimate"] * scale / 100,
        se=table["se"] * scale / 100,
        population=people,  # type: ignore[arg-type]
        kind="proportion",
        scale=scale,
        high_is_good=True,
        order=table["subgroup_order"].tolist(),
    )


def _unordered(table: pd.DataFrame, reference: int | None) -> GroupData:
    return GroupData.of(
        table["estimate"],
        se=table["se"],
        population=table["population"],
        kind="proportion",
        scale=100.0,
        high_is_good=True,
        reference=reference,
    )


@pytest.mark.parametrize(("call", "name", "sample", "options", "unit"), CASES, ids=[c[0] for c in CASES])
def test_estimate_and_standard_error_of_the_reference(
    call: str,
    name: str,
    sample: str,
    options: Options,
    unit: str | None,
    outputs: pd.DataFrame,
    samples: dict[str, GroupData],
) -> None:
    published = outputs.loc[call]
    ours = measure(name, samples[sample], options)[name]
    assert float(ours.estimate) == pytest.approx(published["estimate"], rel=1e-8)
    if unit is not None:
        factor = {
            "same": 1.0,
            "log": 1 / float(ours.estimate),
            "per thousand": 1e-3,
            "0-1 scale": 1e-2,
        }[unit]
        assert float(ours.se) * factor == pytest.approx(published["se"], rel=1e-8)


@pytest.mark.parametrize("call", ["d(ordered)", "r(ordered)", "bgv"], ids=["difference", "ratio", "variance"])
def test_limits_of_pairs_fixed_in_advance(
    call: str, outputs: pd.DataFrame, samples: dict[str, GroupData]
) -> None:
    name = {"d(ordered)": "difference", "r(ordered)": "ratio", "bgv": "bgv_uncorrected"}[call]
    ours = measure(name, samples["unordered" if call == "bgv" else "ordered"])[name]
    published = outputs.loc[call]
    assert [float(ours.lower), float(ours.upper)] == pytest.approx(
        [published["lowerci"], published["upperci"]], rel=1e-8
    )


STOCHASTIC = {
    "mdru": "mdru",
    "mdrw": "mdrw",
    "bgsd": "bgsd_uncorrected",
    "covar": "cov_uncorrected",
    "mdmu": "mdmu",
    "mdmw": "mdmw",
    "mdbu": "mdbu",
    "mdbw": "mdbw",
    "idisu": "idisu",
}


@pytest.mark.parametrize("call", STOCHASTIC)
def test_simulated_limits_agree_up_to_simulation_noise(
    call: str, outputs: pd.DataFrame, samples: dict[str, GroupData]
) -> None:
    # the published percentiles rest on few draws; a fifth of the width is some three standard errors
    name = STOCHASTIC[call]
    options = Options(interval="simulated", draws=20_000)
    ours = measure(name, samples["reference"], options)[name]
    published = outputs.loc[call]
    width = published["upperci"] - published["lowerci"]
    assert float(ours.lower) == pytest.approx(published["lowerci"], abs=0.2 * width)
    assert float(ours.upper) == pytest.approx(published["upperci"], abs=0.2 * width)


def reproduced_logit(table: pd.DataFrame, power: int) -> tuple[LogitFit, np.ndarray, np.ndarray, np.ndarray]:
    """The reference's fit: people rounded up, counts rounded, weighted by people (again, with power 2)."""
    people = np.ceil(table["population"].to_numpy())
    rank = (people.cumsum() - people / 2) / people.sum()
    share = np.round(table["estimate"].to_numpy() / 100 * people) / people
    weight = people**power
    return fit_logit(rank, share, weight), rank, share, weight


def ends(fit: LogitFit) -> tuple[float, float]:
    start, end = 1 / (1 + np.exp(-fit.intercept)), 1 / (1 + np.exp(-(fit.intercept + fit.slope)))
    return float(start), float(end)


def test_logit_indices_of_the_reference_need_its_double_weights(
    outputs: pd.DataFrame, ordered_table: pd.DataFrame
) -> None:
    fit, rank, share, weight = reproduced_logit(ordered_table, power=2)
    start, end = ends(fit)
    assert 100 * (end - start) == pytest.approx(outputs.loc["sii(pop)", "estimate"], rel=1e-8)
    assert end / start == pytest.approx(outputs.loc["rii(pop)", "estimate"], rel=1e-8)
    slope_gradient, ratio_gradient = index_gradients(fit, rank, weight)
    residual = share - fit.fitted
    slope_se = np.sqrt(5 / 3 * ((slope_gradient * residual) ** 2).sum())
    ratio_se = np.sqrt(5 / 3 * ((ratio_gradient * residual) ** 2).sum())
    assert slope_se == pytest.approx(outputs.loc["sii(pop)", "se"], rel=1e-6)
    assert ratio_se * start / end == pytest.approx(outputs.loc["rii(pop)", "se"], rel=1e-6)
