"""Tokens of programs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import User
from orchflow.store.columns import NOWHERE, SECRET, UNRECORDED, UtcDateTime, field, text_enum
from orchflow.store.tables import Base, Tracked

TOPIC = "tokens"


class TokenScope(StrEnum):
    """How far a token reaches; never further than the role of the person it belongs to."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


class ApiToken(Tracked, Base):
    """A program's way in. Only a hash of the secret is kept; `prefix` is enough to recognise it in a list."""

    __tablename__ = "api_token"
    __topic__ = TOPIC

    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Person", fixed="once")
    )
    name: Mapped[str] = mapped_column(sa.String(100), info=field("Name", fixed="once"))
    scope: Mapped[TokenScope] = mapped_column(text_enum(TokenScope), info=field("Scope", fixed="once"))
    prefix: Mapped[str] = mapped_column(sa.String(16), info=field("Begins with", fixed="once"))
    secret_hash: Mapped[str] = mapped_column(
        sa.String(64), unique=True, info=SECRET | field("Secret", fixed="once", off=NOWHERE)
    )
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=field("Expires", fixed="once"))
    revoked_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=field("Revoked", fixed="when it was revoked")
    )
    last_used_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=UNRECORDED | field("Last used", fixed="when it was used")
    )
