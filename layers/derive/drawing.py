"""Rows of places on their polygons, and the versions that they were made from."""

from collections.abc import Iterable, Sequence

import pandas as pd
import pyarrow as pa

from catalog.places import Places
from catalog.records import LayerInput, PublishedColumn
from catalog.store import Version
from layers.derive.features import Drawn, polygon_ids, polygons_of
from layers.normalise import Notes

ABSENT = {"_status": "missing", "_verdict": "unreliable"}
"""What a polygon without a row has in text columns that end so; its numbers are missing, never zero."""


def drawn_by(kind: str, vintage: str, places: Places) -> Drawn | None:
    """Which published boundaries draw places of a type and vintage; None where none do."""
    drawn = places.drawn_vintage(kind, vintage)
    if drawn is None or not places.lists(kind, vintage):
        return None
    return Drawn(kind, vintage, drawn, places.boundary_layers(kind, drawn))


def on_polygons(
    frame: pd.DataFrame,
    boundaries: Sequence[Version],
    drawn: Drawn,
    places: Places,
    notes: Notes,
    *,
    same: Iterable[str],
) -> pd.DataFrame:
    """Every polygon with the columns of its place; the columns `same` have one value for all places."""
    shapes = polygons_of(boundaries)
    ids, joined = polygon_ids(pa.table({"geoid": frame["geoid"]}), shapes, drawn, places)
    notes.add(
        "join", f"{drawn.kind} {drawn.vintage} to polygons of {drawn.drawn}: {joined}", rows=joined.matched
    )
    values = frame.assign(geoid=frame["geoid"].map(ids)).dropna(subset=["geoid"]).drop(columns="name")
    values["matched"] = True
    merged = shapes.merge(values, on="geoid", how="left", validate="one_to_one")
    absent = merged.pop("matched").isna()
    for name in same:
        merged[name] = merged[name].fillna(frame[name].iloc[0])
    for suffix, value in ABSENT.items():
        for name in [one for one in merged.columns if one.endswith(suffix)]:
            merged.loc[absent, name] = value
    return merged


def inputs_of(versions: Iterable[Version], places: Places) -> tuple[LayerInput, ...]:
    """The exact versions of some layers, and of those that the places were looked up in."""
    taken = {
        one.layer: LayerInput(layer=one.layer, version=one.number, sha256=one.manifest.data_sha256)
        for one in versions
    }
    taken |= {item.layer: item for item in places.inputs if item.layer not in taken}
    return tuple(taken.values())


def table_of(frame: pd.DataFrame, columns: Sequence[PublishedColumn]) -> pa.Table:
    """A frame as a table with the published columns, and the geometry where there is one."""
    fields = [pa.field(one.name, pa.string() if one.type == "string" else pa.float64()) for one in columns]
    schema = pa.schema([*fields, *([pa.field("geometry", pa.binary())] if "geometry" in frame else [])])
    rows = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    return rows.replace_schema_metadata(None)
