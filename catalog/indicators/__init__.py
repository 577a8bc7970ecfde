"""Indicators: what a state measures, from which cells, for whom and by which rules; one YAML file each."""

from catalog.indicators.cells import Bins, Group, Layout, LongCells, Term, TidyCells, WideCells
from catalog.indicators.change import ChangeRule
from catalog.indicators.disparity import DisparityRule
from catalog.indicators.files import load_indicators
from catalog.indicators.generated import GeneratedGroups
from catalog.indicators.indicator import FINISHED, Indicator, Kind
from catalog.indicators.policy import IntervalMethod, Policy, ZeroRule
from catalog.indicators.source import (
    DerivedPlaces,
    LevelColumn,
    PeriodRule,
    PlaceRule,
    SourceRule,
)
from catalog.indicators.spatial import SpatialRule

__all__ = [
    "FINISHED",
    "Bins",
    "ChangeRule",
    "DerivedPlaces",
    "DisparityRule",
    "GeneratedGroups",
    "Group",
    "Indicator",
    "IntervalMethod",
    "Kind",
    "Layout",
    "LevelColumn",
    "LongCells",
    "PeriodRule",
    "PlaceRule",
    "Policy",
    "SourceRule",
    "SpatialRule",
    "Term",
    "TidyCells",
    "WideCells",
    "ZeroRule",
    "load_indicators",
]
