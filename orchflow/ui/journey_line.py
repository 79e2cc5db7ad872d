"""The journey as a picture: its parts on one line of time, each in its days, with a mark where today is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from orchflow.ui.overview import Tone, toned

LEAST_WIDTH = 0.006
"""The least part of the line that a part takes, so that a day can be seen."""


@dataclass(frozen=True)
class LineMark:
    """A word on the axis, from a place (0 is the beginning of the line, 1 its end) to another; `brief` where there is little room."""

    label: str
    brief: str
    start: float
    end: float


@dataclass(frozen=True)
class LinePart:
    """A part of the journey: from `start` to `end` of the line, `share` of it done (None: it was not begun).

    `late` reaches from its end to the place until which it is, or was, behind. `said` and `judged` stand at its right, `when` under its
    name.
    """

    number: str
    name: str
    start: float
    end: float
    share: float | None
    when: str
    said: str
    judged: str = ""
    tone: Tone = "plain"
    late: float | None = None
    to: str = ""


def journey_line(
    parts: Sequence[LinePart], marks: Sequence[LineMark], today: float | None, today_words: str
) -> str:
    """The parts below each other on the same line of time, as HTML. `today` is its place, None before the journey begins."""
    now = "" if today is None else f'<u style="left:{_place(today)}"></u>'
    words = (
        ""
        if today is None
        else f'<b class="now {_side(today)}" style="left:{_place(today)}">{escape(today_words)}</b>'
    )
    spans = "".join(
        f'<span style="left:{_place(mark.start)};width:{_place(mark.end - mark.start)}"><b>{escape(mark.label)}</b><i>{escape(mark.brief)}</i></span>'
        for mark in marks
    )
    axis = (
        f'<div class="line-axis" aria-hidden="true"><div>{words}</div><div class="spans">{spans}</div></div>'
    )
    return f'<div class="line">{axis}<ul>{"".join(_part(part, now) for part in parts)}</ul></div>'


def _part(part: LinePart, now: str) -> str:
    width = max(part.end - part.start, LEAST_WIDTH)
    done = (
        ""
        if not part.share
        else f'<i{" class=complete" if part.share >= 1 else ""} style="width:{min(part.share, 1.0):.1%}"></i>'
    )
    planned = " planned" if part.share is None else ""
    window = (
        f'<span class="span{planned}" style="left:{_place(part.start)};width:{_place(width)}">{done}</span>'
    )
    late = ""
    if part.late is not None and part.late > part.end:
        late = f'<s style="left:{_place(part.start + width)};width:{_place(part.late - part.end)}"></s>'
    judged = f" · {toned(part.judged, part.tone)}" if part.judged else ""
    whole = ", ".join(filter(None, (f"{part.number} {part.name}", part.when, part.said, part.judged)))
    inside = (
        f'<span class="called"><b>{escape(part.number)}</b> {escape(part.name)}<small>{escape(part.when)}</small></span>'
        f'<span class="lane">{window}{late}{now}</span><span class="saying">{escape(part.said)}{judged}</span>'
    )
    if not part.to:
        return f'<li><div class="stretch" title="{escape(whole)}">{inside}</div></li>'
    address = escape(part.to)
    return f'<li><a class="stretch" href="./{address}" data-to="{address}" title="{escape(whole)}">{inside}</a></li>'


def _place(share: float) -> str:
    return f"{min(max(share, 0.0), 1.0):.2%}"


def _side(place: float) -> str:
    """To which side of its place a word stands, so that it stays on the line."""
    return "before" if place > 0.8 else "behind" if place < 0.2 else "around"
