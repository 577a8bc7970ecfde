"""Places with an indicator's values in columns, joined to their polygons."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.errors import DataError
from catalog.indicators import Indicator
from catalog.manifests import PlaceReference
from catalog.places import JoinReport, Places
from catalog.places.joins import report
from catalog.records import LayerInput, PublishedColumn
from catalog.store import Version
from layers.derive.publication import Product
from layers.derive.spatial import pattern_columns
from layers.derive.wide import wide_columns
from layers.indicators.described import text_column
from layers.normalise import Notes


class NothingToDraw(DataError):
    """No value of the indicator belongs to a polygon."""


@dataclass(frozen=True)
class Drawn:
    """A place type whose values, with ids of `vintage`, are drawn by the polygons of `layers`, of `drawn`."""

    kind: str
    vintage: str
    drawn: str
    layers: tuple[str, ...]


def features_of(
    indicator: Indicator,
    table: Version,
    boundaries: Sequence[Version],
    drawn: Drawn,
    places: Places,
    notes: Notes,
) -> Product:
    """The latest period of an indicator for one place type: every polygon, with or without a value.

    What did not match on either side is noted, with the reason where that is known.

    Raises:
        NothingToDraw: no id of a value is that of a polygon.

    """
    tidy = pq.read_table(table.data)
    period = _latest(tidy, drawn)
    values = tidy.filter(pc.field("period") == period)
    ours = values.filter((pc.field("place_type") == drawn.kind) & (pc.field("vintage") == drawn.vintage))
    state = values.filter(pc.field("place_type") == "state")
    shapes = polygons_of(boundaries)
    ids, joined = polygon_ids(ours, shapes, drawn, places)
    notes.add(
        "join",
        f"{drawn.kind} {drawn.vintage} to polygons of {drawn.drawn}: {joined}",
        rows=joined.matched,
        examples=[item.id for item in (*joined.left, *joined.right)],
    )
    if not joined.matched:
        raise NothingToDraw(
            f"no {drawn.kind} of the indicator {indicator.id!r} has a polygon in {', '.join(drawn.layers)}"
        )
    frame, columns = _frame(indicator, ours, state, ids, shapes, period, drawn)
    if indicator.spatial is not None and drawn.kind in indicator.spatial.places:
        frame, more = pattern_columns(indicator, indicator.spatial, frame, table.layer, notes)
        columns = (*columns, *more)
    schema = pa.schema(
        [
            pa.field(column.name, pa.string() if column.type == "string" else pa.float64())
            for column in columns
        ]
        + [pa.field("geometry", pa.binary())]
    )
    rows = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    taken = {
        version.layer: LayerInput(
            layer=version.layer, version=version.number, sha256=version.manifest.data_sha256
        )
        for version in (table, *boundaries)
    }
    taken |= {item.layer: item for item in places.inputs if item.layer not in taken}
    return Product(
        rows=rows.replace_schema_metadata(None),
        columns=columns,
        key=("geoid",),
        inputs=tuple(taken.values()),
        source=table.record,
        places=PlaceReference(type=drawn.kind, vintage=drawn.drawn, id="geoid", name="name"),
        caveats=(
            *table.record.caveats,
            *dict.fromkeys(caveat for one in boundaries for caveat in one.record.caveats),
            *dict.fromkeys(
                f"The boundaries are under the licence {one.record.licence}." for one in boundaries
            ),
        ),
        attribution=(
            table.record.attribution or table.record.agency,
            *(f"boundaries: {one.record.attribution or one.record.agency}" for one in boundaries),
        ),
    )


def _latest(tidy: pa.Table, drawn: Drawn) -> str:
    of_kind = tidy.filter(pc.field("place_type") == drawn.kind)
    if not of_kind.num_rows:
        raise NothingToDraw(f"the table has no {drawn.kind}")
    return str(pc.max(of_kind["period"]).as_py())


def polygons_of(boundaries: Sequence[Version]) -> pd.DataFrame:
    """Id, name and geometry of every polygon of some layers."""
    return pd.concat([_polygons(version) for version in boundaries], ignore_index=True)


def _polygons(boundaries: Version) -> pd.DataFrame:
    reference = boundaries.record.places
    if reference is None:
        raise DataError("the layer does not say which column is the place's id", layer=boundaries.layer)
    names = [reference.id, reference.name or reference.id]
    table = pq.read_table(boundaries.data, columns=[*dict.fromkeys(names), "geometry"])
    return pd.DataFrame(
        {
            "geoid": [reference.prefix + text for text in table[names[0]].to_pylist()],
            "name": table[names[1]].to_numpy(zero_copy_only=False),
            "geometry": table["geometry"].to_numpy(zero_copy_only=False),
        }
    )


def polygon_ids(
    ours: pa.Table, shapes: pd.DataFrame, drawn: Drawn, places: Places
) -> tuple[dict[str, str], JoinReport]:
    """Id of a value → id of its polygon's vintage, and what of both sides has a counterpart."""
    given = sorted(set(ours["geoid"].to_pylist()))
    if drawn.vintage == drawn.drawn:
        translated: list[str | None] = list(given)
    else:
        translated = list(places.translate(drawn.kind, given, drawn.vintage, drawn.drawn).ids)
    ids = {geoid: other for geoid, other in zip(given, translated, strict=True) if other is not None}
    left = [geoid if other is None else other for geoid, other in zip(given, translated, strict=True)]
    return ids, report(left, shapes["geoid"], places.gaps(drawn.kind))


def _frame(
    indicator: Indicator,
    ours: pa.Table,
    state: pa.Table,
    ids: dict[str, str],
    shapes: pd.DataFrame,
    period: str,
    drawn: Drawn,
) -> tuple[pd.DataFrame, tuple[PublishedColumn, ...]]:
    """Every polygon with the columns of all groups; one without a value is missing, not zero."""
    wide = wide_columns(indicator, ours.to_pandas(), state.to_pandas())
    values = pd.DataFrame({column.published.name: column.values for column in wide.columns}, index=wide.geoid)
    values = values.assign(geoid=pd.Series(wide.geoid, index=wide.geoid).map(ids), source_id=wide.geoid)
    frame = shapes.merge(values.dropna(subset=["geoid"]), on="geoid", how="left", validate="one_to_one")
    for column in wide.columns:
        if column.published.vocabulary == "statuses":
            frame[column.published.name] = frame[column.published.name].fillna("missing")
    frame["period"] = period
    return frame, (*_place_columns(drawn), *(column.published for column in wide.columns))


def _place_columns(drawn: Drawn) -> tuple[PublishedColumn, ...]:
    found = [
        text_column(
            "geoid",
            "Place id",
            "Identificador del lugar",
            f"Id of the place in the vintage {drawn.drawn}.",
            required=True,
        ),
        text_column("name", "Place", "Lugar", "Name of the place.", required=True),
        text_column("period", "Period", "Período", "Time that the values cover.", required=True),
    ]
    if drawn.vintage != drawn.drawn:
        told = f"Id of the place in the vintage {drawn.vintage}, as the indicator's table has it."
        found.append(text_column("source_id", "Place id of the values", "Identificador en los datos", told))
    return tuple(found)
