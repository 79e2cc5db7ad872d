"""What is next for a person in the guidance: ranked, each with its reason and where it is done."""

from __future__ import annotations

from datetime import date
from typing import Final

import sqlalchemy as sa

from orchflow import clock
from orchflow.guidance.my_items import MyList, my_list
from orchflow.guidance.next_alerts import next_alerts
from orchflow.guidance.next_duties import next_campaigns, next_exemptions, next_flows, next_left
from orchflow.guidance.next_entry import Asked, Kind, Next, Urgency
from orchflow.guidance.next_items import next_items
from orchflow.guidance.next_risks import next_reviews
from orchflow.guidance.next_surveys import next_surveys
from orchflow.people.permissions import MATRIX, Actor, Permission
from orchflow.people.tables import User
from orchflow.workspace import Workspace

RANKING: Final[tuple[tuple[Urgency, Kind], ...]] = (
    ("broken", "alert"),  # an alert of theirs has fired and nobody has acknowledged it
    ("broken", "reopened"),  # a self-check of theirs passed before and does not now
    (
        "attention",
        "overdue",
    ),  # required and past its day: what can be done now, what holds up the most steps, what is latest
    ("attention", "campaign"),  # a check of theirs in a campaign that has ended
    ("attention", "review"),  # the review of a risk of theirs is overdue
    ("attention", "begin"),  # a flow whose window has begun and that nobody began (whoever may)
    ("attention", "left"),  # items of people who left (managers)
    ("todo", "exemption"),  # somebody asked for one and needs a second person (whoever may)
    ("todo", "survey"),  # one that they are invited to and have not answered
    ("todo", "soon"),  # due in 7 days, by day
    ("todo", "campaign"),  # a check of theirs in a campaign that runs
    ("todo", "review"),  # that of a risk is due in 7 days
    ("todo", "begin"),  # a flow whose window begins in 7 days
    ("todo", "optional"),  # past its day and not required
    ("todo", "blocks"),  # given to them, has time, but other steps wait for it
    ("todo", "shared"),  # how many more are meant for anybody of their job role
)
"""Broken before late before to do, and among these what others wait for first."""


def what_next(
    ws: Workspace,
    actor: Actor,
    *,
    person_id: int | None = None,
    today: date | None = None,
    listed: MyList | None = None,
    limit: int | None = None,
) -> list[Next]:
    """What is next for the actor, or for `person_id` (for whom `my_list` may be read), in the order of `RANKING`; at most `limit`.

    What waits for other steps is not told before it is overdue. `listed` is that person's whole list where it was read already.
    """
    day = today or clock.today(ws.zone)
    listed = listed or my_list(ws.store, actor, person_id=person_id, today=day)
    with ws.store.read() as session:
        role = session.scalar(sa.select(User.role).where(User.id == listed.person_id))
    asked = Asked(ws, actor, listed, role is not None and Permission.PLAN_EDIT in MATRIX[role], day)
    entries = [
        *next_alerts(asked),
        *next_items(asked),
        *next_campaigns(asked),
        *next_reviews(asked),
        *next_surveys(asked),
    ]
    if asked.manages:
        entries += next_left(asked)
    if asked.manages or (asked.job_role and asked.job_role.begins):
        entries += next_flows(asked)
    if asked.manages or (asked.job_role and asked.job_role.approves):
        entries += next_exemptions(asked)
    entries.sort(key=lambda each: (RANKING.index((each.urgency, each.kind)), each.rank))
    return entries[:limit]
