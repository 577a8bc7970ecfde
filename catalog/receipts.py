"""The receipt of an ingestion: what was fetched, what every step did, what was checked."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from catalog.configuration import Strict


class Fetched(Strict):
    """A file as received."""

    origin: str = Field(description="address, mirror path or distribution it came from")
    sha256: str
    bytes: int
    fetched_at: datetime
    modified_at: datetime | None = Field(default=None, description="what the source says")


class StepNote(Strict):
    """What one step did to one part of the data."""

    step: str
    message: str
    rows: int | None = Field(default=None, description="rows concerned")
    column: str | None = None
    examples: tuple[str, ...] = Field(default=(), description="row numbers or ids; never values of people")


class CheckResult(Strict):
    """One check before publication."""

    check: str
    passed: bool
    message: str


class Losses(Strict):
    """Rows dropped, and why."""

    reason: str
    rows: int


class Receipt(Strict):
    """The account of one run: rows in = rows out + losses."""

    layer: str
    outcome: Literal["published", "unchanged", "quarantined", "failed"]
    version: int | None = None
    started_at: datetime
    finished_at: datetime
    fetched: tuple[Fetched, ...] = ()
    rows_in: int | None = None
    rows_out: int | None = None
    losses: tuple[Losses, ...] = ()
    steps: tuple[StepNote, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    error: str | None = None
    manifest_sha256: str | None = Field(default=None, description="of the layer's declaration")
