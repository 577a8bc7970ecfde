"""Change as columns: one row per place for a GIS; the series as one row per value for analysts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from catalog.indicators import Indicator
from catalog.records import PublishedColumn
from layers.derive.series import Series
from layers.derive.wide import GroupName
from layers.indicators import tidy_columns
from layers.indicators.described import number_column, text_column

type _Made = tuple[PublishedColumn, NDArray[np.generic]]


@dataclass(frozen=True, eq=False)
class GroupChange:
    """One group: the rows of its two periods, indexed by place, and what changed, in the same order."""

    group: GroupName
    before: pd.DataFrame
    after: pd.DataFrame
    difference: NDArray[np.float64]
    difference_moe: NDArray[np.float64]
    percent: NDArray[np.float64]
    percent_moe: NDArray[np.float64]
    verdict: NDArray[np.object_] | None


def change_columns(
    indicator: Indicator, groups: Sequence[GroupChange], start: str, end: str
) -> tuple[pd.DataFrame, tuple[PublishedColumn, ...]]:
    """One row per place: per group both values with their statuses, the change with its margins, and the verdict."""
    made = [
        *_places(groups[0], start, end),
        *(one for group in groups for one in _group(indicator, group, start, end)),
    ]
    frame = pd.DataFrame({column.name: values for column, values in made})
    return frame, tuple(column for column, _ in made)


def _places(first: GroupChange, start: str, end: str) -> Iterator[_Made]:
    size = len(first.after)
    after, before = first.after, first.before
    names = after["name"].to_numpy(dtype=object)
    yield (
        text_column("geoid", "Place id", "Identificador del lugar", "Id of the place."),
        after.index.to_numpy(dtype=object),
    )
    yield text_column("name", "Place", "Lugar", "Name of the place."), names
    for name, title, title_es, period in (
        ("start", "First period", "Primer período", start),
        ("end", "Last period", "Último período", end),
    ):
        yield (
            text_column(name, title, title_es, "Time that the values cover."),
            np.full(size, period, dtype=object),
        )
    for name, rows, of in (("start_id", before, start), ("end_id", after, end)):
        said = f"Id under which the values of {of} were published."
        yield (
            text_column(name, f"Place id in {of}", f"Identificador en {of}", said),
            rows["source_id"].to_numpy(dtype=object),
        )
    said = f"How the id of {start} came to the newest vintage of places, or why there is no value."
    yield (
        text_column("moved", "Movement of ids", "Traslado de identificadores", said),
        before["moved"].to_numpy(dtype=object),
    )


def _group(indicator: Indicator, made: GroupChange, start: str, end: str) -> Iterator[_Made]:
    group, unit = made.group, indicator.unit
    title, title_es = f"{indicator.title}: {group.label}", f"{indicator.title_es}: {group.label_es}"
    about = f"{indicator.definition} Group: {group.label}."
    for name, rows, period in (("start", made.before, start), ("end", made.after, end)):
        values = rows["estimate"].to_numpy(dtype=np.float64)
        yield (
            number_column(
                f"{group.prefix}_{name}", f"{title}, {period}", f"{title_es}, {period}", about, unit
            ),
            values,
        )
        yield (
            text_column(
                f"{group.prefix}_{name}_status",
                f"{title}, status in {period}",
                f"{title_es}, estado en {period}",
                "Whether the estimate is shown, flagged or why it is absent; missing is never zero.",
                "statuses",
            ),
            rows["status"].fillna("missing").to_numpy(dtype=object),
        )
    for name, say, say_es, said, of, values in (
        ("change", "change", "cambio", f"{end} minus {start}.", unit, made.difference),
        (
            "change_moe",
            "margin of error of the change",
            "margen de error del cambio",
            "Half width of its 90% interval.",
            unit,
            made.difference_moe,
        ),
        (
            "change_percent",
            "change in percent",
            "cambio en por ciento",
            f"Change as a percentage of the value of {start}.",
            "percent",
            made.percent,
        ),
        (
            "change_percent_moe",
            "margin of error of the change in percent",
            "margen de error del cambio porcentual",
            "Half width of its 90% interval.",
            "percent",
            made.percent_moe,
        ),
    ):
        yield (
            number_column(
                f"{group.prefix}_{name}", f"{title}, {say}", f"{title_es}, {say_es}", f"{about} {said}", of
            ),
            values,
        )
    if made.verdict is not None:
        said = f"Whether {end} is clearly better or worse than {start}, from the interval of the change."
        yield (
            text_column(
                f"{group.prefix}_verdict", f"{title}, verdict", f"{title_es}, conclusión", said, "verdicts"
            ),
            made.verdict,
        )


def series_columns(indicator: Indicator, found: Series) -> tuple[pa.Table, tuple[PublishedColumn, ...]]:
    """The series as a table with the columns of the indicator's table, and how each id came to the vintage."""
    dropped = ("place_type", "vintage", "indicator")
    said = {
        "source_vintage": (
            "Vintage of the source",
            "Versión geográfica de la fuente",
            "Vintage of the id under which the value was published.",
        ),
        "source_id": (
            "Place id of the source",
            "Identificador en la fuente",
            "Id under which the value was published.",
        ),
        "moved": (
            "Movement of ids",
            "Traslado de identificadores",
            f"How the id came to the vintage {found.vintage}, or why there is no value.",
        ),
    }
    columns = (
        *(one for one in tidy_columns(indicator) if one.name not in dropped),
        *(text_column(name, *texts) for name, texts in said.items()),
    )
    columns = tuple(one.model_copy(update={"required": False}) for one in columns)
    schema = pa.schema(
        [pa.field(one.name, pa.string() if one.type == "string" else pa.float64()) for one in columns]
    )
    rows = pa.Table.from_pandas(found.rows[schema.names], schema=schema, preserve_index=False)
    keys = ["geoid", *(one.name for one in indicator.dimensions), "period"]
    return rows.replace_schema_metadata(None).sort_by([(name, "ascending") for name in keys]), columns
