"""Ids for rows that have none: from their content, and from how many equal rows were seen before them."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchflow.warehouse.sql import load_query

SEPARATOR = "\x1f"
ABSENT = "\x00"


class ContentIds:
    """Gives ids to the rows of one file, in order; eight bytes a row are remembered. Close it after the file."""

    def __init__(self) -> None:
        self._seen = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
        self._seen.execute(_query("content_seen_create"))

    def close(self) -> None:
        """Forget the rows."""
        self._seen.close()

    def of(self, rows: pa.Table) -> Any:
        """The ids of `rows`: the same columns and values in the same order of equal rows give the same ids."""
        names = [name for name in sorted(rows.column_names) if not pa.types.is_nested(rows.column(name).type)]
        columns: list[Any] = [rows.column(name).cast(pa.string()) for name in names]
        texts = [pc.fill_null(column, ABSENT) for column in columns]
        content = pc.binary_join_element_wise(*texts, SEPARATOR)
        self._seen.register("incoming", pa.table({"ordinal": range(rows.num_rows), "content": content}))
        ids = self._seen.execute(_query("content_ids")).to_arrow_table().column("event_id")
        self._seen.execute(_query("content_seen_add"))
        self._seen.unregister("incoming")
        return ids


def _query(name: str) -> str:
    return load_query(__package__, name).text
