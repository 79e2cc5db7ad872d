"""Columns of an editable grid in Streamlit's words: their configuration, their cells, and a change as a line of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.ui.format import plain
from orchflow.ui.grid_values import GridColumn


def frame_of(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, GridColumn]) -> pd.DataFrame:
    """The rows in the words of the screen, each column with a type of its own so that an empty grid can be edited."""
    data = {}
    for name, column in columns.items():
        values = [cell(row.get(name), column) for row in rows]
        match column.kind:
            case "number" | "progress":
                data[name] = pd.Series(values, dtype="float64")
            case "flag":
                data[name] = pd.Series(values, dtype="bool")
            case _:
                data[name] = pd.Series(values, dtype="object")
    return pd.DataFrame(data)


def cell(value: Any, column: GridColumn) -> Any:
    """One value as the browser's grid takes it."""
    if column.kind == "choices":
        return [column.names.get(str(part), str(part)) for part in value or ()]
    if column.kind == "labels":
        return [str(part) for part in value or ()]
    if column.kind == "flag":
        return bool(value)
    if column.kind == "choice" and value is not None:
        return column.names.get(str(value), str(value))
    return float(value) if isinstance(value, Decimal) else value


def column_config(column: GridColumn, *, limits: bool = True) -> Any:
    """Streamlit's configuration of `column`.

    Without `limits` the browser takes what it is given: it would clamp or cut a value without a word, so whoever checks
    values on the server and says what is wrong leaves them out.
    """
    make = st.column_config
    common: dict[str, Any] = {
        "help": column.help, "width": column.width, "required": limits and column.required and column.editable,
        "pinned": column.pinned or None,
    }  # fmt: skip
    options = [column.names.get(option, option) for option in column.options]
    match column.kind:
        case "choice":
            return make.SelectboxColumn(column.label, options=options, **common)
        case "choices" | "labels":
            common.pop("required")
            new = True if column.kind == "labels" else None
            return make.MultiselectColumn(column.label, options=options, accept_new_options=new, **common)
        case "number":
            low, high = (column.minimum, column.maximum) if limits else (None, None)
            return make.NumberColumn(
                column.label, min_value=low, max_value=high, format=column.format, **common
            )
        case "progress":
            common.pop("required")
            return make.ProgressColumn(column.label, min_value=0, max_value=100, format="%.0f %%", **common)
        case "flag":
            return make.CheckboxColumn(column.label, **common)
        case "day":
            return make.DateColumn(column.label, format="D MMM YYYY", **common)
        case _:
            return make.TextColumn(column.label, max_chars=column.max_length if limits else None, **common)


def diff_line(
    title: str, column: GridColumn, before: Any, after: Any, *, new: bool = False, note: str = ""
) -> dict[str, str]:
    """One changed field as a line of the table of unsaved changes."""
    return {
        "Row": plain(title),
        "Field": column.label,
        "Before": "new" if new else plain(column.shown(before)),
        "After": plain(column.shown(after)) + note,
    }
