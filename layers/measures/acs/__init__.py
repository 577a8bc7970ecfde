"""Margins of error of American Community Survey estimates.

Conventions of every function here:

- A margin is at 90 % unless `moe_confidence` says otherwise; standard error = margin / 1.645 (the Census
  Bureau's own factor, see `z_value`).
- NaN in, NaN out. A missing margin is never taken as 0. A margin of 0 states a controlled estimate: one
  without sampling error, because it was calibrated to the population estimates. `published_margins` is the
  one place where annotations and blanks are turned into 0 or NaN.
- A negative margin raises `NegativeValueError`.
- All of them are approximations that leave out covariance. Prefer, in this order: a published margin, one
  from variance replicates (`moe_from_replicates`), one derived here.

Two towns together, and the share of a part of their people:

>>> people, moe = 1200 + 800, moe_sum([1200, 800], [90, 120])
>>> float(moe)
150.0
>>> share = moe_proportion(500, 100, people, moe)
>>> round(float(share.moe), 4), MarginFormula(int(share.formula)).name
(0.0464, 'PROPORTION')

Sources: U.S. Census Bureau, Understanding and Using ACS Data (2020), chapters 7 and 8; ACS Accuracy of the
Data; Variance Replicate Estimate Tables documentation.
"""

from layers.measures.acs.confidence import (
    ACS_CONFIDENCE,
    coefficient_of_variation,
    convert_moe,
    moe_from_standard_error,
    standard_error,
    z_value,
)
from layers.measures.acs.derived import (
    MarginFormula,
    ProportionMargin,
    moe_difference,
    moe_percent_change,
    moe_product,
    moe_proportion,
    moe_ratio,
)
from layers.measures.acs.published import BlankMargin, published_margins
from layers.measures.acs.replicates import moe_from_replicates
from layers.measures.acs.significance import Significance, significant
from layers.measures.acs.sums import GroupSums, ZeroMargins, group_sums, moe_sum

__all__ = [
    "ACS_CONFIDENCE",
    "BlankMargin",
    "GroupSums",
    "MarginFormula",
    "ProportionMargin",
    "Significance",
    "ZeroMargins",
    "coefficient_of_variation",
    "convert_moe",
    "group_sums",
    "moe_difference",
    "moe_from_replicates",
    "moe_from_standard_error",
    "moe_percent_change",
    "moe_product",
    "moe_proportion",
    "moe_ratio",
    "moe_sum",
    "published_margins",
    "significant",
    "standard_error",
    "z_value",
]
