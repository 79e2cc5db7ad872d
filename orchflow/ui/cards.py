"""The strip of figures: what each is, how it moved and against what, its target, its trend, and how it is computed.

One element however many figures there are. A figure is a button that opens its definition, by click or key. Columns
follow the strip's own width, and no figure stands alone in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from importlib import resources
from math import ceil
from textwrap import dedent
from typing import Literal, Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

import streamlit as st

from orchflow import format as fmt
from orchflow.format import Number

NOISE = 1e-9
"""Of a value: what differs by less is the same, divided by days or not."""
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
    @property
    def left_out(self) -> str: ...


def figure_row(figures: Sequence[FigureLike], *, currency: str, zone: ZoneInfo, key: str = "figures") -> None:
    """The strip of `figures`; `key` tells two strips of one screen apart."""
    if figures:
        room = st.container(key=f"{key}-strip-of-{len(figures)}-figures")
        room.html(strip(figures, currency, zone, key))


def strip(figures: Sequence[FigureLike], currency: str, zone: ZoneInfo, key: str = "figures") -> str:
    """The strip as HTML; every word in it is escaped."""
    bars = any(figure.value is not None and figure.target for figure in figures)
    cells = "".join(_cell(figure, f"{key}-{figure.key}", currency, bars) for figure in figures)
    panels = "".join(_panel(figure, f"{key}-{figure.key}", currency, zone) for figure in figures)
    layout = f"of-figures of-{_columns(len(figures))}" + ("" if bars else " of-flat")
    return f'<section class="of-strip"><div class="{layout}">{cells}</div></section>{panels}'


@dataclass(frozen=True)
class Listed:
    """A figure of a list: the question it answers, who answers for it, the screens that show it, the code behind it."""

    figure: FigureLike
    question: str
    owner: str
    shown: tuple[str, ...]
    code: str = ""


def figure_list(
    groups: Sequence[tuple[str, Sequence[Listed]]], *, currency: str, zone: ZoneInfo, nothing: str, key: str = "figures"
) -> None:  # fmt: skip
    """Figures under their groups, a line each, which opens the definition; `nothing` is said when there is none."""
    st.html(listing(groups, currency, zone, nothing, key))


def listing(
    groups: Sequence[tuple[str, Sequence[Listed]]], currency: str, zone: ZoneInfo, nothing: str, key: str = "figures"
) -> str:  # fmt: skip
    """The list as HTML; every word in it is escaped."""
    parts = []
    for title, group in groups:
        if group:
            lines = "".join(_line(listed, f"{key}-{listed.figure.key}", currency) for listed in group)
            parts.append(f'<section class="of-list"><h3>{escape(title)}</h3>{lines}</section>')
            parts += [
                _panel(listed.figure, f"{key}-{listed.figure.key}", currency, zone, listed)
                for listed in group
            ]
    return "".join(parts) or f"<p>{escape(nothing)}</p>"


def aim(figure: FigureLike, currency: str) -> str:
    """The target as it is written: a round share without decimals."""
    whole = (
        figure.unit == "percent"
        and figure.target is not None
        and round(float(figure.target) * 100, 6) % 1 == 0
    )
    return fmt.percent(figure.target, digits=0) if whole else fmt.value(figure.target, figure.unit, currency)


def change(figure: FigureLike, currency: str) -> str | None:
    """How far it moved: points for shares, days for days, a share for the rest; None with nothing to compare with."""
    if figure.now is None or figure.previous is None:
        return None
    now, before = float(figure.now), float(figure.previous)
    if abs(now - before) <= abs(before) * NOISE:
        now = before
    if figure.unit == "percent":
        return f"{fmt.signed((now - before) * 100)} pp"
    if figure.unit == "days":
        return f"{'+' if now > before else '−' if now < before else '±'}{fmt.days(abs(now - before))}"
    if before == 0:
        return f"+{fmt.value(figure.now, figure.unit, currency)}" if now > 0 else f"{fmt.signed(0)} %"
    return f"{fmt.signed((now / before - 1) * 100)} %"


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
        text = f"{abs(left):g} d {'early' if left > 0 else 'late'}" if left else "on the day"
        return text, "good" if reached else "bad"
    return ("within target", "good") if reached else ("off target", "bad")


def _reached(figure: FigureLike) -> bool:
    assert figure.value is not None
    assert figure.target is not None
    value, target = float(figure.value), float(figure.target)
    return value >= target if figure.direction == "up" else value <= target


def _cell(figure: FigureLike, name: str, currency: str, bars: bool) -> str:
    text, tone = judged(figure, currency)
    remark = figure.missing if figure.value is None and figure.missing else figure.note
    said = [remark] if remark else []
    if figure.value is not None and figure.left_out:
        said.insert(0, figure.left_out)
    if figure.target is not None:
        said.append(f"target {aim(figure, currency)}")
    pill = f'<span class="of-{tone}">{escape(text)}</span>' if text else ""
    words = escape(" · ".join(said))
    bar = _bullet(figure) if bars else ""
    return (
        f'<button type="button" class="of-figure" popovertarget="{escape(name)}" title="{words}">'
        f'<span class="of-top"><span class="of-label">{escape(figure.label)}</span>{_spark(figure.spark)}</span>'
        f'<span class="of-value"><b>{_large(fmt.value(figure.value, figure.unit, currency))}</b>{pill}</span>'
        f'{bar}<span class="of-note">{words}</span></button>'
    )


def _line(one: Listed, name: str, currency: str) -> str:
    figure = one.figure
    value = (
        fmt.value(figure.value, figure.unit, currency) if figure.value is not None else figure.missing or "–"
    )
    target = "" if figure.target is None else f"target {aim(figure, currency)}"
    said = "of-number" if figure.value is not None else "of-missing"
    return (
        f'<button type="button" class="of-line" popovertarget="{escape(name)}">'
        f'<span class="of-name"><b>{escape(figure.label)}</b><small>{escape(one.question)}</small></span>'
        f'<span class="{said}">{escape(value)}<small>{escape(target)}</small></span>'
        f'<span class="of-where">{escape(", ".join(one.shown) or "API and export")}<small>{escape(one.owner)}</small></span>'
        "</button>"
    )


def _large(text: str) -> str:
    """A value with its unit in smaller letters."""
    number, space, unit = text.partition(" ")
    return f"{escape(number)}<small> {escape(unit)}</small>" if space and unit.isalpha() else escape(text)


def _bullet(figure: FigureLike) -> str:
    """The value as a bar, and the target as a mark across it."""
    if figure.value is None or not figure.target:
        return '<span class="of-bar of-none"></span>'
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
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 20" preserveAspectRatio="none">'
        f'<polyline points="{line}" fill="none" stroke="black" stroke-width="1.5" stroke-linejoin="round" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )
    # A picture in the page itself would be taken out by Streamlit; as a mask it also takes the text's colour.
    return f'<i class="of-spark" style="mask-image:url(&quot;data:image/svg+xml,{quote(picture)}&quot;)"></i>'


def _panel(figure: FigureLike, name: str, currency: str, zone: ZoneInfo, listed: Listed | None = None) -> str:
    ages = [("data as of", figure.as_of), ("computed", figure.computed_at)]
    told = [f"{word} {fmt.moment(at, zone)}" for word, at in ages if at is not None]
    if figure.target is not None:
        told.insert(0, f"target {aim(figure, currency)}")
    money = figure.unit == "money"
    closer = (
        fmt.exact_money(figure.value, currency) if money else fmt.precise(figure.value, figure.unit, currency)
    )
    if closer != fmt.value(figure.value, figure.unit, currency):
        told.insert(0, f"exactly {closer}")
    if listed is not None:
        told += [f"owner {listed.owner}", f"key {figure.key}"]
    behind = (("Query", figure.sql), ("Code", listed.code if listed else ""))
    how = "".join(
        f"<details><summary>{kind}</summary><pre>{escape(dedent(text).strip())}</pre></details>"
        for kind, text in behind
        if text
    )
    return (
        f'<div popover class="of-panel" id="{escape(name)}"><b>{escape(figure.label)}</b><p>{escape(figure.definition)}</p>'
        f"<small>{escape(' · '.join(told))}</small>{how}</div>"
    )


def _columns(count: int) -> str:
    """The class that lays out so many: one row where there is room, else rows of equal length, else pairs."""
    return str(count) if count <= 6 else "even" if count % 2 == 0 else "odd"


@cache
def style() -> str:
    """The style sheet of strips and lists, with the colours of both modes from the theme's settings.

    It belongs to the page that carries the screens, and keeps a strip's place free until it is drawn.
    """
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
    return text + "".join(_room(count) for count in range(1, 13))


def _room(figures: int) -> str:
    """The height that a strip of so many figures has at the least, in one or two rows, and in pairs on a phone."""
    of, wide, narrow = (
        f'[class*="-strip-of-{figures}-figures"]',
        92 if figures <= 6 else 184,
        74 * ceil(figures / 2),
    )
    return (
        f"{of} {{ min-height: {wide}px }} @media (max-width: 640px) {{ {of} {{ min-height: {narrow}px }} }}"
    )
