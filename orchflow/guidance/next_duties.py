"""What is next beside a person's items: checks of campaigns; flows to begin, exemptions to decide on and what people left, for whoever may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from orchflow.format import day, quantity
from orchflow.guidance.begin import offered
from orchflow.guidance.checks.campaigns import campaign_standings
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.left_behind import left_behind
from orchflow.guidance.my_items import SOON
from orchflow.guidance.next_entry import Asked, Next
from orchflow.people.tables import User
from orchflow.planning.tables import CheckExemption

NAMED = 3
"""So many exemptions are told one by one."""


def next_campaigns(asked: Asked) -> Iterator[Next]:
    """The checks that they see to in a campaign that nobody has ended, and that still want something."""
    for campaign in campaign_standings(asked.ws, asked.actor):
        if campaign.state == "ended":
            continue
        late = campaign.days_left < 0
        when = f"ended on {day(campaign.deadline)}" if late else f"ends on {day(campaign.deadline)}"
        for check in campaign.checks:
            if check.owner_id == asked.listed.person_id and not check.settled:
                yield Next(
                    "campaign", "attention" if late else "todo", check.question, f"{campaign.name} {when}",
                    "checks", {"check": check.key}, rank=(campaign.days_left,),
                )  # fmt: skip


def next_flows(asked: Asked) -> Iterator[Next]:
    """The first flow that was not begun, where its window has begun or begins in the next days; each later one follows it."""
    day_one = asked.ws.start_date
    offers = offered(asked.ws.store, asked.actor)
    waiting = [offer for offer in offers if offer.flow_id is None]
    if day_one is None or not waiting:
        return
    first, begun = (
        waiting[0],
        [offer for offer in waiting if day_one + timedelta(days=offer.from_day - 1) <= asked.today],
    )
    begins = day_one + timedelta(days=first.from_day - 1)
    if begins > asked.today + SOON:
        return
    title = f"Begin flow {first.number}: {first.name}"
    if begins >= asked.today:
        yield Next("begin", "todo", title, f"Its window begins on {day(begins)}", "flow", {"flow": first.key})
        return
    more = f"; {quantity(len(begun) - 1, 'later flow')} could be under way as well" if len(begun) > 1 else ""
    reason = f"Its window began on {day(begins)}{more}"
    yield Next("begin", "attention", title, reason, "flow", {"flow": first.key})


def next_left(asked: Asked) -> Iterator[Next]:
    """Open items of people whose account is disabled."""
    people = [person for person in left_behind(asked.ws.store, asked.actor) if person.items]
    if people:
        items = sum(len(person.items) for person in people)
        names = ", ".join(person.name for person in people[:NAMED])
        more = f" and {len(people) - NAMED} more" if len(people) > NAMED else ""
        yield Next(
            "left", "attention", f"{quantity(items, 'open item')} with people who left", f"Of {names}{more}: give them to others",
            "flows",
        )  # fmt: skip


def next_exemptions(asked: Asked) -> Iterator[Next]:
    """The exemptions that somebody else asked for and nobody has approved yet."""
    row = CheckExemption
    waiting = (
        sa.select(row.key, row.reason, row.expires, User.display_name)
        .outerjoin(User, User.id == row.asked_by_id)
        .where(row.approved_at.is_(None), row.ended_at.is_(None), row.expires >= asked.today)
        .where(sa.or_(row.asked_by_id.is_(None), row.asked_by_id != asked.listed.person_id))
        .order_by(row.id)
    )
    with asked.ws.store.read() as session:
        rows = session.execute(waiting).all()
    for key, reason, expires, name in rows[:NAMED]:
        question = CHECKS[key].question if key in CHECKS else key
        yield Next(
            "exemption", "todo", f"Decide on an exemption: {question}",
            f"{name or 'Somebody'} asks for it until {day(expires)}: {reason}", "checks", {"check": key},
        )  # fmt: skip
    if len(rows) > NAMED:
        rest = len(rows) - NAMED
        yield Next(
            "exemption", "todo", f"Decide on {quantity(rest, 'more exemption')}",
            "Each waits for somebody who did not ask for it", "checks", rank=(1,),
        )  # fmt: skip
