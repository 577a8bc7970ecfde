"""The certificate of a release: what was hidden, how well, and under which rule; never a hidden value."""

from dataclasses import asdict, dataclass
from hashlib import sha256
from math import isinf

import numpy as np

from layers.measures.suppression.pattern import Pattern
from layers.measures.suppression.structure import Structure


@dataclass(frozen=True)
class Certificate:
    """What a receipt says about disclosure control.

    cells: distinct published cells of all tables, hidden ones included. narrowest: persons between the bounds that
    readers can compute for the best-known hidden cell (infinite: no bound), None when nothing is hidden; with
    `exact` False the true interval may be wider, never narrower. pattern: sha256 of the layout and of which cells
    are hidden, without their values and without the reason, so that anyone can compute it from the release.
    """

    cells: int
    primary: int
    complementary: int
    narrowest: float | None
    exact: bool
    policy: str
    source: str
    minimum_width: float
    symbol: str
    pattern: str

    def to_dict(self) -> dict[str, str | int | float | bool | None]:
        """Return plain values for JSON; an unbounded interval is the text "unbounded"."""
        plain = asdict(self)
        if self.narrowest is not None and isinf(self.narrowest):
            plain["narrowest"] = "unbounded"
        return plain


def certify(pattern: Pattern) -> Certificate:
    """Return the certificate of a protected release."""
    return Certificate(
        cells=len(pattern.structure),
        primary=int(pattern.primary.sum()),
        complementary=int(pattern.complementary.sum()),
        narrowest=pattern.audit.narrowest,
        exact=pattern.audit.exact,
        policy=pattern.policy.name,
        source=pattern.policy.source,
        minimum_width=pattern.policy.minimum_width,
        symbol=pattern.policy.symbol,
        pattern=pattern_digest(pattern.structure, pattern.hidden),
    )


def pattern_digest(structure: Structure, hidden: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    """Return the sha256 of the layout of a release and of which of its cells are hidden."""
    digest = sha256(structure.cells.fingerprint.encode())
    for block in structure.blocks:
        digest.update(repr((block.table, sorted(block.levels.items()))).encode())
        digest.update(block.group.tobytes())
    digest.update(np.packbits(hidden).tobytes())
    return digest.hexdigest()
