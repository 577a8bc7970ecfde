"""Batches in plain Arrow types, whatever a reader yields."""

from collections import Counter

import pyarrow as pa

from layers.sources.errors import UnclearHeader, WrongEncoding


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """The schema with plain types and without metadata.

    Raises:
        UnclearHeader: two columns have the same name.

    """
    twice = sorted(name for name, count in Counter(schema.names).items() if count > 1)
    if twice:
        raise UnclearHeader(f"the file has several columns of the same name: {', '.join(twice[:5])}")
    return pa.schema([pa.field(field.name, _plain_type(field.type)) for field in schema])


def plain_batch(batch: pa.RecordBatch, schema: pa.Schema, first_row: int) -> pa.RecordBatch:
    """The batch in the plain types of its schema, with all its strings checked to be UTF-8.

    Raises:
        WrongEncoding: a string is no UTF-8; the first row of the column that holds one is named.

    """
    columns = [_plain_array(column, field.type) for column, field in zip(batch.columns, schema, strict=True)]
    plain = pa.RecordBatch.from_arrays(columns, schema=schema)
    try:
        plain.validate(full=True)
    except pa.ArrowInvalid as error:
        raise _wrong_text(plain, first_row) from error
    return plain


def _plain_type(type_: pa.DataType) -> pa.DataType:
    if isinstance(type_, pa.BaseExtensionType):
        return _plain_type(type_.storage_type)
    if pa.types.is_dictionary(type_):
        return _plain_type(type_.value_type)
    if pa.types.is_large_string(type_) or pa.types.is_string_view(type_):
        return pa.string()
    if pa.types.is_large_binary(type_) or pa.types.is_binary_view(type_):
        return pa.binary()
    return type_


def _plain_array(array: pa.Array, type_: pa.DataType) -> pa.Array:
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    return array if array.type == type_ else array.cast(type_)


def _wrong_text(batch: pa.RecordBatch, first_row: int) -> WrongEncoding:
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if not pa.types.is_string(field.type):
            continue
        for row, value in enumerate(column.cast(pa.binary()).to_pylist(), first_row):
            if value is not None and not _is_utf8(value):
                return WrongEncoding(
                    "the text is not in the encoding that the file or the manifest says",
                    column=field.name,
                    row=row,
                )
    return WrongEncoding("the file holds values that are not valid")


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
