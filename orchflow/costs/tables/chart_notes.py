"""What people note on charts."""

from __future__ import annotations

from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import User
from orchflow.store.columns import field
from orchflow.store.tables import Base, Tracked

NOTES_TOPIC: Final = "notes"


class ChartNote(Tracked, Base):
    """What somebody noted on a chart: why a day, or a stretch of days, is as it is."""

    __tablename__ = "chart_note"
    __topic__ = NOTES_TOPIC
    __called__ = "text"
    __table_args__ = (sa.Index(None, "chart", "day"), {"sqlite_autoincrement": True})

    chart: Mapped[str] = mapped_column(
        sa.String(200),
        info=field(
            "Chart", example="cost/cost-bars",
            about="The screen's address and the chart on it; behind a second stroke what it is of, such as an agent.",
        ),
    )  # fmt: skip
    day: Mapped[date] = mapped_column(info=field("Day", example="2026-11-12", about="The day it is about."))
    until: Mapped[date | None] = mapped_column(
        info=field("Until", example="2026-11-14", about="The last day it is about; empty: the one day.")
    )
    text: Mapped[str] = mapped_column(
        sa.String(500), info=field("Note", example="Prices went up", about="What is to be known.")
    )
    author_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Author", fixed="who wrote it", about="Empty: the product itself.")
    )
