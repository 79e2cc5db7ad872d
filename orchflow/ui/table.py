"""Tables: numbers right-aligned with their unit, and the rows to take away as CSV, Excel or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import pandas as pd
import pyarrow as pa
import streamlit as st
from pandas.io.formats.style import Styler

from orchflow.format import NOTHING
from orchflow.table_files.aside import table_bytes_aside
from orchflow.table_files.frames import from_frame
from orchflow.table_files.write import format_of
from orchflow.ui.downloads import download_button
from orchflow.ui.menus import menu
from orchflow.ui.states import empty
from orchflow.ui.table_column import Column, column_config, content_width, says_nothing, titled, written_out

__all__ = ["Column", "Sheet", "data_table", "download_menu", "sheet", "show_frame"]

DOWNLOADS = (".csv", ".xlsx", ".parquet")
Way: TypeAlias = Callable[[str], tuple[str, Sequence[tuple[str, str]]]]
"""Where a figure opens: the page, and what its address asks."""
ROW, TALLEST = 31, 350
"""Pixels of a row, and of a table that scrolls from there on."""


@dataclass(frozen=True)
class Sheet:
    """A frame together with what the browser is sent of it, so that a cached screen converts it once.

    Numbers of the columns `as_text` come with the texts by which they are shown; they are still sorted as numbers. `widths`
    are of the columns that are as wide as what they hold.
    """

    frame: pd.DataFrame
    shown: pa.Table | pd.DataFrame | Styler
    as_text: frozenset[str]
    widths: Mapping[str, int]

    @property
    def empty(self) -> bool:
        return self.frame.empty


def sheet(frame: pd.DataFrame, columns: Mapping[str, Column]) -> Sheet:
    """Prepare `frame` for tables with these columns; made where the frame itself is cached."""
    made = _sheet(frame, columns)
    if isinstance(made.shown, pd.DataFrame):
        return replace(made, shown=pa.Table.from_pandas(made.shown, preserve_index=False))
    return made


def data_table(
    frame: pd.DataFrame | Sheet, *, key: str, columns: Mapping[str, Column], alt: str = "", downloads: bool = False,
    name: str | None = None, full: Callable[[], pd.DataFrame] | None = None, height: int | None = None,
    on_select: Literal["rerun", "ignore"] = "ignore", nothing: tuple[str, str] = ("Nothing here", ""), way: Way | None = None,
) -> list[int]:  # fmt: skip
    """Show `frame`; columns not in `columns` keep their name. Returns the positions of the rows selected.

    `downloads`, for those who may export, offers what is shown, or what `full()` returns (every row), built only when
    someone clicks.
    `name` is the file's name without suffix. With a `way` to figures those open that are columns of the table. An empty frame shows `nothing` (a title and what to do) instead.
    """
    if frame.empty:
        empty(*nothing)
        return []
    chosen = show_frame(frame, key=key, columns=columns, alt=alt or key, height=height, on_select=on_select)
    rows = frame.frame if isinstance(frame, Sheet) else frame
    opening = {
        column.figure: column.label
        for named, column in columns.items()
        if column.figure and named in rows and not column.hidden and not (column.if_any and says_nothing(rows[named]))
    }  # fmt: skip
    with st.container(horizontal=True, gap="medium"):
        if downloads:
            with st.container(width="content"):
                download_menu(full or (lambda: rows), key=key, name=name or key, columns=columns)
        if way is not None and opening:
            with st.container(width="content"):
                figure_menu(opening, way, key=key)
    return chosen


@st.fragment
def figure_menu(opening: Mapping[str, str], way: Way, *, key: str) -> None:
    """One button behind which the figures of a table, by the headings of their columns, open: what each is, its rows, its target."""
    with menu("Figures", icon=":material/functions:", type="tertiary", key=f"{key}-figures") as opened:
        for figure, label in opening.items() if opened else ():
            page, asked = way(figure)
            st.page_link(page, label=label, query_params=asked, width="stretch")


def show_frame(
    frame: pd.DataFrame | Sheet, *, key: str, columns: Mapping[str, Column], alt: str, height: int | None = None,
    on_select: Literal["rerun", "ignore"] = "ignore", many: bool = False, known_by: str | None = None,
) -> list[int]:  # fmt: skip
    """The table alone, without downloads. Returns the positions of the rows selected: one, or `many`.

    A selection ends when other rows are shown, told by the column `known_by`, or by all of them.
    """
    rows = frame if isinstance(frame, Sheet) else _sheet(frame, columns)
    if on_select == "rerun":
        key = _among(key, rows.frame, known_by)
    state = st.dataframe(
        rows.shown, key=key, hide_index=True, alt=alt, height=height or min(ROW * (len(rows.frame) + 1) + 2, TALLEST),
        placeholder=NOTHING,
        column_config={
            name: column_config(column, as_text=name in rows.as_text, content=rows.widths.get(name))
            for name, column in columns.items() if name in rows.frame and not column.hidden
        },
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
    titles = {column: titled(shown) for column, shown in columns.items()}
    with (
        menu("Download", icon=":material/download:", type="tertiary", key=f"{key}-download") as opened,
        # The browser places a popover once: what grows afterwards would hang over the lower edge of the window.
        st.container(height=49 * len(DOWNLOADS), border=False),
    ):
        for suffix in DOWNLOADS if opened else ():
            form = format_of(suffix)
            download_button(
                form.label, _writer(rows, suffix, titles), file_name=f"{name}{suffix}", mime=form.mime,
                key=f"{key}-{suffix.removeprefix('.')}", type="tertiary", width="stretch",
            )  # fmt: skip


def _sheet(frame: pd.DataFrame, columns: Mapping[str, Column]) -> Sheet:
    shown = _visible(frame, columns)
    widths = {
        name: width
        for name, column in columns.items()
        if name in shown and (width := content_width(shown[name], column)) is not None
    }
    if shown.size > pd.get_option("styler.render.max_elements"):  # Streamlit refuses texts for more cells
        return Sheet(frame, shown, frozenset(), widths)
    texts = {
        name: text
        for name, column in columns.items()
        if name in shown and (text := written_out(shown[name], column)) is not None
    }
    return Sheet(frame, _with_texts(shown, texts) if texts else shown, frozenset(texts), widths)


def _with_texts(shown: pd.DataFrame, texts: Mapping[str, Sequence[str | None]]) -> Styler:
    """The rows with the texts of some columns, written once for all. Streamlit would ask for all of them as texts in every rerun, and
    put those of each cell in: they come with theirs."""
    written = shown.astype(str)
    for name, told in texts.items():
        plain = written[name].tolist()
        written[name] = [text if text is not None else plain[row] for row, text in enumerate(told)]
    rows = shown.copy(deep=False)
    vars(rows).update(astype=lambda kind: written if kind is str else shown.astype(kind))
    styler = Styler(rows, uuid="texts")
    vars(styler).update(_compute=lambda: styler, _translate=lambda *_: {})
    return styler


def _visible(frame: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    def out(name: str) -> bool:
        column = columns.get(name)
        return column is not None and (column.hidden or (column.if_any and says_nothing(frame[name])))

    shown = [name for name in frame.columns if not out(name)]
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
