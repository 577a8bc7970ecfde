"""What the services can refuse, and the HTTP status of every error.

TownlineError
├── BadParameter     a query parameter is unknown, repeated or not what it may be
├── TooMuch          an answer would be too large or take too long
├── TooBusy          as many answers of this kind are being made already as may be
├── BadConfiguration the service's own configuration cannot be used
└── PatchMismatch    pygeoapi is not the release that our patches were written for
"""

from http import HTTPStatus

from catalog.errors import Corrupted, TownlineError, UnknownLayer, UnknownVersion


class BadParameter(TownlineError):
    """A query parameter is unknown, repeated, or its value is not allowed."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"parameter {name!r}: {problem}")


class TooMuch(TownlineError):
    """An answer would be too large or take too long."""


class TooBusy(TownlineError):
    """As many answers of this kind are being made already as may be at once."""


class BadConfiguration(TownlineError):
    """The service's own configuration cannot be used."""


class PatchMismatch(TownlineError):
    """The installed pygeoapi is not the one that the patches were written for."""


STATUS: dict[type[TownlineError], HTTPStatus] = {
    BadParameter: HTTPStatus.BAD_REQUEST,
    TooMuch: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooBusy: HTTPStatus.TOO_MANY_REQUESTS,
    UnknownLayer: HTTPStatus.NOT_FOUND,
    UnknownVersion: HTTPStatus.NOT_FOUND,
    Corrupted: HTTPStatus.INTERNAL_SERVER_ERROR,
}
