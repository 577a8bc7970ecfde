"""Which layers say how an indicator changed between two periods."""

from typing import Annotated, Literal

from pydantic import Field

from catalog.configuration import Strict
from catalog.grammar import LayerId
from catalog.indicators.source import PeriodName
from catalog.manifests.layer import PlaceType


class ChangeRule(Strict):
    """Layers with the change of every group of every place, one per place type, on the newest vintage of places."""

    earlier: Annotated[
        tuple[LayerId, ...],
        Field(
            description="other indicators that hold earlier periods of the same thing, of any vintage of places"
        ),
    ] = ()
    places: Annotated[
        tuple[PlaceType, ...],
        Field(description="place types; default: all that are published but the nation"),
    ] = ()
    start: Annotated[
        PeriodName | None, Field(description="default: the first period that does not overlap the end")
    ] = None
    end: Annotated[PeriodName | None, Field(description="default: the last period")] = None
    years_from: Annotated[
        int,
        Field(
            ge=1,
            le=12,
            description="month that a year begins with: school and fiscal years that touch share none",
        ),
    ] = 1
    correction: Annotated[
        Literal["none", "benjamini_hochberg"],
        Field(description="for the number of comparisons: all places and groups of a layer together"),
    ] = "none"
