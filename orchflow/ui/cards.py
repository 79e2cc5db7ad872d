"""The strip of figures: what each is, how it moved and against what, its target, its trend, and how it is computed.

One element however many figures there are. A figure is a button that opens its definition, by click or key. Columns
follow the strip's own width, and no figure stands alone in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from html import escape
from importlib import resources
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

import streamlit as st

from orchflow.ui import format as fmt
from orchflow.ui.format import Number

Tone = Literal["good", "bad", "plain"]


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
    def now(self) -> Number | None: ...
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
    @property
    def note(self) -> str: ...


def figure_row(figures: Sequence[FigureLike], *, currency: str, zone: ZoneInfo, key: str = "figures") -> None:
    """The strip of `figures`; `key` tells two strips of one screen apart."""
    if figures:
        st.html(strip(figures, currency, zone, key))


def strip(figures: Sequence[FigureLike], currency: str, zone: ZoneInfo, key: str = "figures") -> str:
    """The strip as HTML; every word in it is escaped."""
    cells = "".join(_cell(figure, f"{key}-{figure.key}", currency) for figure in figures)
    panels = "".join(_panel(figure, f"{key}-{figure.key}", currency, zone) for figure in figures)
    return (
        f"<style>{_style()}</style>"
        f'<section class="of-strip"><div class="of-figures of-{_columns(len(figures))}">{cells}</div></section>{panels}'
    )


def written(value: Number | None, unit: str, currency: str) -> str:
    """A figure's value as it is shown."""
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
            return fmt.number(
                value,
                digits=0 if value is None or value == round(value) else 1,
                compact=value is not None and abs(float(value)) >= 100_000,
            )


def change(figure: FigureLike, currency: str) -> str | None:
    """How far it moved: points for shares, days for days, a share for the rest; None with nothing to compare with."""
    if figure.now is None or figure.previous is None:
        return None
    now, before = float(figure.now), float(figure.previous)
    if figure.unit == "percent":
        return f"{_signed(round((now - before) * 100, 1))} pp"
    if figure.unit == "days":
        moved = round(now - before, 1)
        return f"{'+' if moved > 0 else '−' if moved < 0 else '±'}{fmt.days(abs(moved))}"
    if before == 0:
        return f"+{written(figure.now, figure.unit, currency)}" if now > 0 else f"{_signed(0)} %"
    return f"{_signed(round((now / before - 1) * 100, 1))} %"


def judged(figure: FigureLike, currency: str) -> tuple[str, Tone]:
    """What is said behind the value, and whether it is good news: how it moved, else how it stands to its target."""
    moved = change(figure, currency)
    if moved is not None and figure.now is not None and figure.previous is not None:
        up = float(figure.now) - float(figure.previous)
        if figure.direction == "none" or moved.startswith("±"):
            return moved, "plain"
        return moved, "good" if (up > 0) == (figure.direction == "up") else "bad"
    if figure.value is None or figure.target is None:
        return "", "plain"
    reached = _reached(figure)
    if figure.unit == "days":
        left = float(figure.target) - float(figure.value)
        text = f"{fmt.days(abs(left))} {'early' if left > 0 else 'late'}" if left else "on the day"
        return text, "good" if reached else "bad"
    return ("within target", "good") if reached else ("off target", "bad")


def _reached(figure: FigureLike) -> bool:
    assert figure.value is not None
    assert figure.target is not None
    value, target = float(figure.value), float(figure.target)
    return value >= target if figure.direction == "up" else value <= target


def _cell(figure: FigureLike, name: str, currency: str) -> str:
    text, tone = judged(figure, currency)
    said = []
    if figure.value is None and figure.missing:
        said = [figure.missing]
    elif figure.note:
        said = [figure.note]
    if figure.target is not None:
        said.append(f"target {written(figure.target, figure.unit, currency)}")
    pill = f'<span class="of-{tone}">{escape(text)}</span>' if text else ""
    words = escape(" · ".join(said))
    return (
        f'<button type="button" class="of-figure" popovertarget="{escape(name)}" title="{words}">'
        f'<span class="of-top"><span class="of-label">{escape(figure.label)}</span>{_spark(figure.spark)}</span>'
        f'<span class="of-value"><b>{escape(written(figure.value, figure.unit, currency))}</b>{pill}</span>'
        f'{_bullet(figure)}<span class="of-note">{words}</span></button>'
    )


def _bullet(figure: FigureLike) -> str:
    """The value as a bar, and the target as a mark across it."""
    if figure.value is None or not figure.target:
        return ""
    value, target = max(float(figure.value), 0.0), float(figure.target)
    most = max(value, target * 1.3)
    tone = "good" if _reached(figure) else "bad"
    return (
        f'<span class="of-bar"><i class="of-{tone}" style="width:{value / most:.1%}"></i>'
        f'<u style="left:{target / most:.1%}"></u></span>'
    )


def _spark(points: Sequence[float]) -> str:
    if len(points) < 2:
        return ""
    least, most = min(points), max(points)
    span = (most - least) or 1.0
    line = " ".join(
        f"{at / (len(points) - 1) * 64:.1f},{2 + (1 - (point - least) / span) * 16:.1f}"
        for at, point in enumerate(points)
    )
    return (
        '<svg class="of-spark" viewBox="0 0 64 20" preserveAspectRatio="none" aria-hidden="true">'
        f'<polyline points="{line}"/></svg>'
    )


def _panel(figure: FigureLike, name: str, currency: str, zone: ZoneInfo) -> str:
    ages = [("data as of", figure.as_of), ("computed", figure.computed_at)]
    told = [f"{word} {fmt.moment(at, zone)}" for word, at in ages if at is not None]
    if figure.target is not None:
        told.insert(0, f"target {written(figure.target, figure.unit, currency)}")
    query = (
        f"<details><summary>Query</summary><pre>{escape(figure.sql.strip())}</pre></details>"
        if figure.sql
        else ""
    )
    return (
        f'<div popover class="of-panel" id="{escape(name)}"><b>{escape(figure.label)}</b><p>{escape(figure.definition)}</p>'
        f"<small>{escape(' · '.join(told))}</small>{query}</div>"
    )


def _columns(count: int) -> str:
    """The class that lays out so many: one row where there is room, else rows of equal length, else pairs."""
    return str(count) if count <= 6 else "even" if count % 2 == 0 else "odd"


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{abs(value):,.1f}"


@cache
def _style() -> str:
    """The strip's style sheet, with the colours of both modes from the theme's settings."""
    text = resources.files("orchflow.ui").joinpath("strip.css").read_text(encoding="utf-8")
    for name, option in (
        ("page", "backgroundColor"),
        ("border", "borderColor"),
        ("good", "greenColor"),
        ("bad", "redColor"),
        ("accent", "primaryColor"),
    ):
        modes = ", ".join(str(st.get_option(f"theme.{mode}.{option}")) for mode in ("light", "dark"))
        text = text.replace(f"var(--{name})", f"light-dark({modes})")
    return text
