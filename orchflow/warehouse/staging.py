"""Deliveries come in any Arrow types; this gives SQL the same columns every time, and reads them into their own types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchflow.warehouse.datasets import Dataset, Kind, LoadMode
from orchflow.warehouse.scrubbing import scrubbed
from orchflow.warehouse.sql import Query

_EXCERPT = 200
_PIECE = 60_000


def conform(rows: pa.Table, dataset: Dataset) -> pa.Table:
    """`rows` with exactly the dataset's columns and `ordinal`, their order of delivery.

    Text without content becomes null. Times are UTC timestamps or text, numbers are numbers or text, lists are lists of
    text; everything that needs judging is left to SQL, so that one bad value never stops a batch.
    """
    columns: dict[str, Any] = {"ordinal": pa.array(np.arange(rows.num_rows))}
    for name, kind in dataset.columns.items():
        column = rows.column(name) if name in rows.column_names else pa.nulls(rows.num_rows, pa.string())
        columns[name] = _PREPARE.get(kind, _text)(_plain(column))
    table = pa.table(columns)
    # in pieces, so that more than one thread reads them
    return pa.Table.from_batches(table.to_batches(max_chunksize=_PIECE), table.schema)


def _plain(column: Any) -> Any:
    if isinstance(column.type, pa.BaseExtensionType):
        # a uuid's storage is bytes, every other extension in use stores readable text
        if column.type.extension_name == "arrow.uuid":
            return _by_value(column, str)
        column = column.cast(column.type.storage_type)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_null(column.type):
        return column.cast(pa.string())
    return column


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _by_value(column: Any, convert: Callable[[Any], Any]) -> Any:
    return pa.array([None if v is None else convert(v) for v in column.to_pylist()], pa.string())


def _text(column: Any) -> Any:
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        column = _by_value(column, lambda v: v.decode("utf-8", errors="replace"))
    if not _is_text(column.type):
        try:
            column = column.cast(pa.string())
        except pa.ArrowException:
            column = _by_value(column, str)
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, pa.scalar("", trimmed.type)), None, trimmed)


def _time(column: Any) -> Any:
    if pa.types.is_timestamp(column.type):
        # a time without a zone is UTC, as everything stored
        return column.cast(pa.timestamp("us", "UTC"), safe=False)
    return _text(column)


def _number(column: Any) -> Any:
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_decimal128(kind):
        return column
    if pa.types.is_floating(kind):
        # not-a-number is how data frames write "no value" into number columns; written out, 0.3 has no more digits than that
        return pc.cast(pc.if_else(pc.is_nan(column), None, column), pa.string())
    return _text(column)


def _list(column: Any) -> Any:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return pa.array(
            [
                None if v is None else [str(item) for item in v if item is not None]
                for v in column.to_pylist()
            ],
            pa.list_(pa.string()),
        )
    return pa.array(
        [None if v is None else _items(v) for v in _text(column).to_pylist()], pa.list_(pa.string())
    )


def _items(text: str) -> list[str]:
    parts = text.removeprefix("{").removesuffix("}").split(",")
    return [part.strip().strip('"') for part in parts if part.strip().strip('"')]


def _excerpt(column: Any) -> Any:
    # what a failure quotes may be long and private; what is left tells what kind it was, also in a reject's raw form
    texts = _text(column)
    told = {text: scrubbed(text) for text in pc.unique(texts).to_pylist() if text is not None}
    kept = pa.array([None if text is None else told[text] for text in texts.to_pylist()], pa.string())
    return pc.utf8_slice_codeunits(kept, 0, _EXCERPT)


_PREPARE: dict[Kind, Callable[[Any], Any]] = {
    Kind.TIME: _time,
    Kind.DAY: _time,
    Kind.NUMBER: _number,
    Kind.LIST: _list,
    Kind.EXCERPT: _excerpt,
}

_READ = {
    Kind.WORD: "lower(s.{0})",
    Kind.SLUG: "nullif(s.{0}, '*')",
    Kind.TIME: "moment(s.{0})",
    Kind.DAY: "moment(s.{0})::date",
    Kind.NUMBER: "whole(s.{0})",
    Kind.FLAG: "try_cast(s.{0} as boolean)",
    Kind.MARK: "coalesce(try_cast(s.{0} as boolean), false)",
}
_UNREAD = {
    Kind.TIME: "time_unread",
    Kind.DAY: "time_unread",
    Kind.NUMBER: "number_unread",
    Kind.FLAG: "flag_unread",
    Kind.MARK: "flag_unread",
}


def stage_query(dataset: Dataset) -> Query:
    """The query that reads the rows `staged` into the table `parsed`, each with the reason why it cannot be kept, or null.

    Events and lines of files are read by a query of their own, since more is asked of them.
    """
    if dataset.mode in (LoadMode.EVENTS, LoadMode.LINES):
        return dataset.query(f"{dataset.name}_stage")
    columns = dataset.columns.items()
    values = [f"{_READ.get(kind, 's.{0}').format(name)} as {name}" for name, kind in columns]
    faults = [f"case when s.{key} is null then '{key} is missing' end" for key in dataset.keys]
    faults += [f"{_UNREAD[kind]}('{name}', s.{name})" for name, kind in columns if kind in _UNREAD]
    if dataset.mode is LoadMode.PRESENCE:
        values.append("true as present")
    everywhere = [f"s.{key} = '*'" for key in dataset.keys if dataset.columns[key] is Kind.SLUG]
    text = f"""
    create or replace temp table parsed as
    select s.ordinal, $source as source, {", ".join(values)}, coalesce({", ".join(faults)}, null) as reason
    from staged s where ({" or ".join(everywhere) or "false"}) is not true
    """  # noqa: S608 - made of the names that the datasets declare
    return Query.of(f"{dataset.name}_stage", text)
