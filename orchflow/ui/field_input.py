"""The control in which one field is written outside a grid, made from the column that shows it in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from orchflow.store.moments import FIRST_DAY, LAST_DAY
from orchflow.ui import acts
from orchflow.ui.grid_values import GridColumn

TEXT_HEIGHT = 140


def field_input(column: GridColumn, value: Any, *, key: str) -> Any:
    """Draw it with `value` in it, and return what is written there, to be read by the column's field."""
    look: dict[str, Any] = {"key": key, "disabled": not column.editable}
    look["placeholder" if column.kind == "text" else "help"] = column.help
    label = column.heading
    match column.kind:
        case "choice":
            options = [*(column.options or ())]
            known = options if column.field.required or column.field.empty else [None, *options]
            if value not in known:
                known.append(value)
            return st.selectbox(
                label, known, index=known.index(value), format_func=column.shown, **look
            )  # fmt: skip
        case "choices" | "labels":
            options = sorted({*(column.options or ()), *(value or ())})
            free = column.kind == "labels"
            return st.multiselect(
                label, options, value, format_func=column.shown, accept_new_options=free, **look
            )
        case "offered":
            known = [*(column.options or ())]
            known += [] if value is None or value in known else [value]
            place = None if value is None else known.index(value)
            return st.selectbox(label, known, index=place, accept_new_options=True, **look)
        case "number":
            held = None if value is None else float(value)
            return st.number_input(label, value=held, step=None, format="%.10g", **look)
        case "flag":
            return st.toggle(label, bool(value), **look)
        case "day":
            first, last = min(FIRST_DAY, value or FIRST_DAY), max(LAST_DAY, value or LAST_DAY)
            return st.date_input(label, value, first, last, format="YYYY-MM-DD", **look)
        case _ if column.field.kind == "text":
            return st.text_area(label, value or "", height=TEXT_HEIGHT, **look)
        case _:
            return st.text_input(label, value or "", max_chars=column.field.length, **look)


def field_form(
    columns: Mapping[str, GridColumn], values: Mapping[str, Any], *, key: str, action: str
) -> dict[str, Any] | None:  # fmt: skip
    """A form with a control for each column, holding `values`; returns what is written in it when `action` is pressed."""
    with st.form(f"{key}-form", border=False):
        written = {
            name: field_input(column, values.get(name), key=f"{key}-{name}")
            for name, column in columns.items()
        }
        pressed = acts.submit(action, key=f"{key}-store", type="primary", width="stretch")
    return written if pressed else None
