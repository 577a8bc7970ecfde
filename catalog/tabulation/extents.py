"""Who each code of a vocabulary counts, as a set of indivisible groups: overlaps and nesting are exact.

The groups are the elementary ranges between all bounds of an interval vocabulary, the possible answers to the
race question, the codes without parts of a plain list, and the combinations of these in the lines of a table.
A set is the bits of one integer, the first group being the lowest bit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, reduce
from itertools import combinations, pairwise, product
from math import inf
from operator import and_, or_

from catalog.tabulation.answers import question
from catalog.term_attributes import Attribute, IntervalAttributes, RaceAttributes
from catalog.vocabulary import TOTAL, Term, Vocabulary, vocabulary


@dataclass(frozen=True)
class Extents:
    """The indivisible groups of a vocabulary and, for each code, which of them it counts."""

    groups: tuple[str, ...]
    masks: Mapping[str, int]

    def names(self, mask: int) -> tuple[str, ...]:
        """The names of the groups in a set."""
        return tuple(name for index, name in enumerate(self.groups) if mask >> index & 1)


@cache
def extents(of: Vocabulary) -> Extents:
    """Who each code of a vocabulary counts."""
    if of.kind == "table":
        table = grid(of)
        return Extents(table.cells, {term.code: table.mask(term.attributes) for term in of.terms})
    simple = [term for term in of.terms if not term.parts]
    if of.kind == "interval":
        found = _intervals(simple)
    elif of.kind == "race":
        found = _races(of, simple)
    else:
        found = _list(of, simple)
    return Extents(found.groups, _with_compounds(of, found.masks))


def _mask(chosen: Iterable[bool]) -> int:
    return sum(1 << index for index, yes in enumerate(chosen) if yes)


def _union(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)


def _list(of: Vocabulary, simple: list[Term]) -> Extents:
    several = (
        set(codes)
        for size in range(1, len(of.overlapping) + 1)
        for codes in combinations(of.overlapping, size)
    )
    groups = [*({term.code} for term in simple if term.code not in of.overlapping), *several]
    masks = {term.code: _mask(term.code in group for group in groups) for term in simple}
    return Extents(tuple(" + ".join(sorted(group)) for group in groups), masks)


def _intervals(simple: list[Term]) -> Extents:
    ranges = {term.code: _bounds(term) for term in simple}
    groups = list(pairwise(sorted({bound for bounds in ranges.values() for bound in bounds})))
    masks = {
        code: _mask(low <= start and end <= high for start, end in groups)
        for code, (low, high) in ranges.items()
    }
    return Extents(tuple(_range_name(start, end) for start, end in groups), masks)


def _bounds(term: Term) -> tuple[float, float]:
    facts = IntervalAttributes.model_validate(term.attributes)
    return -inf if facts.lower is None else facts.lower, inf if facts.upper is None else facts.upper


def _range_name(start: float, end: float) -> str:
    if end == inf:
        return f"from {start:.12g}"
    return f"under {end:.12g}" if start == -inf else f"from {start:.12g} to under {end:.12g}"


def _races(of: Vocabulary, simple: list[Term]) -> Extents:
    asked = question(of)
    facts = {term.code: RaceAttributes.model_validate(term.attributes) for term in simple}
    silent = [code for code, fact in facts.items() if fact.tabulation == "not_stated"]
    masks = {
        code: _mask(
            [*(asked.counts(fact, answer) for answer in asked.answers), *(code == other for other in silent)]
        )
        for code, fact in facts.items()
    }
    return Extents((*(" + ".join(sorted(answer)) for answer in asked.answers), *silent), masks)


def _with_compounds(of: Vocabulary, simple: Mapping[str, int]) -> dict[str, int]:
    parts = {term.code: term.parts for term in of.terms}

    def mask(code: str) -> int:
        return simple[code] if code in simple else _union(mask(part) for part in parts[code])

    return {code: mask(code) for code in of.codes}


@dataclass(frozen=True)
class Grid:
    """The cells of a table: the product of its dimensions' groups.

    `sides` has, by dimension, the cells of each code and of `total`, which is all that the table's lines hold
    of the dimension together. Cells of the whole table in no most detailed line cannot occur: households
    without income have no share of it.
    """

    cells: tuple[str, ...]
    sides: Mapping[str, Mapping[str, int]]
    impossible: int

    def mask(self, codes: Mapping[str, Attribute]) -> int:
        """The cells of a code in each dimension; one that is left out is not split."""
        chosen = (side[str(codes.get(dimension, TOTAL))] for dimension, side in self.sides.items())
        return reduce(and_, chosen, (1 << len(self.cells)) - 1) & ~self.impossible


@cache
def grid(of: Vocabulary) -> Grid:
    """The cells of a table."""
    linked = {name: extents(vocabulary(target)) for name, target in of.links.items()}
    cells = list(product(*(range(len(one.groups)) for one in linked.values())))
    sides = {}
    for axis, (name, one) in enumerate(linked.items()):
        slices = [_mask(cell[axis] == group for cell in cells) for group in range(len(one.groups))]
        side = {
            code: _union(part for group, part in enumerate(slices) if mask >> group & 1)
            for code, mask in one.masks.items()
        }
        named = {str(term.attributes[name]) for term in of.terms} - {TOTAL}
        sides[name] = side | {TOTAL: _union(side[code] for code in named)}
    names = (
        ", ".join(one.groups[group] for one, group in zip(linked.values(), cell, strict=True))
        for cell in cells
    )
    free = Grid(tuple(names), sides, impossible=0)
    lines = {free.mask(term.attributes) for term in of.terms}
    detailed = (line for line in lines if not any(other != line and not other & ~line for other in lines))
    return replace(free, impossible=free.mask({}) & ~_union(detailed))
