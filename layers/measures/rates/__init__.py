"""Rates and proportions with their intervals, age standardisation and smoothing.

Counts are events ≥ 0 (whole, or weighted and so fractional); NaN in, NaN out; a rate over nobody is NaN.
Intervals are two-sided and equal-tailed, at 95 % unless `confidence` says otherwise.

>>> rate = crude_rate(12, 40_000, per=100_000)
>>> [round(float(one), 1) for one in rate]
[30.0, 15.5, 52.4]
>>> adjusted = direct_rate([2, 10], [30_000, 10_000], [0.8, 0.2])  # two age bands and a standard
>>> [round(float(one), 1) for one in adjusted]
[25.3, 13.0, 45.3]
"""

from layers.measures.rates.crude import crude_rate
from layers.measures.rates.intervals import (
    ByarForm,
    Estimate,
    Interval,
    binomial_clopper_pearson,
    binomial_wilson,
    poisson_byar,
    poisson_exact,
)
from layers.measures.rates.smoothing import (
    empirical_bayes,
    neighbour_matrix,
    spatial_empirical_bayes,
)
from layers.measures.rates.standardise import (
    direct_rate,
    expected_events,
    indirect_rate,
    standardised_ratio,
)
from layers.measures.rates.standards import US_2000, StandardPopulation
from layers.measures.rates.survey import effective_sample_size, korn_graubard

__all__ = [
    "US_2000",
    "ByarForm",
    "Estimate",
    "Interval",
    "StandardPopulation",
    "binomial_clopper_pearson",
    "binomial_wilson",
    "crude_rate",
    "direct_rate",
    "effective_sample_size",
    "empirical_bayes",
    "expected_events",
    "indirect_rate",
    "korn_graubard",
    "neighbour_matrix",
    "poisson_byar",
    "poisson_exact",
    "spatial_empirical_bayes",
    "standardised_ratio",
]
