"""Job roles that a workspace has changed or added. One that is not here is as it ships (`content/job_roles.yaml`)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.roles import Role
from orchflow.store.columns import Json, field, text_enum
from orchflow.store.tables import Base, Tracked
from orchflow.store.written import Refused, short

TOPIC: Final = "people"
LONGEST_LINE: Final = 300
KEY: Final = re.compile(r"\w+")


class Group(StrEnum):
    """Where a job role stands among the others."""

    LEADERSHIP = "leadership"
    MANAGEMENT = "management"
    DEVELOPMENT = "development"
    POWER_USERS = "power_users"


def read_lines(value: object) -> str:
    """Lines of text without the empty ones; a list is taken as its lines. Refused when one is too long."""
    written = value if isinstance(value, list | tuple) else str(value).splitlines()
    lines = [line for part in written if (line := " ".join(str(part).split()).removeprefix("- "))]
    longest = max((len(line) for line in lines), default=0)
    if longest > LONGEST_LINE:
        raise Refused(f"has a line of {longest} characters; at most {LONGEST_LINE} fit")
    return "\n".join(lines)


def read_key(value: object) -> str:
    """A key in small letters, digits and underscores."""
    key = str(value).strip()
    if not KEY.fullmatch(key) or key != key.casefold():
        raise Refused(f"is not a key like data_steward: {short(key)}")
    return key


class JobRoleRow(Tracked, Base):
    """A job role as this workspace has it; one with the key of a role that ships stands in its place."""

    __tablename__ = "job_role"
    __topic__ = TOPIC
    __undo__ = "people.manage"

    key: Mapped[str] = mapped_column(
        sa.String(64), unique=True,
        info=field("Key", fixed="once", optional=True, parse=read_key, example="data_steward", about="Of its name when left out; stays for ever."),
    )  # fmt: skip
    name: Mapped[str] = mapped_column(sa.String(120), info=field("Name", optional=True))
    group: Mapped[Group] = mapped_column("group_name", text_enum(Group), info=field("Group", optional=True))
    access: Mapped[Role] = mapped_column(
        text_enum(Role),
        info=field("Access", optional=True, about="The role that a person with it gets unless somebody decides otherwise."),
    )  # fmt: skip
    responsibilities: Mapped[str] = mapped_column(
        sa.Text,
        default="",
        info=field("Responsibilities", parse=read_lines, length=8000, about="One in a line."),
    )
    training: Mapped[str] = mapped_column(
        sa.Text,
        default="",
        info=field("Required training", parse=read_lines, length=4000, about="One in a line."),
    )
    ticks: Mapped[list[str]] = mapped_column(
        Json, default=list,
        info=field("Ticks in flows", kind="words", about="Keys of the flows whose items its people may tick, whoever these are meant for."),
    )  # fmt: skip
    begins: Mapped[bool] = mapped_column(
        default=False, info=field("Begins flows", about="Its people may begin flows, whatever their access.")
    )
    approves: Mapped[bool] = mapped_column(
        default=False,
        info=field("Approves exemptions", about="Its people may approve exemptions that others asked for, whatever their access."),
    )  # fmt: skip
