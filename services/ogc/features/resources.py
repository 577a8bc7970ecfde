"""What requests for features may ask, layer by layer: the one table that they are checked and described by."""

from catalog.records import Record
from services.ogc.features.queryables import sortables
from services.ogc.formats.media import FORMATS
from services.ogc.parameters import ITEMS, Resource

_HANDED = frozenset({"f", "limit", "offset", "crs", "resulttype"})


def items_resource(record: Record, systems: tuple[str, ...]) -> Resource:
    """The page of features; `systems` are the URIs of the coordinate reference systems on offer."""
    columns = tuple(column.name for column in record.columns)
    return Resource(
        formats=("json", "html", *(one.name for one in FORMATS if one.is_offered(record))),
        checks=ITEMS,
        crs=systems,
        columns=columns,
        filters=frozenset(columns),
        sortable=tuple(column.name for column in sortables(record)),
        handed=_HANDED,
    )


def item_resource(systems: tuple[str, ...]) -> Resource:
    """One feature."""
    return Resource(checks=("crs",), crs=systems)
