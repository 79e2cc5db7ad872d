"""The panel that a figure opens: its definition, its exact value, its target, how old it is, how it is computed, and the way to
everything else behind it."""

from __future__ import annotations

from html import escape
from textwrap import dedent
from zoneinfo import ZoneInfo

from orchflow import format as fmt
from orchflow.ui.figure_words import FigureLike, aim


def panel(
    figure: FigureLike, name: str, currency: str, zone: ZoneInfo, *, owner: str = "", code: str = ""
) -> str:
    """The panel as HTML, which a button with `popovertarget` `name` opens. `owner` and `code` are told where a list has them."""
    ages = [("data as of", figure.as_of), ("computed", figure.computed_at)]
    told = [f"{word} {fmt.moment(at, zone)}" for word, at in ages if at is not None]
    if figure.target is not None:
        told.insert(0, f"{figure.aimed_at} {aim(figure, currency)}")
    money = figure.unit == "money"
    closer = (
        fmt.exact_money(figure.value, currency) if money else fmt.precise(figure.value, figure.unit, currency)
    )
    if closer != fmt.value(figure.value, figure.unit, currency):
        told.insert(0, f"exactly {closer}")
    said = [text for text in (figure.left_out, figure.besides, figure.missing or "", figure.note) if text]
    if owner:
        told += [f"owner {owner}", f"key {figure.key}"]
    behind = (("Query", figure.sql), ("Code", code))
    how = "".join(
        f"<details><summary>{kind}</summary><pre>{escape(dedent(text).strip())}</pre></details>"
        for kind, text in behind
        if text
    )
    return (
        f'<div popover class="of-panel" id="{escape(name)}"><b>{escape(figure.label)}</b><p>{escape(figure.definition)}</p>'
        f"{''.join(f'<p>{escape(text)}</p>' for text in said)}"
        f"<small>{escape(' · '.join(told))}</small>{how}{_way_in(figure)}</div>"
    )


def _way_in(figure: FigureLike) -> str:
    """The link to everything behind the figure."""
    if not figure.opens:
        return ""
    address = escape(figure.opens)
    return f'<p><a class="of-open" href="./{address}" data-to="{address}">Rows, sources and target behind it</a></p>'
