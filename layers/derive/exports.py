"""Files beside a derived layer: one row per value for analysts, with a dictionary of the columns."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from catalog.records import PublishedColumn


def write_tidy(
    folder: Path, name: str, rows: pa.Table, columns: tuple[PublishedColumn, ...]
) -> tuple[Path, ...]:
    """The files `<name>.csv`, `<name>.parquet` and `<name>-dictionary.csv` with the rows and what each column means.

    Equal rows give equal bytes. The Parquet schema carries title and description of each column as metadata.
    """
    described = {column.name: column for column in columns}
    schema = pa.schema(
        [
            field.with_metadata(
                {"title": described[field.name].title, "description": described[field.name].description}
            )
            for field in rows.schema
        ]
    )
    table = folder / f"{name}.parquet"
    pq.write_table(rows.cast(schema), table, compression="zstd")
    text = folder / f"{name}.csv"
    pacsv.write_csv(rows, text)
    words = folder / f"{name}-dictionary.csv"
    pacsv.write_csv(dictionary(columns), words)
    return text, table, words


def dictionary(columns: tuple[PublishedColumn, ...]) -> pa.Table:
    """One row per column: name, type, unit, titles in English and Spanish, description and vocabulary."""
    names = ("name", "type", "unit", "title", "title_es", "description", "vocabulary")
    return pa.table(
        {name: pa.array([getattr(column, name) for column in columns], pa.string()) for name in names}
    )
