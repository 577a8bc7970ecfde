"""The audit of what is published of registers: every release beside all others, from the kept patterns and the files.

Nothing here returns or says a count of a register.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isinf

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from catalog.places import Places, PlacesConfiguration
from catalog.registers import Register
from catalog.store import Version
from layers.derive.protection import Protection, kept_patterns, register_sha256, release_id
from layers.ingest import Run
from layers.measures.suppression import Audit, Release, audit_each, named_policy, pattern_digest

_NOTE = "disclosure control"


@dataclass(frozen=True)
class AuditedRelease:
    """One version of a release's pattern, audited beside everything else released of the register.

    cells, primary, complementary: numbers of cells. narrowest: persons between the bounds that readers can compute
    for the best-known hidden cell; None when nothing is hidden, or nothing could be computed. versions: of the
    public layer with this pattern. findings: what is wrong, in words without counts of people; empty when safe.
    """

    release: str
    version: int
    register: str
    policy: str
    pattern: str
    cells: int
    primary: int
    complementary: int
    narrowest: float | None
    versions: tuple[int, ...] = ()
    findings: tuple[str, ...] = field(default=())

    @property
    def safe(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def narrowest_text(self) -> str:
        """The width for people."""
        if self.narrowest is None:
            return "nothing hidden" if not self.primary + self.complementary else "not known"
        return "unbounded" if isinf(self.narrowest) else f"{self.narrowest:g}"


def audit_register(
    run: Run, register: Register, configuration: PlacesConfiguration
) -> tuple[AuditedRelease, ...]:
    """Every pattern ever kept of a register's releases, audited together per version of the register.

    Raises:
        UnknownLayer: the register is not in the private store.
        DataError: a release was made with other roll-ups of places, so that nothing can be proven of it.

    """
    current = Protection(run, register, Places(configuration, run.store))
    found: list[AuditedRelease] = []
    for number in _register_versions(run, register, current):
        protection = Protection(run, register, current.places, number)
        sha256 = protection.version.manifest.data_sha256
        patterns = [one for one in kept_patterns(run.private) if register_sha256(register, one) == sha256]
        found += _audited(protection, patterns)
    return (*found, *_without_pattern(run, register, found))


def _register_versions(run: Run, register: Register, current: Protection) -> list[int]:
    """The versions of the register, one for each state of its data, oldest first."""
    layer = current.version.layer
    numbers = sorted({entry.version for entry in run.private.history(layer) if entry.event == "published"})
    by_data = {run.private.version(layer, number).manifest.data_sha256: number for number in numbers}
    return sorted(by_data.values())


def _audited(protection: Protection, patterns: list[Version]) -> Iterator[AuditedRelease]:
    if not patterns:
        return
    register = protection.register
    policy = named_policy(register.policy)
    releases = [protection.restored(pattern) for pattern in patterns]
    audits = audit_each([*releases, *protection.since()], policy, exact=register.exact)
    for pattern, release, audit in zip(patterns, releases, audits, strict=False):
        digest = pattern_digest(release.structure, release.hidden)
        published = list(_published_with(protection, release_id(pattern.layer), digest))
        findings = [*_narrow(audit, policy.minimum_width)]
        for version in published:
            findings += _shown(protection, release, version)
        yield AuditedRelease(
            release=release_id(pattern.layer),
            version=pattern.number,
            register=register.id,
            policy=policy.name,
            pattern=digest,
            cells=len(release.structure),
            primary=int(release.primary.sum()),
            complementary=int((release.hidden & ~release.primary).sum()),
            narrowest=audit.narrowest,
            versions=tuple(version.number for version in published),
            findings=tuple(findings),
        )


def _narrow(audit: Audit, width: float) -> Iterator[str]:
    narrow = len(audit.narrower_than(width))
    if narrow:
        yield (
            f"{narrow} hidden cells can be computed to less than {width:g} persons beside all that is released"
        )


def _shown(protection: Protection, release: Release, version: Version) -> Iterator[str]:
    """What a published file shows beyond its pattern, or otherwise than the register."""
    cells = protection.published_cells(release.structure)
    key = [name for name in cells.columns if name != "row"]
    file = pq.read_table(version.data, columns=[*key, "count", "count_status"]).to_pandas()
    both = cells.merge(file, on=key, how="outer", validate="one_to_one", indicator=True)
    other = int((both["_merge"] != "both").sum())
    if other:
        yield f"version {version.number}: {other} cells of the file are not those of the pattern"
    both = both[both["_merge"] == "both"]
    rows = both["row"].to_numpy(dtype=np.int64)
    hidden, present = release.hidden[rows], both["count"].notna().to_numpy()
    shown = int((hidden & present).sum())
    if shown:
        yield f"version {version.number}: the published file shows {shown} cells that the pattern hides"
    yield from _untrue(version, both, ~hidden & present, release.structure.counts[rows])


def _untrue(version: Version, cells: pd.DataFrame, shown: np.ndarray, counts: np.ndarray) -> Iterator[str]:
    given = cells["count"].to_numpy(dtype=np.float64)
    untrue = int((shown & (given != counts)).sum())
    if untrue:
        yield f"version {version.number}: {untrue} published cells are not those of the register"


def _published_with(protection: Protection, layer: str, digest: str) -> Iterator[Version]:
    """The versions of a public layer made of this data of the register whose receipt names a pattern."""
    mine = protection.version.manifest.data_sha256
    for version, named in _versions(protection.run, layer):
        if named == digest and register_sha256(protection.register, version) == mine:
            yield version


def _without_pattern(run: Run, register: Register, audited: list[AuditedRelease]) -> Iterator[AuditedRelease]:
    """Published versions of the register's releases for which no pattern was kept."""
    for release in register.releases:
        known = {number for one in audited if one.release == release.id for number in one.versions}
        for version, named in _versions(run, release.id):
            if version.number not in known:
                yield AuditedRelease(
                    release=release.id,
                    version=version.number,
                    register=register.id,
                    policy=register.policy,
                    pattern=named or "",
                    cells=version.record.rows or 0,
                    primary=0,
                    complementary=0,
                    narrowest=None,
                    versions=(version.number,),
                    findings=("no pattern was kept of this version; nothing can be proven of it",),
                )


def _versions(run: Run, layer: str) -> Iterator[tuple[Version, str | None]]:
    """Every published version of a public layer with the pattern that its receipt names."""
    if run.store.find(layer) is None:
        return
    numbers = {entry.version for entry in run.store.history(layer) if entry.event == "published"}
    for number in sorted(numbers):
        version = run.store.version(layer, number)
        notes = [note.message for note in version.receipt.steps if note.step == _NOTE]
        named = [message.removeprefix("pattern: ") for message in notes if message.startswith("pattern: ")]
        yield version, named[0] if named else None
