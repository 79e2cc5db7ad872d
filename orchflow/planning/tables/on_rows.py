"""What hangs on a row of the plan: comments, links and files."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from orchflow.people.tables import User
from orchflow.planning.tables.planned import Planned
from orchflow.store.columns import BigId, field, text_enum
from orchflow.store.tables import Base, Hung

OF_THE_FILE = "belongs to the file"


class LinkKind(StrEnum):
    """What a link leads to."""

    DOCUMENT = "document"
    AGENT = "agent"
    URL = "url"


class OnRow(Hung):
    """Something on a row, found by it."""

    @declared_attr.directive
    def __table_args__(cls) -> Any:
        return (sa.Index(None, "entity", "entity_id"), {"sqlite_autoincrement": True})


class Comment(OnRow, Planned, Base):
    """What somebody said about a row; `author_id` None is the product itself."""

    __tablename__ = "comment"

    body: Mapped[str] = mapped_column(sa.Text, info=field("Comment", length=20_000))
    author_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Author", fixed="who wrote it", about="Empty: the product itself.")
    )


class Link(OnRow, Planned, Base):
    """A way from a row to a document, an agent or an address; `target` is its path, slug or URL."""

    __tablename__ = "link"

    kind: Mapped[LinkKind] = mapped_column(text_enum(LinkKind), default=LinkKind.AGENT, info=field("Kind"))
    target: Mapped[str] = mapped_column(
        sa.String(2000), info=field("Target", about="The agent's slug, the document's path, or the URL.")
    )
    title: Mapped[str] = mapped_column(sa.String(300), default="", info=field("Title"))


class Attachment(OnRow, Planned, Base):
    """A file that hangs on a row; its bytes are kept in the home folder under their `sha256`."""

    __tablename__ = "attachment"

    filename: Mapped[str] = mapped_column(sa.String(200), info=field("File", fixed=OF_THE_FILE))
    content_type: Mapped[str] = mapped_column(sa.String(100), info=field("Kind", fixed=OF_THE_FILE))
    size: Mapped[int] = mapped_column(BigId, info=field("Bytes", unit="bytes", fixed=OF_THE_FILE))
    sha256: Mapped[str] = mapped_column(sa.String(64), info=field("SHA-256", fixed=OF_THE_FILE))
