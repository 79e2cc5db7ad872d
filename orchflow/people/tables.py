"""Users, teams, their identities elsewhere, and the log of attempts to sign in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orchflow.people.roles import Role
from orchflow.store.columns import SECRET, UNRECORDED, BigId, UtcDateTime, text_enum
from orchflow.store.tables import Base, Tracked

TOPIC = "people"


class User(Tracked, Base):
    """A person who may sign in. Never deleted, only disabled: the history speaks of them."""

    __tablename__ = "user_account"
    __topic__ = TOPIC

    username: Mapped[str] = mapped_column(sa.String(64), unique=True)
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str | None] = mapped_column(sa.String(100), info=SECRET)
    role: Mapped[Role] = mapped_column(text_enum(Role))
    job_role: Mapped[str | None] = mapped_column(sa.String(64))
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    platform_user_id: Mapped[str | None] = mapped_column(sa.String(200))
    sessions_valid_from: Mapped[datetime] = mapped_column(UtcDateTime, info=UNRECORDED)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=UNRECORDED)


class Team(Tracked, Base):
    """A group of people; `lead_id` need not be one of its members."""

    __tablename__ = "team"
    __topic__ = TOPIC

    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    members: Mapped[list[TeamMember]] = relationship(
        cascade="all, delete-orphan", order_by="TeamMember.user_id"
    )


class TeamMember(Tracked, Base):
    """One person in one team."""

    __tablename__ = "team_member"
    __topic__ = TOPIC
    __table_args__ = (sa.UniqueConstraint("team_id", "user_id"), {"sqlite_autoincrement": True})

    team_id: Mapped[int] = mapped_column(sa.ForeignKey(Team.id))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id), index=True)


class Identity(Tracked, Base):
    """Who a user is at an OpenID Connect provider; one per provider."""

    __tablename__ = "identity"
    __topic__ = TOPIC
    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject"),
        sa.UniqueConstraint("issuer", "user_id"),
        {"sqlite_autoincrement": True},
    )

    issuer: Mapped[str] = mapped_column(sa.String(500))
    subject: Mapped[str] = mapped_column(sa.String(255))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id), index=True)


class SignInAttempt(Base):
    """One attempt to sign in with a password, for whatever name was typed. Kept for as long as it counts."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        sa.Index(None, "username", "occurred_at"),
        sa.Index(None, "address", "occurred_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(64))
    address: Mapped[str] = mapped_column(sa.String(64))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    succeeded: Mapped[bool]
