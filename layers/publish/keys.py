"""Ids of rows, and what a key must keep."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from catalog.serving import DATETIME_FORMAT, ID_SEPARATOR
from layers.errors import MissingValue
from layers.publish.errors import DuplicateKey

EXAMPLES = 10


def as_text(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Values as the texts of ids and of the serving index: dates and times in ISO 8601, UTC."""
    if pa.types.is_timestamp(values.type):
        # %S of Arrow has the decimals of the type: microseconds
        return pc.strftime(values.cast(pa.timestamp("us")), format=DATETIME_FORMAT.replace("%S.%f", "%S"))
    return values.cast(pa.string())


def feature_ids(rows: pa.Table | pa.RecordBatch, key: Sequence[str]) -> pa.Array | pa.ChunkedArray:
    """The id of each row: the values of its key joined by the separator."""
    return pc.binary_join_element_wise(*(as_text(rows.column(name)) for name in key), ID_SEPARATOR)


def refuse_missing(rows: pa.RecordBatch, key: Sequence[str], before: int) -> None:
    """Refuse rows without a value in a column of the key.

    Args:
        rows: the rows.
        key: the columns of the key.
        before: number of rows that came before these.

    Raises:
        MissingValue: names the column and the first rows.

    """
    for name in key:
        values = rows.column(name)
        if values.null_count:
            places = pc.indices_nonzero(pc.is_null(values))
            shown = _listed([before + place.as_py() + 1 for place in places[:EXAMPLES]], len(places))
            raise MissingValue(f"the key has no value in normalised {shown}", column=name)


def refuse_duplicates(rows: pa.Table, key: Sequence[str], position: str, *, restricted: bool) -> None:
    """Refuse rows that share an id.

    Args:
        rows: the columns of the key and the position.
        key: the names of the key's columns.
        position: the name of the column with the number of each row in the order of arrival, from 0.
        restricted: whether the layer is, so that the message must not show ids.

    Raises:
        DuplicateKey: says how many and, for at most ten, the id and the rows.

    """
    ids = feature_ids(rows, key)
    if pc.count_distinct(ids).as_py() == len(ids):
        return
    places = pa.table({"id": ids, "place": rows[position]}).group_by("id").aggregate([("place", "list")])
    repeated = places.filter(pc.greater(pc.list_value_length(places["place_list"]), 1)).sort_by("id")
    message = f"{len(repeated)} {'value' if len(repeated) == 1 else 'values'} of the key occur more than once"
    if not restricted:
        examples = [
            f"{row['id']!r} in normalised {_listed(sorted(place + 1 for place in row['place_list']))}"
            for row in repeated.slice(0, EXAMPLES).to_pylist()
        ]
        more = "; …" if len(repeated) > EXAMPLES else ""
        message = f"{message}: {'; '.join(examples)}{more}"
    raise DuplicateKey(message, column=ID_SEPARATOR.join(key))


def _listed(numbers: Sequence[int], of: int | None = None) -> str:
    """Row numbers for a message, at most ten of them."""
    shown = ", ".join(f"{number:,}" for number in numbers[:EXAMPLES])
    more = " …" if (of or len(numbers)) > EXAMPLES else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {shown}{more}"
