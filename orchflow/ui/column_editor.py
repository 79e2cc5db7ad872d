"""A small table in which the columns of a board are named, ordered and limited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

import pandas as pd
import streamlit as st


@dataclass(frozen=True)
class ColumnLine:
    """One column: `id` None is a new one, `limit` None no limit."""

    id: int | None
    name: str
    state: str
    limit: int | None


def column_editor(lines: Sequence[ColumnLine], states: Sequence[str], *, key: str) -> list[ColumnLine]:
    """The lines as they are written now; nothing is stored here."""
    frame = pd.DataFrame([astuple(line) for line in lines], columns=["id", "name", "state", "limit"])
    configured: Any = {
        "name": st.column_config.TextColumn("Name", required=True, max_chars=60),
        "state": st.column_config.SelectboxColumn(
            "Means", options=list(states), required=True, default="in_progress", help="What the column means to the figures",
            format_func=lambda state: str(state).replace("_", " "),
        ),
        "limit": st.column_config.NumberColumn(
            "At most", min_value=1, max_value=9999, step=1, help="The limit of work in progress; empty: none"
        ),
    }  # fmt: skip
    edited = st.data_editor(
        frame.astype({"id": "Int64", "limit": "Int64", "state": "str"}), num_rows="dynamic", hide_index=True, key=key,
        column_order=["name", "state", "limit"],
        column_config=configured,
    )  # fmt: skip
    return [
        ColumnLine(
            None if pd.isna(row["id"]) else int(row["id"]),
            str(row["name"] or ""),
            str(row["state"] or ""),
            None if pd.isna(row["limit"]) else int(row["limit"]),
        )
        for row in edited.to_dict("records")
    ]
