"""The layout of `serve.sqlite`, the serving index of one version of one layer.

One file per version, written once, opened read-only and immutable. `layers.publish` builds it from
`data.parquet` and the record; `services` read it. It can be deleted and rebuilt at any time.

    meta(key, value)     layer, version, rows, data_sha256: texts
    features(fid, id, c_<column>…, cut, feature)
        fid       1…n in the order of data.parquet (Hilbert order where there is a geometry)
        id        the feature's id: the key's values joined by ":" (unique)
        c_…       one per published column: TEXT (string, date, datetime as ISO 8601 in UTC), INTEGER, REAL;
                  booleans are 0 and 1
        cut       number of characters of `feature` before the geometry's value
        feature   the finished GeoJSON Feature as text:
                  {"type":"Feature","id":…,"properties":{…},"geometry":…}
    boxes(fid, west, east, south, north)     R*Tree of the geometries' envelopes (float32, rounded outwards)

The columns stand before `feature`, so that a scan by property never reads a geometry. Columns declared
filterable have a B-tree (column, fid). Without a geometry `boxes` is empty and every geometry is null.
"""

from catalog.records import PublishedColumn

ID_SEPARATOR = ":"

SQL_TYPES = {
    "string": "TEXT",
    "date": "TEXT",
    "datetime": "TEXT",
    "integer": "INTEGER",
    "boolean": "INTEGER",
    "number": "REAL",
}


def sql_column(name: str) -> str:
    """The name of a published column inside the table `features`."""
    return f"c_{name}"


def tables(columns: tuple[PublishedColumn, ...]) -> str:
    """The statements that create the empty tables, without the B-trees."""
    declared = "".join(f", {sql_column(column.name)} {SQL_TYPES[column.type]}" for column in columns)
    return (
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;\n"
        f"CREATE TABLE features(fid INTEGER PRIMARY KEY, id TEXT NOT NULL{declared},"
        " cut INTEGER NOT NULL, feature TEXT NOT NULL);\n"
        "CREATE VIRTUAL TABLE boxes USING rtree(fid, west, east, south, north);\n"
    )


def indexes(columns: tuple[PublishedColumn, ...]) -> str:
    """The statements that create the B-trees, to be run after the rows are in."""
    statements = ["CREATE UNIQUE INDEX features_id ON features(id);"]
    statements += [
        f"CREATE INDEX by_{column.name} ON features({sql_column(column.name)});"
        for column in columns
        if column.filterable
    ]
    return "\n".join(statements)
