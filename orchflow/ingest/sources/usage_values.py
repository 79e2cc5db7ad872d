"""What a row of a usage file means beyond its own columns: its currency, its calls, how its cached tokens are counted."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchflow.config.sources import UsageFileSettings

EMPTY = r"(?i)^(?:[\s0.,]*|null|none|nan|n/a|na|nil|\\n)$"
"""A value that says that there was nothing."""
VALUES = (
    "cost",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "cache_write_1h_input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "images",
    "seconds",
    "duration_ms",
)


def completed(usage: pa.Table, settings: UsageFileSettings, *, own_ids: bool) -> pa.Table:
    """The rows with what the settings of their source say of them.

    Where a row has neither `calls` nor, with `own_ids`, an id of its own, one in which nothing was used is an empty bucket:
    no call. A row in which something was used is one call, however many it may have been.
    """
    columns = usage.column_names
    if settings.currency:
        own = settings.currency if "currency" not in columns else _filled(usage, settings.currency)
        usage = _with(usage, "currency", own)
    if settings.cached_tokens == "beside":
        usage = _with(usage, "cached_beside", True)
    if "calls" not in columns and not own_ids:
        usage = _with(usage, "calls", pc.if_else(_empty(usage), pa.scalar(0), pa.scalar(1)))
    return usage


def _empty(usage: pa.Table) -> Any:
    empty: Any = pa.repeat(True, usage.num_rows)
    for name in VALUES:
        if name in usage.column_names:
            text: Any = usage.column(name).cast(pa.string())
            empty = pc.and_(empty, pc.fill_null(pc.match_substring_regex(text, EMPTY), True))
    return empty


def _filled(usage: pa.Table, currency: str) -> Any:
    text: Any = pc.utf8_trim_whitespace(usage.column("currency").cast(pa.string()))
    return pc.if_else(pc.equal(pc.fill_null(text, ""), pa.scalar("")), pa.scalar(currency), text)


def _with(usage: pa.Table, name: str, values: Any) -> pa.Table:
    column = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.repeat(values, usage.num_rows)
    if name in usage.column_names:
        usage = usage.drop_columns([name])
    return usage.append_column(name, column)
