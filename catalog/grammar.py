"""The written grammar of names: layer ids, column names and the clean-up of headers to it."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

LAYER_ID = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
COLUMN_NAME = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
LONGEST_NAME = 63
CATALOG = "catalog"
"""The id of the collection of records, which no layer can have."""


def _not_reserved(name: str) -> str:
    if name == CATALOG:
        raise ValueError(f"{CATALOG!r} is the collection of records; choose another id")
    return name


LayerId = Annotated[
    str,
    Field(pattern=LAYER_ID, max_length=LONGEST_NAME, description="lower-case words joined by hyphens"),
    AfterValidator(_not_reserved),
]
ColumnName = Annotated[
    str,
    Field(pattern=COLUMN_NAME, max_length=LONGEST_NAME, description="lower-case words joined by underscores"),
]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")


def column_name(header: str) -> str:
    """A header as a column name: `Hospital.Type` → `hospital_type`, `% Absent` → `percent_absent`.

    Raises:
        ValueError: nothing of the header can stand in a column name.

    """
    text = unicodedata.normalize("NFKD", header.replace("%", " percent ").replace("#", " number "))
    ascii_text = text.encode("ascii", "ignore").decode()
    name = _OTHER.sub("_", _CAMEL.sub("_", ascii_text).lower()).strip("_")[:LONGEST_NAME].rstrip("_")
    if not name:
        raise ValueError(f"no column name can be made of the header {header!r}")
    return name if name[0].isalpha() else f"c_{name}"[:LONGEST_NAME]


def compiled(pattern: str | None) -> str | None:
    """The pattern, if there is one, after a trial.

    Raises:
        ValueError: it is no regular expression.

    """
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
    return pattern
