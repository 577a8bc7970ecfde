"""What the attributes of a term must say, by the kind of its vocabulary."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from catalog.configuration.model import Strict

Attribute = str | int | float | bool | None
Kind = Literal["list", "race", "interval", "table"]
Tabulation = Literal["alone", "alone_or_in_combination", "multiple", "any", "not_stated"]

HISPANIC, OTHER, MIDDLE_EASTERN, WHITE = "hispanic", "other", "middle_eastern", "white"
Category = Literal[
    "american_indian", "asian", "black", "hispanic", "middle_eastern", "pacific_islander", "white", "other"
]


class RaceAttributes(Strict):
    """How a group of people by race is counted: by which answer, and how answers of several races count."""

    tabulation: Annotated[
        Tabulation,
        Field(description="any: whatever the race; not_stated: no answer; multiple: two or more categories"),
    ]
    race: Annotated[Category | None, Field(description="needed for alone and alone_or_in_combination")] = None
    origin: Annotated[
        Literal["any", "hispanic", "not_hispanic"], Field(description="where Hispanic origin is asked apart")
    ] = "any"
    combination: Annotated[
        Literal["two_with_other", "rest"] | None,
        Field(description="multiple: two races of which one is 'some other', or the rest"),
    ] = None
    cdc: Annotated[str | None, Field(description="CDC race and ethnicity code")] = None
    hl7: Annotated[str | None, Field(description="HL7 null flavour")] = None
    iteration: Annotated[
        str | None, Field(pattern="^[A-I]$", description="letter of the ACS tables repeated by race")
    ] = None

    @model_validator(mode="after")
    def _consistent(self) -> "RaceAttributes":
        if (self.race is not None) != (self.tabulation in ("alone", "alone_or_in_combination")):
            raise ValueError(f"race and tabulation {self.tabulation!r} do not go together")
        if self.combination and self.tabulation != "multiple":
            raise ValueError("combination needs tabulation 'multiple'")
        return self


class IntervalAttributes(Strict):
    """A half-open range `lower ≤ value < upper`; an end that is left out is open."""

    lower: float | None = None
    upper: float | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> "IntervalAttributes":
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise ValueError(f"the range from {self.lower} up to {self.upper} is empty")
        return self


_MODELS: dict[Kind, type[Strict]] = {"race": RaceAttributes, "interval": IntervalAttributes}


def check_attributes(kind: Kind, code: str, attributes: Mapping[str, Attribute], *, compound: bool) -> None:
    """Refuse attributes that do not say what the kind of vocabulary needs; a term made of parts has none.

    Raises:
        ValueError: naming the term and each mistake.

    """
    model = _MODELS.get(kind)
    if model is None:
        return
    if compound:
        if attributes:
            raise ValueError(f"term {code!r} is made of parts: its attributes follow from them")
        return
    try:
        model.model_validate(attributes)
    except ValidationError as error:
        mistakes = "; ".join(
            f"{'.'.join(str(part) for part in detail['loc']) or 'attributes'}: "
            f"{detail['msg'].removeprefix('Value error, ')}"
            for detail in error.errors(include_url=False)
        )
        raise ValueError(f"term {code!r}, attributes: {mistakes}") from error
