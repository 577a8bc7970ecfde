"""What a run did and lost, gathered over batches for its receipt."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from catalog.receipts import Losses, StepNote

MOST_EXAMPLES = 5


@dataclass
class _Tally:
    """The running account of one kind of note."""

    rows: int | None = None
    examples: tuple[str, ...] = ()
    largest: float | None = None

    def add(self, rows: int | None, examples: Iterable[str], largest: float | None) -> None:
        if rows is not None:
            self.rows = (self.rows or 0) + rows
        self.examples = (*self.examples, *examples)[:MOST_EXAMPLES]
        if largest is not None:
            self.largest = largest if self.largest is None else max(self.largest, largest)


class Notes:
    """Collects notes and losses; the same step, message and column make one note, whose rows add up.

    Batches may be normalised in several threads: adding is atomic. A message may hold `{largest}`, which is
    replaced by the largest measure given with it, so that a note can tell a count and an extreme.
    """

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, str, str | None], _Tally] = {}
        self._losses: dict[str, int] = {}
        self._lock = Lock()

    def add(
        self,
        step: str,
        message: str,
        *,
        rows: int | None = None,
        column: str | None = None,
        examples: Iterable[str] = (),
        largest: float | None = None,
    ) -> None:
        """Note what a step did; examples are row numbers or ids, never values of people."""
        with self._lock:
            tally = self._tallies.setdefault((step, message, column), _Tally())
            tally.add(rows, examples, largest)

    def lose(self, reason: str, rows: int) -> None:
        """Note that rows were dropped, and why."""
        if rows:
            with self._lock:
                self._losses[reason] = self._losses.get(reason, 0) + rows

    @property
    def steps(self) -> tuple[StepNote, ...]:
        """All notes, in the order in which they first came up."""
        with self._lock:
            return tuple(
                StepNote(
                    step=step,
                    message=message
                    if tally.largest is None
                    else message.replace("{largest}", f"{tally.largest:.3g}"),
                    rows=tally.rows,
                    column=column,
                    examples=tally.examples,
                )
                for (step, message, column), tally in self._tallies.items()
            )

    @property
    def losses(self) -> tuple[Losses, ...]:
        """The rows dropped, by reason."""
        with self._lock:
            return tuple(Losses(reason=reason, rows=rows) for reason, rows in self._losses.items())
