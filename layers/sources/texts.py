"""Text in its declared encoding, or an error that says where it is not."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from layers.sources.errors import UnknownFormat, WrongEncoding

CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Undecodable(Exception):
    """The first byte of a file that is no text in an encoding."""

    encoding: str
    offset: int
    byte: int

    def __str__(self) -> str:
        return (
            f"byte {self.offset} (0x{self.byte:02x}) is no {self.encoding} text: "
            "declare the encoding that the file is in, such as `encoding: cp1252`"
        )


def codec_of(encoding: str) -> str:
    """The canonical name of an encoding.

    Raises:
        UnknownFormat: there is no such encoding.

    """
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise UnknownFormat(f"the declared encoding {encoding!r} is not known") from error
    return "utf-8" if name == "utf-8-sig" else name


def byte_order_mark(head: bytes) -> tuple[int, str] | None:
    """The length of the mark at the beginning of a file and the encoding that it tells, if there is one."""
    return next(((len(mark), encoding) for mark, encoding in _MARKS if head.startswith(mark)), None)


def decoded(path: Path, encoding: str, start: int = 0) -> Iterator[str]:
    """The text of a file from a byte on, piece by piece.

    Raises:
        Undecodable: bytes that are no text in the encoding.

    """
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        offset = file.seek(start)
        while True:
            chunk = file.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                yield decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                at = offset - pending + error.start
                raise Undecodable(encoding, at, error.object[error.start]) from error
            if not chunk:
                return
            offset += len(chunk)


def refuse_undecodable(path: Path, encoding: str, start: int = 0) -> None:
    """Pass over a file whose bytes are text in the encoding.

    Raises:
        WrongEncoding: they are not; the offset of the first that is none is named.

    """
    try:
        for _ in decoded(path, codec_of(encoding), start):
            pass
    except Undecodable as error:
        raise WrongEncoding(str(error)) from error
