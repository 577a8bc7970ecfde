"""Disparity measures: estimates, standard errors, limits and reason codes for all places in one call.

measure(names, data, options)   the entry point; `MEASURES` describes every measure
GroupData                       what each group of each place has
PartWhole                       places and the state that contains them
UnitCounts, Exposure            people by group in the units of a place
group_differences, group_ratios every group against a reference or the mean, for verdicts
Microdata, measure_survey       people in a stratified, clustered sample, and the measures of their groups

One place, three groups from poor to rich; for many places give arrays (places, groups):

>>> data = GroupData.of(
...     [75.6, 91.0, 97.0], se=[1.6, 1.1, 0.6], population=[2072, 2112, 1983], order=[1, 2, 3],
...     kind="proportion", scale=100, high_is_good=True,
... )
>>> applicable(data)[:4]
('difference', 'ratio', 'aci', 'rci')
>>> found = measure(["difference", "ti"], data)["difference"]
>>> [round(float(one), 2) for one in (found.estimate, found.se, found.lower, found.upper)]
[21.4, 1.71, 18.05, 24.75]
>>> STATUS_LABELS[Status(int(found.status))]
'estimate and interval'
"""

from layers.measures.disparity.data import GroupData
from layers.measures.disparity.entry import Measure
from layers.measures.disparity.exposure import Exposure
from layers.measures.disparity.group_contrasts import group_differences, group_ratios
from layers.measures.disparity.part_whole import PartWhole
from layers.measures.disparity.registry import MEASURES, applicable, measure
from layers.measures.disparity.segregation import UnitCounts
from layers.measures.disparity.survey import (
    Microdata,
    measure_survey,
    survey_differences,
    survey_means,
    survey_measures,
)
from layers.measures.disparity.types import STATUS_LABELS, Options, Result, Status

__all__ = [
    "MEASURES",
    "STATUS_LABELS",
    "Exposure",
    "GroupData",
    "Measure",
    "Microdata",
    "Options",
    "PartWhole",
    "Result",
    "Status",
    "UnitCounts",
    "applicable",
    "group_differences",
    "group_ratios",
    "measure",
    "measure_survey",
    "survey_differences",
    "survey_means",
    "survey_measures",
]
