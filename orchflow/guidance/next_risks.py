"""What is next beside a person's items: the reviews of their risks that are overdue, and those that are due soon."""

from __future__ import annotations

from collections.abc import Iterator

from orchflow.format import day
from orchflow.guidance.my_items import SOON
from orchflow.guidance.next_entry import Asked, Next
from orchflow.risks.risks import RISKS
from orchflow.risks.tables import RiskStatus


def next_reviews(asked: Asked) -> Iterator[Next]:
    """The open risks of the person whose day of the next review is over, or within the next days, as far as the reader may see them."""
    if not asked.actor.may(RISKS.view) or asked.listed.person_id is None:
        return
    for risk in RISKS.list(asked.ws.store, asked.actor, owner_id=asked.listed.person_id):
        due = risk.next_review
        if risk.status is RiskStatus.CLOSED or due is None or due > asked.today + SOON:
            continue
        late = due < asked.today
        reason = f"It {'was' if late else 'is'} due on {day(due)}"
        yield Next(
            "review", "attention" if late else "todo", f"Review the risk: {risk.title}", reason, "risk",
            {"risk": str(risk.id)}, rank=((due - asked.today).days,),
        )  # fmt: skip
