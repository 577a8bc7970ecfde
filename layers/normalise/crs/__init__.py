"""Where the coordinates are: the system is settled, never guessed, and led to longitude and latitude."""

from layers.normalise.crs.hints import likely_systems
from layers.normalise.crs.placement import Placement
from layers.normalise.crs.settled import SettledCRS, missing_crs, settle_crs
from layers.normalise.crs.transformation import OUTPUT, Transformation

__all__ = [
    "OUTPUT",
    "Placement",
    "SettledCRS",
    "Transformation",
    "likely_systems",
    "missing_crs",
    "settle_crs",
]
