"""What can be wrong with a report that somebody asks for.

TownlineError
└── ReportError
    ├── CannotTypeset     the PDF cannot be made, or would not be accessible
    ├── NothingToReport   there are no places of the type that was asked for
    └── WrongNumber       a comparison of fewer or more places than fit on a page
"""

from catalog.errors import BadRequest, TownlineError


class ReportError(TownlineError):
    """A report cannot be made as asked."""


class CannotTypeset(ReportError):
    """The PDF cannot be made, or would break PDF/UA-1."""


class NothingToReport(ReportError, BadRequest):
    """There are no such places."""


class WrongNumber(ReportError, BadRequest):
    """Too few or too many places."""
