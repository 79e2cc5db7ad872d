"""A small table to write in, such as the columns of a board: what is written is returned at once, nothing waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.ui.grid_columns import column_config, frame_of
from orchflow.ui.grid_values import GridColumn

_PLACE = "_place"


def table_editor(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, GridColumn], *, key: str, may_add: bool = False,
    disabled: bool = False, **look: Any,
) -> list[dict[str, Any]]:  # fmt: skip
    """The rows as they are written now, to be read by their fields; with `may_add` also new ones, and without dropped ones.

    What a row holds beside its columns stays with it.
    """
    places = pd.Series(range(len(rows)), dtype="Int64")
    lists = {
        name: "object" for name, column in columns.items() if column.kind in ("choices", "labels", "offered")
    }
    edited = st.data_editor(
        frame_of(rows, columns).astype(lists).assign(**{_PLACE: places}), key=key, hide_index=True, column_order=list(columns),
        num_rows="dynamic" if may_add else "fixed", column_config={name: column_config(column) for name, column in columns.items()},
        disabled=disabled or [name for name, column in columns.items() if not column.editable], **{"placeholder": "", **look},
    )  # fmt: skip
    lines = edited.astype(object).where(edited.notna(), None).to_dict("records")
    return [
        {**({} if line[_PLACE] is None else rows[line[_PLACE]]), **{name: line[name] for name in columns}}
        for line in lines
    ]
