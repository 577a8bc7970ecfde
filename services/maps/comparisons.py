"""Values against the reference group and against the state, as pages and pictures show them."""

from dataclasses import dataclass

import numpy as np

from catalog.maps import Classes, Measure
from layers.measures.acs import standard_error
from layers.measures.verdicts import verdicts_from_error
from services.maps.classes import breaks
from services.maps.model import NO_POPULATION, STATUSES, WITH_VALUE, Block, CodeArray, FloatArray, Topic


@dataclass(frozen=True, eq=False)
class Compared:
    """A topic's values at one level, and what they are compared with."""

    topic: Topic
    block: Block
    state: Block | None

    def values(self, measure: Measure) -> FloatArray:
        """The measure's values, periods × groups × places; verdicts as codes of `layers.measures.verdicts`."""
        if measure == "estimate":
            return self.block.estimate
        if measure.startswith("verdict"):
            return self.verdict(measure).astype(np.float64)
        other = self._other(measure).estimate
        if measure == "ratio_state":
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.where(other > 0, self.block.estimate / other, np.nan)
        return self.block.estimate - other

    def status(self, measure: Measure) -> CodeArray:
        """Why a value of the measure is there or not, as `Block.status`.

        A gap or ratio has the status of what the cell is compared with where only that has no value or is
        unreliable. Verdicts say this themselves.
        """
        own = self.block.status
        if measure == "estimate" or measure.startswith("verdict"):
            return own
        other = np.broadcast_to(self._other(measure).status, own.shape)
        counts = ~np.isin(other, WITH_VALUE) | (other == STATUSES.index("unreliable"))
        return np.where(np.isin(own, WITH_VALUE) & counts, other, own)

    def limits(self, measure: Measure, classes: Classes) -> list[float]:
        """The class limits of a measure.

        Gaps and ratios of unreliable values reach so far that they would leave one class for all others:
        where there are reliable ones, these alone shape the limits.
        """
        values = self.values(measure)
        reliable = np.where(self.block.is_status("unreliable"), np.nan, values)
        if measure != "estimate" and np.isfinite(reliable).any():
            values = reliable
        return breaks(measure, values, classes, self.topic.indicator.decimals)

    def has(self, measure: Measure) -> bool:
        """Whether there is anything to compare with."""
        if measure == "estimate":
            return True
        if measure.endswith("reference"):
            return self.topic.reference is not None
        return self.state is not None

    def verdict(self, measure: Measure) -> CodeArray:
        """The verdict on each cell, from the interval of the difference; nothing is said of a cell against itself.

        A place is a part of the state: with q its share of the denominator, the two covary by q · s², s the
        place's standard error. Reference group and group are taken as independent.
        """
        block = self.block
        error = np.asarray(standard_error(block.moe))
        if measure == "verdict_reference":
            reference = slice(self.topic.reference, (self.topic.reference or 0) + 1)
            other = error[:, reference]
            variance = error**2 + other**2
        else:
            state = self._state()
            other = np.asarray(standard_error(state.moe))
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.nan_to_num(np.clip(block.denominator / state.denominator, 0, 1))
            variance = error**2 + other**2 - 2 * share * error**2
        found = verdicts_from_error(
            block.estimate - self._other(measure).estimate,
            np.sqrt(np.maximum(variance, 0)),
            high_is_good=self.topic.indicator.direction != "lower_is_better",
            confidence=self.topic.indicator.policy.confidence,
            population=np.where(block.is_status(NO_POPULATION), 0.0, np.nan),
            suppressed=block.is_status("suppressed"),
            unreliable=block.is_status("unreliable"),
        )
        return found.codes

    def _other(self, measure: Measure) -> Block:
        if measure.endswith("reference"):
            if self.topic.reference is None:
                raise ValueError(f"indicator {self.topic.indicator.id!r} has no reference group")
            return self.block.of_group(self.topic.reference)
        return self._state()

    def _state(self) -> Block:
        if self.state is None:
            raise ValueError(f"indicator {self.topic.indicator.id!r} has no values for the state")
        return self.state
