"""Flows that were begun, with their steps and checklists: copied from what ships, or of the workspace's own."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.job_roles import role_names
from orchflow.people.tables import User
from orchflow.planning.tables.planned import PLACE
from orchflow.planning.tables.work import Measure, Task, measure
from orchflow.planning.values import guide_address, slug
from orchflow.store.columns import Json, UtcDateTime, field, text_enum
from orchflow.store.tables import Base, Tracked

BY_ORIGIN = "follows from where it came from"
BY_DUE = "follows from who set the day"
BY_TICK = "follows from the state"
NOT_SHOWN = "is told as the difference to what ships"
KEY = field(
    "Key", fixed="once", optional=True, parse=slug, about="Of its name when left out; stays for ever."
)
OWN = field("Of our own", fixed=BY_ORIGIN, about="Added in this workspace; it did not ship.")
BY_HAND = field(
    "Set by hand", fixed=BY_DUE, about="The day was set by hand, so it stays when the start moves."
)
LONGEST_WAIT = 250
"""Working days that one thing may be due after another."""


class ItemState(StrEnum):
    """What became of an item of a checklist."""

    OPEN = "open"
    TICKED = "ticked"
    NOT_APPLICABLE = "not_applicable"
    EXEMPT = "exempt"


class Evidence(StrEnum):
    """What has to be shown when an item is ticked."""

    NONE = "none"
    TEXT = "text"
    LINK = "link"
    FILE = "file"
    FIGURE = "figure"


class Through(StrEnum):
    """By what an item was ticked: a person's hand, the task that it became, or its self-check."""

    HAND = "hand"
    TASK = "task"
    CHECK = "check"


class Guided(Tracked):
    """A row of the guidance, with a history."""

    __topic__: ClassVar[str] = "guidance"
    __undo__: ClassVar[str] = "plan.edit"


class Flow(Guided, Base):
    """A flow that was begun. `edition` names the shipped content that it was begun with, which `content` keeps."""

    __tablename__ = "flow"

    key: Mapped[str] = mapped_column(sa.String(60), unique=True, info=KEY)
    number: Mapped[int] = mapped_column(
        unique=True,
        info=field(
            "No.", fixed=BY_ORIGIN, optional=True, about="1 to 6 ship; flows of our own come after them."
        ),
    )
    name: Mapped[str] = mapped_column(sa.String(200), info=field("Name"))
    summary: Mapped[str] = mapped_column(sa.Text, default="", info=field("Summary", length=4000))
    start_day: Mapped[date] = mapped_column(
        info=field("First day", about="Due days that were not set by hand follow it.")
    )
    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Owner", about="The user who answers for it.")
    )
    edition: Mapped[str] = mapped_column(
        sa.String(16),
        default="",
        info=field("Edition", fixed=BY_ORIGIN, about="Of the content it was begun with."),
    )
    content: Mapped[dict[str, Any]] = mapped_column(
        Json, default=dict,
        info=field("Content", fixed=BY_ORIGIN, off=dict.fromkeys(("api", "grid", "file", "dataset"), NOT_SHOWN)),
    )  # fmt: skip
    own: Mapped[bool] = mapped_column(default=False, info=OWN)


class Step(Guided, Base):
    """A step of a flow; `after` are the keys of the steps that it waits for."""

    __tablename__ = "step"
    __table_args__ = (sa.UniqueConstraint("flow_id", "key"), {"sqlite_autoincrement": True})

    flow_id: Mapped[int] = mapped_column(sa.ForeignKey(Flow.id), index=True, info=field("Flow", fixed="once"))
    key: Mapped[str] = mapped_column(sa.String(60), info=KEY)
    name: Mapped[str] = mapped_column(sa.String(200), info=field("Name"))
    purpose: Mapped[str] = mapped_column(sa.Text, default="", info=field("Purpose", length=4000))
    complete_when: Mapped[str] = mapped_column(sa.Text, default="", info=field("Complete when", length=4000))
    lead: Mapped[str | None] = mapped_column(
        sa.String(64), info=field("Lead", among=role_names, about="The job role that leads it.")
    )
    person_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Person", about="The user who answers for it.")
    )
    guide: Mapped[str] = mapped_column(
        sa.String(200), default="", info=field("Guide", parse=guide_address, about="The address of its page.")
    )
    after: Mapped[list[str]] = mapped_column(
        Json, default=list, info=field("After", kind="words", about="Keys of the steps that come before it.")
    )
    days: Mapped[int] = mapped_column(
        default=1,
        info=field("Days", unit="days", least=0, most=LONGEST_WAIT, about="Working days that it takes."),
    )
    due_day: Mapped[date | None] = mapped_column(
        info=field(
            "Due", about="Counted on working days; one that is set by hand stays. Empty: counted again."
        )
    )
    due_by_hand: Mapped[bool] = mapped_column(default=False, info=BY_HAND)
    position: Mapped[float] = mapped_column(default=0.0, info=PLACE)
    own: Mapped[bool] = mapped_column(default=False, info=OWN)


class ChecklistItem(Guided, Base):
    """One thing to tick in a step. A required one counts in the progress of its flow."""

    __tablename__ = "checklist_item"
    __called__ = "text"
    __table_args__ = (sa.UniqueConstraint("step_id", "key"), {"sqlite_autoincrement": True})

    step_id: Mapped[int] = mapped_column(sa.ForeignKey(Step.id), index=True, info=field("Step", fixed="once"))
    key: Mapped[str] = mapped_column(sa.String(60), info=KEY)
    text: Mapped[str] = mapped_column(sa.String(300), info=field("Item"))
    topic: Mapped[str] = mapped_column(sa.String(200), default="", info=field("Topic"))
    required: Mapped[bool] = mapped_column(default=True, info=field("Required"))
    evidence: Mapped[Evidence] = mapped_column(
        text_enum(Evidence), default=Evidence.NONE,
        info=field("Evidence", about="What has to be shown when it is ticked."),
    )  # fmt: skip
    check_key: Mapped[str | None] = mapped_column(
        sa.String(60), index=True, info=field("Self-check", about="The key of the check that ticks it.")
    )
    role: Mapped[str | None] = mapped_column(
        sa.String(64), info=field("Role", among=role_names, about="The job role that it is meant for.")
    )
    assignee_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Assignee", about="The user who does it.")
    )
    due_days: Mapped[int | None] = mapped_column(
        info=field(
            "Due after", unit="days", least=0, most=LONGEST_WAIT,
            about="Working days after the flow's first day, or after the end of another step. Empty: with its step.",
        )
    )  # fmt: skip
    due_after: Mapped[str | None] = mapped_column(
        sa.String(60), info=field("Due after step", about="The key of the step after which it is due.")
    )
    due_day: Mapped[date | None] = mapped_column(
        info=field(
            "Due", about="Counted on working days; one that is set by hand stays. Empty: counted again."
        )
    )
    due_by_hand: Mapped[bool] = mapped_column(default=False, info=BY_HAND)
    state: Mapped[ItemState] = mapped_column(
        text_enum(ItemState), default=ItemState.OPEN, info=field("State", own=True)
    )
    reason: Mapped[str | None] = mapped_column(
        sa.String(1000), info=field("Reason", own=True, about="Why it does not apply here.")
    )
    evidence_text: Mapped[str] = mapped_column(
        sa.Text, default="", info=field("Evidence in words", own=True, length=20_000)
    )
    evidence_link: Mapped[str | None] = mapped_column(
        sa.String(2000),
        info=field("Evidence as a link", own=True, about="An address like https://example.org."),
    )
    evidence_figure: Mapped[str | None] = mapped_column(
        sa.String(100),
        info=field("Figure", own=True, about="What the value is of: a figure's key, or words."),
    )
    evidence_value: Mapped[Decimal | None] = mapped_column(
        Measure,
        info={"field": measure("Value")["field"] | {"own": True, "about": "As it was when it was ticked."}},
    )
    ticked_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Ticked by", fixed=BY_TICK, about="Empty: by the product itself.")
    )
    ticked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=field("Ticked", fixed=BY_TICK))
    ticked_through: Mapped[Through | None] = mapped_column(
        text_enum(Through),
        info=field(
            "Ticked through",
            fixed=BY_TICK,
            about="Hand on an open one: somebody opened it, and its self-check leaves it so until it has failed once.",
        ),
    )
    task_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Task.id), index=True,
        info=field("Task", about="The task that it became; it is ticked when that is done."),
    )  # fmt: skip
    position: Mapped[float] = mapped_column(default=0.0, info=PLACE)
    own: Mapped[bool] = mapped_column(default=False, info=OWN)
