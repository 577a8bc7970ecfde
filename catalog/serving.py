"""The layout of `serve.sqlite`, the serving index of one version of one layer.

One file per version, written once, opened read-only and immutable. `layers.publish` builds it from
`data.parquet` and the record; `services` read it. It can be deleted and rebuilt at any time.

    meta(key, value)     layer, version, rows, data_sha256: texts
    features(fid, west, south, east, north, id, c_<column>…)
        fid       1…n in the order of data.parquet (Hilbert order where there is a geometry), without gaps:
                  an offset in this order is fid > offset
        west…     the geometry's envelope in degrees, exact (float64); null without a geometry
        id        the feature's id: the key's values joined by ":" (unique), always a string
        c_…       one per published column: TEXT (string, date and datetime as ISO 8601), INTEGER, REAL;
                  booleans are 0 and 1
    texts(fid, head, geometry)
        head      {"type":"Feature","id":…,"properties":{…},"geometry":
        geometry  the GeoJSON geometry, or null
                  head || geometry || '}' is the finished Feature, head || 'null}' is it without geometry
    blocks(first, last, filled, west, south, east, north)
        one per BLOCK consecutive rows: the first and last fid, the number of rows with a geometry and the
        envelope of these

`features` holds no geometry, so that a scan by property reads little. Columns declared filterable have a
B-tree, which orders equal values by fid. The blocks are the inner nodes of a packed Hilbert R-tree whose
leaves are the features. Unlike SQLite's R*Tree they give the rows of a box in the order of fid (a page stops
at its last row, the next one continues after it), count a box without visiting what is inside, and keep
float64. A block whose envelope lies inside the box counts with its `filled` rows, one that only touches the
box has its features looked at, and only a feature that touches the box without being inside needs a look at
its geometry. A table without geometry has no blocks, null envelopes and null geometries.
"""

from catalog.records import PublishedColumn

ID_SEPARATOR = ":"
BLOCK = 64  # 18,750 blocks for 1.2 million features: a scan of them takes 1 ms
DATETIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"  # always six decimals: the texts sort as the times do

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


def touches(table: str) -> str:
    """The condition that an envelope of `features` or `blocks` touches :west, :south, :east, :north."""
    return (
        f"({table}.west <= :east AND {table}.east >= :west"
        f" AND {table}.south <= :north AND {table}.north >= :south)"
    )


def tables(columns: tuple[PublishedColumn, ...]) -> str:
    """The statements that create the empty tables, without the B-trees."""
    declared = "".join(f", {sql_column(column.name)} {SQL_TYPES[column.type]}" for column in columns)
    return (
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;\n"
        "CREATE TABLE features(fid INTEGER PRIMARY KEY, west REAL, south REAL, east REAL, north REAL,"
        f" id TEXT NOT NULL{declared});\n"
        "CREATE TABLE texts(fid INTEGER PRIMARY KEY, head TEXT NOT NULL, geometry TEXT NOT NULL);\n"
        "CREATE TABLE blocks(first INTEGER PRIMARY KEY, last INTEGER NOT NULL, filled INTEGER NOT NULL,"
        " west REAL, south REAL, east REAL, north REAL);\n"
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
