"""Columns for formats whose cells hold one value each: lists become texts, categories their names, instants UTC."""

from __future__ import annotations

from typing import Any, cast

import pyarrow as pa
import pyarrow.types as kinds

from orchflow.encoding import to_text


def flat_schema(schema: pa.Schema) -> pa.Schema:
    """`schema` with the types that the columns have when they are flat."""
    return pa.schema([pa.field(field.name, _flat_type(field.type)) for field in schema])


def flat(batch: pa.RecordBatch) -> pa.RecordBatch:
    """`batch` in its flat schema."""
    schema = flat_schema(batch.schema)
    if schema.types == batch.schema.types:
        return batch
    columns = [
        column
        if kind == column.type
        else column.cast(kind)
        if not kinds.is_nested(column.type)
        else pa.array([_text(value) for value in column.to_pylist()], kind)
        for column, kind in zip(batch.columns, schema.types, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of this type holds texts."""
    return kinds.is_string(kind) or kinds.is_large_string(kind)


def _flat_type(kind: pa.DataType) -> pa.DataType:
    if kinds.is_dictionary(kind):
        return cast("pa.DataType", cast(Any, kind).value_type)
    if kinds.is_timestamp(kind) and kind.tz:
        return pa.timestamp(kind.unit, "UTC")
    return pa.string() if kinds.is_nested(kind) or kinds.is_null(kind) else kind


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return None if value is None else to_text(value)
