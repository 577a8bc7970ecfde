"""Which disparity layers an indicator has."""

from typing import Annotated, Literal

from pydantic import Field

from catalog.configuration import Strict
from catalog.grammar import ColumnName
from catalog.manifests.layer import PlaceType


class DisparityRule(Strict):
    """Layers that compare the groups of a dimension with its reference group, one per dimension and place type."""

    by: Annotated[
        tuple[ColumnName, ...], Field(description="dimensions; default: all that have a reference")
    ] = ()
    places: Annotated[
        tuple[PlaceType, ...],
        Field(description="place types; default: all that are published but the nation"),
    ] = ()
    measures: Annotated[
        tuple[str, ...],
        Field(description="names of docs/methods.md; default: those of a small set that the data allow"),
    ] = ()
    order: Annotated[
        dict[ColumnName, tuple[str, ...]],
        Field(
            description="for the gradient measures: dimension → its codes from the most disadvantaged to the most "
            "advantaged; without it the groups have no order"
        ),
    ] = {}
    correction: Annotated[
        Literal["none", "benjamini_hochberg"],
        Field(
            description="for the number of comparisons of a period, all places and groups of a layer together"
        ),
    ] = "none"
    missing: Annotated[
        Literal["strict", "available"],
        Field(
            description="what summaries do where a group has no value: none, or of the groups that have one"
        ),
    ] = "strict"
