"""What can be wrong with a source before its rows are looked at: leaves of `catalog.errors.DataError`.

DataError
├── SourceError               getting the bytes
│   ├── Unavailable               not there, or the server does not answer
│   ├── NotData                   a page for people where data were expected
│   ├── TooLarge                  more bytes than the settings allow
│   ├── EmptyFile                 no bytes at all
│   ├── ShortFile                 fewer bytes than the server or the file itself announces
│   └── ChangedWhileRead          it grew or was written to meanwhile
├── ArchiveError              unpacking them
│   ├── BrokenArchive             damaged, encrypted or packed in an unknown way
│   └── UnsafeArchive             entries that leave the folder, or that unpack to far too much
└── FileError                 reading them
    ├── UnknownFormat             neither declared nor told by the name
    ├── UnclearChoice             several datasets or layers, and none named; or the named one is absent
    ├── MissingSidecar            a shapefile without one of its parts
    ├── DamagedFile               the format's own reader cannot read it, or not all of it
    ├── WrongEncoding             bytes that are no text in the declared encoding
    ├── RaggedRow                 a row with more or fewer fields than the header
    └── UnclearHeader             headers that do not fit the file
"""

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.errors import DataError


class SourceError(DataError):
    """The bytes of a source cannot be had."""


class Unavailable(SourceError):
    """The source is not there, or its server does not answer."""


class NotData(SourceError):
    """The server sent a page for people where data were expected."""


class TooLarge(SourceError):
    """The source has more bytes than the settings allow."""


class EmptyFile(SourceError):
    """The source has no bytes."""


class ShortFile(SourceError):
    """The source has fewer bytes than its server or the file itself announces."""


class ChangedWhileRead(SourceError):
    """The file grew or was written to while it was read."""


class ArchiveError(DataError):
    """An archive cannot be unpacked."""


class BrokenArchive(ArchiveError):
    """The archive is damaged, encrypted or packed in an unknown way."""


class UnsafeArchive(ArchiveError):
    """The archive has entries that leave the folder, or it unpacks to far too much."""


class FileError(DataError):
    """A file cannot be read as what it is said to be."""


class UnknownFormat(FileError):
    """The format is neither declared nor told by the file's name."""


class UnclearChoice(FileError):
    """There are several datasets or layers and none is named, or the named one is absent."""


class MissingSidecar(FileError):
    """A shapefile lacks one of its parts."""


class DamagedFile(FileError):
    """The reader of the format cannot read the file, or not all of it."""


class WrongEncoding(FileError):
    """Bytes of the file are no text in the declared encoding."""


class RaggedRow(FileError):
    """A row has more or fewer fields than the header."""


class UnclearHeader(FileError):
    """The headers do not fit the file."""


@contextmanager
def located(file: str, layer: str) -> Iterator[None]:
    """Fill the file and the layer into errors that do not know them."""
    try:
        yield
    except DataError as error:
        raise error.located(file=file, layer=layer) from error
