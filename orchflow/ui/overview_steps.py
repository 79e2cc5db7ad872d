"""The steps of a way as cards in their order, and the way itself as a line with today on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from orchflow.ui.overview import Tone, toned


@dataclass(frozen=True)
class StepCard:
    """A step: who leads it and when it is due stand in `detail`, how far it is in `said`; `judged` is what is wrong, in its tone.

    `share` is how much of it is done, None where there is nothing to do; `to` opens it.
    """

    number: str
    name: str
    detail: str
    said: str
    share: float | None
    to: str
    judged: str = ""
    tone: Tone = "plain"
    current: bool = False


def step_cards(steps: Sequence[StepCard]) -> str:
    """The steps beside each other where there is room, below each other on a phone."""
    return f'<ol class="steps">{"".join(map(_card, steps))}</ol>'


def way_line(share: float | None, passed: float | None, start: str, end: str) -> str:
    """How much is done as a bar from `start` to `end`, with a mark where today is (`passed`, a share of the time; None: not between them)."""
    now = "" if passed is None else f'<u style="left:calc({_part(passed):.1%} - 1px)"></u>'
    whole = " class=complete" if share == 1 else ""
    return (
        f'<div class="way"><span class="track"><i{whole} style="width:{_part(share or 0):.1%}"></i>{now}</span>'
        f"<small>{escape(start)}</small><small>{escape(end)}</small></div>"
    )


def _card(step: StepCard) -> str:
    complete = " class=complete" if step.share == 1 else ""
    here = ' aria-current="step"' if step.current else ""
    address = escape(step.to)
    so = '<i class="unseen">, complete</i>' if complete else ""
    judged = f" · {toned(step.judged, step.tone)}" if step.judged else ""
    bar = "" if step.share is None else f'<i{complete} style="width:{_part(step.share):.1%}"></i>'
    return (
        f'<li{complete}><a class="step" href="./{address}" data-to="{address}"{here}>'
        f'<span class="number">{escape(step.number)}</span><b>{escape(step.name)}{so}</b>'
        f'<small>{escape(step.detail)}</small><span class="track{"" if bar else " none"}">{bar}</span>'
        f"<small>{escape(step.said)}{judged}</small></a></li>"
    )


def _part(share: float) -> float:
    return min(max(share, 0.0), 1.0)
