"""Audits a new release beside every earlier one of the same finest cells, so that differencing reveals nothing."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.audit import Audit
from layers.measures.suppression.errors import RevealedByRelease, StructureError
from layers.measures.suppression.pattern import Mask, Pattern, Release
from layers.measures.suppression.policy import SuppressionPolicy
from layers.measures.suppression.protection import audited, decided, protect
from layers.measures.suppression.residual import unknowns
from layers.measures.suppression.secondary import Insiders
from layers.measures.suppression.structure import Structure

type Floats = NDArray[np.float64]
type Rows = NDArray[np.int64]


def audit_releases(releases: Sequence[Release], policy: SuppressionPolicy) -> tuple[Structure, Audit]:
    """Return all releases as one structure and the interval of every row that none of them shows."""
    whole, _, hidden = _together(releases)
    return whole, audited(whole, policy, hidden, ())


def audit_each(
    releases: Sequence[Release], policy: SuppressionPolicy, *, exact: bool = True
) -> tuple[Audit, ...]:
    """Return, per release, the interval of each cell that it hides, as read beside all other releases.

    A cell that another release shows has an interval of width 0. exact: compute every interval in full; without,
    that is done only where two witness tables do not prove the policy's minimum width already.
    """
    whole, rows, hidden = _together(releases)
    joint = (
        audited(whole, policy, hidden, ()) if exact else decided(whole, policy, hidden, _movements(releases))
    )
    counts = whole.counts.astype(np.float64)
    lower, upper = counts.copy(), counts.copy()
    lower[joint.rows], upper[joint.rows] = joint.lower, joint.upper
    found = []
    for release, mine in zip(releases, rows, strict=True):
        own = np.flatnonzero(release.hidden)
        found.append(Audit(own, lower[mine[own]], upper[mine[own]], joint.exact))
    return tuple(found)


def _movements(releases: Sequence[Release]) -> sparse.csr_array | None:
    kept = [release.movements for release in releases if release.movements is not None]
    return sparse.csr_array(sparse.vstack(kept, format="csr")) if kept else None


def _together(releases: Sequence[Release]) -> tuple[Structure, list[Rows], Mask]:
    """Return all releases as one structure, the rows of each there, and which rows none of them shows."""
    whole, rows = _joined([release.structure for release in releases])
    hidden = np.ones(len(whole), dtype=bool)
    for release, mine in zip(releases, rows, strict=True):
        hidden[mine[~release.hidden]] = False
    return whole, rows, hidden


def protect_release(
    structure: Structure,
    policy: SuppressionPolicy,
    primary: Mask,
    earlier: Sequence[Release],
    *,
    when_revealing: Literal["suppress", "refuse"],
    wish: Floats | None = None,
    exact: bool = True,
) -> Pattern:
    """Return a pattern for a new release that stays safe beside all earlier ones.

    What earlier releases show counts as public, what they hid by its own numbers stays protected. "suppress" hides
    more of the new release where both together would give a cell away; "refuse" protects the new release for itself
    and raises RevealedByRelease when that is not enough. RevealedByRelease is raised in both cases when a cell to be
    hidden now was shown before, StructureError when the finest cells differ.
    """
    whole, (new, *old) = _joined([structure, *(release.structure for release in earlier)])
    shown, protected, withheld = (np.zeros(len(whole), dtype=bool) for _ in range(3))
    withheld[:] = True
    withheld[new] = False
    protected[new[primary]] = True
    for release, rows in zip(earlier, old, strict=True):
        shown[rows[~release.hidden]] = True
        protected[rows[release.primary]] = True
    known = int((protected & shown).sum())
    if known:
        raise RevealedByRelease(
            f"{known} cells that one release hides are shown by another of {_names(earlier)} and the new one"
        )
    if when_revealing == "refuse":
        return _refusing(structure, policy, primary, earlier, wish, exact)
    wished = None if wish is None else _spread(wish, new, len(whole))
    pattern = protect(
        whole,
        policy,
        protected,
        shown=shown,
        withheld=withheld & ~shown & ~protected,
        wish=wished,
        exact=exact,
    )
    return _seen_from(pattern, structure, primary, new)


def _refusing(
    structure: Structure,
    policy: SuppressionPolicy,
    primary: Mask,
    earlier: Sequence[Release],
    wish: Floats | None,
    exact: bool,
) -> Pattern:
    alone = protect(structure, policy, primary, wish=wish, exact=exact)
    releases = [alone.as_release("new"), *earlier]
    whole, rows, hidden = _together(releases)
    together = decided(whole, policy, hidden, _movements(releases))
    narrow = len(together.narrower_than(policy.minimum_width))
    if narrow:
        raise RevealedByRelease(
            f"beside {_names(earlier)} the new release narrows {narrow} hidden cells below "
            f"{policy.minimum_width} persons"
        )
    _refuse_insiders(whole, rows, releases, hidden)
    return alone


def _refuse_insiders(whole: Structure, rows: list[Rows], releases: Sequence[Release], hidden: Mask) -> None:
    """Raise RevealedByRelease when the only member of a cell could compute another from all releases together."""
    protected = np.zeros(len(whole), dtype=bool)
    for release, mine in zip(releases, rows, strict=True):
        protected[mine[release.primary]] = True
    system = unknowns(whole, ~hidden & (whole.counts == 0))
    insiders = Insiders(whole, system, protected, np.zeros(len(whole), dtype=bool))
    pairs = insiders.given_away(~system.marks(hidden))
    if pairs:
        raise RevealedByRelease(
            f"beside {_names(releases[1:])} the new release lets the only member of a cell compute {len(pairs)} others"
        )


def _joined(structures: Sequence[Structure]) -> tuple[Structure, list[Rows]]:
    """Return all structures as one, and for each its rows there."""
    if not structures:
        raise StructureError("no release was given")
    whole, rows = structures[0], [np.arange(len(structures[0]))]
    for structure in structures[1:]:
        whole, before, mine = whole.joined(structure)
        rows = [*(before[r] for r in rows), mine]
    return whole, rows


def _spread(wish: Floats, rows: Rows, size: int) -> Floats:
    if np.shape(wish) != rows.shape:
        raise StructureError(f"wish has shape {np.shape(wish)}, the new release has {len(rows)} rows")
    spread = np.full(size, np.min(wish, initial=0.0))
    spread[rows] = wish
    return spread


def _seen_from(pattern: Pattern, structure: Structure, primary: Mask, rows: Rows) -> Pattern:
    """Return the part of a joint pattern that the new release shows, with the joint intervals of its cells."""
    hidden = pattern.hidden[rows]
    place = np.full(len(pattern.structure), -1, dtype=np.int64)
    place[pattern.audit.rows] = np.arange(len(pattern.audit.rows))
    mine = place[rows[hidden]]
    joint = pattern.audit
    audit = Audit(np.flatnonzero(hidden), joint.lower[mine], joint.upper[mine], joint.exact)
    return Pattern(structure, pattern.policy, primary, hidden, audit, pattern.movements)


def _names(releases: Sequence[Release]) -> str:
    return ", ".join(release.name for release in releases) or "no earlier release"
