"""Which column of the file is which declared column."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from catalog.errors import nearest
from catalog.grammar import column_name
from catalog.manifests import LayerManifest, Source
from layers.errors import AmbiguousColumn, MissingColumn, UnlistedColumn


@dataclass(frozen=True)
class Headers:
    """Positions of the declared columns in the file, constants, and the rest of the file's headers."""

    positions: dict[str, int]
    constants: dict[str, str]
    absent: tuple[str, ...]
    unlisted: tuple[str, ...]


def match_headers(
    manifest: LayerManifest, source: Source, headers: Sequence[str], *, taken: Collection[int] = ()
) -> Headers:
    """The declared columns found among the headers of one file; `taken` are the positions of its geometry.

    A declared name is looked for as written, then with both sides in the written grammar of names. A column
    that the manifest declares optional may be absent: it is null for the rows of this file, and the receipt
    says so.

    Raises:
        MissingColumn: columns are not in the file; all of them are named, with what the file has.
        AmbiguousColumn: several headers could be one column, or a constant is in the file as well.
        UnlistedColumn: the file has columns that the manifest refuses, or a constant names no column.

    """
    positions: dict[str, int] = {}
    absent: dict[str, tuple[str, ...]] = {}
    for column in manifest.columns:
        wanted = column.source or (column.name,)
        position = find_header(headers, wanted)
        if position is not None:
            positions[column.name] = position
        elif column.name not in source.constants:
            absent[column.name] = wanted
    _check_constants(manifest, source, positions)
    used = {*positions.values(), *taken}
    unlisted = tuple(header for position, header in enumerate(headers) if position not in used)
    may_lack = {column.name for column in manifest.columns if column.optional}
    missing = {name: wanted for name, wanted in absent.items() if name not in may_lack}
    if missing:
        raise MissingColumn(_missing(missing, headers, unlisted))
    if unlisted and manifest.unlisted == "refuse":
        raise UnlistedColumn(
            f"the manifest does not name {_listed(unlisted)}; add them to its columns or say `unlisted: drop`"
        )
    return Headers(positions, dict(source.constants), tuple(absent), unlisted)


def find_header(headers: Sequence[str], wanted: Sequence[str]) -> int | None:
    """The position of the first wanted name that is among the headers.

    Raises:
        AmbiguousColumn: several headers are that name, or become it in the written grammar.

    """
    cleaned = [_cleaned(header) for header in headers]
    for name in wanted:
        for found in (_positions(headers, name), _positions(cleaned, _cleaned(name))):
            if len(found) > 1:
                raise AmbiguousColumn(
                    f"{name!r} could be {_listed([headers[position] for position in found])}"
                    f" (columns {', '.join(str(position + 1) for position in found)} of the file)"
                )
            if found:
                return found[0]
    return None


def missing_header(headers: Sequence[str], wanted: tuple[str, ...]) -> MissingColumn:
    """The error for a header that the manifest names outside its columns, such as a coordinate."""
    return MissingColumn(_missing({wanted[0]: wanted}, headers, headers))


def _check_constants(manifest: LayerManifest, source: Source, positions: dict[str, int]) -> None:
    unknown = sorted(set(source.constants) - {column.name for column in manifest.columns})
    if unknown:
        raise UnlistedColumn(f"constants for {_listed(unknown)}, which the manifest's columns do not name")
    both = sorted(set(source.constants) & set(positions))
    if both:
        raise AmbiguousColumn(
            f"{_listed(both)} is in the file and has a constant as well: remove one of them"
        )


def _missing(missing: dict[str, tuple[str, ...]], headers: Sequence[str], free: Sequence[str]) -> str:
    """What is missing, the nearest headers that no other column takes, and where a new name is to be written."""
    known, free = [header for header in headers if header], [header for header in free if header]
    lines = [
        f"no column for {name!r} (looked for {_listed(wanted)}"
        + (f"; {nearest(wanted[0], free)})" if free else "; every header is taken by another column)")
        for name, wanted in missing.items()
    ]
    told = f"{'; '.join(lines)}. The file has: {_listed(known) if known else 'no headers'}"
    if len(missing) > 1 and len(free) == len(known):
        return f"{told}. {_another_header(known)}"
    if not free:
        return told
    example = ", ".join((*next(iter(missing.values())), "NEW NAME"))
    return f"{told}. Where a name changed, add the new one to the manifest: `source: [{example}]`"


def _another_header(known: Sequence[str]) -> str:
    """What may be wrong where the file has none of the declared columns."""
    if len(known) == 1:
        delimiters = [delimiter for delimiter in ";\t|," if delimiter in known[0]]
        if delimiters:
            return f"The columns look separated by another character: `delimiter: {_quoted(delimiters[0])}`"
    return (
        "Where lines stand before the header, count them: `header: {preamble: …}`; where the names changed, "
        "add the new ones to the manifest: `source: [NAME, NEW NAME]`"
    )


def _quoted(delimiter: str) -> str:
    return '"\\t"' if delimiter == "\t" else f"'{delimiter}'"


@cache
def _cleaned(header: str) -> str | None:
    try:
        return column_name(header)
    except ValueError:
        return None


def _positions(headers: Sequence[str | None], name: str | None) -> list[int]:
    return [position for position, header in enumerate(headers) if name is not None and header == name]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
