"""One thing that is next for a person, and for whom it is found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, TypeAlias
from urllib.parse import urlencode

from orchflow.guidance.my_items import MyList
from orchflow.people.job_roles import JobRole, job_roles
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace

Urgency: TypeAlias = Literal["broken", "attention", "todo"]
Kind: TypeAlias = Literal[
    "alert",
    "reopened",
    "overdue",
    "campaign",
    "review",
    "begin",
    "left",
    "exemption",
    "survey",
    "soon",
    "optional",
    "blocks",
    "shared",
]
Screen: TypeAlias = Literal["my_checklist", "flow", "flows", "checks", "alerts", "risk", "survey"]


@dataclass(frozen=True)
class Next:
    """One thing to do: why it is told (`reason`), and where: a screen and what its address says.

    `item_id` is the item that it is about, if any; `rank` orders those of one urgency and kind, the smallest first.
    """

    kind: Kind
    urgency: Urgency
    title: str
    reason: str
    screen: Screen
    query: Mapping[str, str] = field(default_factory=dict)
    item_id: int | None = None
    rank: tuple[int, ...] = ()

    @property
    def link(self) -> str:
        """Its address below the server's."""
        return self.screen + (f"?{urlencode(self.query)}" if self.query else "")

    def document(self) -> dict[str, object]:
        """What programs are told of it."""
        told = ("kind", "urgency", "title", "reason", "item_id")
        return {name: getattr(self, name) for name in told} | {"link": self.link}


@dataclass(frozen=True)
class Asked:
    """For whom it is found out: a person's list, whether their role lets them change the plan, and the day."""

    ws: Workspace
    actor: Actor
    listed: MyList
    manages: bool
    today: date

    @cached_property
    def job_role(self) -> JobRole | None:
        """The person's job role, where they have one."""
        return job_roles(self.ws.store).get(self.listed.role or "")

    @property
    def role_name(self) -> str:
        """What it is called; "" without one."""
        return self.job_role.name if self.job_role else ""
