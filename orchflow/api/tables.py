"""Tokens of programs, and the answers that were given under an idempotency key."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import User
from orchflow.store.columns import SECRET, UNRECORDED, BigId, UtcDateTime, text_enum
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


class IdempotencyKey(Base):
    """What a token's request with a key was and how it was answered; `status` None while it is worked on."""

    __tablename__ = "idempotency_key"
    __table_args__ = (sa.UniqueConstraint("token_id", "key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_id: Mapped[int] = mapped_column(sa.ForeignKey(ApiToken.id))
    key: Mapped[str] = mapped_column(sa.String(200))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    status: Mapped[int | None]
    content_type: Mapped[str | None] = mapped_column(sa.String(100))
    location: Mapped[str | None] = mapped_column(sa.String(300))
    body: Mapped[str | None] = mapped_column(sa.Text)
