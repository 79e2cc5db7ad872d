"""The strip of figures: one line each for what it is and its trend, its value and how that is judged, its target, and
what it is compared with.

One element however many figures there are, and every cell of the same height: what is missing is said in its place. A
figure is a button that opens its definition, by click or key. Columns follow the strip's own width, and no figure stands
alone in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from importlib import resources
from math import ceil
from urllib.parse import quote
from zoneinfo import ZoneInfo

import streamlit as st

from orchflow import format as fmt
from orchflow.ui.figure_panel import panel
from orchflow.ui.figure_words import FigureLike, Tone, aim, judged, reached

IN_ONE_ROW = 6
"""So many figures stand beside each other where there is room."""
LONG_LABEL = 22
"""A name of more letters is written smaller in a narrow strip."""
NARROW = 132
"""The least room for a value and its judgement beside each other, in pixels."""


def figure_row(figures: Sequence[FigureLike], *, currency: str, zone: ZoneInfo, key: str = "figures") -> None:
    """The strip of `figures`; `key` tells two strips of one screen apart."""
    if figures:
        aimed = "-aimed" if _aimed(figures) else ""
        room = st.container(key=f"{key}-strip-of-{len(figures)}-figures{aimed}")
        room.html(_drawn(tuple(figures), currency, zone, key))


PART = "not all of it is in it"
"""What the asterisk at a value says; its title and its panel say of what."""


@dataclass(frozen=True)
class _Drawn:
    """HTML that is handed on as it is: of a text Streamlit would look for the indent of each line in every rerun."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


@lru_cache(maxsize=256)
def _drawn(figures: tuple[FigureLike, ...], currency: str, zone: ZoneInfo, key: str) -> _Drawn:
    """The strip, drawn once as long as it is the same."""
    return _Drawn(strip(figures, currency, zone, key))


def strip(figures: Sequence[FigureLike], currency: str, zone: ZoneInfo, key: str = "figures") -> str:
    """The strip as HTML; every word in it is escaped."""
    aimed = _aimed(figures)
    cells = "".join(_cell(figure, f"{key}-{figure.key}", currency, aimed) for figure in figures)
    panels = "".join(panel(figure, f"{key}-{figure.key}", currency, zone) for figure in figures)
    layout = f"of-figures of-{_columns(len(figures))}" + (" of-aimed" if aimed else "")
    return f'<section class="of-strip"><div class="{layout}" style="{_letters(figures, currency)}">{cells}</div></section>{panels}'


def _aimed(figures: Sequence[FigureLike]) -> bool:
    """Whether one of them has a target: then each has a line for it."""
    return any(figure.target is not None for figure in figures)


def _cell(figure: FigureLike, name: str, currency: str, aimed: bool) -> str:
    text, tone = judged(figure, currency)
    beside = figure.note or figure.besides or figure.left_out if figure.value is not None else ""
    long = " of-long" if len(figure.label) > LONG_LABEL else ""
    told = (figure.left_out, figure.besides, figure.missing or "", figure.note)
    whole = " · ".join(words for words in told if words)
    return (
        f'<button type="button" class="of-figure" popovertarget="{escape(name)}" title="{escape(whole)}">'
        f'<span class="of-top{long}"><span class="of-label">{escape(figure.label)}</span>{_spark(figure.spark, tone)}</span>'
        f"{_value(figure, currency, text, tone)}{_aim(figure, currency) if aimed else ''}"
        f'<span class="of-note">{escape(beside)}</span></button>'
    )


def _value(figure: FigureLike, currency: str, text: str, tone: Tone) -> str:
    """The value and how it is judged; or why there is no value."""
    if figure.value is None:
        return f'<span class="of-value of-why"><b>{escape(figure.missing or "Not known")}</b></span>'
    written = fmt.value(figure.value, figure.unit, currency)
    so = f'<i class="of-unseen">, {tone}</i>' if tone != "plain" else ""
    pill = f'<span class="of-{tone}">{escape(text)}{so}</span>' if text else ""
    part = (
        f'<sup aria-hidden="true">*</sup><i class="of-unseen">, {PART}</i>'
        if figure.left_out or figure.besides
        else ""
    )
    return f'<span class="of-value"><span class="of-said"><b>{_large(written)}{part}</b>{pill}</span></span>'


def _letters(figures: Sequence[FigureLike], currency: str) -> str:
    """How much the fullest cell has to write, by which all have letters of one size: as large as it has room for."""
    full = [(4.0, 0.0)]
    for figure in figures:
        if figure.value is not None:
            pill = judged(figure, currency)[0]
            full.append(
                (_length(fmt.value(figure.value, figure.unit, currency)), len(pill) * 6.9 + 19 if pill else 0)
            )
    long, beside = max(full, key=lambda needs: needs[0] / (NARROW - min(needs[1], NARROW / 2)))
    return f"--long:{long:.2f};--beside:{beside:.0f}px"


def _length(written: str) -> float:
    """How wide a value is, in heights of its letters: a unit is written smaller, a sign of East Asia is wide."""
    number, units = _numbers_and_units(written)
    wide = sum(1.05 if ord(sign) > 0x2E80 else 0.3 if sign in ".,: " else 0.64 for sign in number)
    return wide + sum(len(unit) * 0.36 + 0.2 for unit in units)


def _numbers_and_units(written: str) -> tuple[str, list[str]]:
    """What of a value is written large, and the units in it: `1 min 49 s` has two."""
    first, *rest = written.split(" ")
    units = [part for part in rest if part.isalpha()]
    return " ".join([first, *(part for part in rest if not part.isalpha())]), units


def _aim(figure: FigureLike, currency: str) -> str:
    """The value as a bar against its target, and the target in words; or that there is none."""
    if figure.target is None:
        return '<span class="of-aim"><small>no target</small></span>'
    amount = aim(figure, currency, short=True)
    words = f"{figure.aimed_at} {amount}"
    if figure.aimed_at == "budget" and figure.value is not None and figure.target:
        words = f"{fmt.percent(float(figure.value) / float(figure.target))} of {amount}"
    return f'<span class="of-aim">{_bullet(figure)}<small>{escape(words)}</small></span>'


def _large(text: str) -> str:
    """A value with its units in smaller letters."""
    first, *rest = text.split(" ")
    parts = (f"<small> {escape(part)}</small>" if part.isalpha() else f" {escape(part)}" for part in rest)
    return escape(first) + "".join(parts)


def _bullet(figure: FigureLike) -> str:
    """The value as a bar, and the target as a mark across it."""
    assert figure.target is not None
    value, target = max(float(figure.value or 0), 0.0), float(figure.target)
    most = max(value, target * 1.3) or 1.0
    mark = f'<u style="left:{max(target, 0.0) / most:.1%}"></u>'
    if figure.value is None:
        return f'<span class="of-bar">{mark}</span>'
    tone = "good" if reached(figure) else "bad"
    return f'<span class="of-bar"><i class="of-{tone}" style="width:{value / most:.1%}"></i>{mark}</span>'


def _spark(points: Sequence[float], tone: Tone) -> str:
    """The trend as a line, in the colour of how the figure is judged."""
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
    # A picture in the page itself would be taken out by Streamlit; as a mask it also takes a colour of both modes.
    return f'<i class="of-spark of-{tone}" style="mask-image:url(&quot;data:image/svg+xml,{quote(picture)}&quot;)"></i>'


def _columns(count: int) -> str:
    """The class that lays out so many: one row where there is room, else rows of equal length, else pairs."""
    return str(count) if count <= IN_ONE_ROW else "even" if count % 2 == 0 else "odd"


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
    rows = 1 if figures <= IN_ONE_ROW else 2
    of = f'[class*="-strip-of-{figures}-figures"]'
    heights = ((of, 98), (f'[class*="-strip-of-{figures}-figures-aimed"]', 120))
    return "".join(
        f"{which} {{ min-height: {rows * height}px }}"
        f" @media (max-width: 640px) {{ {which} {{ min-height: {ceil(figures / 2) * height}px }} }}"
        for which, height in heights
    )
