"""Tokens of programs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import User
from orchflow.store.columns import SECRET, UNRECORDED, UtcDateTime, text_enum
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

    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    scope: Mapped[TokenScope] = mapped_column(text_enum(TokenScope))
    prefix: Mapped[str] = mapped_column(sa.String(16))
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, info=SECRET)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=UNRECORDED)
