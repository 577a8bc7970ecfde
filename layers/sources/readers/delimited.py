"""Delimited text (CSV, TSV): every cell a string exactly as written."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv

from catalog.errors import DataError
from catalog.manifests import Source
from layers.sources.errors import DamagedFile, RaggedRow, UnclearHeader, UnknownFormat, WrongEncoding
from layers.sources.opened import BATCH_ROWS, OpenedPart
from layers.sources.readers.headers import column_names
from layers.sources.texts import Undecodable, byte_order_mark, codec_of, decoded

BLOCK = 16 << 20
"""Bytes that are parsed at once; a record must fit in."""
_TAIL = 1 << 16
_END = "\x1a"
_NOTES = "; where notes follow the records, declare how their first line begins: `footer: '…'`"


@dataclass(frozen=True)
class _Table:
    """A delimited file in UTF-8: where its records begin and end, and what they are called."""

    path: Path
    delimiter: str
    names: list[str]
    start: int
    end: int
    first_row: int


def open_delimited(path: Path, source: Source, *, ending: str, workspace: Path) -> OpenedPart:
    """The part that a delimited file makes; a row is a record: line breaks inside quotes do not count.

    Blank lines at the end, and lines with nothing but delimiters there, are no records.

    Raises:
        WrongEncoding: the file is not in the declared encoding; row and byte are named.
        UnclearHeader: see `column_names`; or there is no such footer as declared.
        RaggedRow: a row has more or fewer fields than the header; on reading.
        DamagedFile: a quoted cell is never closed, or a zero byte; on reading.

    """
    if source.layer:
        raise UnknownFormat(f"layer {source.layer!r} is declared, but delimited files have none")
    delimiter = (
        "\t"
        if ending in (".tsv", ".tab") and "delimiter" not in source.model_fields_set
        else source.delimiter
    )
    if not delimiter.isascii() or delimiter in '"\r\n':
        raise UnknownFormat(
            f"the delimiter {delimiter!r} is declared; it must be an ASCII character and no quote"
        )
    text = _in_utf8(path, source, delimiter, workspace)
    table = _table(text, source, delimiter)
    schema = pa.schema([pa.field(name, pa.string()) for name in table.names])
    return OpenedPart(
        path.name, "csv", schema, None, None, table.first_row, lambda: _batches(table, schema, source)
    )


def _in_utf8(path: Path, source: Source, delimiter: str, workspace: Path) -> Path:
    """The file itself when it is declared as UTF-8, else a copy in UTF-8."""
    encoding = codec_of(source.encoding)
    with path.open("rb") as file:
        mark = byte_order_mark(file.read(4))
    if mark and not encoding.replace("_", "-").startswith(mark[1]):
        raise WrongEncoding(
            f"the file begins with the mark of {mark[1]}, but {source.encoding} is declared: "
            f"`encoding: {mark[1]}` would read it",
            row=1,
        )
    if encoding == "utf-8":
        return path
    copy = workspace / f"{path.stem}-utf-8{path.suffix}"
    try:
        with copy.open("w", encoding="utf-8", newline="") as out:
            for text in decoded(path, encoding):
                out.write(text)
    except Undecodable as error:
        raise _wrong_encoding(path, error, source, delimiter) from error
    if not encoding.startswith(("utf-16", "utf-32")):
        _refuse_utf8(path, source)
    return copy


def _refuse_utf8(path: Path, source: Source) -> None:
    """Refuse a file declared in another encoding whose bytes beyond ASCII are all well-formed UTF-8."""
    beyond = False
    try:
        for text in decoded(path, "utf-8"):
            beyond = beyond or not text.isascii()
    except Undecodable:
        return
    if beyond:
        raise WrongEncoding(f"{source.encoding} is declared, but the file is well-formed UTF-8 beyond ASCII")


def _wrong_encoding(path: Path, error: Undecodable, source: Source, delimiter: str) -> WrongEncoding:
    with path.open("rb") as file:
        before = file.read(error.offset).decode(error.encoding, "replace") + "?"
    lines = list(io.StringIO(before, newline=""))
    skipped = min(source.header.preamble, len(lines) - 1)
    row = skipped + sum(1 for _ in csv.reader(lines[skipped:], delimiter=delimiter))
    return WrongEncoding(str(error), row=row)


def _table(path: Path, source: Source, delimiter: str) -> _Table:
    try:
        rows, start = _head(path, source, delimiter)
    except UnicodeDecodeError as error:
        raise _not_utf8(path, source, delimiter) from error
    except csv.Error as error:
        raise UnclearHeader(f"the header cannot be read: {error}") from error
    names = column_names(rows, source.header)
    first_row = source.header.preamble + source.header.rows + 1
    end = _end(path, start, path.stat().st_size, delimiter)
    if source.footer:
        end = _end(path, start, _footer(path, start, end, source.footer), delimiter)
    return _Table(path, delimiter, names, start, end, first_row)


def _head(path: Path, source: Source, delimiter: str) -> tuple[list[list[str]], int]:
    """The header rows, and the byte at which the records begin."""
    with path.open("rb") as raw:
        offset = (byte_order_mark(raw.read(4)) or (0, ""))[0]
    with path.open(encoding="utf-8", newline="") as file:
        file.seek(offset)

        def lines() -> Iterator[str]:
            nonlocal offset
            for line in file:
                offset += len(line.encode())
                yield line

        counted = lines()
        for _ in range(source.header.preamble):
            next(counted, None)
        reader = csv.reader(counted, delimiter=delimiter)
        rows = [row for _, row in zip(range(source.header.rows), reader, strict=False)]
    return rows, offset


def _footer(path: Path, start: int, end: int, pattern: str) -> int:
    """The byte at which the footer begins: its first line, looked for in the last lines of the file.

    Raises:
        UnclearHeader: there is none.

    """
    begin = max(start, end - _TAIL)
    with path.open("rb") as file:
        file.seek(begin)
        lines = file.read(end - begin).splitlines(keepends=True)
    for number, line in enumerate(lines):
        whole = number > 0 or begin == start
        if whole and re.match(pattern, line.decode("utf-8", "replace")):
            return begin
        begin += len(line)
    raise UnclearHeader(f"no line at the end of the file begins with the declared footer {pattern!r}")


def _end(path: Path, start: int, end: int, delimiter: str) -> int:
    """The byte after the last record: blank lines and lines of delimiters alone at the end are left out."""
    blank = delimiter.encode() + b" \t\r\n"
    with path.open("rb") as file:
        while end > start:
            begin = max(start, end - _TAIL)
            file.seek(begin)
            tail = file.read(end - begin)
            if kept := len(tail.rstrip(blank)):
                line = re.search(rb"[\r\n]|$", tail[kept:])
                return begin + kept + (line.start() if line else 0)
            end = begin
    return start


def _batches(table: _Table, schema: pa.Schema, source: Source) -> Iterator[pa.RecordBatch]:
    if table.start >= table.end:
        return
    row, held = table.first_row, None
    for block in _blocks(table, source):
        if held is not None:
            yield from _split(held, schema)
            row += held.num_rows
        held = block
    if held is None or any(column[-1].as_py() != _END for column in held.columns):
        last = row + (held.num_rows if held is not None else 1) - 1
        raise DamagedFile("a quoted cell that begins in this row is never closed", row=last)
    yield from _split(held.slice(0, held.num_rows - 1), schema)


def _split(block: pa.RecordBatch, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    whole = pa.RecordBatch.from_arrays(block.columns, schema=schema)
    for begin in range(0, whole.num_rows, BATCH_ROWS):
        yield whole.slice(begin, BATCH_ROWS)


def _blocks(table: _Table, source: Source) -> Iterator[pa.RecordBatch]:
    """The parsed blocks with a row of end marks after the last record: an open quote would swallow it."""
    ragged: list[pyarrow.csv.InvalidRow] = []

    def refuse(row: pyarrow.csv.InvalidRow) -> str:
        ragged.append(row)
        return "error"

    columns = [f"c{position}" for position in range(len(table.names))]
    trailer = "\n" + table.delimiter.join(_END for _ in columns) + "\n"
    with table.path.open("rb") as file:
        try:
            reader = pyarrow.csv.open_csv(
                _Section(file, table.start, table.end, trailer.encode()),
                pyarrow.csv.ReadOptions(column_names=columns, block_size=BLOCK, use_threads=False),
                pyarrow.csv.ParseOptions(
                    delimiter=table.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=refuse,
                ),
                pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
                ),
            )
            yield from (block for block in reader if block.num_rows)
        except pa.ArrowInvalid as error:
            raise _explained(error, ragged, table, source) from error


def _explained(
    error: pa.ArrowInvalid, ragged: list[pyarrow.csv.InvalidRow], table: _Table, source: Source
) -> DataError:
    if ragged:
        (found,) = ragged
        row = None if found.number is None else table.first_row + found.number - 1
        if _END in found.text:
            return DamagedFile("a quoted cell that begins in this row is never closed", row=row)
        told = f"the row has {found.actual_columns} fields, the header has {found.expected_columns}"
        return RaggedRow(told + (_NOTES if found.actual_columns == 1 else ""), row=row)
    if "UTF8" in str(error):
        return _not_utf8(table.path, source, table.delimiter)
    if "straddling" in str(error):
        return DamagedFile(f"a record is longer than {BLOCK} bytes, or a quoted cell is never closed")
    return DamagedFile(f"cannot be read as delimited text: {error}")


def _not_utf8(path: Path, source: Source, delimiter: str) -> DataError:
    try:
        for _ in decoded(path, "utf-8"):
            pass
    except Undecodable as error:
        return _wrong_encoding(path, error, source, delimiter)
    return DamagedFile("holds text that is not well-formed UTF-8")


class _Section(io.RawIOBase):
    """The bytes of a file from one to another and a trailer after them; zero bytes are refused."""

    def __init__(self, file: BinaryIO, start: int, end: int, trailer: bytes) -> None:
        file.seek(start)
        self._file, self._left, self._trailer = file, end - start, io.BytesIO(trailer)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        data = (
            self._file.read(min(len(buffer), self._left)) if self._left else self._trailer.read(len(buffer))
        )
        self._left = max(0, self._left - len(data)) if self._left else 0
        if b"\x00" in data:
            raise DamagedFile("holds a zero byte, which is no text: is it UTF-16, or damaged?")
        buffer[: len(data)] = data
        return len(data)
