"""Which layers say where an indicator is high among high neighbours, or low among low ones."""

from typing import Annotated

from pydantic import Field

from catalog.configuration import Strict
from catalog.grammar import ColumnName
from catalog.manifests.layer import PlaceType


class SpatialRule(Strict):
    """A class of hot and cold spots as a column of the layers of some place types, and Moran's I in their receipts."""

    places: Annotated[tuple[PlaceType, ...], Field(min_length=1, description="place types with polygons")]
    groups: Annotated[
        tuple[ColumnName, ...],
        Field(min_length=1, description="groups whose estimate is classed, as their columns begin"),
    ] = ("total",)
    confidence: Annotated[float, Field(gt=0.5, lt=1, description="of the classes")] = 0.95
