"""Rates and proportions with their intervals, age standardisation and smoothing.

Counts are events ≥ 0 (whole, or weighted and so fractional); NaN in, NaN out; a rate over nobody is NaN.
Intervals are two-sided and equal-tailed, at 95 % unless `confidence` says otherwise.
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
