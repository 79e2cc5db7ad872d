"""The tables of alerts: the rules, how each of them stands, and the log of their evaluations."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from orchflow.alerts.burn_windows import BURN_WINDOWS, window_names
from orchflow.metrics.catalogue import METRICS
from orchflow.people.tables import User
from orchflow.planning.tables.planned import Imported
from orchflow.store.columns import UNRECORDED, BigId, Exact, Json, UtcDateTime, field, text_enum
from orchflow.store.tables import Base, Tracked

TOPIC = "alerts"
BY_EVALUATING = "what evaluating its rule came to"
BY_ANSWERING = "changes by answering the alert"


class AlertKind(StrEnum):
    """What a rule asks of its figure."""

    THRESHOLD = "threshold"
    CHANGE = "change"
    ANOMALY = "anomaly"
    BUDGET = "budget"
    BURN_RATE = "burn_rate"


class AlertWindow(StrEnum):
    """The days over which the figure is taken."""

    OWN = "own"
    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "7_days"
    FOUR_WEEKS = "28_days"
    MONTH = "month"


class Side(StrEnum):
    """On which side of the limit a rule fires."""

    ABOVE = "above"
    BELOW = "below"


class ChangeIn(StrEnum):
    """How a change is measured."""

    PERCENT = "percent"
    ABSOLUTE = "absolute"


class AlertState(StrEnum):
    """Where a rule and scope are: see `alerts.states`."""

    ARMED = "armed"
    FIRED = "fired"
    ACKNOWLEDGED = "acknowledged"
    BACK_TO_NORMAL = "back_to_normal"
    NO_DATA = "no_data"
    ENDED = "ended"


class Feedback(StrEnum):
    """What its owner says of an alert."""

    USEFUL = "useful"
    NOT_USEFUL = "not_useful"
    EXPECTED = "expected"


class Cause(StrEnum):
    """Why there is an entry in the log."""

    SCHEDULE = "schedule"
    EVENT = "event"
    ASKED = "asked"
    ANSWERED = "answered"


def _figures(session: Session) -> dict[str, str]:
    return {key: own.label for key, own in METRICS.items()}


class AlertRule(Imported, Tracked, Base):
    """When a figure is to raise an alert, and whose it is."""

    __tablename__ = "alert_rule"
    __topic__ = TOPIC
    __undo__ = "plan.edit"

    name: Mapped[str] = mapped_column(
        sa.String(200), info=field("Name", own=True, example="Errors of claims")
    )
    kind: Mapped[AlertKind] = mapped_column(
        text_enum(AlertKind), default=AlertKind.THRESHOLD,
        info=field(
            "Kind", own=True,
            about="A threshold of the figure, a change against the period before, a day out of the ordinary of its weekday, the share of a budget that is spent, or how "
            "fast an allowance is used up over several windows.",
        ),
    )  # fmt: skip
    figure: Mapped[str | None] = mapped_column(
        sa.String(60), index=True,
        info=field("Figure", own=True, among=_figures, example="error_rate", about="By its key; a budget has none."),
    )  # fmt: skip
    dimension: Mapped[str | None] = mapped_column(
        sa.String(20),
        info=field("Narrowed by", own=True, file="narrowed_by", example="agent", about="A dimension that the figure knows."),
    )  # fmt: skip
    part: Mapped[str | None] = mapped_column(
        sa.String(200),
        info=field(
            "Only", own=True, file="only", example="claims-triage",
            about="The value it is narrowed to; without one every value of the dimension is judged by itself.",
        ),
    )  # fmt: skip
    window: Mapped[AlertWindow] = mapped_column(
        text_enum(AlertWindow), default=AlertWindow.OWN,
        info=field("Over", own=True, file="over", about="The days it is taken over; own: those of the figure."),
    )  # fmt: skip
    side: Mapped[Side] = mapped_column(
        text_enum(Side), default=Side.ABOVE, info=field("Fires", own=True, file="fires")
    )
    limit: Mapped[Decimal | None] = mapped_column(
        Exact(24, 8),
        info=field(
            "Limit", own=True, example=5,
            about="In the figure's unit, a share and a change as a percentage, a duration in milliseconds. Of an anomaly the least difference that matters, of a burn rate what may be "
            "used up: the share of runs that may fail, or the money of 30 days.",
        ),
    )  # fmt: skip
    at_equal: Mapped[bool | None] = mapped_column(
        info=field(
            "At equal",
            own=True,
            about="Whether it fires at exactly the limit; when left out, above does and below does not.",
        )
    )
    change_in: Mapped[ChangeIn] = mapped_column(
        text_enum(ChangeIn), default=ChangeIn.PERCENT, info=field("Change in", own=True)
    )
    margin: Mapped[Decimal] = mapped_column(
        sa.Numeric(5, 2), default=Decimal(5),
        info=field(
            "Margin", own=True, unit="%", least=0, most=100,
            about="How far from the limit, in percent of it, the figure has to be before it is back to normal: so one at the edge does "
            "not fire again and again.",
        ),
    )  # fmt: skip
    budget: Mapped[str | None] = mapped_column(
        sa.String(200), info=field("Budget", own=True, about="By its name; every budget when left out.")
    )
    windows: Mapped[list[str]] = mapped_column(
        Json, default=list,
        info=field(
            "Windows", kind="words", own=True, parse=window_names, example=["1h", "6h"],
            about=f"Of a burn rate: {', '.join(BURN_WINDOWS)}; all when left out.",
        ),
    )  # fmt: skip
    least_volume: Mapped[int] = mapped_column(
        default=10,
        info=field(
            "Least volume", own=True, least=0, most=1_000_000_000,
            about="Of a burn rate: with fewer runs (or calls) in the long window nothing fires.",
        ),
    )  # fmt: skip
    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), index=True,
        info=field("Owner", about="Whose alert it is, and with whose rights the figure is read; who made it when left out."),
    )  # fmt: skip
    paused: Mapped[bool] = mapped_column(
        default=False, info=field("Paused", own=True, about="It is not evaluated meanwhile.")
    )
    note: Mapped[str] = mapped_column(
        sa.Text, default="",
        info=field("Note", length=2000, own=True, about="What to do when it fires."),
    )  # fmt: skip


class Alert(Tracked, Base):
    """How a rule stands for one scope: the whole, one value of its dimension, one window, or one threshold of a budget.

    `held` is the state that it goes on from when there is data again. `people` says that it was read with the right to see
    figures of single people and small groups, `rates` with that to see hourly rates: who has not got these is told `told_value`
    in `told_words`, where that comes to the same state, else nothing.
    """

    __tablename__ = "alert"
    __topic__ = TOPIC
    __called__ = "scope"
    __table_args__ = (sa.UniqueConstraint("rule_id", "scope"), {"sqlite_autoincrement": True})

    rule_id: Mapped[int] = mapped_column(sa.ForeignKey(AlertRule.id), info=field("Rule", fixed="once"))
    scope: Mapped[str] = mapped_column(sa.String(250), default="", info=field("Scope", fixed="once"))
    label: Mapped[str] = mapped_column(
        sa.String(250), default="", info=UNRECORDED | field("Of", fixed=BY_EVALUATING)
    )
    state: Mapped[AlertState] = mapped_column(
        text_enum(AlertState), default=AlertState.ARMED, info=field("State", fixed=BY_EVALUATING)
    )
    held: Mapped[AlertState | None] = mapped_column(
        text_enum(AlertState),
        info=field("State before", fixed=BY_EVALUATING, about="Which it goes on from with data."),
    )
    since: Mapped[datetime] = mapped_column(
        UtcDateTime, info=UNRECORDED | field("Since", fixed=BY_EVALUATING, about="When its state began.")
    )
    fired_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=field("Fired", fixed=BY_EVALUATING, about="When it last fired.")
    )
    period: Mapped[str] = mapped_column(
        sa.String(20), default="",
        info=UNRECORDED | field("Raised in", fixed=BY_EVALUATING, about="The period of the budget in which it was raised."),
    )  # fmt: skip
    meaning: Mapped[str] = mapped_column(
        sa.String(64), default="", info=UNRECORDED | field("Meaning", fixed=BY_EVALUATING)
    )
    value: Mapped[Decimal | None] = mapped_column(
        Exact(38, 8), info=UNRECORDED | field("Value", fixed=BY_EVALUATING)
    )
    expected: Mapped[Decimal | None] = mapped_column(
        Exact(38, 8),
        info=UNRECORDED | field("Expected", fixed=BY_EVALUATING, about="The limit it was held against."),
    )
    words: Mapped[str] = mapped_column(
        sa.Text, default="", info=UNRECORDED | field("Arithmetic", fixed=BY_EVALUATING)
    )
    people: Mapped[bool] = mapped_column(
        default=False, info=UNRECORDED | field("Of single people", fixed=BY_EVALUATING)
    )
    rates: Mapped[bool] = mapped_column(
        default=False, info=UNRECORDED | field("Of hourly rates", fixed=BY_EVALUATING)
    )
    told_value: Mapped[Decimal | None] = mapped_column(
        Exact(38, 8), info=UNRECORDED | field("Value told", fixed=BY_EVALUATING)
    )
    told_words: Mapped[str] = mapped_column(
        sa.Text, default="", info=UNRECORDED | field("Arithmetic told", fixed=BY_EVALUATING)
    )
    evaluated_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=UNRECORDED | field("Evaluated", fixed=BY_EVALUATING)
    )
    answered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Answered by", fixed=BY_ANSWERING)
    )
    reason: Mapped[str] = mapped_column(
        sa.Text,
        default="",
        info=field("Reason", length=2000, fixed=BY_ANSWERING, about="Why it was acknowledged."),
    )
    feedback: Mapped[Feedback | None] = mapped_column(
        text_enum(Feedback), info=field("Feedback", fixed=BY_ANSWERING)
    )


class AlertEntry(Base):
    """One evaluation of a rule for one scope, or an answer to its alert. Append-only; what is kept is bounded (`alerts.log`).

    `about` is what moved (topics), or who answered. `moved` says that the state changed or that somebody answered.
    """

    __tablename__ = "alert_entry"
    __table_args__ = (
        sa.Index(None, "rule_id", "id"),
        sa.Index(None, "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    rule_id: Mapped[int] = mapped_column(BigId)
    scope: Mapped[str] = mapped_column(sa.String(250))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    cause: Mapped[Cause] = mapped_column(text_enum(Cause))
    about: Mapped[str] = mapped_column(sa.String(200), default="")
    value: Mapped[Decimal | None] = mapped_column(Exact(38, 8))
    expected: Mapped[Decimal | None] = mapped_column(Exact(38, 8))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    before: Mapped[AlertState] = mapped_column(text_enum(AlertState))
    after: Mapped[AlertState] = mapped_column(text_enum(AlertState))
    moved: Mapped[bool] = mapped_column(default=False)
    people: Mapped[bool] = mapped_column(default=False)
    rates: Mapped[bool] = mapped_column(default=False)
    told_value: Mapped[Decimal | None] = mapped_column(Exact(38, 8))
    told_words: Mapped[str] = mapped_column(sa.Text, default="")


def value_of(number: Any) -> Decimal | None:
    """A measured number as it is stored: eight decimals; None for one that cannot be."""
    if number is None:
        return None
    value = Decimal(str(number))
    return value.quantize(Decimal("1e-8")) if value.is_finite() and abs(value) < Decimal(10) ** 25 else None
