"""The shape of a published layer, as its manifest declares it."""

import pyarrow as pa

from catalog.manifests import Column, GeometryRules, LayerManifest
from catalog.records import GeometryType, PublishedColumn

GEOMETRY = "geometry"

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", tz="UTC"),
}

_GEOMETRY_TYPES: dict[str, GeometryType] = {
    "point": "Point",
    "line": "MultiLineString",
    "polygon": "MultiPolygon",
}


def published_columns(manifest: LayerManifest) -> tuple[PublishedColumn, ...]:
    """The columns that people see: those declared, each followed by its status where it has one."""
    return tuple(
        published for column in manifest.columns for published in (_column(column), *_status(column))
    )


def published_schema(manifest: LayerManifest) -> pa.Schema:
    """The Arrow schema of a normalised batch; features end with `geometry` (WKB, longitude and latitude)."""
    fields = [pa.field(column.name, ARROW_TYPES[column.type]) for column in published_columns(manifest)]
    if manifest.kind == "features":
        fields.append(pa.field(GEOMETRY, pa.binary()))
    return pa.schema(fields)


def published_geometry_type(rules: GeometryRules) -> GeometryType:
    """The one geometry type of the layer: polygons and lines are always multi, points are always single.

    A stream cannot know whether a later row is multi, and formats, tiles and clients want one type per
    layer. Parcels, tracts and rivers of several parts are common and points of several places are not, so
    the rule goes by the dimension and not by the data: the type of a layer never changes from one version
    to the next.
    """
    return _GEOMETRY_TYPES[rules.type]


def _column(column: Column) -> PublishedColumn:
    names = (
        "name",
        "type",
        "title",
        "title_es",
        "description",
        "unit",
        "required",
        "filterable",
        "vocabulary",
    )
    return PublishedColumn(**{name: getattr(column, name) for name in names})


def _status(column: Column) -> tuple[PublishedColumn, ...]:
    if column.status_name is None:
        return ()
    return (
        PublishedColumn(
            name=column.status_name,
            type="string",
            title=f"{column.title}: status",
            title_es=f"{column.title_es}: estado" if column.title_es else None,
            description=f"Why the value of {column.name} is shown, changed or absent.",
            required=True,
            filterable=column.filterable,
            vocabulary="statuses",
        ),
    )
