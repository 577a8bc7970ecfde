"""Lines of a table: which of them add up to a group exactly."""

from collections.abc import Iterator, Mapping
from itertools import islice, product

from catalog.errors import TownlineError
from catalog.tabulation import extents
from catalog.vocabulary import TOTAL, Vocabulary, vocabulary

type Lines = tuple[str, ...]

_MOST_WAYS = 64


class NoLines(TownlineError):
    """No selection of a table's lines makes a group exactly."""


class TableLines:
    """The lines of a table and the selections of them that make a group."""

    def __init__(self, table: Vocabulary) -> None:
        self.table = table
        self._linked = {name: vocabulary(target) for name, target in table.links.items()}
        self._lines = {
            tuple(str(term.attributes.get(name, TOTAL)) for name in table.links): term.code
            for term in reversed(table.terms)
        }
        self._used = {
            name: tuple(dict.fromkeys(key[index] for key in self._lines if key[index] != TOTAL))
            for index, name in enumerate(table.links)
        }
        self._alternatives: dict[tuple[str, str], tuple[Lines, ...]] = {}

    def making(self, group: Mapping[str, str]) -> Lines:
        """The lines that together count a group, each person once; a dimension not given is the total.

        Raises:
            NoLines: there are none.

        """
        unknown = sorted(set(group) - set(self.table.links))
        if unknown:
            raise NoLines(
                f"the table {self.table.id!r} is not split by {', '.join(unknown)}; "
                f"its dimensions: {', '.join(self.table.links)}"
            )
        choices = [self._ways(name, group.get(name, TOTAL)) for name in self.table.links]
        found = [
            tuple(self._lines[key] for key in product(*chosen))
            for chosen in product(*choices)
            if all(key in self._lines for key in product(*chosen))
        ]
        if not found:
            told = ", ".join(f"{name} {code}" for name, code in group.items())
            raise NoLines(
                f"the table {self.table.id!r} has no lines that make the group {told}; "
                f"add them to {self.table.file} or take another tabulation"
            )
        return min(found, key=len)

    def _ways(self, name: str, code: str) -> tuple[Lines, ...]:
        """The ways to make a code of one dimension from the codes of the lines, fewest first."""
        if (name, code) not in self._alternatives:
            self._alternatives[name, code] = tuple(self._made(name, code))
        return self._alternatives[name, code]

    def _made(self, name: str, code: str) -> Iterator[Lines]:
        if code == TOTAL:
            yield (TOTAL,)
        used = self._used[name]
        masks = extents(self._linked[name]).masks
        if code == TOTAL:
            wanted = 0
            for other in used:
                wanted |= masks[other]
        else:
            wanted = masks[self._linked[name].term(code).code]
        yield from sorted(_covers(wanted, {other: masks[other] for other in used}), key=len)


def _covers(wanted: int, masks: Mapping[str, int]) -> Iterator[Lines]:
    """Selections of codes that hold every one of the wanted once; the first of the widest codes come first."""
    inside = sorted(
        ((code, mask) for code, mask in masks.items() if mask and not mask & ~wanted),
        key=lambda pair: -pair[1].bit_count(),
    )

    def parts(left: int) -> Iterator[Lines]:
        if not left:
            yield ()
            return
        first = left & -left
        for code, mask in inside:
            if mask & first and not mask & ~left:
                for rest in parts(left & ~mask):
                    yield (code, *rest)

    if wanted:
        yield from islice(parts(wanted), _MOST_WAYS)
