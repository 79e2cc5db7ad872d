"""What is said of a figure: its value, how far it moved, what it is judged by, and its target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

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
    def aimed_at(self) -> str: ...
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
    @property
    def besides(self) -> str: ...
    @property
    def opens(self) -> str: ...


def aim(figure: FigureLike, currency: str, *, short: bool = False) -> str:
    """The target as it is written: a round share without decimals; `short` writes days as d."""
    whole = (
        figure.unit == "percent"
        and figure.target is not None
        and round(float(figure.target) * 100, 6) % 1 == 0
    )
    if short and figure.unit == "days" and figure.target is not None:
        return f"{float(figure.target):g} d"
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
    good = reached(figure)
    if figure.unit == "days":
        left = float(figure.target) - float(figure.value)
        text = f"{abs(left):g} d {'early' if left > 0 else 'late'}" if left else "on the day"
        return text, "good" if good else "bad"
    return ("within target", "good") if good else ("off target", "bad")


def reached(figure: FigureLike) -> bool:
    """Whether the value, which is there, is as good as the target, which is there too."""
    assert figure.value is not None
    assert figure.target is not None
    value, target = float(figure.value), float(figure.target)
    return value >= target if figure.direction == "up" else value <= target
