"""Columns as a manifest declares them."""

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from catalog.configuration.model import Strict
from catalog.grammar import ColumnName, compiled
from catalog.vocabulary import CodeOf

ColumnType = Literal["string", "integer", "number", "boolean", "date", "datetime"]
Notation = Literal["currency", "thousands", "percent_sign", "plus_minus", "open_ended", "excel_text"]
Status = Annotated[str, CodeOf("statuses")]


class IdShape(Strict):
    """The shape of an id made of digits: leading zeros that a spreadsheet took are put back to it."""

    digits: Annotated[tuple[int, ...], Field(min_length=1, description="allowed numbers of digits")]
    pattern: Annotated[str | None, Field(description="regular expression that the whole id must match")] = (
        None
    )

    @field_validator("digits", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, int) else value

    @field_validator("pattern")
    @classmethod
    def _is_regular_expression(cls, value: str | None) -> str | None:
        return compiled(value)


class Column(Strict):
    """One column of the published layer and how it is found in the source."""

    name: ColumnName
    source: Annotated[
        tuple[str, ...],
        Field(description="headers in the source, the first one present is taken; default: the name"),
    ] = ()
    type: ColumnType
    title: str
    title_es: str | None = None
    description: str
    unit: str | None = None
    required: Annotated[bool, Field(description="every row needs a value")] = False
    optional: Annotated[
        bool, Field(description="a source may lack the column; its rows then have no value")
    ] = False
    allowed: Annotated[tuple[str, ...], Field(description="the only values allowed")] = ()
    pattern: Annotated[
        str | None, Field(description="regular expression that the whole value must match")
    ] = None
    id: IdShape | None = None
    notation: Annotated[tuple[Notation, ...], Field(description="how numbers are written in the source")] = ()
    annotations: Annotated[
        dict[str, Status],
        Field(description="texts that stand for a status and not for a value; '' is the empty cell"),
    ] = {}
    formats: Annotated[
        tuple[str, ...],
        Field(
            description="strptime formats of a date or datetime column; of numbers what they count: "
            "excel_days, epoch_seconds or epoch_milliseconds"
        ),
    ] = ()
    extract: Annotated[
        str | None, Field(description="regular expression whose one group is the part of the text to keep")
    ] = None
    recode: Annotated[dict[str, str], Field(description="values of the source → values published")] = {}
    vocabulary: Annotated[str | None, Field(description="vocabulary whose codes the column holds")] = None
    filterable: Annotated[bool, Field(description="whether the serving index gets a B-tree on it")] = True

    @field_validator("source", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("pattern", "extract")
    @classmethod
    def _is_regular_expression(cls, value: str | None) -> str | None:
        return compiled(value)

    @field_validator("extract")
    @classmethod
    def _has_one_group(cls, value: str | None) -> str | None:
        if value is not None and re.compile(value).groups != 1:
            raise ValueError("needs exactly one group")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> "Column":
        text_only = {
            "id": self.id,
            "pattern": self.pattern,
            "allowed": self.allowed,
            "recode": self.recode,
            "extract": self.extract,
        }
        given = [name for name, value in text_only.items() if value]
        if given and self.type != "string":
            raise ValueError(f"{', '.join(given)} need type string, not {self.type}")
        if self.formats and self.type not in ("date", "datetime"):
            raise ValueError(f"formats need type date or datetime, not {self.type}")
        if {"currency", "thousands", "percent_sign", "plus_minus", "open_ended"} & set(
            self.notation
        ) and self.type not in (
            "integer",
            "number",
        ):
            raise ValueError(
                f"notation {', '.join(self.notation)} needs type integer or number, not {self.type}"
            )
        return self

    @property
    def status_name(self) -> str | None:
        """The name of the status column that goes with this one, when its source has annotations."""
        return f"{self.name}_status" if self.annotations or "open_ended" in self.notation else None
