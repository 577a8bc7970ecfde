"""The names of the columns, from the header rows of a delimited or spreadsheet file."""

from collections import Counter
from collections.abc import Sequence

from catalog.manifests.sources import Header
from layers.sources.errors import RaggedRow, UnclearHeader


def column_names(rows: Sequence[Sequence[str]], header: Header) -> list[str]:
    """The name of each column, from the header rows as they stand in the file.

    Of several rows the last or the first names the columns, or all of them joined by a space, where an empty
    cell of an upper row continues the cell to its left (a merged cell) and equal parts are not repeated. A
    column without a name is called `column_4` by its position; names that come several times get `_1`, `_2` …
    all of them, so that none is mistaken for another.

    Raises:
        UnclearHeader: the file has fewer rows than the header, or its names cannot be told apart.
        RaggedRow: an upper header row has more fields than the last one.

    """
    if header.rows == 0:
        return _distinct(list(header.names))
    if len(rows) < header.rows:
        raise UnclearHeader(
            f"the file ends after {header.preamble + len(rows)} rows, before the end of its header "
            f"(preamble {header.preamble}, header rows {header.rows})"
        )
    width = len(rows[-1])
    if not any(cell.strip() for row in rows for cell in row):
        raise UnclearHeader("the header is blank", row=header.preamble + header.rows)
    for number, row in enumerate(rows, header.preamble + 1):
        if len(row) > width:
            raise RaggedRow(f"the header row has {len(row)} fields, the last one has {width}", row=number)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    chosen = _joined(padded) if header.take == "join" else padded[-1 if header.take == "last" else 0]
    return _distinct([name.strip() or f"column_{position}" for position, name in enumerate(chosen, 1)])


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    filled = _fill_right([[cell.strip() for cell in row] for row in rows])
    return [" ".join(dict.fromkeys(part for part in column if part)) for column in zip(*filled, strict=True)]


def _fill_right(rows: list[list[str]]) -> list[list[str]]:
    """The rows with merged cells spelt out; a merged cell ends where a row above begins a new one."""
    for level, row in enumerate(rows[:-1]):
        begins = {position for above in rows[:level] for position in _begins(above)}
        for position in range(1, len(row)):
            if not row[position] and position not in begins:
                row[position] = row[position - 1]
    return rows


def _begins(row: Sequence[str]) -> list[int]:
    return [position for position in range(1, len(row)) if row[position] != row[position - 1]]


def _distinct(names: list[str]) -> list[str]:
    times, seen = Counter(names), Counter[str]()
    result = []
    for name in names:
        seen[name] += 1
        result.append(f"{name}_{seen[name]}" if times[name] > 1 else name)
    if len(set(result)) < len(result):
        twice = sorted(name for name, count in Counter(result).items() if count > 1)
        raise UnclearHeader(f"the headers cannot be told apart: {', '.join(twice[:5])}")
    return result
