"""What people think of the pages. Flows, steps and checklists, to which tasks are tied, are `planning.tables.guidance`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import User
from orchflow.planning.tables.guidance import Guided
from orchflow.planning.values import guide_address
from orchflow.store.columns import field
from orchflow.store.tables import Base


class PageOpinion(Guided, Base):
    """Whether a page was useful to a person, and a word on it; one of each person for each page."""

    __tablename__ = "page_opinion"
    __called__ = "page"
    __undo__ = ""
    __table_args__ = (sa.UniqueConstraint("page", "person_id"), {"sqlite_autoincrement": True})

    page: Mapped[str] = mapped_column(
        sa.String(200),
        index=True,
        info=field("Page", fixed="once", parse=guide_address, about="Its address."),
    )
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey(User.id), index=True,
        info=field("Person", fixed="whoever says it", optional=True, off={"grid": "is told by its own screen"}),
    )  # fmt: skip
    useful: Mapped[bool] = mapped_column(info=field("Useful", own=True))
    word: Mapped[str] = mapped_column(sa.String(1000), default="", info=field("A word", own=True))
