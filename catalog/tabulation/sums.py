"""Sums that count everyone once: refusing overlaps, and finding the codes that make another one exactly."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import combinations

from catalog.errors import TownlineError, nearest
from catalog.tabulation.extents import Extents, extents, grid
from catalog.vocabulary import TOTAL, UnknownCode, Vocabulary, vocabulary

MOST_SHOWN = 3


class CountedTwice(TownlineError):
    """A sum over codes that share people."""


class NotNested(TownlineError):
    """No selection of the given codes makes the wanted one exactly."""


def overlaps(of: Vocabulary, codes: Collection[str]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each pair of codes that count some of the same people, with the names of the groups in both.

    A code given twice is a pair with itself.

    Raises:
        UnknownCode: a code is not of the vocabulary.

    """
    found = extents(of)
    masks = [(code, found.masks[of.term(code).code]) for code in codes]
    return [
        (one, other, found.names(mask & mask_other))
        for (one, mask), (other, mask_other) in combinations(masks, 2)
        if mask & mask_other
    ]


def check_sum(of: Vocabulary, codes: Collection[str]) -> None:
    """Refuse a sum over codes that would count people twice.

    Raises:
        CountedTwice: some codes overlap; each pair is named, with people whom both count.
        UnknownCode: a code is not of the vocabulary.

    """
    pairs = overlaps(of, codes)
    if not pairs:
        return
    lines = []
    for one, other, shared in pairs:
        lines.append(
            f"  {one!r} ({of.term(one).label}) and {other!r} ({of.term(other).label}) "
            f"both count: {_listed(shared, '; ')}"
        )
    raise CountedTwice(
        f"this sum over the vocabulary {of.id!r} would count people twice:\n" + "\n".join(lines)
    )


def exact_parts(of: Vocabulary, target: str, sources: Collection[str]) -> tuple[str, ...]:
    """The fewest source codes that together count the target's people, each person once.

    Fewest, because every part of a sum adds its own sampling error.

    Raises:
        NotNested: there is no such selection; the codes that straddle the target, or the people whom no
            source counts, are named.
        UnknownCode: a code is not of the vocabulary.

    """
    term = of.term(target)
    return _parts(of, f"{target!r} ({term.label})", extents(of).masks[target], sources)


def table_lines(of: Vocabulary, codes: Mapping[str, str]) -> tuple[str, ...]:
    """The fewest lines of a table that together count the people of a code in each dimension, each person once.

    Args:
        of: a vocabulary of kind table, such as `acs-b01001`.
        codes: dimension → code of its vocabulary; a dimension that is left out is not split.

    Raises:
        NotNested: the table has no such lines; the lines that straddle, or the people missing, are named.
        UnknownCode: no such dimension, or no such code.

    """
    for dimension, code in codes.items():
        if dimension not in of.links:
            raise UnknownCode(
                f"{of.id!r} has no dimension {dimension!r}; {nearest(dimension, list(of.links))}"
            )
        if code != TOTAL:
            vocabulary(of.links[dimension]).term(code)
    wanted = ", ".join(f"{dimension} {code!r}" for dimension, code in codes.items()) or TOTAL
    return _parts(of, wanted, grid(of).mask(codes), of.codes)


def _parts(of: Vocabulary, target: str, wanted: int, sources: Collection[str]) -> tuple[str, ...]:
    found = extents(of)
    masks = {code: found.masks[of.term(code).code] for code in sources}
    inside = {code: mask for code, mask in masks.items() if mask and not mask & ~wanted}

    @cache
    def fewest(left: int) -> tuple[str, ...] | None:
        if not left:
            return ()
        first = left & -left
        best: tuple[str, ...] | None = None
        for code, mask in inside.items():
            if mask & first and not mask & ~left:
                rest = fewest(left & ~mask)
                if rest is not None and (best is None or len(rest) + 1 < len(best)):
                    best = (code, *rest)
        return best

    parts = fewest(wanted)
    if not parts:
        head = f"{target} of the vocabulary {of.id!r} cannot be made of the codes given"
        raise NotNested(f"{head}: {_why_not(of, wanted, found, masks)}")
    return parts


def _why_not(of: Vocabulary, wanted: int, found: Extents, masks: Mapping[str, int]) -> str:
    if not wanted:
        return "nobody is in it"
    missing = wanted
    for mask in masks.values():
        if not mask & ~wanted:
            missing &= ~mask
    across = {code: mask for code, mask in masks.items() if mask & missing and mask & ~wanted}
    straddling = [
        f"{code!r} ({of.term(code).label})"
        for code, mask in across.items()
        if not any(other != mask and not other & ~mask for other in across.values())
    ]
    if straddling:
        return f"{_listed(straddling, ', ')} straddle{'s' if len(straddling) == 1 else ''} its bounds"
    if missing:
        return f"none counts {_listed(found.names(missing), '; ')}"
    return "those inside it overlap one another"


def _listed(names: Sequence[str], separator: str) -> str:
    return separator.join([*names[:MOST_SHOWN], *(["…"] if len(names) > MOST_SHOWN else [])])
