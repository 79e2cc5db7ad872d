"""Tables: numbers right-aligned with their unit, and the rows to take away as CSV, Excel or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, log10
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, assert_never

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from orchflow.currencies import places, sign
from orchflow.format import NOTHING
from orchflow.table_files.aside import table_bytes_aside
from orchflow.table_files.frames import from_frame
from orchflow.table_files.write import format_of
from orchflow.ui.downloads import download_button
from orchflow.ui.states import empty

ColumnKind: TypeAlias = Literal[
    "text",
    "money",
    "percent",
    "count",
    "ms",
    "seconds",
    "days",
    "day",
    "moment",
    "flag",
    "link",
    "tags",
    "trend",
]
DOWNLOADS = (".csv", ".xlsx", ".parquet")
ROW, TALLEST = 31, 350
"""Pixels of a row, and of a table that scrolls from there on."""


@dataclass(frozen=True)
class Column:
    """How a column is shown: its heading, what its values are, a word of help; `hidden` ones are still downloaded."""

    label: str
    kind: ColumnKind = "text"
    help: str | None = None
    currency: str = "USD"
    width: Literal["small", "medium", "large"] | int | None = None
    pinned: bool = False
    digits: int | None = None
    hidden: bool = False
    link_text: str | None = None
    colours: Mapping[str, str] | None = None  # of tags: a named colour for each value


@dataclass(frozen=True)
class Sheet:
    """A frame together with what the browser is sent of it, so that a cached screen converts it once."""

    frame: pd.DataFrame
    shown: pa.Table

    @property
    def empty(self) -> bool:
        return self.frame.empty


def sheet(frame: pd.DataFrame, columns: Mapping[str, Column]) -> Sheet:
    """Prepare `frame` for tables with these columns; made where the frame itself is cached."""
    return Sheet(frame, pa.Table.from_pandas(_visible(frame, columns), preserve_index=False))


def data_table(
    frame: pd.DataFrame | Sheet, *, key: str, columns: Mapping[str, Column], alt: str = "", downloads: bool = False,
    name: str | None = None, full: Callable[[], pd.DataFrame] | None = None, height: int | None = None,
    on_select: Literal["rerun", "ignore"] = "ignore", nothing: tuple[str, str] = ("Nothing here", ""),
) -> list[int]:  # fmt: skip
    """Show `frame`; columns not in `columns` keep their name. Returns the positions of the rows selected.

    `downloads`, for those who may export, offers what is shown, or what `full()` returns (every row), built only when
    someone clicks.
    `name` is the file's name without suffix. An empty frame shows `nothing` (a title and what to do) instead.
    """
    if frame.empty:
        empty(*nothing)
        return []
    chosen = show_frame(frame, key=key, columns=columns, alt=alt or key, height=height, on_select=on_select)
    if downloads:
        rows = frame.frame if isinstance(frame, Sheet) else frame
        download_menu(full or (lambda: rows), key=key, name=name or key, columns=columns)
    return chosen


def show_frame(
    frame: pd.DataFrame | Sheet, *, key: str, columns: Mapping[str, Column], alt: str, height: int | None = None,
    on_select: Literal["rerun", "ignore"] = "ignore", many: bool = False, known_by: str | None = None,
) -> list[int]:  # fmt: skip
    """The table alone, without downloads. Returns the positions of the rows selected: one, or `many`.

    A selection ends when other rows are shown, told by the column `known_by`, or by all of them.
    """
    rows = frame.shown if isinstance(frame, Sheet) else _visible(frame, columns)
    if on_select == "rerun":
        key = _among(key, frame.frame if isinstance(frame, Sheet) else frame, known_by)
    state = st.dataframe(
        rows, key=key, hide_index=True, alt=alt, height=height or min(ROW * (len(rows) + 1) + 2, TALLEST),
        placeholder=NOTHING,
        column_config={name: column_config(column) for name, column in _with_digits(columns, rows).items()},
        on_select=on_select, selection_mode="multi-row" if many else "single-row",
    )  # fmt: skip
    if on_select == "ignore":
        return []
    return [int(row) for row in getattr(state, "selection", {}).get("rows", [])]


def _among(key: str, rows: pd.DataFrame, known_by: str | None) -> str:
    """The key of the table while it shows `rows`: the browser keeps places, which are those of other rows in other ones."""
    now, name = (rows if known_by is None else rows[[known_by]]), f"{key}-among"
    before, number = st.session_state.get(name, (now, 0))
    if before is not now and not before.equals(now):
        number += 1
    st.session_state[name] = (now, number)
    return f"{key}.{number}" if number else key


@st.fragment
def download_menu(
    rows: Callable[[], pd.DataFrame],
    *,
    key: str,
    name: str,
    columns: Mapping[str, Column] = MappingProxyType({}),
) -> None:
    """One button with a format each behind it; `rows` runs in the click, not in the page. Excel's headings are the labels."""
    menu = st.popover(
        "Download", icon=":material/download:", type="tertiary", key=f"{key}-download", on_change="rerun"
    )
    # The browser places a popover once: what grows afterwards would hang over the lower edge of the window.
    body = menu.container(height=49 * len(DOWNLOADS), border=False)
    if not menu.open:
        return
    titles = {column: titled(shown) for column, shown in columns.items()}
    with body:
        for suffix in DOWNLOADS:
            form = format_of(suffix)
            download_button(
                form.label, _writer(rows, suffix, titles), file_name=f"{name}{suffix}", mime=form.mime,
                key=f"{key}-{suffix.removeprefix('.')}", type="tertiary", width="stretch",
            )  # fmt: skip


def titled(column: Column) -> str:
    """The heading of a column in a file, where no sign stands before its amounts."""
    return f"{column.label} ({column.currency})" if column.kind == "money" else column.label


def column_config(column: Column) -> Any:
    """Streamlit's configuration for `column`."""
    make = st.column_config
    common: dict[str, Any] = {"help": column.help, "width": column.width, "pinned": column.pinned or None}
    match column.kind:
        case "money":
            return make.NumberColumn(column.label, format=_money_format(column), **common)
        case "percent":
            return make.NumberColumn(
                column.label, format=f"%.{1 if column.digits is None else column.digits}f %%", **common
            )
        case "count":
            return make.NumberColumn(column.label, format=f"%,.{column.digits or 0}f", **common)
        case "ms" | "seconds" | "days":
            unit = {"ms": "ms", "seconds": "s", "days": "d"}[column.kind]
            return make.NumberColumn(column.label, format=f"%,.{column.digits or 0}f {unit}", **common)
        case "day":
            return make.DateColumn(column.label, format="D MMM YYYY", **common)
        case "moment":
            return make.DatetimeColumn(column.label, format="D MMM YYYY, HH:mm", **common)
        case "flag":
            return make.CheckboxColumn(column.label, **common)
        case "link":
            return make.LinkColumn(column.label, display_text=column.link_text, **common)
        case "tags" if column.colours:
            return make.MultiselectColumn(
                column.label, options=list(column.colours), color=list(column.colours.values()), **common
            )
        case "tags":
            return make.ListColumn(column.label, **common)
        case "trend":
            return make.LineChartColumn(column.label, **common)
        case "text":
            return make.TextColumn(column.label, **common)
        case other:
            assert_never(other)


def _money_format(column: Column) -> str:
    """The browser's own form where it knows the currency, since it puts the minus before the symbol."""
    known = {"USD": "dollar", "EUR": "euro"}.get(column.currency)
    if known and column.digits in (None, 2):
        return known
    return f"{sign(column.currency)}%,.{places(column.currency) if column.digits is None else column.digits}f"


MOST_DIGITS = 12
_USUAL_DIGITS = {"percent": 1, "count": 0, "ms": 0, "seconds": 0, "days": 0}


def _with_digits(columns: Mapping[str, Column], shown: pa.Table | pd.DataFrame) -> dict[str, Column]:
    """The columns that are shown, with so many digits that nothing in them is shown as 0 but 0."""
    fitted = {}
    for name, column in columns.items():
        if name not in (shown.column_names if isinstance(shown, pa.Table) else shown.columns):
            continue
        usual = places(column.currency) if column.kind == "money" else _USUAL_DIGITS.get(column.kind)
        if usual is not None:
            digits = usual if column.digits is None else column.digits
            needed = _needed(shown[name].to_numpy(), digits)
            column = column if needed == digits else replace(column, digits=needed)
        fitted[name] = column
    return fitted


def _needed(values: Any, digits: int) -> int:
    """How many decimals the smallest of `values` needs, at least `digits`."""
    sizes = np.abs(pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float, na_value=np.nan))
    sizes = sizes[(sizes > 0) & np.isfinite(sizes)]
    least = sizes.min() if len(sizes) else 1.0
    if round(least, digits):
        return digits
    return min(max(digits, ceil(-log10(least))), MOST_DIGITS)


def _visible(frame: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    shown = [name for name in frame.columns if not (name in columns and columns[name].hidden)]
    return _displayable(frame[shown], columns)


def _displayable(frame: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Decimals as floats and shares as percentages, which the browser's number format expects."""
    changed: dict[str, Any] = {}
    for name in frame.columns:
        series = frame[name]
        kind = columns[name].kind if name in columns else None
        if series.dtype == object and any(isinstance(value, Decimal) for value in series.head(50)):
            series = changed[name] = pd.to_numeric(series, errors="coerce")
        if kind == "percent":
            changed[name] = pd.to_numeric(series, errors="coerce").astype(float) * 100
    return frame.assign(**changed) if changed else frame


def _writer(rows: Callable[[], pd.DataFrame], suffix: str, titles: Mapping[str, str]) -> Callable[[], bytes]:
    return lambda: table_bytes_aside(suffix, "Data", from_frame(rows()), titles)
