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
from catalog.indexes import CompositeIndex, Number
from catalog.manifests import PlaceReference
from catalog.places import Places, PlacesConfiguration
from catalog.records import PublishedColumn
from catalog.store import Store, Version
from layers.derive.drawing import inputs_of, table_of
from layers.derive.features import Drawn, polygon_ids, polygons_of
from layers.derive.publication import Declared, Product, publish_derived
from layers.indicators.described import number_column, text_column
from layers.ingest import Outcome, Run
from layers.measures.composite import Composite, CompositeMethod, composite, rank_limits
from layers.normalise import Notes

METHOD = "4"
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
    numbers: list[Number] = [*index.variables, *([index.population] if index.population else [])]
    versions = {number.layer: store.current(number.layer) for number in numbers}
    geoids, values, margins = _table(index, versions)
    ranked = _ranked(index, versions, geoids, notes)
    absent = int((np.isnan(values).any(axis=1) & ranked).sum())
    if absent:
        notes.add("index", "places without one of the variables have no total", rows=absent)
    columns, arrays = zip(*_columns(index, values, margins, ranked), strict=True)
    frame = pd.DataFrame({column.name: array for column, array in zip(columns, arrays, strict=True)})
    frame.insert(0, "geoid", geoids)
    frame.insert(1, "source_id", geoids)
    listed = places.of(index.places, index.vintage) if places.lists(index.places, index.vintage) else []
    names = {place.key.geoid: place.name for place in listed}
    frame.insert(2, "name", [names.get(geoid, geoid) for geoid in geoids])
    all_columns = (*_place_columns(), *columns)
    boundaries, frame = _drawn(index, store, frame, places, notes)
    inputs = [*versions.values(), *boundaries]
    source = next(iter(versions.values())).record
    return Product(
        rows=table_of(frame, all_columns),
        columns=all_columns,
        key=("geoid",),
        inputs=inputs_of(inputs, places),
        source=source,
        places=PlaceReference(type=index.places, vintage=index.vintage, id="geoid", name="name"),
        caveats=(f"Method: {index.source}", *index.caveats),
        attribution=tuple(version.record.attribution or version.record.agency for version in inputs),
    )


def _table(
    index: CompositeIndex, versions: dict[str, Version]
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Ids, values and margins of error (places, variables); NaN where a place has no value."""
    values = {one.id: _series(index, one, one.column, versions[one.layer]) for one in index.variables}
    margins = {
        one.id: _series(index, one, one.moe, versions[one.layer]) for one in index.variables if one.moe
    }
    geoids = sorted({geoid for found in values.values() for geoid in found.index})

    def table(of: dict[str, pd.Series]) -> NDArray[np.float64]:
        columns = [
            of[one.id].reindex(geoids).to_numpy() if one.id in of else np.full(len(geoids), np.nan)
            for one in index.variables
        ]
        return np.column_stack(columns)

    return geoids, table(values), table(margins)


def _ranked(
    index: CompositeIndex, versions: dict[str, Version], geoids: list[str], notes: Notes
) -> NDArray[np.bool_]:
    """Which places are ranked: those with people, where the index says how many there are."""
    rule = index.population
    if rule is None:
        return np.ones(len(geoids), dtype=np.bool_)
    people = _series(index, rule, rule.column, versions[rule.layer]).reindex(geoids).to_numpy()
    ranked = np.asarray(people > 0, dtype=np.bool_)
    if not ranked.all():
        notes.add("index", "places without people are not ranked", rows=int((~ranked).sum()))
    return ranked


def _series(index: CompositeIndex, number: Number, column: str, version: Version) -> pd.Series:
    """A column of a layer by place, NaN where the index says that a number stands for a missing value.

    Raises:
        DataError: a column is missing, nothing fits the equalities, or a place stands twice.

    """
    schema = pq.read_schema(version.data)
    wanted = [number.place, column, *number.where]
    for name in wanted:
        if name not in schema.names:
            raise DataError("there is no such column", layer=number.layer, column=name)
    table = pq.read_table(version.data, columns=list(dict.fromkeys(wanted)))
    for name, value in number.where.items():
        table = table.filter(pc.equal(pc.cast(table[name], pa.string()), value))
    ids = table[number.place].to_pylist()
    if not ids:
        raise DataError(f"no row fits {number.where}", layer=number.layer)
    twice = pd.Index(ids).duplicated()
    if twice.any():
        raise DataError(
            f"{int(twice.sum())} places stand twice; more equalities are needed in `where`",
            layer=number.layer,
            column=number.place,
        )
    found = table[column].cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return pd.Series(np.where(np.isin(found, index.missing), np.nan, found), index=ids)


def _columns(
    index: CompositeIndex,
    values: NDArray[np.float64],
    margins: NDArray[np.float64],
    ranked: NDArray[np.bool_],
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

    usable = np.where(ranked[:, np.newaxis], values, np.nan)
    result = made(usable)
    flags = (
        np.where(np.isnan(result.scores), np.nan, result.scores >= index.flag_at) if index.flag_at else None
    )
    suffix, says, says_es = _SCORE_SAYS[index.method]
    for position, variable in enumerate(variables):
        yield number_column(variable.id, variable.title, variable.title_es, "The value."), values[:, position]
        title = (f"{variable.title}: {says}", f"{variable.title_es}: {says_es}")
        yield (
            number_column(f"{variable.id}_{suffix}", *title, says.capitalize() + "."),
            result.scores[:, position],
        )
        if flags is not None:
            title = (f"{variable.title}: flag", f"{variable.title_es}: señal")
            said = f"1 where the rank is at or above {index.flag_at}."
            yield number_column(f"{variable.id}_flag", *title, said), flags[:, position]
    for position, theme in enumerate(index.themes):
        chosen = None if flags is None else _flagged(flags[:, np.array(themes) == position])
        yield from _summary(
            theme.id,
            theme.title,
            theme.title_es,
            result.themes[:, position],
            result.theme_ranks[:, position],
            chosen,
        )
    chosen = None if flags is None else _flagged(flags)
    yield from _summary("total", index.title, index.title_es, result.total, result.total_rank, chosen)
    if all(variable.moe for variable in variables):
        lower, upper = rank_limits(usable, margins, lambda numbers: made(numbers).total_rank)
        said = "90% of the ranks lie inside when the values vary by their margins of error."
        yield (
            number_column("total_rank_lower", "Lower limit of the rank", "Límite inferior del rango", said),
            lower,
        )
        yield (
            number_column("total_rank_upper", "Upper limit of the rank", "Límite superior del rango", said),
            upper,
        )


def _flagged(flags: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many are 1; a variable without a rank is not counted, and NaN where none has one."""
    return np.where(np.isnan(flags).all(axis=1), np.nan, np.nansum(flags, axis=1))


def _summary(
    name: str,
    title: str,
    title_es: str,
    score: NDArray[np.float64],
    rank: NDArray[np.float64],
    flags: NDArray[np.float64] | None,
) -> Iterator[tuple[PublishedColumn, NDArray[np.float64]]]:
    yield (
        number_column(
            f"{name}_score", f"{title}: score", f"{title_es}: puntuación", "The parts put together."
        ),
        score,
    )
    said = "Percentile rank of the score among the state's places; 1 is worst."
    yield (
        number_column(f"{name}_rank", f"{title}: percentile rank", f"{title_es}: rango percentil", said),
        rank,
    )
    if flags is not None:
        said = "How many variables are flagged; one without a value is not counted."
        yield number_column(f"{name}_flags", f"{title}: flags", f"{title_es}: señales", said), flags


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


def _place_columns() -> tuple[PublishedColumn, ...]:
    return (
        text_column("geoid", "Place id", "Identificador del lugar", "Id of the place.", required=True),
        text_column("name", "Place", "Lugar", "Name of the place.", required=True),
        text_column(
            "source_id",
            "Place id of the values",
            "Identificador en los datos",
            "Id of the place as the layers of the variables have it.",
        ),
    )
