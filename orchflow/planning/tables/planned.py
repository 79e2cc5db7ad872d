"""What the tables of the plan share."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from orchflow.store.columns import field
from orchflow.store.tables import Tracked

PLACE = field(
    "Place", optional=True, required=True, about="Its place among the others; the last when left out.",
    off={"grid": "rows are moved, not numbered", "file": "the order of the rows says it"},
)  # fmt: skip
OWNER = field("Owner", about="The user who answers for it.")


class Planned(Tracked):
    """A row of the plan, with a history."""

    __topic__: ClassVar[str] = "plan"
    __undo__: ClassVar[str] = "plan.edit"


class Imported:
    """Where a row came from: its key in another program, unique per program."""

    external_id: Mapped[str | None] = mapped_column(
        sa.String(200),
        sort_order=80,
        info=field(
            "Key elsewhere", file="key", about="Its key in another program, unique within `external_source`."
        ),
    )
    external_source: Mapped[str | None] = mapped_column(
        sa.String(64),
        sort_order=81,
        info=field(
            "Where else",
            file="source",
            about="The other program.",
            example="jira",
            off={"grid": "is told with the key"},
        ),
    )

    @declared_attr.directive
    def __table_args__(cls) -> Any:
        return (sa.UniqueConstraint("external_source", "external_id"), {"sqlite_autoincrement": True})
