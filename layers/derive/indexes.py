"""Composite indexes: variables of published layers put together into ranks of places."""

import hashlib
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from catalog.errors import DataError
from catalog.indexes import CompositeIndex, Variable
from catalog.manifests import PlaceReference
from catalog.places import Places, PlacesConfiguration
from catalog.records import LayerInput, PublishedColumn
from catalog.store import Store, Version
from layers.derive.features import Drawn, polygon_ids, polygons_of
from layers.derive.publication import Declared, Product, publish_derived
from layers.ingest import Outcome, Run
from layers.measures.composite import Composite, CompositeMethod, composite, rank_limits
from layers.normalise import Notes

METHOD = "1"
"""Raised when the same declaration and inputs give something else: every index is then made again."""

_SCORE_SAYS = {
    "percentile_rank_sum": ("rank", "percentile rank, 1 is worst", "rango percentil, 1 es el peor"),
    "z_score_mean": ("z", "standard deviations from the mean", "desviaciones estándar de la media"),
    "threshold_count": ("flag", "1 where the threshold is reached", "1 si alcanza el umbral"),
}


def derive_index(run: Run, index: CompositeIndex, configuration: PlacesConfiguration) -> Outcome:
    """The outcome of bringing the layer of a composite index up to date."""
    declared = Declared(
        id=index.id,
        title=index.title,
        title_es=index.title_es,
        description=index.definition,
        theme=index.theme,
        keywords=index.keywords,
        sha256=hashlib.sha256(
            "\n".join([METHOD, index.model_dump_json(), configuration.model_dump_json()]).encode()
        ).hexdigest(),
    )
    return publish_derived(
        run,
        run.store,
        declared,
        lambda notes: _product(index, run.store, Places(configuration, run.store), notes),
    )


def _product(index: CompositeIndex, store: Store, places: Places, notes: Notes) -> Product:
    versions = {variable.layer: store.current(variable.layer) for variable in index.variables}
    geoids, values, margins = _table(index, versions, places, notes)
    columns, arrays = zip(*_columns(index, values, margins), strict=True)
    frame = pd.DataFrame({column.name: array for column, array in zip(columns, arrays, strict=True)})
    frame.insert(0, "geoid", geoids)
    listed = places.of(index.places, index.vintage) if places.lists(index.places, index.vintage) else []
    names = {place.key.geoid: place.name for place in listed}
    frame.insert(1, "name", [names.get(geoid, geoid) for geoid in geoids])
    all_columns = (*_place_columns(), *columns)
    boundaries, frame = _drawn(index, store, frame, places, notes)
    inputs = [*versions.values(), *boundaries]
    source = next(iter(versions.values())).record
    return Product(
        rows=_arrow(frame, all_columns),
        columns=all_columns,
        key=("geoid",),
        inputs=_inputs(inputs, places),
        source=source,
        places=PlaceReference(type=index.places, vintage=index.vintage, id="geoid", name="name"),
        caveats=(f"Method: {index.source}", *index.caveats),
        attribution=tuple(version.record.attribution or version.record.agency for version in inputs),
    )


def _inputs(versions: list[Version], places: Places) -> tuple[LayerInput, ...]:
    taken = {
        version.layer: LayerInput(
            layer=version.layer, version=version.number, sha256=version.manifest.data_sha256
        )
        for version in versions
    }
    return tuple((taken | {item.layer: item for item in places.inputs if item.layer not in taken}).values())


def _table(
    index: CompositeIndex, versions: dict[str, Version], places: Places, notes: Notes
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Ids, values and margins of error (places, variables); NaN where a place has no value."""
    series = {variable.id: _series(index, variable, versions[variable.layer]) for variable in index.variables}
    geoids = sorted({geoid for frame in series.values() for geoid in frame.index})
    values = np.column_stack([frame["value"].reindex(geoids).to_numpy() for frame in series.values()])
    margins = np.column_stack([frame["moe"].reindex(geoids).to_numpy() for frame in series.values()])
    absent = int(np.isnan(values).any(axis=1).sum())
    if absent:
        notes.add("index", "places without one of the variables have no total", rows=absent)
    return geoids, values, margins


def _series(index: CompositeIndex, variable: Variable, version: Version) -> pd.DataFrame:
    """Value and margin of a variable by place.

    Raises:
        DataError: a column is missing, nothing fits the equalities, or a place stands twice.

    """
    schema = pq.read_schema(version.data)
    wanted = [variable.place, variable.column, *([variable.moe] if variable.moe else []), *variable.where]
    for name in wanted:
        if name not in schema.names:
            raise DataError(
                f"variable {variable.id}: there is no such column", layer=variable.layer, column=name
            )
    table = pq.read_table(version.data, columns=list(dict.fromkeys(wanted)))
    for name, wanted_value in variable.where.items():
        table = table.filter(pc.equal(pc.cast(table[name], pa.string()), wanted_value))
    ids = table[variable.place].to_pylist()
    if not ids:
        raise DataError(f"variable {variable.id}: no row fits {variable.where}", layer=variable.layer)
    twice = pd.Index(ids).duplicated()
    if twice.any():
        raise DataError(
            f"variable {variable.id}: {int(twice.sum())} places stand twice; more equalities are needed in `where`",
            layer=variable.layer,
            column=variable.place,
        )
    value = table[variable.column].cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    value = np.where(np.isin(value, index.missing), np.nan, value)
    moe = np.full(len(ids), np.nan)
    if variable.moe:
        moe = table[variable.moe].cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return pd.DataFrame({"value": value, "moe": moe}, index=ids)


def _columns(
    index: CompositeIndex, values: NDArray[np.float64], margins: NDArray[np.float64]
) -> Iterator[tuple[PublishedColumn, NDArray[np.float64]]]:
    """Every published column of the index with its values."""
    variables = index.variables
    themes = [number for number, theme in enumerate(index.themes) for _ in theme.variables]
    thresholds = np.array([variable.threshold for variable in variables], dtype=np.float64)

    def made(numbers: NDArray[np.float64]) -> Composite:
        return composite(
            numbers,
            themes,
            CompositeMethod(index.method),
            high_is_bad=[variable.high_is_bad for variable in variables],
            thresholds=thresholds,
            decimals=index.decimals,
        )

    result = made(values)
    flags = (
        np.where(np.isnan(result.scores), np.nan, result.scores >= index.flag_at) if index.flag_at else None
    )
    suffix, says, says_es = _SCORE_SAYS[index.method]
    for position, variable in enumerate(variables):
        yield _number(variable.id, variable.title, variable.title_es, "The value."), values[:, position]
        title = (f"{variable.title}: {says}", f"{variable.title_es}: {says_es}")
        yield _number(f"{variable.id}_{suffix}", *title, says.capitalize() + "."), result.scores[:, position]
        if flags is not None:
            title = (f"{variable.title}: flag", f"{variable.title_es}: señal")
            said = f"1 where the rank is at or above {index.flag_at}."
            yield _number(f"{variable.id}_flag", *title, said), flags[:, position]
    for position, theme in enumerate(index.themes):
        chosen = None if flags is None else flags[:, np.array(themes) == position].sum(axis=1)
        yield from _summary(
            theme.id,
            theme.title,
            theme.title_es,
            result.themes[:, position],
            result.theme_ranks[:, position],
            chosen,
        )
    chosen = None if flags is None else flags.sum(axis=1)
    yield from _summary("total", index.title, index.title_es, result.total, result.total_rank, chosen)
    if all(variable.moe for variable in variables):
        lower, upper = rank_limits(values, margins, lambda numbers: made(numbers).total_rank)
        said = "90 % of the ranks lie inside when the values vary by their margins of error."
        yield _number("total_rank_lower", "Lower limit of the rank", "Límite inferior del rango", said), lower
        yield _number("total_rank_upper", "Upper limit of the rank", "Límite superior del rango", said), upper


def _summary(
    name: str,
    title: str,
    title_es: str,
    score: NDArray[np.float64],
    rank: NDArray[np.float64],
    flags: NDArray[np.float64] | None,
) -> Iterator[tuple[PublishedColumn, NDArray[np.float64]]]:
    yield (
        _number(f"{name}_score", f"{title}: score", f"{title_es}: puntuación", "The parts put together."),
        score,
    )
    said = "Percentile rank of the score among the state's places; 1 is worst."
    yield _number(f"{name}_rank", f"{title}: percentile rank", f"{title_es}: rango percentil", said), rank
    if flags is not None:
        said = "How many variables are flagged."
        yield _number(f"{name}_flags", f"{title}: flags", f"{title_es}: señales", said), flags


def _drawn(
    index: CompositeIndex, store: Store, frame: pd.DataFrame, places: Places, notes: Notes
) -> tuple[list[Version], pd.DataFrame]:
    """The frame with polygons where the place type is drawn; every polygon is kept, with or without values."""
    vintage = places.drawn_vintage(index.places, index.vintage)
    if vintage is None:
        return [], frame
    drawn = Drawn(index.places, index.vintage, vintage, places.boundary_layers(index.places, vintage))
    boundaries = [store.current(layer) for layer in drawn.layers]
    shapes = polygons_of(boundaries).set_index("geoid")
    ids, joined = polygon_ids(pa.table({"geoid": frame["geoid"]}), shapes.reset_index(), drawn, places)
    notes.add(
        "join", f"{drawn.kind} {drawn.vintage} to polygons of {drawn.drawn}: {joined}", rows=joined.matched
    )
    by_polygon = frame.assign(geoid=frame["geoid"].map(ids)).dropna(subset=["geoid"]).set_index("geoid")
    merged = by_polygon.drop(columns="name").reindex(shapes.index)
    merged.insert(0, "name", shapes["name"])
    merged["geometry"] = shapes["geometry"]
    return boundaries, merged.reset_index(names="geoid")


def _arrow(frame: pd.DataFrame, columns: tuple[PublishedColumn, ...]) -> pa.Table:
    fields = [
        pa.field(column.name, pa.string() if column.type == "string" else pa.float64()) for column in columns
    ]
    if "geometry" in frame:
        fields.append(pa.field("geometry", pa.binary()))
    schema = pa.schema(fields)
    return pa.Table.from_pandas(
        frame[schema.names], schema=schema, preserve_index=False
    ).replace_schema_metadata(None)


def _place_columns() -> tuple[PublishedColumn, ...]:
    return (
        PublishedColumn(
            name="geoid",
            type="string",
            title="Place id",
            title_es="Identificador del lugar",
            description="Id of the place.",
            required=True,
        ),
        PublishedColumn(
            name="name",
            type="string",
            title="Place",
            title_es="Lugar",
            description="Name of the place.",
            required=True,
        ),
    )


def _number(name: str, title: str, title_es: str, description: str) -> PublishedColumn:
    return PublishedColumn(name=name, type="number", title=title, title_es=title_es, description=description)
