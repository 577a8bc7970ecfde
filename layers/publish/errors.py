"""What publication can refuse.

    DataError
    ├── DuplicateKey         several rows with the same id
    ├── ReservedColumn       a column named as one that the data file has for itself
    └── UnpublishableShape   geometries of several types, or not two-dimensional

A key that is missing is a `layers.errors.MissingValue`.
"""

from catalog.errors import DataError


class DuplicateKey(DataError):
    """Several rows have the same values of the key, or values that make the same id."""


class ReservedColumn(DataError):
    """A column has the name of one that the data file has for itself."""


class UnpublishableShape(DataError):
    """Geometries are of several types, or not two-dimensional well-known binary."""
