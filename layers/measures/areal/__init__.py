"""Moving values between place sets: weights, counts, rates, means and binned medians.

weights     Weights, Method               shares of sources in targets, chained with `then`
builders    nesting_weights               from a table of ids
            population_weights            from atoms (blocks, population centres)
            point_weights                 which polygon each point lies in
            area_weights                  from surfaces, the last resort
extensive   move_extensive                counts
intensive   move_intensive, weighted_mean, move_median
binned      median_from_bins
"""

from layers.measures.areal.binned import BinnedMedian, MedianKind, Sample, median_from_bins
from layers.measures.areal.extensive import move_extensive
from layers.measures.areal.intensive import Statistic, move_intensive, move_median, weighted_mean
from layers.measures.areal.moved import Missing, Moved, Status
from layers.measures.areal.nesting import nesting_weights, point_weights
from layers.measures.areal.overlay import OverlayPairs, overlay_areas
from layers.measures.areal.population import population_weights
from layers.measures.areal.surface import area_weights
from layers.measures.areal.weights import Method, Weights

__all__ = [
    "BinnedMedian",
    "MedianKind",
    "Method",
    "Missing",
    "Moved",
    "OverlayPairs",
    "Sample",
    "Statistic",
    "Status",
    "Weights",
    "area_weights",
    "median_from_bins",
    "move_extensive",
    "move_intensive",
    "move_median",
    "nesting_weights",
    "overlay_areas",
    "point_weights",
    "population_weights",
    "weighted_mean",
]
