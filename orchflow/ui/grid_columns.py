"""Columns of an editable grid in Streamlit's words: their configuration, their cells, and a change as a line of text."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from orchflow.ui.grid_values import GridColumn, decimals

_TEXT = pd.ArrowDtype(pa.string())
_LIST = pd.ArrowDtype(pa.list_(pa.string()))
_TYPES: Mapping[str, Any] = {
    "number": "float64", "progress": "float64", "flag": "bool", "day": pd.ArrowDtype(pa.date32()), "choices": _LIST,
    "labels": _LIST, "offered": _LIST,
}  # fmt: skip


def _matters(record: logging.LogRecord) -> bool:
    # Into such a column of lists pandas writes no list; a sheet reads what the grid holds, not the table it returns.
    return not str(record.msg).startswith("Failed to apply edit")


logging.getLogger("streamlit.elements.widgets.data_editor").addFilter(_matters)


def frame_of(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, GridColumn]) -> pd.DataFrame:
    """The rows in the words of the screen, each column with a type of its own.

    So an empty grid can be edited, and one that gets its first value in a column goes on as the same.
    """
    return pd.DataFrame(
        {
            name: pd.Series(
                [cell(row.get(name), column) for row in rows], dtype=_TYPES.get(column.kind, _TEXT)
            )
            for name, column in columns.items()
        }
    )


def cell(value: Any, column: GridColumn) -> Any:
    """One value as the browser's grid takes it."""
    if column.kind == "choices":
        return [column.names.get(part, str(part)) for part in value or ()]
    if column.kind == "labels":
        return [str(part) for part in value or ()]
    if column.kind == "offered":
        return [] if value is None else [str(value)]
    if column.kind == "flag":
        return bool(value)
    if column.kind in ("choice", "text") and value is not None:
        return column.names.get(value, str(value))
    return float(value) if isinstance(value, Decimal) else value


def places_shown(column: GridColumn, values: Iterable[Any]) -> int:
    """With how many decimals all numbers of an amount's column stand: as many as the longest of `values` has, so that none is hidden."""
    least = column.field.shown
    return max([least, *(decimals(number) for number in set(values) if number == number)]) if least else 0


def column_config(column: GridColumn, places: int = 0) -> Any:
    """Streamlit's configuration of `column`; `places` are the decimals with which its numbers stand, else each has its own.

    Digits are grouped in one way for everybody, whatever a reader's browser prefers: 1,200.50. It has no limits: the browser would clamp or cut a value without a word. The field checks it and says what is wrong.
    """
    make = st.column_config
    common: dict[str, Any] = {
        "label": column.heading, "help": column.help or column.field.about or None, "width": column.width,
        "pinned": column.pinned or None,
    }  # fmt: skip
    options = [column.names.get(option, str(option)) for option in column.options or ()]
    match column.kind:
        case "choice":
            return make.SelectboxColumn(options=options, **common)
        case "choices":
            return make.MultiselectColumn(options=options, **common)
        case "labels" | "offered":
            return make.MultiselectColumn(options=options, accept_new_options=True, **common)
        case "number":
            return make.NumberColumn(format=f"%,.{places}f" if places else "%,.15g", **common)
        case "progress":
            return make.ProgressColumn(min_value=0, max_value=100, format="%.0f %%", **common)
        case "flag":
            return make.CheckboxColumn(**common)
        case "day":
            return make.DateColumn(format="D MMM YYYY", **common)
        case _:
            return make.TextColumn(**common)
