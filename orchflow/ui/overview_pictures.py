"""The small pictures of an overview: the band of a way, and a burndown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from orchflow.ui.overview import Tone, toned

WIDE, HIGH = 320, 148
LEFT, TOP, RIGHT, BOTTOM = 26, 6, 6, 18


@dataclass(frozen=True)
class Stretch:
    """One part of a way. `share` is how much of it is done, `passed` how much of its time is over (None: it is not now).

    `said` stands under its name, and `judged` behind that, in its tone.
    """

    number: str
    name: str
    share: float
    passed: float | None
    said: str
    judged: str = ""
    tone: Tone = "plain"
    to: str = ""


@dataclass(frozen=True)
class BurnDay:
    """A day of a burndown; what is not known is None."""

    day: date
    working: bool
    left: float | None
    ideal: float | None


def band(stretches: Sequence[Stretch], in_a_row: int = 6) -> str:
    """The parts of a way beside each other, each with a mark where today is in it."""
    rows = -(-len(stretches) // in_a_row)
    legs = -(-len(stretches) // max(rows, 1))
    return f'<ul class="band" style="--legs:{legs}">{"".join(map(_stretch, stretches))}</ul>'


def _stretch(part: Stretch) -> str:
    share = min(max(part.share, 0.0), 1.0)
    today = (
        ""
        if part.passed is None
        else f'<u style="left:calc({min(max(part.passed, 0.0), 1.0):.1%} - 1px)"></u>'
    )
    words = f"{escape(part.said)}{' · ' + toned(part.judged, part.tone) if part.judged else ''}"
    whole = ", ".join(filter(None, (f"{part.number} {part.name}".strip(), part.said, part.judged)))
    address = escape(part.to)
    return (
        f'<li><a class="leg" href="./{address}" data-to="{address}" title="{escape(whole)}">'
        f'<span class="track"><i{" class=complete" if share == 1 else ""} style="width:{share:.1%}"></i>{today}</span>'
        f'<span class="called"><b>{escape(part.number)}</b> {escape(part.name)}</span><small>{words}</small></a></li>'
    )


def burndown(days: Sequence[BurnDay], *, alt: str) -> str:
    """What is left at the end of each day, and what should be; `alt` says it in a sentence."""
    known = [day for day in days if day.left is not None]
    most = (
        max((value for day in days for value in (day.left, day.ideal) if value is not None), default=0.0)
        or 1.0
    )
    step = (WIDE - LEFT - RIGHT) / max(len(days) - 1, 1)
    bottom = HIGH - BOTTOM

    def across(at: int) -> float:
        return LEFT + at * step

    def down(value: float) -> float:
        return bottom - value / most * (bottom - TOP)

    off = "".join(
        f'<rect class="off" x="{max(across(at) - step / 2, LEFT):.1f}" y="{TOP}" width="{step:.1f}" height="{bottom - TOP}"/>'
        for at, day in enumerate(days)
        if not day.working
    )
    rules = "".join(
        f'<line class="rule" x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{down(value):.1f}" y2="{down(value):.1f}"/>'
        f'<text x="{LEFT - 5}" y="{down(value) + 3.5:.1f}" text-anchor="end">{value:.0f}</text>'
        for value in ((0.0, most / 2, most) if most >= 2 else (0.0, most))
    )
    ideal = _line((across(at), down(day.ideal)) for at, day in enumerate(days) if day.ideal is not None)
    left = [(across(at), down(day.left)) for at, day in enumerate(days) if day.left is not None]
    dot = f'<circle cx="{left[-1][0]:.1f}" cy="{left[-1][1]:.1f}" r="3.4"/>' if known else ""
    ends = "".join(
        f'<text x="{at:.1f}" y="{HIGH - 4}" text-anchor="{anchor}">{day.day} {day:%b}</text>'
        for at, anchor, day in ((LEFT, "start", days[0].day), (WIDE - RIGHT, "end", days[-1].day))
    )
    return (
        f'<svg class="burn" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(alt)}">{off}{rules}'
        f'<polyline class="ideal" points="{ideal}"/><polyline class="left" points="{_line(left)}"/>{dot}{ends}</svg>'
    )


def _line(points: object) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)  # type: ignore[attr-defined]
