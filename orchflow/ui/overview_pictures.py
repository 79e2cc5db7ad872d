"""The small pictures of an overview: the band of a way, and a burndown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from orchflow.ui.overview import Tone, toned

WIDE, HIGH = 320, 168
LEFT, TOP, RIGHT, BOTTOM = 26, 6, 6, 18
_TENS = [10**power for power in range(12)]


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


def burndown(days: Sequence[BurnDay], *, committed: float, left: float, alt: str) -> str:
    """What is left at the end of each day, and what should be, as the chart of the Sprints screen has it.

    The first point is the start, with what was `committed` and what was `left` of it. `alt` says it in a sentence.
    """
    remaining = [left, *(day.left for day in days)]
    ideal = [committed, *(day.ideal for day in days)] if any(day.ideal is not None for day in days) else []
    most = max((value for value in (*remaining, *ideal) if value is not None), default=0.0)
    most = max(most, 1.0)
    step, bottom = (WIDE - LEFT - RIGHT) / max(len(days), 1), HIGH - BOTTOM

    def points(values: Sequence[float | None]) -> list[tuple[float, float]]:
        return [(LEFT + at * step, down(value)) for at, value in enumerate(values) if value is not None]

    def down(value: float) -> float:
        return bottom - value / most * (bottom - TOP)

    off = "".join(
        f'<rect class="off" x="{LEFT + at * step:.1f}" y="{TOP}" width="{step:.1f}" height="{bottom - TOP}"/>'
        for at, day in enumerate(days)
        if not day.working
    )
    rules = "".join(
        f'<line class="rule" x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{down(value):.1f}" y2="{down(value):.1f}"/>'
        f'<text x="{LEFT - 5}" y="{down(value) + 3.5:.1f}" text-anchor="end">{value}</text>'
        for value in whole_steps(most)
    )
    ends = "".join(
        f'<text x="{at:.1f}" y="{HIGH - 4}" text-anchor="{anchor}">{words}</text>'
        for at, anchor, words in (
            (LEFT, "start", "start"), (WIDE - RIGHT, "end", f"{days[-1].day.day} {days[-1].day:%b}" if days else ""),
        )
    )  # fmt: skip
    way = points(remaining)
    return (
        f'<svg class="burn" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(alt)}">{off}{rules}'
        f'<polyline class="ideal" points="{_line(points(ideal))}"/><polyline class="left" points="{_line(way)}"/>'
        f'<circle cx="{way[-1][0]:.1f}" cy="{way[-1][1]:.1f}" r="3.4"/>{ends}</svg>'
    )


def whole_steps(most: float) -> range:
    """The marks of an axis from nothing to `most`: whole, round, and at most five."""
    size = next(size for size in (ten * one for ten in _TENS for one in (1, 2, 5)) if most < 5 * size)
    return range(0, int(most) + 1, size)


def _line(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
