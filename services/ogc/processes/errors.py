"""What can be wrong with an execution.

ProcessError
├── NoSuchProcess   no process of that name is offered
├── BadExecution    the body is not an execution of the process; all mistakes at once
└── TooManyValues   the answer would be too large
"""

from collections.abc import Sequence

from catalog.errors import TownlineError, nearest


class ProcessError(TownlineError):
    """An execution that cannot be answered."""


class NoSuchProcess(ProcessError):
    """No process of that name is offered."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no process {name!r}; {nearest(name, known)}")


class BadExecution(ProcessError):
    """The body is not an execution of the process."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))


class TooManyValues(ProcessError):
    """The answer would hold more values than one answer may."""
