"""What the registry holds for one measure: its computation, and the words that documentation is made from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from layers.measures.disparity.data import GroupData
from layers.measures.disparity.formula import Formula
from layers.measures.disparity.types import Options, Result


@dataclass(frozen=True)
class Measure:
    """One measure.

    - name: key of the registry; code: the abbreviation of the field; title: for people.
    - formula: in the notation y estimate, s standard error, p population share, μ = Σ p y, x fractional rank,
      n groups.
    - sentence: what the number says, in one plain sentence. avoid: when not to use it.
    - source: where it comes from.
    - how: a `Formula` for group data, otherwise a function of the data and the options.
    - data: the class of its input.
    - needs_*: inputs without which it is refused.
    """

    name: str
    code: str
    title: str
    formula: str
    sentence: str
    avoid: str
    source: str
    how: Formula | Callable[[Any, Options], Result]
    data: type = GroupData
    needs_order: bool = False
    needs_reference: bool = False
    needs_population: bool = False
    needs_proportion: bool = False
