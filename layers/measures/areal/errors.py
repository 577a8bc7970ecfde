"""What moving values between place sets can refuse.

MeasureError
└── ArealError
├── UnknownPlaceError        an id that is no text, is repeated, or that the other side does not hold
├── WeightsError             weights that break their own rule, or were made from impossible parts
├── OverlappingPlacesError   places that share ground where each source may count only once
├── UnusableGeometryError    invalid, empty, non-polygon or geographic (degree) geometries
├── RateNeedsPartsError      a rate given without its numerator and denominator
└── MedianNotMovableError    a median that would have to be split or combined
"""

from layers.measures.errors import MeasureError


class ArealError(MeasureError):
    """A value cannot be moved between place sets as asked."""


class UnknownPlaceError(ArealError):
    """An id is no text, is repeated, or is not held by the other side."""


class WeightsError(ArealError):
    """Weights break their own rule or were made from impossible parts."""


class OverlappingPlacesError(ArealError):
    """Places share ground where each source may count only once."""


class UnusableGeometryError(ArealError):
    """Geometries are invalid, empty, not polygons, or in degrees."""


class RateNeedsPartsError(ArealError):
    """A rate was given without its numerator and denominator."""


class MedianNotMovableError(ArealError):
    """A median would have to be split or combined."""
