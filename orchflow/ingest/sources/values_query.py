"""The query that reads a chunk of a file's rows, made of its columns; and the short way where every value is plain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchflow.config.sources import UsageFileSettings
from orchflow.ingest.sources.identity import Identity
from orchflow.ingest.sources.opened import FAULT, LINE
from orchflow.warehouse.sql import Query, load_query

TIMES = ("occurred_at", "recorded_at")
AMOUNTS = ("cost", "seconds")
"""Columns whose numbers have decimals."""
COUNTS = (
    "calls", "input_tokens", "cached_input_tokens", "cache_write_input_tokens", "cache_write_1h_input_tokens", "output_tokens",
    "reasoning_tokens", "images", "duration_ms",
)  # fmt: skip
KEY = "key "
"""What the columns of a declared key are called within a chunk, with their number."""
NO_KEY = "every column of its key is empty, so it cannot be told from others"
NOTHING: Any = pa.array(["", "NULL", "null", "\\N"])
INSTANT = pa.timestamp("us", "UTC")
AMOUNT = pa.decimal128(38, 18)


def own_columns(rows: pa.Table) -> list[str]:
    """The columns of ours that a chunk has."""
    return [name for name in rows.column_names if name not in (LINE, FAULT) and not name.startswith(KEY)]


def key_columns(rows: pa.Table) -> list[str]:
    """The columns of a declared key that a chunk has."""
    return [name for name in rows.column_names if name.startswith(KEY)]


def trimmed(rows: pa.Table) -> pa.Table:
    """The rows without space around their texts; an empty text is none, and so is what databases write for none."""
    for place, name in enumerate(rows.column_names):
        column: Any = rows.column(name)
        if pa.types.is_string(column.type) and name != FAULT:
            text = pc.utf8_trim_whitespace(column)
            rows = rows.set_column(place, name, pc.if_else(pc.is_in(text, NOTHING), None, text))
    return rows


def with_plain_values(rows: pa.Table, marks: Mapping[str, str]) -> tuple[pa.Table, bool]:
    """The rows with those columns in their types in which every value is written plainly; and whether all of them are."""
    all_plain = True
    for place, name in enumerate(rows.column_names):
        kind = _kind(name)
        column: Any = rows.column(name)
        if kind is None:
            continue
        try:
            if not _may_be_plain(column.type, kind, marks.get(name, ".")):
                raise pa.ArrowInvalid("to be read with care")
            rows = rows.set_column(place, name, pc.cast(column, kind))
        except pa.ArrowInvalid:
            all_plain = False
    return rows, all_plain


def _kind(name: str) -> pa.DataType | None:
    if name in TIMES:
        return INSTANT
    if name in AMOUNTS:
        return AMOUNT
    return pa.int64() if name in COUNTS else None


def _may_be_plain(kind: pa.DataType, into: pa.DataType, mark: str) -> bool:
    if pa.types.is_timestamp(into):
        return pa.types.is_string(kind) or (pa.types.is_timestamp(kind) and kind.tz is not None)
    if pa.types.is_string(kind):
        return mark == "." or pa.types.is_integer(into)
    return pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and pa.types.is_decimal(into))


def reading_query(
    rows: pa.Table,
    marks: Mapping[str, str],
    orders: Mapping[str, str],
    settings: UsageFileSettings,
    identity: Identity,
) -> Query:
    """Reads the chunk `incoming` with care: each value, and why the row cannot be kept."""
    stages: dict[str, list[str]] = {name: ["null"] for name in ("parts", "written", "numbers", "values")}
    stages |= {"texts": [], "faults": ["line_fault"]}
    if keys := key_columns(rows):
        nothing = f"coalesce({', '.join(map(_text_of, keys))}) is null"
        stages["faults"].append(f"case when {nothing} then '{NO_KEY}' end")
    for name in [name for name in rows.column_names if name not in (LINE, FAULT)]:
        kind = rows.column(name).type
        if _kind(name) is None:
            read = {"texts": f'"{name}"::varchar as "{name}"'}
        elif kind == _kind(name):
            read = {"texts": name}
        elif name in TIMES:
            read = _time_stages(name, kind, orders.get(name, "?"), settings.name)
        else:
            read = _number_stages(name, rows.column_names, marks.get(name, "."), settings.name)
        for stage, expression in read.items():
            stages[stage].append(expression)
    if settings.credits == "refuse" and "cost" in rows.column_names:
        refused = f"'cost is negative; sources.{settings.name}.credits refuses it'"
        stages["faults"].append(f"case when cost < 0 then {refused} end")
    text = load_query(__package__, "rows_read").text.format(
        **{stage: ", ".join(expressions) for stage, expressions in stages.items()},
        names=", ".join(name for name in own_columns(rows) if name != "event_id"),
        known_by=_known_by(identity),
    )
    return Query.of("rows_read", text)


def _time_stages(name: str, kind: pa.DataType, order: str, source: str) -> dict[str, str]:
    """What reads a column of times, by the stages of `rows_read`."""
    reason = f"time_reason('{name}', {name}_raw::varchar, '{order}', '{source}')"
    stages = {"values": f"{_time(name, kind)} as {name}", "faults": _fault(name, reason)}
    if pa.types.is_temporal(kind):
        return stages | {"texts": f"{name} as {name}_raw"}
    return stages | {
        "texts": f"{_filled_text(name)} as {name}_raw",
        "parts": f"dated({name}_raw, '{order}') as {name}_dated",
        "written": f"begun_day({name}_dated) as {name}_begun",
    }


def _number_stages(name: str, columns: list[str], mark: str, source: str) -> dict[str, str]:
    """What reads a column of numbers, by the stages of `rows_read`."""
    text = _filled_text(name)
    what = "an amount" if name == "cost" else "a number" if name in AMOUNTS else "a whole number"
    reason = f"number_reason('{name}', '{what}', {name}_raw, {name}_parts, '{mark}', '{source}')"
    return {
        "texts": f"case when not no_value({text}) then {text} end as {name}_raw",
        "parts": f"case when not {_is_plain(name, mark)} then parts_of({name}_raw) end as {name}_parts",
        "written": f"pointed({name}_parts.digits, '{mark}', {name}_parts.power) as {name}_digits",
        "numbers": f"signed({name}_parts, {name}_digits) as {name}_number",
        "values": f"{_number(name, mark, columns)} as {name}",
        "faults": _fault(name, reason),
    }


def _filled_text(name: str) -> str:
    return f"nullif({name}::varchar, '')"


def _fault(name: str, reason: str) -> str:
    return f"case when {name}_raw is not null and {name} is null then {reason} end"


def ids_query(rows: pa.Table, identity: Identity) -> Query:
    """Finds what the rows of the chunk `incoming` are known by, when all their values are read."""
    text = load_query(__package__, "rows_to_know").text.format(known_by=_known_by(identity))
    return Query.of("rows_to_know", text)


def _is_plain(name: str, mark: str) -> str:
    """Whether a number is written so that nothing has to be found out about it."""
    if name not in AMOUNTS:
        return f"regexp_full_match({name}_raw, '\\d{{1,18}}')"
    return f"regexp_full_match({name}_raw, '-?\\d+(\\.\\d+)?')" if mark == "." else "false"


def _number(name: str, mark: str, columns: list[str]) -> str:
    plain = f"case when {_is_plain(name, mark)} then {name}_raw end"
    if name not in AMOUNTS:
        whole = f"case when sign_of({name}_parts) is null and {name}_number = floor({name}_number) then {name}_number end"
        return f"coalesce(try_cast({plain} as bigint), try_cast({whole} as bigint))"
    own = "coalesce(upper(currency), $money)" if "currency" in columns else "$money"
    return f"case when fits_sign({name}_parts, {own}) then coalesce(try_cast({plain} as decimal(38, 18)), {name}_number) end"


def _time(name: str, kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return f"{name}_raw::timestamptz"  # one without a zone is in that of the connection
    if pa.types.is_date(kind):
        return f"{name}_raw::timestamp at time zone $day_zone"
    later = f"if({name}_begun <> {name}_dated, interval 1 day, interval 0 day)"
    return f"instant_of({name}_begun, $day_zone) + {later}"


def _known_by(identity: Identity) -> str:
    if identity.by == "event_id":
        return "event_id"
    if identity.by == "key":
        parts = [_text_of(f"{KEY}{number}") for number in range(len(identity.columns))]
    else:
        parts = [_canonical(name) for name in identity.columns]
    joined = ", ".join(f"coalesce({part}, chr(0))" for part in parts)
    prefix = "key" if identity.by == "key" else "like"
    needed = "occurred_at is not null" if prefix == "like" else "true"
    return f"case when {needed} then '{prefix}-' || md5(concat_ws(chr(31), $scope, {joined})) end"


def _text_of(column: str) -> str:
    return f'"{column}"::varchar'


def _canonical(name: str) -> str:
    """One form of what may be written in several, so that it is the same row."""
    match name:
        case "occurred_at":
            return "epoch_us(occurred_at)::varchar"
        case "route" | "status" | "is_local":
            return f"lower({name}::varchar)"
        case "currency":
            return "upper(currency)"
    return f"nfc_normalize({name}::varchar)"
