"""The coordinate reference system of a file: declared, found, missing or contradicted."""

from dataclasses import dataclass

from pyproj import CRS
from pyproj.exceptions import CRSError

from catalog.manifests import Crs
from layers.errors import ContradictedCRS, MissingCRS

IDENTIFIED = 70
"""Confidence, in per cent, from which PROJ's identification of a well-known text is taken as its code."""


@dataclass(frozen=True)
class SettledCRS:
    """The horizontal system that the coordinates are in, and how it was settled."""

    crs: CRS
    note: str


def settle_crs(found: str | None, declared: Crs | None) -> SettledCRS | None:
    """The system of a file, of what it says and what the manifest declares; None where neither says anything.

    A file that says an engineering system (`Undefined Cartesian SRS`) says nothing about where it is on
    Earth. Axis order makes no difference, because coordinates come as x and y from every reader; heights
    are left out.

    Raises:
        ContradictedCRS: the two differ, and the manifest does not say why its own is right.

    """
    said = _located(found)
    if declared is None:
        return None if said is None else SettledCRS(said, f"{phrase(said)}, as the file says")
    wanted = horizontal(CRS.from_user_input(declared.code))
    if said is None:
        return SettledCRS(wanted, f"{phrase(wanted)}, as declared; the file names none")
    if same_crs(said, wanted):
        return SettledCRS(wanted, f"{phrase(wanted)}, as declared and as the file says")
    if declared.overrides:
        return SettledCRS(
            wanted, f"{phrase(wanted)}, as declared against the file's {phrase(said)}: {declared.overrides}"
        )
    raise ContradictedCRS(
        f"the file says {phrase(said)}, the manifest {phrase(wanted)}; remove `crs` from the manifest if the "
        "file is right, or say in `crs: {overrides: …}` why the manifest is"
    )


def missing_crs(hints: tuple[str, ...], *, extent: str | None, found: str | None) -> MissingCRS:
    """The error for a file whose system nothing tells, with what its bounds suggest."""
    says = (
        f"names only {found.split('[')[0]} [{_name(found)}]"
        if found
        else "names no coordinate reference system"
    )
    parts = [f"the file {says} and the manifest declares none"]
    if extent:
        parts.append(f"coordinates run {extent}")
    if hints:
        parts.append(f"they look like {'; or '.join(hints)}")
    else:
        parts.append("no system used around the state puts them there")
    return MissingCRS(". ".join(part[0].upper() + part[1:] for part in parts) + _DECLARE)


_DECLARE = ". Settle it with its publisher and declare it: `geometry: {crs: {code: EPSG:…}}`"


def same_crs(one: CRS, other: CRS) -> bool:
    """Whether two systems are the same but for the order of their axes."""
    if one.equals(other, ignore_axis_order=True):
        return True
    codes = {crs.to_authority(min_confidence=IDENTIFIED) for crs in (one, other)}
    return len(codes) == 1 and None not in codes


def horizontal(crs: CRS) -> CRS:
    """The horizontal part of a system: compound systems without their heights, 3D ones in 2D."""
    if crs.is_compound:
        return horizontal(crs.sub_crs_list[0])
    if crs.is_bound and crs.source_crs is not None:
        return horizontal(crs.source_crs)
    return crs.to_2d()


def phrase(crs: CRS) -> str:
    """A system's code and name."""
    authority = crs.to_authority(min_confidence=IDENTIFIED)
    return f"{':'.join(authority)} ({crs.name})" if authority else f"{crs.name!r} (no known code)"


def _located(found: str | None) -> CRS | None:
    if found is None:
        return None
    try:
        crs = CRS.from_user_input(found)
    except CRSError as error:
        raise ContradictedCRS(f"the file's coordinate reference system cannot be read: {error}") from error
    crs = horizontal(crs)
    return crs if crs.is_geographic or crs.is_projected else None


def _name(found: str) -> str:
    return CRS.from_user_input(found).name
