"""Data that are not what their manifest says: leaves of `catalog.errors.DataError`, named by the fact.

    DataError
    ├── HeaderError               the columns of a file
    │   ├── MissingColumn             a declared column that the file does not have
    │   ├── AmbiguousColumn           one declared column and several headers that could be it
    │   └── UnlistedColumn            a column that the manifest refuses because it does not name it
    ├── CellError                 the values in a column
    │   ├── UnreadableValue           not a number, date or truth value in the declared notation
    │   ├── MalformedId               an id that does not have its declared shape
    │   ├── AmbiguousId               an id that could have lost its leading zeros in several ways
    │   ├── MissingValue              an empty cell of a required column or of the key
    │   ├── RefusedValue              outside the allowed values, the pattern or what a vocabulary refuses
    │   └── UnseenCode                a value that its vocabulary does not know
    ├── CoordinateSystemError     where the coordinates are
    │   ├── MissingCRS                neither the file nor the manifest says which system it is
    │   ├── ContradictedCRS           the file and the manifest say different systems
    │   ├── MisplacedCoordinates      swapped, or in other units than the system's
    │   └── UntransformedCoordinates  no operation to longitude and latitude, or it has no result
    └── GeometryError             the shapes
        ├── UnreadableGeometry        no geometry can be made of the cell
        ├── MissingGeometry           null or empty where the manifest refuses it
        ├── InvalidGeometry           invalid where the manifest refuses it, or not to be repaired
        ├── ChangedArea               a repair that changes a polygon's area by more than is allowed
        └── WrongGeometryType         a line in a layer of polygons, for example

Opening a file has its own leaves in `layers.sources.errors`, writing one in `layers.publish.errors`.
"""

from catalog.errors import DataError


class HeaderError(DataError):
    """The columns of a file are not the declared ones."""


class MissingColumn(HeaderError):
    """The file does not have a declared column."""


class AmbiguousColumn(HeaderError):
    """Several headers of the file could be one declared column."""


class UnlistedColumn(HeaderError):
    """The file has a column that the manifest does not name, and the manifest refuses such columns."""


class CellError(DataError):
    """Values of a column are not as declared."""


class UnreadableValue(CellError):
    """A cell is not a number, date or truth value in the declared notation."""


class MalformedId(CellError):
    """An id does not have its declared shape."""


class AmbiguousId(CellError):
    """An id could have lost its leading zeros in several ways."""


class MissingValue(CellError):
    """A cell of a required column or of the key is empty."""


class RefusedValue(CellError):
    """A value is outside the allowed ones, does not match the pattern, or is refused by its vocabulary."""


class UnseenCode(CellError):
    """A value is not known to its vocabulary."""


class CoordinateSystemError(DataError):
    """Where the coordinates are cannot be settled."""


class MissingCRS(CoordinateSystemError):
    """Neither the file nor the manifest says which coordinate reference system it is."""


class ContradictedCRS(CoordinateSystemError):
    """The file and the manifest say different coordinate reference systems."""


class MisplacedCoordinates(CoordinateSystemError):
    """Coordinates are swapped or in other units than those of their system."""


class UntransformedCoordinates(CoordinateSystemError):
    """There is no operation to longitude and latitude, or it has no result for some coordinates."""


class GeometryError(DataError):
    """Geometries are not as declared."""


class UnreadableGeometry(GeometryError):
    """No geometry can be made of a cell."""


class MissingGeometry(GeometryError):
    """A geometry is null or empty where the manifest refuses it."""


class InvalidGeometry(GeometryError):
    """A geometry is invalid where the manifest refuses it, or it cannot be repaired."""


class ChangedArea(GeometryError):
    """The repair of a polygon changes its area by more than the manifest allows."""


class WrongGeometryType(GeometryError):
    """A geometry is of another kind than its layer."""
