"""Each place against the state that contains it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from catalog.indicators import Indicator
from layers.measures.acs import moe_from_standard_error, standard_error
from layers.measures.arguments import FloatArray, divide
from layers.measures.disparity import PartWhole, measure


@dataclass(frozen=True, eq=False)
class Against:
    """Difference and ratio to the state with 90% margins, NaN where there is none."""

    difference: FloatArray
    difference_moe: FloatArray
    ratio: FloatArray
    ratio_moe: FloatArray

    def described(self, unit: str) -> Iterator[tuple[str, FloatArray, str, str, str, str | None]]:
        """Name, values, words in English and Spanish, description and unit of each."""
        how = "Half width of its 90% interval; the place is a part of the state."
        yield (
            "difference",
            self.difference,
            "difference to the state",
            "diferencia con el estado",
            "Place minus state.",
            unit,
        )
        yield (
            "difference_moe",
            self.difference_moe,
            "margin of error of the difference",
            "margen de error de la diferencia",
            how,
            unit,
        )
        yield (
            "ratio",
            self.ratio,
            "ratio to the state",
            "razón con el estado",
            "Place divided by state.",
            None,
        )
        yield (
            "ratio_moe",
            self.ratio_moe,
            "margin of error of the ratio",
            "margen de error de la razón",
            how,
            None,
        )


def against_state(indicator: Indicator, places: pd.DataFrame, state: pd.Series) -> Against:
    """Difference and ratio of every place to the state, by the part–whole covariance.

    A state value without error (calibrated to a known total) is a constant: then the error is the place's. A
    median has no denominator that would say how large a part the place is, so it has no margins here.
    """
    se = standard_error(places["moe"].to_numpy(dtype=np.float64))
    whole_se = float(standard_error(float(state["moe"])))
    whole = float(state["estimate"])
    data = PartWhole.of(
        places["estimate"].to_numpy(dtype=np.float64),
        se,
        places["denominator"].to_numpy(dtype=np.float64),
        whole_estimate=whole,
        whole_se=whole_se,
        whole_population=float(state["denominator"]),
        kind="mean" if indicator.kind in ("median", "mean") else "rate",
        scale=1.0 if indicator.kind in ("median", "mean", "ratio") else float(indicator.per),
    )
    found = measure(("place_state_difference", "place_state_ratio"), data)
    difference, ratio = found["place_state_difference"], found["place_state_ratio"]
    constant = whole_se == 0
    difference_se = se if constant else difference.se
    ratio_se = divide(se, np.asarray(abs(whole))) if constant else ratio.se
    return Against(
        difference.estimate,
        moe_from_standard_error(np.where(np.isnan(difference.estimate), np.nan, difference_se)),
        ratio.estimate,
        moe_from_standard_error(np.where(np.isnan(ratio.estimate), np.nan, ratio_se)),
    )
