"""Indicators computed from the layers of the store: tidy tables with error, status and method."""

from layers.indicators.columns import tidy_columns, tidy_key
from layers.indicators.compute import compute

__all__ = ["compute", "tidy_columns", "tidy_key"]
