"""Figures in a list: each with the question it answers, its value, and where it is shown; a line opens the definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from orchflow import format as fmt
from orchflow.ui.figure_panel import panel
from orchflow.ui.figure_words import FigureLike, aim


@dataclass(frozen=True)
class ListedFigure:
    """A figure of a list: the question it answers, of what or when it is, who answers for it, the screens that show it, the
    code behind it."""

    figure: FigureLike
    question: str
    of: str
    owner: str
    shown: tuple[str, ...]
    code: str = ""


def figure_list(
    groups: Sequence[tuple[str, Sequence[ListedFigure]]], *, currency: str, zone: ZoneInfo, nothing: str, key: str = "figures"
) -> None:  # fmt: skip
    """Figures under their groups, a line each, which opens the definition; `nothing` is said when there is none."""
    st.html(listing(groups, currency, zone, nothing, key))


def listing(
    groups: Sequence[tuple[str, Sequence[ListedFigure]]], currency: str, zone: ZoneInfo, nothing: str, key: str = "figures"
) -> str:  # fmt: skip
    """The list as HTML; every word in it is escaped."""
    parts = []
    for title, group in groups:
        if group:
            lines = "".join(_line(listed, f"{key}-{listed.figure.key}", currency) for listed in group)
            parts.append(f'<section class="of-list"><h2>{escape(title)}</h2>{lines}</section>')
            parts += [
                panel(
                    listed.figure,
                    f"{key}-{listed.figure.key}",
                    currency,
                    zone,
                    owner=listed.owner,
                    code=listed.code,
                )
                for listed in group
            ]
    return "".join(parts) or f"<p>{escape(nothing)}</p>"


def _line(one: ListedFigure, name: str, currency: str) -> str:
    figure = one.figure
    value = (
        fmt.value(figure.value, figure.unit, currency) if figure.value is not None else figure.missing or "–"
    )
    target = "" if figure.target is None else f"{figure.aimed_at} {aim(figure, currency)}"
    of = one.of if figure.value is not None else ""
    said = "of-number" if figure.value is not None else "of-missing"
    return (
        f'<button type="button" class="of-line" popovertarget="{escape(name)}">'
        f'<span class="of-name"><b>{escape(figure.label)}</b><small>{escape(one.question)}</small></span>'
        f'<span class="{said}">{escape(value)}<small>{escape(" · ".join(filter(None, [of, target])))}</small></span>'
        f'<span class="of-where">{escape(", ".join(one.shown) or "API and export")}<small>answered for by {escape(one.owner)}</small></span>'
        "</button>"
    )
