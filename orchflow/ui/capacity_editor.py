"""A small table of who works in a sprint and who is away for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

import pandas as pd
import streamlit as st


@dataclass(frozen=True)
class MemberLine:
    """One person: whether they work in the sprint, their days off, the hours planned for them."""

    id: int
    name: str
    works: bool
    days_off: float
    planned_hours: float


def capacity_editor(
    lines: Sequence[MemberLine], focus: float, *, key: str, disabled: bool
) -> tuple[list[MemberLine], float]:
    """The lines and the focus (share of a day that goes into the plan) as they are written now."""
    frame = pd.DataFrame(
        [astuple(line) for line in lines], columns=["id", "name", "works", "days_off", "hours"]
    )
    configured: Any = {
        "name": st.column_config.TextColumn("Person", disabled=True),
        "works": st.column_config.CheckboxColumn("Works in it"),
        "days_off": st.column_config.NumberColumn(
            "Days off", min_value=0, max_value=366, step=0.5, format="%g"
        ),
        "hours": st.column_config.NumberColumn("Planned hours", disabled=True, format="%g"),
    }
    edited = st.data_editor(
        frame, hide_index=True, key=key, column_order=["name", "works", "days_off", "hours"], disabled=disabled,
        column_config=configured,
    )  # fmt: skip
    share = st.slider(
        "Focus", 10, 100, round(focus * 100), step=5, format="%d %%", disabled=disabled, key=f"{key}-focus",
        help="The share of a working day that goes into the plan; the rest is meetings, support and the unforeseen",
    )  # fmt: skip
    found = [
        MemberLine(
            int(row["id"]),
            str(row["name"]),
            bool(row["works"]),
            float(row["days_off"] or 0),
            float(row["hours"]),
        )
        for row in edited.to_dict("records")
    ]
    return found, share / 100
