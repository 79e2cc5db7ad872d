"""How the columns of tables are shown: numbers with their unit, and what is not 0 never as 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, assert_never

import numpy as np
import pandas as pd
import streamlit as st

from orchflow import format as fmt
from orchflow.currencies import places, sign

ColumnKind: TypeAlias = Literal[
    "text",
    "money",
    "percent",
    "count",
    "plain",
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
UNITS = {"percent": " %", "count": "", "ms": " ms", "seconds": " s", "days": " d"}
MILLISECONDS = {"ms": 1, "seconds": 1000}
NARROW, WIDE = frozenset(" .,:;'!|()[]ijlftrI"), frozenset("mwMW@%")
CELL_PADDING, LEAST_WIDTH, MOST_WIDTH, MOST_PINNED = 9, 64, 340, 220
ON_DEMAND = "A double click shows every digit"


@dataclass(frozen=True)
class Column:
    """How a column is shown: its heading, what its values are, a word of help.

    Its `content` makes it as wide as its longest text, within reason: the browser measures a column once, and cuts longer texts
    that come later. One that is `pinned` is so by itself.
    `figure` names the figure that its values are, so that the table leads there.
    It is left out of the table, but not of its files, when it is `hidden`, or when it is shown `if_any` and has nothing
    but 0 and empty cells.
    """

    label: str
    kind: ColumnKind = "text"
    help: str | None = None
    currency: str = "USD"
    width: Literal["small", "medium", "large", "content"] | int | None = None
    pinned: bool = False
    digits: int | None = None
    hidden: bool = False
    if_any: bool = False
    link_text: str | None = None
    figure: str = ""
    colours: Mapping[str, str] | None = None  # of tags: a named colour for each value

    @property
    def decimals(self) -> int:
        """With how many decimals its numbers are shown."""
        if self.digits is not None:
            return self.digits
        return places(self.currency) if self.kind == "money" else 1 if self.kind == "percent" else 0


def says_nothing(values: pd.Series[Any]) -> bool:
    """Whether a column has nothing but 0, False and empty cells."""
    known = values.dropna()
    return not known.astype(bool).any()


def titled(column: Column) -> str:
    """The heading of a column in a file, where no sign stands before its amounts."""
    return f"{column.label} ({column.currency})" if column.kind == "money" else column.label


def written_out(values: Any, column: Column) -> list[str | None] | None:
    """The numbers of a column as texts, `< $0.01` and `−$5.72` among them; None where the browser writes them as we do.

    It shows what is too small as 0, has a hyphen for a minus, no minutes, and one form for all shares.
    """
    if column.kind != "money" and column.kind not in UNITS:
        return None
    numbers = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    sizes = np.abs(numbers)
    ours = sizes > 0 if column.kind in MILLISECONDS else sizes >= 10 if _as_elsewhere(column) else sizes < 0
    too_small = (sizes > 0) & (np.round(sizes, column.decimals) == 0)
    if not (ours | too_small | (numbers < 0)).any():
        return None
    return [None if np.isnan(number) else _written(number, column) for number in numbers.tolist()]


def content_width(values: pd.Series[Any], column: Column) -> int | None:
    """The pixels that a column as wide as its content needs; None for one that is not."""
    by_content = column.width == "content" or (column.pinned and column.width is None)
    if column.kind != "text" or not by_content:
        return None
    longest = max(map(_text_width, [column.label, *values.dropna().astype(str).unique()]))
    most = MOST_PINNED if column.pinned else MOST_WIDTH
    return round(min(max(longest + 2 * CELL_PADDING, LEAST_WIDTH), most))


def _text_width(text: str) -> float:
    """About the pixels of a text in a cell, of a typeface whose letters differ."""
    return sum(
        4 if letter in NARROW else 10.4 if letter in WIDE else 8.2 if letter.isupper() else 6.9
        for letter in text
    )


def column_config(column: Column, *, as_text: bool = False, content: int | None = None) -> Any:
    """Streamlit's configuration for `column`; `as_text`: its numbers are shown by the texts that come with them, `content`: of
    `content_width`."""
    make = st.column_config
    width = None if column.width == "content" else column.width
    common: dict[str, Any] = {"help": column.help, "width": content or width, "pinned": column.pinned or None}
    match column.kind:
        case "money" | "percent" | "count" | "ms" | "seconds" | "days" if as_text:
            common["help"] = ". ".join(filter(None, [column.help, ON_DEMAND]))
            return make.NumberColumn(column.label, **common)
        case "money":
            return make.NumberColumn(column.label, format=_money_format(column), **common)
        case "percent":
            return make.NumberColumn(column.label, format=f"%.{column.decimals}f %%", **common)
        case "count" | "ms" | "seconds" | "days":
            unit = UNITS[column.kind]
            return make.NumberColumn(column.label, format=f"%,.{column.decimals}f{unit}", **common)
        case "plain":
            # the browser's own plain form shows what its arithmetic makes of the last digits
            return make.NumberColumn(column.label, format="%.15g", **common)
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
    if known and column.decimals == 2:
        return known
    return f"{sign(column.currency)}%,.{column.decimals}f"


def _as_elsewhere(column: Column) -> bool:
    """Whether its shares are rounded as figures and sentences have them."""
    return column.kind == "percent" and column.digits is None


def _written(number: float, column: Column) -> str:
    if column.kind == "money":
        return fmt.money(number, column.currency, digits=column.decimals)
    if column.kind in MILLISECONDS:
        return fmt.duration(number * MILLISECONDS[column.kind])
    if _as_elsewhere(column):
        return fmt.percent(number / 100)
    return f"{fmt.number(number, digits=column.decimals)}{UNITS[column.kind]}"
