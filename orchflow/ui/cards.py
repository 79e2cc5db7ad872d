"""Figure cards: a value, how it moved and against what, its target, its trend, and how it is computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from orchflow.ui import format as fmt
from orchflow.ui.format import Number

NARROW = 158  # two cards of this width stand side by side on a phone
TALL = 228  # with a trend and two lines below it; the same for all, or the rows of a screen would not line up
COLOURS: dict[str, Literal["normal", "inverse", "off"]] = {"up": "normal", "down": "inverse"}


class FigureLike(Protocol):
    """One figure, as `orchflow.metrics.metric.Figure` has it."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def value(self) -> Number | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def previous(self) -> Number | None: ...
    @property
    def target(self) -> Number | None: ...
    @property
    def direction(self) -> str: ...
    @property
    def spark(self) -> Sequence[float]: ...
    @property
    def as_of(self) -> datetime | None: ...
    @property
    def computed_at(self) -> datetime | None: ...
    @property
    def definition(self) -> str: ...
    @property
    def sql(self) -> str: ...
    @property
    def missing(self) -> str | None: ...


def figure_row(
    figures: Sequence[FigureLike], *, currency: str, zone: ZoneInfo, compared_with: str = "the period before",
    key: str = "figures",
) -> None:  # fmt: skip
    """Cards in rows that always fill: from a phone's width to a wide screen no card stands alone in a row.

    `compared_with` names the previous period ("the same days of October"). Below them, on demand: the definition,
    query and age of each figure.
    """
    tall: int | Literal["content"] = TALL if any(len(figure.spark) > 1 for figure in figures) else "content"
    for place, group in zip(_places(len(figures)), _groups(figures), strict=True):
        with place.grid(len(group), min_column_width=NARROW, row_height=tall):
            for figure in group:
                _card(figure, currency, compared_with)
    how = st.popover(
        "How these are computed",
        icon=":material/function:",
        type="tertiary",
        key=f"{key}-how",
        on_change="rerun",
    )
    if not how.open:
        return
    with how:
        for figure in figures:
            st.markdown(f"**{fmt.plain(figure.label)}**  \n{fmt.plain(figure.definition)}")
            ages = [("data as of", figure.as_of), ("computed", figure.computed_at)]
            st.caption(
                " · ".join(f"{word} {fmt.plain(fmt.moment(at, zone))}" for word, at in ages if at is not None)
            )
            if figure.sql:
                st.code(figure.sql.strip(), language="sql", wrap_lines=True)


def written(value: Number | None, unit: str, currency: str) -> str:
    """A figure's value as its card shows it."""
    match unit:
        case "money":
            return fmt.money(value, currency)
        case "percent":
            return fmt.percent(value)
        case "days":
            return fmt.days(value)
        case "ms":
            return fmt.duration(value)
        case _:
            return fmt.number(value, compact=value is not None and abs(float(value)) >= 100_000)


def change(figure: FigureLike, currency: str) -> str | int | None:
    """How far the value is from the previous one: points for shares, a share for the rest; 0 when it did not move."""
    if figure.value is None or figure.previous is None:
        return None
    now, before = float(figure.value), float(figure.previous)
    if figure.unit == "percent":
        points = round((now - before) * 100, 1)
        return f"{points:+.1f} pp" if points else 0
    if figure.unit == "days":
        moved = round(now - before, 1)
        return f"{'+' if moved > 0 else '-'}{fmt.days(abs(moved))}" if moved else 0
    if before == 0:
        return f"+{written(figure.value, figure.unit, currency)}" if now > 0 else 0
    share = round((now / before - 1) * 100, 1)
    return f"{share:+,.1f} %" if share else 0


def _card(figure: FigureLike, currency: str, compared_with: str) -> None:
    delta = change(figure, currency)
    said = [figure.missing] if figure.value is None and figure.missing else []
    note = str(getattr(figure, "note", ""))  # a figure may know better than its row what it is compared with
    if note and not said:
        said.append(note)
    elif delta is not None:
        said.append(f"vs {compared_with}")
    if figure.target is not None:
        target = written(figure.target, figure.unit, currency).replace(" ", "\u00a0")  # 2 % stays on one line
        said.append(f"target {target}")
    trend = [float(point) for point in figure.spark]
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(
            fmt.plain(figure.label), fmt.plain(written(figure.value, figure.unit, currency)), delta=delta,
            delta_color=COLOURS.get(figure.direction, "off"), help=fmt.plain(figure.definition),
            chart_data=trend if len(trend) > 1 else None, chart_type="area",
        )  # fmt: skip
        if said:
            st.caption(" · ".join(map(fmt.plain, said)))


def _groups(figures: Sequence[FigureLike]) -> list[Sequence[FigureLike]]:
    """Pairs; of an odd number the first stands for itself."""
    first = len(figures) % 2
    pairs = [figures[at : at + 2] for at in range(first, len(figures), 2)]
    return [figures[:1], *pairs] if first else pairs


def _places(count: int) -> list[DeltaGenerator]:
    """One column for each group; a pair stands side by side where there is room, else one above the other."""
    first, pairs = count % 2, count // 2
    if not pairs:
        return [st.container() for _ in range(first)]
    widths = [1.0] * first + [2.0 if pairs < 3 else 1.0] * pairs
    return list(st.columns(widths))
