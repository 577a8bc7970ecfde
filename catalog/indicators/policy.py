"""By which rules an indicator's error is computed, judged and shown."""

from typing import Annotated, Literal

from pydantic import Field

from catalog.configuration import Strict

ZeroRule = Literal["largest-once", "all", "alone-once"]
IntervalMethod = Literal["margin", "wilson", "clopper-pearson", "poisson", "none"]


class Policy(Strict):
    """The rules; the names of standards are those of `layers.measures`."""

    reliability: Annotated[
        str | None, Field(description="name of a reliability standard; none judges nothing")
    ] = None
    suppression: Annotated[
        str | None,
        Field(
            description="name of the rule for small cells that the source applied: a value that breaks it stops "
            "the run, and in disparity layers withheld cells are audited; none: the source may show all of its counts"
        ),
    ] = None
    zero_margins: Annotated[
        ZeroRule,
        Field(
            description="how zero estimates enter the margin of a sum: the Census rule, all, or tidycensus"
        ),
    ] = "largest-once"
    blank_margins: Annotated[
        Literal["not-available", "controlled"],
        Field(description="what the source means by an estimate without a margin"),
    ] = "not-available"
    whole_margins: Annotated[
        bool, Field(description="margins of sums are rounded to whole numbers before they go on")
    ] = False
    interval: Annotated[IntervalMethod, Field(description="how the limits are made")] = "none"
    confidence: Annotated[
        float, Field(gt=0, lt=1, description="of the limits; margins are always at 90%")
    ] = 0.95
