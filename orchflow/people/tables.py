"""Users, teams, their identities elsewhere, and the log of attempts to sign in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orchflow.people.job_roles import role_names
from orchflow.people.names import read_email, read_username
from orchflow.people.roles import Role
from orchflow.store.columns import NOWHERE, SECRET, UNRECORDED, BigId, UtcDateTime, field, text_enum
from orchflow.store.tables import Base, Tracked

TOPIC = "people"


class User(Tracked, Base):
    """A person who may sign in. Never deleted, only disabled: the history speaks of them."""

    __tablename__ = "user_account"
    __called__ = "username"
    __topic__ = TOPIC

    username: Mapped[str] = mapped_column(
        sa.String(64), unique=True, info=field("Username", parse=read_username, fixed="once")
    )
    email: Mapped[str | None] = mapped_column(
        sa.String(254), unique=True, info=field("E-mail", parse=read_email)
    )
    display_name: Mapped[str] = mapped_column(sa.String(120), info=field("Name"))
    password_hash: Mapped[str | None] = mapped_column(
        sa.String(100), info=SECRET | field("Password", fixed="is set by itself", off=NOWHERE)
    )
    role: Mapped[Role] = mapped_column(text_enum(Role), info=field("Role"))
    job_role: Mapped[str | None] = mapped_column(sa.String(64), info=field("Job role", among=role_names))
    active: Mapped[bool] = mapped_column(default=True, info=field("Active"))
    must_change_password: Mapped[bool] = mapped_column(
        default=False, info=field("One-time password", fixed="until the person sets their own")
    )
    platform_user_id: Mapped[str | None] = mapped_column(sa.String(200), info=field("User of the platform"))
    sessions_valid_from: Mapped[datetime] = mapped_column(
        UtcDateTime, info=UNRECORDED | field("Sessions since", fixed="moves when access changes", off=NOWHERE)
    )
    last_sign_in_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=UNRECORDED | field("Last sign-in", fixed="when it happened")
    )


class Team(Tracked, Base):
    """A group of people; `lead_id` need not be one of its members."""

    __tablename__ = "team"
    __topic__ = TOPIC

    name: Mapped[str] = mapped_column(sa.String(120), unique=True, info=field("Name"))
    description: Mapped[str] = mapped_column(sa.Text, default="", info=field("Description", length=400))
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id), info=field("Lead"))
    members: Mapped[list[TeamMember]] = relationship(
        cascade="all, delete-orphan", order_by="TeamMember.user_id"
    )


class TeamMember(Tracked, Base):
    """One person in one team."""

    __tablename__ = "team_member"
    __topic__ = TOPIC
    __table_args__ = (sa.UniqueConstraint("team_id", "user_id"), {"sqlite_autoincrement": True})

    team_id: Mapped[int] = mapped_column(sa.ForeignKey(Team.id), info=field("Team", fixed="once"))
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Person", fixed="once")
    )


class Identity(Tracked, Base):
    """Who a user is at an OpenID Connect provider; one per provider."""

    __tablename__ = "identity"
    __topic__ = TOPIC
    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject"),
        sa.UniqueConstraint("issuer", "user_id"),
        {"sqlite_autoincrement": True},
    )

    issuer: Mapped[str] = mapped_column(sa.String(500), info=field("Provider", fixed="once"))
    subject: Mapped[str] = mapped_column(sa.String(255), info=field("Subject", fixed="once"))
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Person", fixed="once")
    )
    last_sign_in_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=UNRECORDED | field("Last sign-in", fixed="when it happened")
    )


class SignInAttempt(Base):
    """One attempt to sign in with a password, for whatever name was typed. Kept for as long as it counts.

    `browser` is the number of a browser in which that person has signed in before, "" for any other.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        sa.Index(None, "username", "occurred_at"),
        sa.Index(None, "address", "occurred_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(64))
    address: Mapped[str] = mapped_column(sa.String(64))
    browser: Mapped[str] = mapped_column(sa.String(32), default="")
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    succeeded: Mapped[bool]
